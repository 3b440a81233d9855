/* seal.h — personal fields at rest (reliability.md 5.4).
 *
 * A name, an ID number, a phone is stored sealed (XChaCha20-Poly1305 with a
 * key from a file, bound to the place where it stands) and found again by a
 * keyed hash.  A dump of the database alone shows none of them. */
#pragma once

#include "common/base/shape.h"

struct seal;

/* The keys of a file of one line, 64 hex digits; NULL and *why when it cannot
 * be read.  Destroy with seal_destroy(). */
struct seal *seal_open(const char *path, const char **why);
void seal_destroy(struct seal **seal);

/* Seals a text for one place ("person.name") and one row; NULL gives none. */
struct bytes seal_text(const struct seal *seal, const char *place,
                       struct id row, const char *text, struct arena *arena);

/* Opens what seal_text() made for the same place and row; NULL when it was
 * made elsewhere, with another key, or was changed. */
const char *seal_open_text(const struct seal *seal, const char *place,
                           struct id row, struct bytes sealed,
                           struct arena *arena);

/* The same for bytes; none (at = NULL) where seal_open_text() gives NULL. */
struct bytes seal_bytes(const struct seal *seal, const char *place,
                        struct id row, struct bytes bytes, struct arena *arena);
struct bytes seal_open_bytes(const struct seal *seal, const char *place,
                             struct id row, struct bytes sealed,
                             struct arena *arena);
/* A new secret that people can copy by hand: four groups of five letters and
 * digits, none of which looks like another; about a hundred bits. */
const char *seal_secret(struct arena *arena);

/* 16 bytes by which the same text is found again in the same place. */
struct bytes seal_blind(const struct seal *seal, const char *place,
                        const char *text, struct arena *arena);
