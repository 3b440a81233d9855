/* own.h — a household sees and moves only itself.
 *
 * In the register's world a resident acts under the id of the household.  A
 * proxy's mandate is not registered yet, so that a proxy acts under it too. */
#pragma once

#include "common/service/service.h"

/* Who of the office may, beside the household itself (domain.md 5.4); main.c
 * and the handlers both take them from here. */
#define ROLE_HOUSEHOLD (ROLE(RESIDENT) | ROLE(PROXY))
#define ROLE_MONEY                                                             \
    (ROLE(T1_EXPLAINER) | ROLE(T2_SIGNING) | ROLE(T5_QUALITY) | ROLE(DEPT))
#define ROLE_REGISTER                                                          \
    (ROLE_MONEY | ROLE(T3_FRONT) | ROLE(T6_SERVICE) | ROLE(PRIVACY_OFFICER))
#define ROLE_WINDOW (ROLE(T2_SIGNING) | ROLE(T5_QUALITY) | ROLE(T6_SERVICE))

/* OK for these of the office and for the household itself, CODE_DENIED for
 * anybody else. */
struct err own_only(const struct call *call, role_set office,
                    struct id household);
