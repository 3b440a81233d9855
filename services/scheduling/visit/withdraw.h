/* withdraw.h — planned visits that may not take place any more.
 *
 * When a resident asks for quiet, when a pause begins, when a member turns out
 * to be a relative: what was planned before is cancelled in the same call, so
 * that no visit stands that could not be booked now. */
#pragma once

#include "common/service/service.h"

enum visit_topics {
    VISITS_ALL,
    VISITS_SIGNING,
    VISITS_SERVICE,
    VISITS_NOT_STATUTORY,
};

enum visit_side { SIDE_RESIDENT, SIDE_OFFICE };

struct visit_withdraw {
    struct id household;
    struct id member;     /* only the visits of this one; none = of all      */
    unsigned topics;      /* enum visit_topics                               */
    struct moment before; /* those that begin before it; 0 = all             */
    bool asked_too;       /* also those that the resident asked for          */
    unsigned by; /* enum visit_side: on whose account                     */
};

/* Cancels the planned visits that have not begun, with an event for each. */
struct err visit_withdraw(struct call *call,
                          const struct visit_withdraw *which);
