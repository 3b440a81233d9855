/* period.h — the clocks of a household, as its moves start and stop them. */
#pragma once

#include "common/service/service.h"
#include "services/cases/household/rules.h"

/* After a move by `event` to where `at` stands: what may not run there stops,
 * what begins with the event starts, counted from its day. */
struct err periods_turn(struct call *call, struct id household,
                        const struct standing *at, unsigned event);

/* household.deadlines {household}: each period that runs, its rule and source,
 * and when it ends. */
extern const struct shape household_deadlines_shape, household_due_shape;
struct err cmd_household_deadlines(struct call *call, const void *body);
