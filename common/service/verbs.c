/* The verbs of a handler.  A call that runs alone does each on its connection;
 * one in a group leaves them to its task (group.c), one in a follower's batch
 * gathers its writes with those of others (bulk.c). */
#include "common/service/bulk.h"
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/group.h"
#include "common/service/seal.h"

#include <string.h>

struct deadline {
    struct id id;
    const char *service;
    const char *topic;
    struct id subject;
    struct moment at;
    struct json body;
    struct id actor;
    const char *trace;
};

static const struct field deadline_fields[] = {
    FIELD(deadline, id),      FIELD(deadline, service), FIELD(deadline, topic),
    FIELD(deadline, subject), FIELD(deadline, at),      FIELD(deadline, body),
    FIELD(deadline, actor),   FIELD(deadline, trace),
};
static const struct shape deadline_shape = SHAPE(deadline);

static const char seen_why[] = "answered before";

/* The call id is looked up in the same round trip as the handler's first read:
 * when it has been answered before, that read ends the handler. */
static struct err unless_seen(struct call *call, struct err err)
{
    struct handled before;

    if (db_kept(call->db, INTO(handled, &before)))
        return fail(CODE_CONFLICT, seen_why);
    return err;
}

struct err fetch(struct call *call, const struct statement *sql,
                 struct view given, struct slot into)
{
    if (call->task)
        return task_fetch(call->task, sql, given, into);
    TRY(bulk_end(call->bulk));
    return unless_seen(call, db_get(call->db, sql, given, into));
}

struct err list(struct call *call, const struct statement *sql,
                struct view given, const struct shape *row, struct rows *rows)
{
    if (call->task)
        return task_list(call->task, sql, given, row, rows);
    TRY(bulk_end(call->bulk));
    return unless_seen(call, db_list(call->db, sql, given, row, rows));
}

struct err store(struct call *call, const struct statement *sql,
                 struct view given)
{
    if (call->task)
        return task_store(call->task, sql, given, true);
    TRY(bulk_end(call->bulk));
    TRY(past_tell_time(call));
    return db_run(call->db, sql, given, true);
}

struct err store_any(struct call *call, const struct statement *sql,
                     struct view given)
{
    if (call->task)
        return task_store(call->task, sql, given, false);
    if (call->bulk)
        return bulk_store(call->bulk, sql, given);
    TRY(past_tell_time(call));
    return db_run(call->db, sql, given, false);
}

struct err store_rows(struct call *call, const struct statement *sql,
                      const struct shape *row, struct rows rows)
{
    if (rows.count == 0)
        return OK;
    if (call->task)
        return task_store_rows(call->task, sql, row, rows);
    TRY(bulk_end(call->bulk));
    TRY(past_tell_time(call));
    return db_run_rows(call->db, sql, row, rows);
}

void about(struct call *call, struct id subject)
{
    if (!id_given(call->subject))
        call->subject = subject;
}

static struct event event_of(const struct call *call, const char *topic,
                             struct id subject, struct view body)
{
    return (struct event){
        .event = id_new(call->now),
        .source = call->service,
        .topic = topic,
        .subject = subject,
        .call = call->id,
        .actor = call->actor,
        .trace = call->trace,
        .data = { shape_to_json(body, call->arena) },
        .at = call->now,
    };
}

/* Only what the service's table of events says: it is what readers are told. */
static struct err in_table(const struct call *call, const char *topic,
                           const struct shape *body)
{
    for (const struct tiding *t = call->events; t && t->topic; t++)
        if (t->body == body && strcmp(t->topic, topic) == 0)
            return OK;
    return (struct err){ CODE_FAULT, "is not in the table of events", topic };
}

struct err emit(struct call *call, const char *topic, struct id subject,
                struct view body)
{
    struct event event = event_of(call, topic, subject, body);

    TRY(in_table(call, topic, body.shape));
    about(call, subject);
    call->told = true;
    return store_any(call, &SQL_outbox_append, FROM(event, &event));
}

struct err emit_rows(struct call *call, const char *topic, struct ids subjects,
                     const struct shape *row, struct rows rows)
{
    struct event *events =
        arena_alloc(call->arena, (rows.count + 1) * sizeof *events);

    TRY(in_table(call, topic, row));
    for (size_t i = 0; i < rows.count; i++) {
        struct view body = { row, (const char *)rows.at + i * row->size };
        events[i] = event_of(call, topic, subjects.at[i], body);
    }
    call->told = true;
    return store_rows(call, SQL_outbox_append.set, &event_shape,
                      (struct rows){ events, rows.count });
}

struct err alarm_set(struct call *call, const char *topic, struct id subject,
                     struct moment at, struct view body)
{
    struct deadline deadline = {
        .id = id_new(call->now),
        .service = call->service,
        .topic = topic,
        .subject = subject,
        .at = at,
        .body = { shape_to_json(body, call->arena) },
        .actor = call->actor,
        .trace = call->trace,
    };
    return store_any(call, &SQL_alarm_put, FROM(deadline, &deadline));
}

struct err alarm_cancel(struct call *call, const char *topic, struct id subject)
{
    struct deadline deadline = {
        .service = call->service,
        .topic = topic,
        .subject = subject,
    };
    return store_any(call, &SQL_alarm_drop, FROM(deadline, &deadline));
}

struct err seal_field(const struct call *call, const char *place, struct id row,
                      const char *text, struct bytes *sealed)
{
    *sealed = (struct bytes){ 0 };
    if (!text)
        return OK;
    if (!call->seal)
        return fail(CODE_FAULT,
                    "no field key is set: REDKITE_FIELD_KEY_FILE names it");
    *sealed = seal_text(call->seal, place, row, text, call->arena);
    return OK;
}

struct err open_field(const struct call *call, const char *place, struct id row,
                      struct bytes sealed, const char **text)
{
    *text = NULL;
    if (!sealed.at)
        return OK;
    if (call->seal)
        *text = seal_open_text(call->seal, place, row, sealed, call->arena);
    return *text ? OK
                 : fail(CODE_FAULT, "a sealed field cannot be opened with this "
                                    "service's key");
}

struct err reply(struct call *call, struct view answer)
{
    call->answer = shape_to_json(answer, call->arena);
    return OK;
}
