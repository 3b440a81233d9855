/* rules.h — what a household was offered, beside what its facts give today.
 *
 * Equal facts, equal money: whoever was offered something else than the engine
 * gives must be found, and told with the reason (R-EQUAL, R-BONUS). */
#pragma once

#include "common/base/arena.h"
#include "common/base/value.h"

enum verdict {
    SAME,    /* what was offered is what the facts of today give           */
    DIFFERS, /* what is stored is not what its own facts and rules give    */
    LESS,    /* today's facts and rules give less than was offered         */
    MORE,    /* ... more: the newer rules are to be offered (domain.md 2.0) */
    FACTS,   /* ... the same amount from other facts or rules              */
    FRESH,   /* nothing is on offer yet                                    */
    CANNOT,  /* it cannot be worked out: a fact is missing                 */
};
extern const char *const verdict_names[];

/* Hashes of statements; NULL: there is none. */
struct recounted {
    bool offered;             /* something is on offer                     */
    const char *stored;       /* by the offer; NULL for the first engine's */
    const char *again;        /* by the offer's own facts and pack         */
    const char *today;        /* by the facts and the pack of today        */
    struct money offer_total; /* what is on offer                          */
    struct money today_total;
};

enum verdict recount_verdict(const struct recounted *recounted);

/* The moment of the next nightly proof: two in the morning of the district. */
struct moment next_night(struct moment now);
