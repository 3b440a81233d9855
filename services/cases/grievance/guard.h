/* guard.h — what open grievances keep others from doing to a household.
 *
 * Other rooms ask before they act: the store says what there is, the rules say
 * what follows. */
#pragma once

#include "services/cases/grievance/rules.h"

#include "common/service/service.h"

struct shield {
    struct moment last_filed;     /* the household's last grievance; or 0     */
    struct moment approved_until; /* the panel allows a change so long; or 0 */
    bool tolled; /* what it is owed is in dispute: reward clocks pause */
    bool held;   /* no works on its plot                               */
};

/* What shields a household now. */
struct err shield_of(struct call *call, struct id household,
                     struct shield *shield);

/* OK, or CODE_CONFLICT: a change to the household's disadvantage wants the
 * district panel's approval (G-NORETAL). */
struct err shield_allows(struct call *call, struct id household);
