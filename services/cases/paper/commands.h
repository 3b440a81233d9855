/* commands.h — a paper is written down, and the household moves by it. */
#pragma once

#include "common/service/service.h"
#include "services/cases/household/policy.h"

/* household.record {households, event, day, ...}: the same paper for one
 * household or for many (a posting, a service round). */
extern const struct shape paper_record_shape, paper_recorded_shape;
struct err cmd_household_record(struct call *call, const void *body);

/* Any of these has something to write down; the move's row says who what. */
#define ROLE_RECORDS                                                           \
    (ROLE_HOUSEHOLD | ROLE_COUNTER | ROLE(T1_EXPLAINER) | ROLE(T2_SIGNING)     \
     | ROLE(DEPT) | ROLE(APPRAISER) | ROLE(GOV_ORGAN))
