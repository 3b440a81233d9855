#include "services/notifications/channels/alarms.h"

#include "common/service/seal.h"
#include "services/notifications/channels/mail.h"
#include "services/notifications/channels/rules.h"
#include "services/notifications/channels/store_sql.h"
#include "services/notifications/contact/commands.h"

static const char *const class_names[] = { "notice", "answer", "duty",
                                           "emergency", NULL };
static const char *const state_names[] = { "waiting", "sending", "sent",
                                           "failed",  "unknown", NULL };

static const struct field delivery_fields[] = {
    FIELD(delivery, id),
    FIELD(delivery, message),
    FIELD(delivery, person),
    FIELD(delivery, class, .names = class_names),
    FIELD(delivery, state, .names = state_names),
    FIELD(delivery, attempts),
    OPTIONAL(delivery, due),
    FIELD(delivery, not_before),
    OPTIONAL(delivery, started_at),
    OPTIONAL(delivery, sent_at),
    OPTIONAL(delivery, cause),
};
static const struct shape delivery_shape = SHAPE(delivery);

struct delivery_name {
    struct id delivery;
};

static const struct field delivery_name_fields[] = {
    FIELD(delivery_name, delivery),
};
const struct shape delivery_name_shape = SHAPE(delivery_name);

/* -------------------------------------------------- what went out before it */

static const struct field mailed_fields[] = {
    FIELD(mailed, at),
};
static const struct shape mailed_shape = SHAPE(mailed);

struct history_query {
    struct id person;
    struct id id;
    struct moment since;
    bool planned;
};

static const struct field history_query_fields[] = {
    FIELD(history_query, person),
    FIELD(history_query, id),
    FIELD(history_query, since),
    FIELD(history_query, planned),
};
static const struct shape history_query_shape = SHAPE(history_query);

static struct err read_history(struct call *call, struct id person,
                               struct id delivery, bool planned,
                               struct history *history)
{
    const struct history_query query = {
        .person = person,
        .id = delivery,
        .since = { call->now.us - 7 * DAY_US },
        .planned = planned,
    };
    struct rows rows;

    TRY(list(call, &SQL_delivery_history, FROM(history_query, &query),
             &mailed_shape, &rows));
    *history = (struct history){ rows.at, rows.count };
    return OK;
}

/* ------------------------------------------------------------------ the plan
 */

struct delivery_new {
    struct id id;
    struct id message;
    struct id person;
    unsigned class;
    const char *body;
    struct moment due;
    struct moment not_before;
};

static const struct field delivery_new_fields[] = {
    FIELD(delivery_new, id),
    FIELD(delivery_new, message),
    FIELD(delivery_new, person),
    FIELD(delivery_new, class, .names = class_names),
    FIELD(delivery_new, body),
    OPTIONAL(delivery_new, due),
    FIELD(delivery_new, not_before),
};
static const struct shape delivery_new_shape = SHAPE(delivery_new);

struct reachable {
    unsigned audience;
};

static const struct field reachable_fields[] = {
    FIELD(reachable, audience, .names = audience_names),
};
static const struct shape reachable_shape = SHAPE(reachable);

struct err delivery_plan(struct call *call, struct id message, struct id person,
                         const struct letter *letter)
{
    struct delivery_new plan = {
        .id = id_new(call->now),
        .message = message,
        .person = person,
        .class = letter->class,
        .body = letter->mail,
        .due = letter->due,
    };
    struct history earlier;
    struct rows contacts;

    if (!mail_is_set_up())
        return OK;
    TRY(list(call, &SQL_delivery_contact, FROM(delivery_new, &plan),
             &reachable_shape, &contacts));
    if (contacts.count == 0)
        return OK;
    TRY(read_history(call, person, plan.id, true, &earlier));
    plan.not_before = delivery_time(letter->class, letter->due, call->now,
                                    earlier, &peace_rules);
    TRY(store(call, &SQL_delivery_add, FROM(delivery_new, &plan)));
    return alarm_set(call, "delivery.send", plan.id, plan.not_before,
                     FROM(delivery_name, &(struct delivery_name){ plan.id }));
}

/* ------------------------------------------------------------- what became */

struct message_sent {
    struct id message;
    const char *channel;
    const char *cause;
};

static const struct field message_sent_fields[] = {
    FIELD(message_sent, message),
    FIELD(message_sent, channel),
    OPTIONAL(message_sent, cause),
};
const struct shape message_sent_shape = SHAPE(message_sent);

/* Stores a mail's state and tells of its end, or sets the next attempt. */
static struct err record(struct call *call, const struct delivery *d)
{
    const struct delivery_name name = { d->id };
    const struct message_sent end = { d->message, "mail", d->cause };

    about(call, d->person);
    TRY(store(call, &SQL_delivery_save, FROM(delivery, d)));
    switch (d->state) {
    case DELIVERY_WAITING:
        return alarm_set(call, "delivery.send", d->id, d->not_before,
                         FROM(delivery_name, &name));
    case DELIVERY_SENDING:
        return alarm_set(call, "delivery.check", d->id,
                         (struct moment){ d->started_at.us + DELIVERY_LOST_US },
                         FROM(delivery_name, &name));
    case DELIVERY_SENT:
        return emit(call, "message.sent", d->message, FROM(message_sent, &end));
    case DELIVERY_FAILED:
    case DELIVERY_UNKNOWN:
        return emit(call, "message.failed", d->message,
                    FROM(message_sent, &end));
    }
    return fail(CODE_FAULT, "a mail in no known state");
}

static struct err give_up(struct call *call, struct delivery *d,
                          const char *cause)
{
    d->state = DELIVERY_FAILED;
    d->cause = cause;
    return record(call, d);
}

/* ----------------------------------------------------------- delivery.send */

struct delivery_letter {
    const char *subject;
    const char *body;
    struct bytes email;
};

static const struct field delivery_letter_fields[] = {
    FIELD(delivery_letter, subject),
    FIELD(delivery_letter, body),
    FIELD(delivery_letter, email),
};
static const struct shape delivery_letter_shape = SHAPE(delivery_letter);

static const struct mail *prepare(struct call *call, const struct delivery *d,
                                  const struct delivery_letter *letter)
{
    struct mail *mail = arena_alloc(call->arena, sizeof *mail);

    *mail = (struct mail){
        .delivery = d->id,
        .at = call->now,
        .to = call->seal ? seal_open_text(call->seal, "contact.email",
                                          d->person, letter->email, call->arena)
                         : NULL,
        .subject = letter->subject,
        .body = letter->body,
    };
    return mail;
}

struct err on_delivery_send(struct call *call, const void *body)
{
    const struct delivery_name *name = body;
    struct delivery d;
    struct rows letters;
    struct history earlier;

    TRY(fetch(call, &SQL_delivery_lock, FROM(delivery_name, name),
              INTO(delivery, &d)));
    if (d.state != DELIVERY_WAITING)
        return OK;
    TRY(list(call, &SQL_delivery_letter, FROM(delivery_name, name),
             &delivery_letter_shape, &letters));
    if (letters.count == 0)
        return give_up(call, &d, "no address any more");

    const struct mail *mail = prepare(call, &d, letters.at);
    if (!mail->to)
        return give_up(call, &d, "the address cannot be opened");

    TRY(read_history(call, d.person, d.id, false, &earlier));
    delivery_begin(&d, call->now, earlier, &peace_rules);
    if (d.state == DELIVERY_SENDING)
        call->prepared = mail;
    return record(call, &d);
}

struct err settle_delivery_send(struct call *call, const void *body,
                                struct err acted)
{
    const struct delivery_name *name = body;
    struct delivery d;

    TRY(fetch(call, &SQL_delivery_lock, FROM(delivery_name, name),
              INTO(delivery, &d)));
    delivery_settle(&d, acted, call->now, &peace_rules);
    TRY(alarm_cancel(call, "delivery.check", d.id));
    return record(call, &d);
}

/* ---------------------------------------------------------- delivery.check */

struct err on_delivery_check(struct call *call, const void *body)
{
    const struct delivery_name *name = body;
    struct delivery d;

    TRY(fetch(call, &SQL_delivery_lock, FROM(delivery_name, name),
              INTO(delivery, &d)));
    if (d.state != DELIVERY_SENDING)
        return OK;
    d.state = DELIVERY_UNKNOWN;
    d.cause = "nothing heard of it";
    return record(call, &d);
}
