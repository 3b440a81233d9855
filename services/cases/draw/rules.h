/* rules.h — the order in which households choose their new homes (domain.md
 * R-ORDER): drawn, never by the day of signing.
 *
 * First the office binds itself: it publishes the roster's hash, the hash of a
 * secret, the algorithm, and the public source of chance and its day, which is
 * still to come.  When the source has spoken, the secret is told, and the order
 * follows from the three.  The office cannot choose the source's value, and who
 * could does not know the secret; anyone works it out again (docs/draw.py).
 * Pure. */
#pragma once

#include "common/base/arena.h"
#include "common/base/calendar.h"
#include "common/base/err.h"
#include "common/base/value.h"

/* How it is done, by name: another way gets another.
 *
 *   roster  = the households' numbers, in the order of their bytes, each ended
 *             by a line feed
 *   seed    = HMAC-SHA256(key: the secret, "ROSTER HASH:VALUE")
 *   word i  = the first eight bytes of HMAC-SHA256(key: seed, "i"), i = 0, 1
 * ... shuffle = Fisher-Yates from the last place to the second, each place
 *             changing with one at or before it: word % places, where words at
 *             or above the greatest multiple of places below 2^64 are skipped
 */
#define DRAW_ALGORITHM "hmac-sha256-fisher-yates-1"

enum { DRAW_HASH = 65, DRAW_MOST = 5000 };

/* The hash of a text, as 64 hexadecimal digits. */
void draw_hash(const char *text, char hash[static DRAW_HASH]);

/* The hash of a roster of `count` numbers, which are in the order of their
 * bytes. */
void draw_roster_hash(const char *const *numbers, size_t count,
                      char hash[static DRAW_HASH], struct arena *arena);

/* order[place] = the position on the roster of who chooses at that place; both
 * count from 0. */
void draw_order(const char *roster_hash, const char *secret, const char *value,
                size_t count, size_t *order, struct arena *arena);

/* What is committed to: a source that speaks after today, households to draw
 * among. */
struct err draw_may_commit(struct day today, struct day drawn_on,
                           size_t households);

/* What a draw knows when it is to be revealed. */
struct draw_standing {
    struct id committed_by;
    struct day drawn_on;
    bool revealed, voided;
};

/* Another person than who committed, on the source's day or later, once. */
struct err draw_may_reveal(const struct draw_standing *draw, struct id actor,
                           struct day today);
