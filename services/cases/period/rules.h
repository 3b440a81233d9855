/* rules.h — the periods of a household: how long, by what law, and from when.
 *
 * The guards of the moves (household/rules.c) and the clocks that run
 * (period.c) both take them from here. */
#pragma once

#include "common/base/flow.h"
#include "services/cases/clock/rules.h"

/* All of them; ends with a rule without a name. */
extern const struct clock_rule household_clocks[];
#define T_PAY "T-PAY"

/* The period until the agreed day of payment, counted from the day of effect;
 * a day before that is that day. */
struct clock_length pay_length(struct day effective, struct day agreed);

/* The states in which it may run; in any other it stops. */
flow_set period_runs_in(const struct clock_rule *rule);

/* Those that begin with an event, one by one from 0; NULL after the last. */
const struct clock_rule *period_begun_by(unsigned event, size_t n);

/* When the period of that name ends, counted from a moment or a day. */
struct moment end_from(struct moment from, const char *name);
struct moment end_after(struct day day, const char *name);

/* The first moment at which an offer may be signed: 08:30 of the day after
 * READ_DAYS whole days.  It is a time to wait, not a time to act, so that a
 * day off at its end does not move it. */
struct moment sign_from(struct moment offered_at);

/* The end of the last day on which a signature may be taken back.  Whoever has
 * to act gets the next working day when the last is a day off (Civil Code
 * art. 203). */
struct moment cooling_end(struct moment signed_at);

/* From when on the law lets a decision be enforced through the court: the time
 * for every remedy is over (domain.md 1.8). */
struct moment remedies_over(struct day decided, struct day remedy_ended);
