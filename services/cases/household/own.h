/* own.h — a household sees and moves only itself.
 *
 * In the register's world a resident acts under the id of the household.  A
 * proxy's mandate is not registered yet, so that a proxy acts under it too. */
#pragma once

#include "common/service/service.h"
#include "services/cases/household/policy.h"

/* OK for these of the office and for the household itself, CODE_DENIED for
 * anybody else. */
struct err own_only(const struct call *call, role_set office,
                    struct id household);
