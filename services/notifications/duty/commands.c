#include "services/notifications/duty/commands.h"

#include "services/notifications/duty/store_sql.h"

#include <string.h>

enum { ROLES_TEXT = 400, MEMBERS_MAX = 2000 };

/* ---------------------------------------------------------------- duty.set */

struct duty {
    struct id member;
    const char *roles; /* by commas; NULL: none any more */
    struct moment since;
    struct id set_by;
};
static const struct field duty_fields[] = {
    FIELD(duty, member),
    OPTIONAL(duty, roles, .max = ROLES_TEXT),
    FIELD(duty, since),
    FIELD(duty, set_by),
};
static const struct shape duty_shape = SHAPE(duty);

/* The first two, which is all that anybody says. */
enum { SAID = 2 };
const struct shape duty_set_shape = {
    .name = "duty_set",
    .size = sizeof(struct duty),
    .fields = duty_fields,
    .count = SAID,
};

static const struct field duty_holder_fields[] = {
    FIELD(duty_holder, member),
};
const struct shape duty_member_shape = {
    .name = "duty_member",
    .size = sizeof(struct duty_holder),
    .fields = duty_holder_fields,
    .count = 1,
};
static const struct shape duty_holder_shape = SHAPE(duty_holder);

struct tell {
    const char *tell;
};
static const struct field tell_fields[] = {
    FIELD(tell, tell, .max = ROLES_TEXT),
};
static const struct shape tell_shape = SHAPE(tell);

struct err duty_holders(struct call *call, const char *roles,
                        struct rows *holders)
{
    const struct tell tell = { roles };

    return list(call, &SQL_duty_holders, FROM(tell, &tell), &duty_holder_shape,
                holders);
}

/* Somebody has to hear an emergency: the last one stays until there is
 * another. */
static struct err still_heard(struct call *call, struct id member,
                              role_set roles)
{
    struct rows holders;

    if (roles & ROLE(DUTY_OFFICER))
        return OK;
    TRY(duty_holders(call, "duty_officer", &holders));
    const struct duty_holder *holder = holders.at;
    if (holders.count == 1 && id_same(holder->member, member))
        return fail(CODE_CONFLICT, "this is the only duty officer, and an "
                                   "emergency would reach nobody; set another "
                                   "one first");
    return OK;
}

struct err cmd_duty_set(struct call *call, const void *body)
{
    struct duty duty = *(const struct duty *)body;
    struct duty_holder member = { duty.member };
    role_set roles = 0;

    if (duty.roles && (!*duty.roles || !roles_parse(duty.roles, &roles)))
        return fail_at("roles", "has to be names of roles, by commas");
    TRY(still_heard(call, duty.member, roles));
    duty.since = call->now;
    duty.set_by = call->actor;
    TRY(store_any(call, &SQL_duty_drop, FROM(duty_holder, &member)));
    if (duty.roles) {
        duty.roles = roles_text(roles, ",", call->arena); /* each once */
        TRY(store_any(call, &SQL_duty_add, FROM(duty, &duty)));
    }
    about(call, duty.member);
    return reply(call, FROM(duty_holder, &member));
}

/* --------------------------------------------------------------- duty.list */

static const struct field duty_row_fields[] = {
    FIELD(duty, member),
    FIELD(duty, roles),
    FIELD(duty, since),
};
static const struct shape duty_row_shape = {
    .name = "duty_row",
    .size = sizeof(struct duty),
    .fields = duty_row_fields,
    .count = sizeof duty_row_fields / sizeof *duty_row_fields,
};

struct duty_page {
    struct rows duties;
};
static const struct field duty_page_fields[] = {
    FIELD(duty_page, duties, .shape = &duty_row_shape, .max = MEMBERS_MAX),
};
const struct shape duty_page_shape = SHAPE(duty_page);

struct err cmd_duty_list(struct call *call, const void *body)
{
    struct duty_page page;

    TRY(list(call, &SQL_duty_list, FROM(nothing, body), &duty_row_shape,
             &page.duties));
    return reply(call, FROM(duty_page, &page));
}
