#include "services/notifications/message/commands.h"

#include "services/notifications/contact/commands.h"
#include "services/notifications/message/store_sql.h"

/* ------------------------------------------------------------- inbox.list */

struct inbox_list {
    struct id person;
    struct id after;
    int64_t limit;
};

static const struct field inbox_list_fields[] = {
    FIELD(inbox_list, person),
    OPTIONAL(inbox_list, after),
    OPTIONAL(inbox_list, limit, .least = 1, .most = 100, .fallback = "20"),
};
const struct shape inbox_list_shape = SHAPE(inbox_list);

struct inbox_query {
    struct id person;
    struct id after;
    bool own;
    int64_t rows;
};

static const struct field inbox_query_fields[] = {
    FIELD(inbox_query, person),
    OPTIONAL(inbox_query, after),
    FIELD(inbox_query, own),
    FIELD(inbox_query, rows),
};
static const struct shape inbox_query_shape = SHAPE(inbox_query);

struct inbox_message {
    struct id id;
    struct moment at;
    const char *subject;
    const char *text;
    bool read;
    struct json deliveries; /* [{channel, state}] */
};

static const struct field inbox_message_fields[] = {
    FIELD(inbox_message, id),      FIELD(inbox_message, at),
    FIELD(inbox_message, subject), FIELD(inbox_message, text),
    FIELD(inbox_message, read),    FIELD(inbox_message, deliveries),
};
static const struct shape inbox_message_shape = SHAPE(inbox_message);

struct inbox_page {
    struct rows messages;
    struct id next;
};

static const struct field inbox_page_fields[] = {
    FIELD(inbox_page, messages, .shape = &inbox_message_shape),
    OPTIONAL(inbox_page, next),
};
const struct shape inbox_page_shape = SHAPE(inbox_page);

struct err cmd_inbox_list(struct call *call, const void *body)
{
    const struct inbox_list *ask = body;
    const struct inbox_query query = {
        .person = ask->person,
        .after = ask->after,
        .own = is_oneself(call, ask->person),
        .rows = ask->limit + 1,
    };
    struct inbox_page page = { 0 };

    if (!query.own && !serves_households(call))
        return fail(CODE_DENIED, "this inbox is somebody else's");
    TRY(list(call, &SQL_message_inbox, FROM(inbox_query, &query),
             &inbox_message_shape, &page.messages));
    if (page.messages.count > (size_t)ask->limit) {
        const struct inbox_message *at = page.messages.at;
        page.messages.count = (size_t)ask->limit;
        page.next = at[page.messages.count - 1].id;
    }
    about(call, ask->person);
    return reply(call, FROM(inbox_page, &page));
}

/* ------------------------------------------------------------- inbox.read */

struct inbox_read {
    struct id message;
};

static const struct field inbox_read_fields[] = {
    FIELD(inbox_read, message),
};
const struct shape inbox_read_shape = SHAPE(inbox_read);

struct inbox_mark {
    struct id message;
    struct moment at;
};

static const struct field inbox_mark_fields[] = {
    FIELD(inbox_mark, message),
    FIELD(inbox_mark, at),
};
static const struct shape inbox_mark_shape = SHAPE(inbox_mark);

struct addressee {
    struct id person;
    unsigned audience;
};

static const struct field addressee_fields[] = {
    FIELD(addressee, person),
    FIELD(addressee, audience, .names = audience_names),
};
static const struct shape addressee_shape = SHAPE(addressee);

struct err cmd_inbox_read(struct call *call, const void *body)
{
    const struct inbox_read *ask = body;
    const struct inbox_mark mark = { ask->message, call->now };
    struct addressee to;

    TRY(fetch(call, &SQL_message_find, FROM(inbox_read, ask),
              INTO(addressee, &to)));
    if (!is_oneself(call, to.person)
        && !(serves_households(call) && to.audience == TO_HOUSEHOLD))
        return fail(CODE_DENIED, "this message is somebody else's");
    TRY(store(call, &SQL_message_read, FROM(inbox_mark, &mark)));
    about(call, to.person);
    return reply(call, FROM(inbox_read, ask));
}

/* --------------------------------------------------------- service.metrics */

/* clang-format off */
const struct measure message_measures[] = {
    { "redkite_messages_total", "Messages, by how they ended.", true,
      &SQL_message_count, { "channel", "state" } },
    { "redkite_messages_waiting", "Messages on their way.", false,
      &SQL_message_waiting, { "channel" } },
    { 0 },
};
/* clang-format on */
