#include "services/notifications/message/reactions.h"

#include "services/notifications/channels/alarms.h"
#include "services/notifications/contact/commands.h"
#include "services/notifications/duty/commands.h"
#include "services/notifications/message/store_sql.h"

static const struct field news_fields[] = {
    FIELD(news, household),        OPTIONAL(news, visitors),
    OPTIONAL(news, start),         OPTIONAL(news, was),
    OPTIONAL(news, minutes),       OPTIONAL(news, topic),
    OPTIONAL(news, outcome),       OPTIONAL(news, started),
    OPTIONAL(news, ended),         OPTIONAL(news, sign_from),
    OPTIONAL(news, cooling_until), OPTIONAL(news, until),
};
const struct shape news_shape = SHAPE(news);

static const struct field summons_fields[] = {
    FIELD(news, tell),
    OPTIONAL(news, flow),
    OPTIONAL(news, due_at),
};
const struct shape summons_shape = {
    .name = "summons",
    .size = sizeof(struct news),
    .fields = summons_fields,
    .count = sizeof summons_fields / sizeof *summons_fields,
};

struct message {
    struct id id;
    struct id event;
    const char *topic;
    struct id household;
    struct id person;
    unsigned audience;
    const char *subject;
    const char *text;
    struct moment at;
};

static const struct field message_fields[] = {
    FIELD(message, id),      FIELD(message, event),
    FIELD(message, topic),   OPTIONAL(message, household),
    FIELD(message, person),  FIELD(message, audience, .names = audience_names),
    FIELD(message, subject), FIELD(message, text),
    FIELD(message, at),
};
static const struct shape message_shape = SHAPE(message);

struct message_added {
    struct id id;
};

static const struct field message_added_fields[] = {
    FIELD(message_added, id),
};
static const struct shape message_added_shape = SHAPE(message_added);

static struct err tell(struct call *call, const char *topic,
                       const struct news *news, enum audience to,
                       struct id person)
{
    struct letter letter;
    struct rows added;

    TRY(letter_write(topic, to, news, call->arena, &letter));
    const struct message message = {
        .id = id_new(call->now),
        .event = call->id,
        .topic = topic,
        .household = news->household,
        .person = person,
        .audience = to,
        .subject = letter.subject,
        .text = letter.text,
        .at = call->now,
    };
    TRY(list(call, &SQL_message_add, FROM(message, &message),
             &message_added_shape, &added));
    if (added.count == 0)
        return OK;
    return delivery_plan(call, message.id, person, &letter);
}

static struct err tell_all(struct call *call, const char *topic,
                           const struct news *news)
{
    TRY(tell(call, topic, news, TO_HOUSEHOLD, news->household));
    for (size_t i = 0; i < news->visitors.count; i++)
        TRY(tell(call, topic, news, TO_MEMBER, news->visitors.at[i]));
    return OK;
}

struct err on_visit_booked(struct call *call, const void *body)
{
    return tell_all(call, "visit.booked", body);
}

struct err on_visit_moved(struct call *call, const void *body)
{
    return tell_all(call, "visit.moved", body);
}

struct err on_visit_cancelled(struct call *call, const void *body)
{
    return tell_all(call, "visit.cancelled", body);
}

/* The visitors were there: only the household is told of the record. */
static struct err tell_household(struct call *call, const char *topic,
                                 const struct news *news)
{
    return tell(call, topic, news, TO_HOUSEHOLD, news->household);
}

struct err on_visit_logged(struct call *call, const void *body)
{
    return tell_household(call, "visit.logged", body);
}

struct err on_household_offered(struct call *call, const void *body)
{
    return tell_household(call, "household.offered", body);
}

struct err on_household_signed(struct call *call, const void *body)
{
    return tell_household(call, "household.signed", body);
}

struct err on_household_withdrew(struct call *call, const void *body)
{
    return tell_household(call, "household.withdrew", body);
}

struct err on_household_effective(struct call *call, const void *body)
{
    return tell_household(call, "household.effective", body);
}

struct err on_choice_turn(struct call *call, const void *body)
{
    return tell_household(call, "choice.turn", body);
}

/* Whoever bears one of the roles that are called. */
static struct err summon(struct call *call, const char *topic,
                         const struct news *news)
{
    struct rows holders;

    TRY(duty_holders(call, news->tell, &holders));
    const struct duty_holder *holder = holders.at;
    for (size_t i = 0; i < holders.count; i++)
        TRY(tell(call, topic, news, TO_MEMBER, holder[i].member));
    return OK;
}

struct err on_grievance_emergency(struct call *call, const void *body)
{
    return summon(call, "grievance.emergency", body);
}

struct err on_hardship_called(struct call *call, const void *body)
{
    return summon(call, "hardship.called", body);
}

struct err on_access_noticed(struct call *call, const void *body)
{
    return summon(call, "access.noticed", body);
}

struct err on_deadline_step(struct call *call, const void *body)
{
    return summon(call, "deadline.step", body);
}
