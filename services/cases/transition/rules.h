/* rules.h — what a household is owed between its old home and its new one
 * (domain.md 2.1 TRANSITION, 2.2): a fee for each month, and more from the day
 * on which the new home is late.  Nobody has to ask for more: it follows from
 * the day.  Pure.
 *
 * Months run from the day on which the period begins, to the same day of the
 * next month (Civil Code art. 202). */
#pragma once

#include "common/base/err.h"
#include "common/base/value.h"

#include <stdbool.h>
#include <stddef.h>

/* When the period begins: on the day of vacating, the day after, or the first
 * of that month. */
enum transition_start { START_VACATED, START_NEXT_DAY, START_MONTH };
extern const char *const transition_starts[];

/* What the last month counts when it is not whole: its days, half a month (up
 * to half of its days) or all of it. */
enum transition_part { PART_DAYS, PART_HALF, PART_WHOLE };
extern const char *const transition_parts[];

/* What the fee of an overrun is reckoned from: the agreed rate, or the one that
 * was published last before the month begins. */
enum transition_basis { BASIS_AGREED, BASIS_LATEST };
extern const char *const transition_bases[];

/* From which month of the overrun (from 1) the fee is so many times the rate.
 */
struct transition_stage {
    int64_t from_month;
    struct rate multiplier;
};

/* A rate that was published, yuan a ㎡ and month. */
struct transition_price {
    struct day since;
    struct money rate;
};

enum {
    TRANSITION_MONTHS_MAX = 120,
    TRANSITION_STAGES_MAX = 10,
    TRANSITION_RATE_MAX = 100000000, /* fen */
    TRANSITION_AREA_MAX = 10000000,  /* 0.01 ㎡ */
};

struct transition_terms {
    struct area area;
    struct money rate; /* yuan a ㎡ and month, as agreed */
    int64_t months;    /* of the agreed period */
    unsigned start, part, basis;
    int64_t stop_months;     /* it is paid on after the hand-over */
    bool prepaid;            /* the agreed months are in the offer's total */
    bool turnover;           /* lives in a turnover flat: 周转用房 */
    bool liability_required; /* the fee rises only if the office is liable */
    bool liable;
    const struct transition_stage *stages; /* rising */
    size_t stage_count;
    const struct transition_price *prices; /* rising */
    size_t price_count;
};

/* CODE_BAD_REQUEST with the member that cannot be: no area, no rate, no period,
 * stages that do not rise or that pay less than the rate. */
struct err transition_check(const struct transition_terms *terms);

/* CODE_DENIED for who entered the terms; CODE_CONFLICT when they stand. */
struct err transition_may_confirm(bool confirmed, bool by_maker);

/* The first day, and the first of the overrun. */
struct day transition_first(const struct transition_terms *terms,
                            struct day vacated);
struct day transition_overrun(const struct transition_terms *terms,
                              struct day vacated);

/* The first day for which nothing is owed; none (0) before the hand-over. */
struct day transition_stop(const struct transition_terms *terms,
                           struct day handed_over);

struct transition_month {
    struct day from, to; /* `to` is the first day after it */
    int64_t overrun;     /* which month of the overrun; 0: within the period */
    struct rate multiplier;
    struct money rate;
    struct money amount;
};

/* The nth month (from 1) of a period that began on `first`; false when it is
 * over before that month, by `stop` (0: it goes on). */
bool transition_month(const struct transition_terms *terms, struct day first,
                      int64_t n, struct day stop,
                      struct transition_month *month);
