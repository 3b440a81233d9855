/* rules.h — how satisfied residents are, and what may be told of it (domain.md
 * 7.4; §8 R-SURVEY, R-FAKE).
 *
 * A district's own people ask; whoever signs, visits or leads has no hand in
 * it.  Answers are by token, so nobody knows whose one is.  Nothing is told
 * before the round is over, and nothing that few have said. */
#pragma once

#include "common/base/err.h"
#include "common/base/role.h"
#include "common/base/value.h"

enum {
    SATISFACTION_DAYS_LEAST = 7,
    SATISFACTION_DAYS_MOST = 92,    /* a quarter                              */
    SATISFACTION_HOMES_MOST = 1500, /* of a community: an answer of the bus  */
    SATISFACTION_GOOD = 4,          /* of 1 to 5: counts as satisfied         */
    SATISFACTION_PRESSED = 3,       /* of 1 to 5: pressure was felt           */
    SATISFACTION_ONE_DEVICE = 5,    /* answers from one device: none counts   */
    SATISFACTION_SHOWN = 5,        /* answers that a project is told by (§6) */
    SATISFACTION_SHOWN_APART = 30, /* and a community                        */
};

/* May somebody in these roles open a round, have its letters and close it? */
struct err satisfaction_may_run(role_set roles);

/* May a round that is opened now last until then? */
struct err satisfaction_may_last(struct moment now, struct moment closes);

/* May letters be printed for so many households of which somebody has, or has
 * not, answered yet? */
struct err satisfaction_may_print(int64_t households, bool answered);

/* Is the round over, or has it to be? */
bool satisfaction_is_over(struct moment now, struct moment closes,
                          struct moment closed);

/* May this token answer now? */
struct err satisfaction_may_answer(bool spent, bool over);

/* What was counted, of a community or of all. */
struct satisfaction_tally {
    struct id community; /* none: of all */
    const char *community_name;
    int64_t tokens; /* households that were asked            */
    int64_t said;   /* answers, of which these do not count: */
    int64_t beside_staff;
    int64_t of_one_device;
    int64_t answers; /* that count, and of them: */
    int64_t good;
    int64_t respect;
    int64_t clarity;
    int64_t fairness;
    int64_t promise;
    int64_t quality;
    int64_t quality_answers; /* who lives in a new house already */
    int64_t pressed;
};

/* Adds one up to the other. */
void satisfaction_add(struct satisfaction_tally *all,
                      const struct satisfaction_tally *one);

/* A share, with the interval that holds it in 95 of 100 samples (Wilson's score
 * interval, E. B. Wilson, JASA 22, 1927), in whole thousandths.  Of none it is
 * from 0 to 1. */
struct satisfaction_share {
    struct rate share;
    struct rate low;
    struct rate high;
};
struct satisfaction_share satisfaction_share(int64_t part, int64_t of);

/* Which communities are told apart: those of which enough have answered.  What
 * is missing is the rest of the whole, so when all of it together is by fewer
 * than that, the smallest of the others is held back with it. */
void satisfaction_hold_back(const struct satisfaction_tally *communities,
                            size_t count, bool *held);
