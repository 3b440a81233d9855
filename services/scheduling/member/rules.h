/* rules.h — who may be on the staff list, and who may stand in a squad.
 *
 * Pure functions.  A flag says where somebody comes from who must not stand
 * before a resident (R-LEO); it is given once and never taken off.  The list
 * may hold such people (an emergency call-out is logged with them), a squad and
 * a visit may not. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/shape.h"
#include "common/base/value.h"

#include <stdbool.h>

enum { SQUAD_DAYS_MAX = 90, SQUAD_MEMBERS_MAX = 20 }; /* domain.md 5.1 SQ */

struct member {
    struct id id;
    const char *name;
    const char *badge;
    unsigned gender;
    struct id community; /* where the member is at home, or none          */
    const char *teams;   /* role names, by commas                         */
    const char *flags;   /* by commas, "" = none                          */
    bool active;
};

/* True when each of the words, by commas, is a flag; "" is none. */
bool member_flags_known(const char *flags);

struct squad_call {
    struct day from, until;
    size_t wanted;       /* how many were named            */
    struct rows members; /* struct member: those found     */
};

/* A call-up order: a term of at most 90 days, members who may visit. */
struct err squad_check(const struct squad_call *squad, struct arena *arena);
