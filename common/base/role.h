/* role.h — who somebody is to the system (domain.md 5.4).
 *
 * A command names the roles that may ask it; the actor brings the roles that it
 * has.  Nothing else grants anything: there is no role that may do all. */
#pragma once

#include "common/base/arena.h"

#include <stdint.h>

/* clang-format off */
#define ROLES(X)                                                              \
    X(RESIDENT, "resident")             X(PROXY, "proxy")                     \
    X(CENTRAL_HOUSEHOLD, "central_household")                                 \
    X(COMMUNITY_WINDOW, "community_window")                                   \
    X(GRID_MEMBER, "grid_member")                                             \
    X(COMMUNITY_SECRETARY, "community_secretary")                             \
    X(T1_EXPLAINER, "t1_explainer")     X(T2_SIGNING, "t2_signing")           \
    X(T3_FRONT, "t3_front")             X(T4_MEDIATOR, "t4_mediator")         \
    X(T5_QUALITY, "t5_quality")         X(T6_SERVICE, "t6_service")           \
    X(DUTY_OFFICER, "duty_officer")     X(CHAIR, "chair")                     \
    X(DISTRICT_PANEL, "district_panel") X(FINANCE, "finance")                 \
    X(RULE_EDITOR, "rule_editor")       X(RULE_APPROVER, "rule_approver")     \
    X(DEPT, "dept")                     X(APPRAISER, "appraiser")             \
    X(IT_OPERATOR, "it_operator")       X(SEC_AUDITOR, "sec_auditor")         \
    X(PRIVACY_OFFICER, "privacy_officer") X(INTEGRATOR, "integrator")         \
    X(AUDITOR, "auditor")               X(GOV_ORGAN, "gov_organ")             \
    X(SERVICE, "service")
/* clang-format on */

typedef uint64_t role_set;

enum role_index {
#define ROLE_INDEX(name, text) ROLE_INDEX_##name,
    ROLES(ROLE_INDEX)
#undef ROLE_INDEX
};

#define ROLE(name) (UINT64_C(1) << ROLE_INDEX_##name)

/* Anyone on the bus, with or without a role: for what is public. */
#define ROLE_ANYONE UINT64_C(0)

/* Every member of a team that meets households. */
#define ROLE_TEAMS                                                             \
    (ROLE(T1_EXPLAINER) | ROLE(T2_SIGNING) | ROLE(T3_FRONT)                    \
     | ROLE(T4_MEDIATOR) | ROLE(T6_SERVICE) | ROLE(GRID_MEMBER))

/* Reads "t2_signing,t5_quality"; false when a name is not known. */
_Bool roles_parse(const char *text, role_set *roles);

/* The name of the role at an index, counting from 0; NULL past the last. */
const char *roles_name(unsigned index);

/* Their names with `between` between them; "" for none. */
const char *roles_text(role_set roles, const char *between,
                       struct arena *arena);
