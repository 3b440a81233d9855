/* reactions.h — visits that a grievance ends (R-RETAL): whom a household
 * complained of does not come any more, as was agreed before it complained. */
#pragma once

#include "common/service/service.h"

/* cases: grievance.filed. */
extern const struct shape visit_grievance_shape;
struct err on_grievance_filed(struct call *call, const void *body);
