/* policy.h — the numbers that protect who complains, each with its source, and
 * who may do what.
 *
 * They are constants: no setting, no role and no command loosens one (R-CFG).
 * The database says the same in services/cases/schema/0019_grievance.sql. */
#pragma once

#include "common/base/flow.h"
#include "services/cases/household/policy.h"

/* Its moves (rules.c). */
extern const struct flow grievance_flow;

/* Who of the office sees grievances (domain.md 5.4).  The signing team is not
 * among them, whatever else one of it may be (G-FIREWALL). */
#define ROLE_GRIEVANCE                                                         \
    (ROLE(COMMUNITY_WINDOW) | ROLE(T5_QUALITY) | ROLE(DISTRICT_PANEL)          \
     | ROLE(DUTY_OFFICER))
#define ROLE_G1    (ROLE(COMMUNITY_WINDOW) | ROLE(T5_QUALITY))
#define ROLE_GUARD (ROLE(T5_QUALITY) | ROLE(DISTRICT_PANEL))
#define ROLE_ALERT (ROLE_GUARD | ROLE(DUTY_OFFICER))

/* Whoever first hears of it takes it down (domain.md 3.3, channels). */
#define ROLE_HEARS                                                             \
    (ROLE_HOUSEHOLD | ROLE_TEAMS | ROLE_GRIEVANCE | ROLE(CENTRAL_HOUSEHOLD)    \
     | ROLE(INTEGRATOR) | ROLE(SERVICE))

/* clang-format off */
enum {
    /* G-NORETAL, domain.md 4.5: whole days after the day of a grievance. */
    NORETAL_DAYS    = 180,

    /* An approval of the district panel to change a file is for these days. */
    APPROVAL_DAYS   = 30,

    /* R-CLOSE: whole days after the end in which it may be reopened. */
    REOPEN_DAYS     = 90,

    /* domain.md 3.3: one extension, of so many days at most. */
    EXTEND_DAYS_MAX = 15,
};
/* clang-format on */
