#include "services/notifications/contact/commands.h"

#include "common/service/seal.h"
#include "services/notifications/contact/rules.h"
#include "services/notifications/contact/store_sql.h"

const char *const audience_names[] = { "household", "member", NULL };

/* A resident acts under the household's id, a member under the member's. */
bool is_oneself(const struct call *call, struct id person)
{
    return id_same(call->actor, person);
}

bool serves_households(const struct call *call)
{
    return call->roles & (ROLE(T3_FRONT) | ROLE(T6_SERVICE));
}

/* ------------------------------------------------------------ contact.set */

struct contact_set {
    struct id person;
    unsigned kind;
    const char *email;
};

static const struct field contact_set_fields[] = {
    FIELD(contact_set, person),
    FIELD(contact_set, kind, .names = audience_names),
    OPTIONAL(contact_set, email, .max = 254),
};
const struct shape contact_set_shape = SHAPE(contact_set);

struct contact_person {
    struct id person;
};

static const struct field contact_person_fields[] = {
    FIELD(contact_person, person),
};
const struct shape contact_person_shape = SHAPE(contact_person);

struct contact {
    struct id person;
    unsigned audience;
    struct bytes email;
    struct moment set_at;
    struct id set_by;
};

static const struct field contact_fields[] = {
    FIELD(contact, person), FIELD(contact, audience, .names = audience_names),
    FIELD(contact, email),  FIELD(contact, set_at),
    FIELD(contact, set_by),
};
static const struct shape contact_shape = SHAPE(contact);

static struct err set_email(struct call *call, const struct contact_set *ask)
{
    TRY(email_check(ask->email));

    struct contact contact = {
        .person = ask->person,
        .audience = ask->kind,
        .set_at = call->now,
        .set_by = call->actor,
    };
    TRY(seal_field(call, "contact.email", ask->person, ask->email,
                   &contact.email));
    return store(call, &SQL_contact_set, FROM(contact, &contact));
}

struct err cmd_contact_set(struct call *call, const void *body)
{
    const struct contact_set *ask = body;
    const struct contact_person person = { ask->person };

    if (!is_oneself(call, ask->person)
        && !(serves_households(call) && ask->kind == TO_HOUSEHOLD))
        return fail(CODE_DENIED,
                    "one's own address, or a household's at the window, can "
                    "be set");
    if (ask->email)
        TRY(set_email(call, ask));
    else
        TRY(store_any(call, &SQL_contact_drop, FROM(contact_person, &person)));
    about(call, ask->person);
    return reply(call, FROM(contact_person, &person));
}
