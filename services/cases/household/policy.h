/* policy.h — the numbers that protect a household, each with its source, and
 * who may do what.
 *
 * They are constants: no setting, no role and no command loosens one (R-CFG).
 * The database says the same in services/cases/schema/0010_cases.sql. */
#pragma once

#include "common/base/role.h"

/* Who of the office may, beside the household itself (domain.md 5.4); main.c
 * and the handlers both take them from here. */
#define ROLE_HOUSEHOLD (ROLE(RESIDENT) | ROLE(PROXY))
#define ROLE_MONEY                                                             \
    (ROLE(T1_EXPLAINER) | ROLE(T2_SIGNING) | ROLE(T5_QUALITY) | ROLE(DEPT))
#define ROLE_REGISTER                                                          \
    (ROLE_MONEY | ROLE(T3_FRONT) | ROLE(T6_SERVICE) | ROLE(PRIVACY_OFFICER))
#define ROLE_WINDOW (ROLE(T2_SIGNING) | ROLE(T5_QUALITY) | ROLE(T6_SERVICE))

/* Who writes down at the window what a household says or does for itself; none
 * of them has to do with the signing of it. */
#define ROLE_COUNTER                                                           \
    (ROLE(T3_FRONT) | ROLE(T4_MEDIATOR) | ROLE(T5_QUALITY) | ROLE(T6_SERVICE))

/* clang-format off */
enum {
    /* G-PUBLISHED; Decree 590 art. 10, Land Law Implementing Regulations
     * art. 28: whole days between the publication and an offer's release. */
    PLAN_DAYS      = 30, /* the plan, and a project's first pack of rules */
    AMENDMENT_DAYS = 10, /* a later pack, which can only pay more         */

    /* G-READ, domain.md 4.6: whole days after the day of the offer. */
    READ_DAYS      = 7,

    /* G-COOL, domain.md 4.6: the days in which to withdraw, without cost. */
    COOL_DAYS      = 7,

    /* G-PLACE, domain.md 4.6: minutes of the district's day, 08:30 - 18:00. */
    SIGN_MINUTE_FROM  = 8 * 60 + 30,
    SIGN_MINUTE_UNTIL = 18 * 60,

    /* G-POST, Qingdao art. 51: whole days on the board. */
    POST_DAYS      = 5,

    /* G-APPRAISAL-FINAL, domain.md 4.6: a household may waive the review of
     * its appraisal in writing, so many days after it had the report. */
    WAIVE_DAYS     = 3,

    /* The committee of experts, domain.md 1.2 A11: an odd number. */
    PANEL_MIN      = 3,

    /* At least this many of the office witness a signature. */
    SIGNERS_MIN    = 1,
    SIGNERS_MAX    = 5,
};
/* clang-format on */
