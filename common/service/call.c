/* One call: read, decide, write, tell, all in one transaction, or nothing. */
#include "common/base/json.h"
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"

#include <sodium.h>
#include <string.h>

enum { TRIES = 5, HASH = 16, TRACE = 32 };

static const struct field meta_fields[] = {
    FIELD(meta, id),
    FIELD(meta, actor),
    OPTIONAL(meta, roles, .max = 1000),
    OPTIONAL(meta, purpose, .max = 200),
    OPTIONAL(meta, deadline),
    OPTIONAL(meta, traceparent, .max = 100),
};
const struct shape meta_shape = SHAPE(meta);

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

/* What is remembered of a call, and audited. */
struct handled {
    const char *service;
    struct id call;
    struct id actor;
    struct bytes asked;
    const char *answer;
    struct moment at;
    const char *command;
    struct id subject;
    const char *purpose;
};

static const struct field handled_fields[] = {
    FIELD(handled, service),
    FIELD(handled, call),
    FIELD(handled, actor),
    FIELD(handled, asked),
    FIELD(handled, answer, .max = 1000000),
    FIELD(handled, at),
    FIELD(handled, command),
    OPTIONAL(handled, subject),
    OPTIONAL(handled, purpose),
};
static const struct shape handled_shape = SHAPE(handled);

/* -------------------------------------------------------------- the verbs */

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
    return unless_seen(call, db_get(call->db, sql, given, into));
}

struct err list(struct call *call, const struct statement *sql,
                struct view given, const struct shape *row, struct rows *rows)
{
    return unless_seen(call, db_list(call->db, sql, given, row, rows));
}

struct err store(struct call *call, const struct statement *sql,
                 struct view given)
{
    return db_run(call->db, sql, given, true);
}

struct err store_any(struct call *call, const struct statement *sql,
                     struct view given)
{
    return db_run(call->db, sql, given, false);
}

struct err store_rows(struct call *call, const struct statement *sql,
                      const struct shape *row, struct rows rows)
{
    return rows.count ? db_run_rows(call->db, sql, row, rows) : OK;
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

struct err emit(struct call *call, const char *topic, struct id subject,
                struct view body)
{
    struct event event = event_of(call, topic, subject, body);

    about(call, subject);
    call->told = true;
    return store_any(call, &SQL_outbox_append, FROM(event, &event));
}

struct err emit_rows(struct call *call, const char *topic, struct ids subjects,
                     const struct shape *row, struct rows rows)
{
    struct event *events =
        arena_alloc(call->arena, (rows.count + 1) * sizeof *events);

    for (size_t i = 0; i < rows.count; i++) {
        struct view body = { row, (const char *)rows.at + i * row->size };
        events[i] = event_of(call, topic, subjects.at[i], body);
    }
    call->told = true;
    return store_rows(call, &SQL_outbox_append_many, &event_shape,
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

struct err reply(struct call *call, struct view answer)
{
    call->answer = shape_to_json(answer, call->arena);
    return OK;
}

/* ------------------------------------------------------------- a beginning */

static bool is_hex(const char *text, size_t size)
{
    return strspn(text, "0123456789abcdef") >= size;
}

const char *trace_new(struct arena *arena)
{
    unsigned char bytes[TRACE / 2];
    char *hex = arena_alloc(arena, TRACE + 1);

    randombytes_buf(bytes, sizeof bytes);
    return sodium_bin2hex(hex, TRACE + 1, bytes, sizeof bytes);
}

/* "00-<32 hex>-<16 hex>-<2 hex>"; anything else starts a new trace. */
static const char *trace_of(const char *traceparent, struct arena *arena)
{
    if (traceparent && strlen(traceparent) == 55
        && strncmp(traceparent, "00-", 3) == 0 && is_hex(traceparent + 3, TRACE)
        && traceparent[35] == '-')
        return arena_slice(arena, traceparent + 3, TRACE);
    return trace_new(arena);
}

struct call call_new(const struct frame *frame, struct db *db,
                     struct arena *arena)
{
    return (struct call){
        .service = frame->service->name,
        .db = db,
        .arena = arena,
        .now = moment_now(),
        .seal = frame->seal,
    };
}

void call_pause(unsigned tries)
{
    unsigned ms = 10U << (tries < 8 ? tries : 8);

    zclock_sleep((int)(ms / 2 + randombytes_uniform(ms)));
}

/* ------------------------------------------------------------- a command */

static struct handled mark_of(const struct call *call,
                              const struct command *command, const char *body)
{
    crypto_generichash_state state;
    unsigned char *hash = arena_alloc(call->arena, HASH);

    crypto_generichash_init(&state, NULL, 0, HASH);
    crypto_generichash_update(&state, (const unsigned char *)command->name,
                              strlen(command->name) + 1);
    crypto_generichash_update(&state, (const unsigned char *)body,
                              strlen(body));
    crypto_generichash_final(&state, hash, HASH);
    return (struct handled){
        .service = call->service,
        .call = call->id,
        .actor = call->actor,
        .asked = { hash, HASH },
        .command = command->name,
        .purpose = call->purpose,
        .at = call->now,
    };
}

/* What was answered before, if this is the same asking again. */
static struct err answer_again(struct call *call, const struct handled *mark,
                               const struct handled *before)
{
    if (!id_same(before->actor, mark->actor)
        || before->asked.size != mark->asked.size
        || memcmp(before->asked.at, mark->asked.at, HASH) != 0)
        return fail(CODE_CONFLICT, "this call id was used for another request; "
                                   "a new request needs a new id");
    call->answer = before->answer;
    return OK;
}

static struct err keep(struct call *call, const struct command *command,
                       struct handled *mark)
{
    mark->subject = call->subject;
    mark->answer = call->answer ? call->answer : "{}";
    if (!(command->how & READS))
        return store_any(call, &SQL_handled_keep, FROM(handled, mark));
    if (command->how & PERSONAL)
        return store_any(call, &SQL_audit_keep, FROM(handled, mark));
    return OK;
}

/* All of it or none: the handler's writes, its events, and the memory of
 * having answered, which turns a resend into the same answer. */
static struct err transact(const struct command *command, struct call *call,
                           const void *body, struct handled *mark)
{
    TRY(db_begin(call->db));
    if (!(command->how & READS))
        TRY(db_ask(call->db, &SQL_handled_find, FROM(handled, mark)));
    TRY(command->handle(call, body));
    TRY(keep(call, command, mark));
    return db_commit(call->db);
}

/* A twin may have been under way when the id was looked up, and done when the
 * handler read what it had left: its effect then looks like a refusal. */
static bool seen_meanwhile(struct call *call, const struct handled *mark,
                           struct handled *before)
{
    struct err err = db_begin(call->db);

    if (!err.code)
        err = db_ask(call->db, &SQL_handled_find, FROM(handled, mark));
    if (!err.code)
        err = db_flush(call->db);
    bool seen = !err.code && db_kept(call->db, INTO(handled, before));
    db_rollback(call->db);
    return seen;
}

static struct err attempt(const struct command *command, struct call *call,
                          const void *body, struct handled *mark, bool *again)
{
    struct handled before;

    call->answer = NULL;
    call->subject = (struct id){ "" };
    call->told = false;
    struct err err = transact(command, call, body, mark);
    if (!err.code)
        return OK;

    bool seen = db_kept(call->db, INTO(handled, &before));
    /* A twin in flight got there first: it will be seen the next time. */
    bool twin =
        db_culprit(call->db) == &SQL_handled_keep && err.code == CODE_CONFLICT;
    db_rollback(call->db);
    *again = !seen && (twin || db_should_retry(call->db));
    if (!seen && !*again && !(command->how & READS))
        seen = seen_meanwhile(call, mark, &before);
    return seen ? answer_again(call, mark, &before) : err;
}

static bool is_past(struct moment deadline)
{
    return deadline.us && moment_now().us > deadline.us;
}

/* A call that lost a race or its connection is run again as a whole.  Whether a
 * commit whose answer was lost took place is found out in the same way: its
 * call id is there, or it is not (reliability.md 3.3). */
static struct err insist(const struct command *command, struct call *call,
                         const void *body, struct moment deadline,
                         const char *text)
{
    struct handled mark = mark_of(call, command, text);
    struct err err = OK;
    bool again = true;

    for (unsigned tries = 0; again && tries < TRIES; tries++) {
        if (tries)
            call_pause(tries);
        if (is_past(deadline))
            return fail(CODE_BUSY, "the request's deadline has passed");
        again = false;
        err = attempt(command, call, body, &mark, &again);
    }
    return err;
}

static const struct command *find(const struct command *commands,
                                  const char *name)
{
    for (const struct command *c = commands; c && c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static struct err in_meta(struct err err, struct arena *arena)
{
    err.field = err.field ? arena_format(arena, "meta.%s", err.field) : "meta";
    return err;
}

static struct err may(const struct command *command, struct call *call,
                      const struct meta *meta)
{
    if (!roles_parse(meta->roles ? meta->roles : "", &call->roles))
        return fail_at("meta.roles", "names a role that is not known");
    if (command->roles && !(command->roles & call->roles))
        return fail(CODE_DENIED, "none of these roles may do that");
    if ((command->how & PERSONAL) && !(meta->purpose && *meta->purpose))
        return fail_at("meta.purpose",
                       "is missing: personal data is read for a purpose");
    return OK;
}

struct err call_command(const struct frame *frame, struct call *call,
                        const char *name, const char *meta_text,
                        const char *text)
{
    struct meta meta;

    struct err err = shape_from_text(INTO(meta, &meta), meta_text, call->arena);
    if (err.code)
        return in_meta(err, call->arena);
    call->id = meta.id;
    call->actor = meta.actor;
    call->purpose = meta.purpose;
    call->trace = trace_of(meta.traceparent, call->arena);

    const struct command *command = find(frame->service->commands, name);
    if (!command)
        command = find(builtin_commands, name);
    if (!command)
        return (struct err){ CODE_NOT_FOUND,
                             "there is no such command; "
                             "service.describe lists them",
                             "command" };
    TRY(may(command, call, &meta));

    struct slot into = { command->body,
                         arena_alloc(call->arena, command->body->size + 1) };
    TRY(shape_from_text(into, text, call->arena));
    if (command->how & BARE)
        return strcmp(name, "service.describe") == 0
                   ? builtin_describe(frame->service, call)
                   : command->handle(call, into.at);
    return insist(command, call, into.at, meta.deadline, text);
}

/* ------------------------------------------------------ an event, an alarm */

struct err call_body(struct call *call, const struct shape *shape,
                     const char *text, const void **body)
{
    struct slot into = { shape, arena_alloc(call->arena, shape->size + 1) };
    cJSON *json = cJSON_Parse(text);

    struct err err = shape_from_event(into, json, call->arena);
    cJSON_Delete(json);
    *body = into.at;
    return err;
}
