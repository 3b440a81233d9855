/* policy.h — who of the office may what about problems and their meetings, and
 * the table of their moves. */
#pragma once

#include "common/base/flow.h"

extern const struct flow problem_flow;

/* Whom domain.md 5.4 lets see problems; teams that only raise see their own. */
#define ROLE_PC_ALL                                                            \
    (ROLE(T1_EXPLAINER) | ROLE(T2_SIGNING) | ROLE(T4_MEDIATOR)                 \
     | ROLE(T5_QUALITY) | ROLE(DUTY_OFFICER) | ROLE(CHAIR)                     \
     | ROLE(DISTRICT_PANEL) | ROLE(AUDITOR))
#define ROLE_PC_STAFF                                                          \
    (ROLE_PC_ALL | ROLE(T3_FRONT) | ROLE(T6_SERVICE) | ROLE(GRID_MEMBER)       \
     | ROLE(COMMUNITY_SECRETARY) | ROLE(DEPT))
#define ROLE_PC_OWN (ROLE(RESIDENT) | ROLE(PROXY) | ROLE(CENTRAL_HOUSEHOLD))
#define ROLE_PC_ANY (ROLE_PC_STAFF | ROLE_PC_OWN)

/* Who prepares a meeting and takes down what is said. */
#define ROLE_PC_SECRETARY (ROLE(T4_MEDIATOR) | ROLE(CHAIR))
