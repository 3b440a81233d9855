/* One call: read, decide, write, tell, all in one transaction, or nothing. */
#include "common/base/json.h"
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/metric.h"
#include "common/service/seal.h"

#include <sodium.h>
#include <string.h>

#define KEPT_PLACE "handled.answer"

enum { TRIES = 5, HASH = 16, TRACE = 32, SPAN = 16, TRACEPARENT = 55 };

static const struct field meta_fields[] = {
    FIELD(meta, id),
    FIELD(meta, actor),
    OPTIONAL(meta, roles, .max = 1000),
    OPTIONAL(meta, purpose, .max = 200),
    OPTIONAL(meta, deadline),
    OPTIONAL(meta, traceparent),
};
const struct shape meta_shape = SHAPE(meta);

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
const struct shape handled_shape = SHAPE(handled);

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

/* So many hex digits, not all of them 0, and then a dash. */
static bool is_part(const char *text, size_t size)
{
    return is_hex(text, size) && strspn(text, "0") < size && text[size] == '-';
}

/* "00-<32 hex>-<16 hex>-<2 hex>" in JSON's quotes; anything else, of whatever
 * kind, starts a new trace and is no error. */
static const char *trace_of(struct json traceparent, struct arena *arena)
{
    const char *text = traceparent.text;

    if (text && strlen(text) == TRACEPARENT + 2
        && strncmp(text, "\"00-", 4) == 0 && is_part(text + 4, TRACE)
        && is_part(text + 5 + TRACE, SPAN) && is_hex(text + 54, 2))
        return arena_slice(arena, text + 4, TRACE);
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
        .read_model = frame->service->read_model,
        .events = frame->service->events,
    };
}

void call_pause(unsigned tries)
{
    unsigned ms = 10U << (tries < 8 ? tries : 8);

    metric_add(METRIC_RETRIES);
    zclock_sleep((int)(ms / 2 + randombytes_uniform(ms)));
}

/* -------------------------------------------------- a command is accepted */

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

const struct command *command_find(const struct command *commands,
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

static struct err read_meta(struct errand *errand, const char *text,
                            struct meta *meta)
{
    struct call *call = &errand->call;

    struct err err = shape_from_text(INTO(meta, meta), text, call->arena);
    if (err.code)
        return in_meta(err, call->arena);
    call->id = meta->id;
    call->actor = meta->actor;
    call->purpose = meta->purpose;
    call->trace = trace_of(meta->traceparent, call->arena);
    errand->deadline = meta->deadline;
    return OK;
}

struct err call_accept(const struct frame *frame, struct errand *errand,
                       const struct request *request)
{
    struct call *call = &errand->call;
    struct meta meta;

    TRY(read_meta(errand, request->meta, &meta));
    TRY(grant_may(call->grant, request->command, &meta, call->arena));
    const struct command *command =
        command_find(frame->service->commands, request->command);
    if (!command)
        command = command_find(builtin_commands, request->command);
    if (!command)
        return (struct err){ CODE_NOT_FOUND,
                             "there is no such command; "
                             "service.describe lists them",
                             "command" };
    errand->command = command;
    TRY(may(command, call, &meta));
    TRY(command->how & READS ? OK : memory_admits(frame, call));

    const struct shape *body = past_body(command, call->arena);
    struct slot into = { body, arena_alloc(call->arena, body->size + 1) };
    TRY(shape_from_text(into, request->body, call->arena));
    TRY(past_read(call, command, (struct view){ body, into.at }));
    errand->body = into.at;
    errand->mark = mark_of(call, command, request->body);
    return OK;
}

/* ------------------------------------------------------- a command is done */

/* The answer as it is remembered: sealed, where the store must not know it. */
static const char *kept_answer(const struct errand *errand)
{
    const struct call *call = &errand->call;
    const char *answer = call->answer ? call->answer : "{}";

    if (!(errand->command->how & SECRET) || !call->seal)
        return answer;
    struct bytes sealed =
        seal_text(call->seal, KEPT_PLACE, call->id, answer, call->arena);
    char *hex = arena_alloc(call->arena, sealed.size * 2 + 1);
    return sodium_bin2hex(hex, sealed.size * 2 + 1, sealed.at, sealed.size);
}

static struct err open_answer(const struct errand *errand, const char *kept,
                              const char **answer)
{
    const struct call *call = &errand->call;
    size_t size = 0;

    *answer = kept;
    if (!(errand->command->how & SECRET) || !call->seal)
        return OK;
    unsigned char *sealed = arena_alloc(call->arena, strlen(kept) / 2 + 1);
    bool good = sodium_hex2bin(sealed, strlen(kept) / 2, kept, strlen(kept),
                               NULL, &size, NULL)
                == 0;
    *answer = good ? seal_open_text(call->seal, KEPT_PLACE, call->id,
                                    (struct bytes){ sealed, size }, call->arena)
                   : NULL;
    return *answer ? OK
                   : fail(CODE_FAULT, "the remembered answer cannot be opened "
                                      "with this service's key");
}

struct err call_again(struct errand *errand, const struct handled *before)
{
    const struct handled *mark = &errand->mark;

    if (!id_same(before->actor, mark->actor)
        || before->asked.size != mark->asked.size
        || memcmp(before->asked.at, mark->asked.at, HASH) != 0)
        return fail(CODE_CONFLICT, "this call id was used for another request; "
                                   "a new request needs a new id");
    return open_answer(errand, before->answer, &errand->call.answer);
}

struct err call_handle(struct errand *errand)
{
    struct call *call = &errand->call;
    struct handled *mark = &errand->mark;
    unsigned how = errand->command->how;

    call->answer = NULL;
    call->subject = (struct id){ "" };
    call->told = false;
    call->timed = how & READS; /* an audit is written over nothing */
    TRY(past_refused(call, errand->command->handle(call, errand->body)));
    mark->subject = call->subject;
    mark->answer = kept_answer(errand);
    if (!(how & READS))
        return store_any(call, &SQL_handled_keep, FROM(handled, mark));
    if (how & PERSONAL)
        return store_any(call, &SQL_audit_keep, FROM(handled, mark));
    return OK;
}

/* All of it or none: the handler's writes, its events, and the memory of
 * having answered, which turns a resend into the same answer. */
static struct err transact(struct errand *errand)
{
    struct db *db = errand->call.db;

    TRY(db_begin(db));
    TRY(past_begin(&errand->call));
    if (!(errand->command->how & READS))
        TRY(db_ask(db, &SQL_handled_find, FROM(handled, &errand->mark)));
    TRY(call_handle(errand));
    return db_commit(db);
}

/* A refusal may be due to the twin of this very call, which took effect after
 * we had looked for it: look once more. */
static bool was_done(struct errand *errand, struct handled *before)
{
    struct db *db = errand->call.db;
    bool done = !(errand->command->how & READS) && !db_begin(db).code
                && !db_get(db, &SQL_handled_find, FROM(handled, &errand->mark),
                           INTO(handled, before))
                        .code;

    db_rollback(db);
    return done;
}

static struct err attempt(struct errand *errand, bool *again)
{
    struct db *db = errand->call.db;
    struct handled before;

    struct err err = transact(errand);
    if (!err.code)
        return OK;

    bool seen = db_kept(db, INTO(handled, &before));
    bool retry = db_should_retry(db);
    db_rollback(db);
    if (!seen && !retry)
        seen = was_done(errand, &before);
    *again = !seen && retry;
    return seen ? call_again(errand, &before) : err;
}

struct err call_in_time(const struct errand *errand)
{
    if (errand->deadline.us && moment_now().us > errand->deadline.us)
        return fail(CODE_BUSY, "the request's deadline has passed");
    return OK;
}

/* A call that lost a race or its connection is run again as a whole.  Whether a
 * commit whose answer was lost took place is found out in the same way: its
 * call id is there, or it is not (reliability.md 3.3). */
static struct err insist(struct errand *errand)
{
    struct err err = OK;
    bool again = true;

    for (unsigned tries = 0; again && tries < TRIES; tries++) {
        if (tries)
            call_pause(tries);
        TRY(call_in_time(errand));
        again = false;
        err = attempt(errand, &again);
    }
    return err;
}

struct err call_perform(const struct frame *frame, struct errand *errand)
{
    if (!(errand->command->how & BARE))
        return insist(errand);
    TRY(call_in_time(errand));
    return strcmp(errand->command->name, "service.describe") == 0
               ? builtin_describe(frame->service, &errand->call)
               : errand->command->handle(&errand->call, errand->body);
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
