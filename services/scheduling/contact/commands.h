/* commands.h — what a household says about being contacted, and the shapes of
 * the facts that the contact guard decides by. */
#pragma once

#include "common/service/service.h"
#include "services/scheduling/contact/rules.h"

/* household.windows, household.quiet; see README.md. */
extern const struct shape household_windows_shape;
extern const struct shape household_quiet_shape;
struct err cmd_household_windows(struct call *call, const void *body);
struct err cmd_household_quiet(struct call *call, const void *body);

/* The household as this service knows it. */
struct contact_house {
    struct id household;
    struct id community;
};

/* Locks the household: what is decided about it is decided one by one.
 * CODE_NOT_FOUND when `cases` has not told of it yet. */
struct err contact_lock(struct call *call, struct id household,
                        struct contact_house *house);

/* The numbers of the policy as fields of a struct whose member is `policy`. */
/* clang-format off */
#define CONTACT_POLICY_FIELD(type, number)                                   \
    { .name = #number, .kind = KIND_INT,                                     \
      .offset = offsetof(struct type, policy.number) },
/* clang-format on */

extern const char *const contact_topics[];   /* of enum topic       */
extern const char *const contact_outcomes[]; /* of enum outcome     */
extern const char *const contact_scopes[];   /* of enum quiet_scope */

extern const struct shape contact_visit_shape;
extern const struct shape contact_window_shape;
extern const struct shape contact_quiet_shape;
