/* rules.h — what a grievance keeps others from doing to the household
 * (G-NORETAL, domain.md 4.5), for the rules of other rooms.  Pure. */
#pragma once

#include "common/base/calendar.h"
#include "common/base/flow.h"

/* The first moment at which one filed then no longer shields the household. */
struct moment shield_end(struct moment filed_at);

/* The first moment at which the panel's approval is over. */
struct moment approval_end(struct moment approved_at);

/* What keeps a change to a household's disadvantage from being made: a
 * grievance of these days, unless the district's panel approved the change
 * (G-NORETAL).  A moment is 0 where there is none. */
struct hold shield_hold(struct moment last_filed, struct moment approved_until,
                        struct moment now, struct arena *arena);
