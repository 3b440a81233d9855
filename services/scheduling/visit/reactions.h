/* reactions.h — visits that are off: whom a household complained of does not
 * come any more, as was agreed before it complained (R-RETAL); nor does anybody
 * unasked once it is before a court (G-LIT). */
#pragma once

#include "common/service/service.h"

/* cases: household.moved. */
extern const struct shape visit_moved_household_shape;
struct err on_household_moved(struct call *call, const void *body);

/* cases: grievance.filed, grievance.moved. */
extern const struct shape visit_grievance_shape;
struct err on_grievance(struct call *call, const void *body);
