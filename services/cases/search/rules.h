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
 * of them without the key of the service.
 *
 * A name that is nearly another is looked for in the open, by the service, in
 * one community at a time (survey.alike), and is kept nowhere: hashes of a name
 * with each of its characters left out would tell a dump which names share
 * their other characters, and by that most surnames. */
#pragma once

#include "common/base/arena.h"

#include <stdint.h>

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

enum { SPELLING_MAX = 50, SPELLING_LEAST = 3 };

/* A name's characters, so that thousands can be held against each other. */
struct spelling {
    uint32_t at[SPELLING_MAX];
    size_t count;
};

/* The characters of a name's key; none for a name of fewer than three or more
 * than fifty: of two characters, half of all names are one apart. */
struct spelling spelling_of(const char *name, struct arena *arena);

/* How far two names are apart: 0 the same, 1 one character is another, is left
 * out or is added, 2 more than that or a name without a spelling. */
int spellings_apart(const struct spelling *a, const struct spelling *b);
