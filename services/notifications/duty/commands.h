/* commands.h — who is told when a role is called.
 *
 * Events name roles ("duty_officer"), never people.  An emergency has to reach
 * a person within four hours (domain.md 3.3), so who bears which role stands
 * here. */
#pragma once

#include "common/service/service.h"

/* duty.set: a member's roles, all of them; none takes them away.  Who leaves as
 * the last of a role that emergencies call is refused: somebody has to hear. */
extern const struct shape duty_set_shape, duty_member_shape;
struct err cmd_duty_set(struct call *call, const void *body);

/* duty.list: everybody with a role. */
extern const struct shape duty_page_shape;
struct err cmd_duty_list(struct call *call, const void *body);

/* The members who bear one of the roles, by commas; rows of struct duty_holder.
 */
struct duty_holder {
    struct id member;
};
struct err duty_holders(struct call *call, const char *roles,
                        struct rows *holders);
