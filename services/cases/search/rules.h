/* rules.h — what a sealed text is found by, however it was typed.
 *
 * A name, an ID number, a telephone and an address are sealed; beside each
 * stands a keyed hash of its key, and a search hashes the key of the word that
 * is asked for.  So only the whole is found, never a part: hashes of single
 * characters would give away, by how often each occurs, which surname is whose
 * (two hundred surnames are nine tenths of all people), and hashes of pairs
 * would give most names back.
 *
 * What a dump of the database shows: which households have the same name, the
 * same telephone or the same address, and how many of each; with a list of how
 * common names are, that is a guess at the few most common ones.  It shows none
 * of them without the key of the service. */
#pragma once

#include "common/base/arena.h"

enum search_way {
    SEARCH_ID_NUMBER,
    SEARCH_PHONE,
    SEARCH_ADDRESS,
    SEARCH_NAME,
    SEARCH_WAYS,
};

/* The text as it is compared: half-width and without blanks, an ID number in
 * capitals, a telephone without its country and all that is no digit.  NULL
 * when nothing is left, or for NULL. */
const char *search_key(enum search_way way, const char *text,
                       struct arena *arena);
