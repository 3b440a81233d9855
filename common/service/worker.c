/* A worker: one thread, one connection, one request at a time. */
#include "common/service/frame.h"
#include "common/service/log.h"

#include <inttypes.h>
#include <string.h>

enum { FRAMES = 4 }; /* [RK1][command][meta][body], behind the client's own */

struct request {
    const char *command;
    const char *meta;
    const char *body;
};

struct problem {
    const char *code;
    const char *why;
    const char *field;
};

static const struct field problem_fields[] = {
    FIELD(problem, code),
    FIELD(problem, why),
    OPTIONAL(problem, field),
};
static const struct shape problem_shape = SHAPE(problem);

static const char *refusal(struct err err, struct arena *arena)
{
    struct problem problem = { code_name(err.code), err.why, err.field };

    return shape_to_json(FROM(problem, &problem), arena);
}

/* A frame is text without U+0000: what follows one would be lost silently. */
static struct err take(zmsg_t *message, const char *name, const char **text,
                       struct arena *arena)
{
    zframe_t *frame = zmsg_pop(message);
    size_t size = zframe_size(frame);

    *text = arena_slice(arena, (const char *)zframe_data(frame), size);
    zframe_destroy(&frame);
    return strlen(*text) == size ? OK : fail_at(name, "contains U+0000");
}

static struct err unpack(zmsg_t *message, struct request *request,
                         struct arena *arena)
{
    const char *protocol;

    if (zmsg_size(message) != FRAMES)
        return fail_at("frames", "are not the four [RK1][command][meta][body]");
    TRY(take(message, "protocol", &protocol, arena));
    if (!streq(protocol, "RK1"))
        return fail_at("protocol", "is not RK1");
    TRY(take(message, "command", &request->command, arena));
    TRY(take(message, "meta", &request->meta, arena));
    return take(message, "body", &request->body, arena);
}

static bool is_word(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyz_.") == strlen(name)
           && strlen(name) <= 64;
}

/* What was asked is named only when it can be a name at all. */
static void log_call(const struct call *call, const char *name, struct err err,
                     int64_t began_us)
{
    const char *ms = arena_format(call->arena, "%.1f",
                                  (double)(zclock_usecs() - began_us) / 1000.0);

    if (err.code == CODE_FAULT)
        log_error("call", "name", is_word(name) ? name : "?", "status", "fault",
                  "call", call->id.text, "trace", call->trace, "err", err.why,
                  "field", err.field, "hint",
                  "look for the line before this one", "ms", ms, NULL);
    else
        log_info("call", "name", is_word(name) ? name : "?", "status",
                 code_name(err.code), "call",
                 id_given(call->id) ? call->id.text : NULL, "trace",
                 call->trace, "key", grant_name(call->grant), "subject",
                 id_given(call->subject) ? call->subject.text : NULL, "actor",
                 id_given(call->actor) ? call->actor.text : NULL, "why",
                 err.code ? err.why : NULL, "ms", ms, NULL);
}

static void answer(zmsg_t *message, struct err err, const struct call *call)
{
    const char *meta =
        id_given(call->id)
            ? arena_format(call->arena, "{\"id\":\"%s\"}", call->id.text)
            : "{}";

    zmsg_addstr(message, "RK1");
    zmsg_addstr(message, code_name(err.code));
    zmsg_addstr(message, meta);
    zmsg_addstr(message, err.code       ? refusal(err, call->arena)
                         : call->answer ? call->answer
                                        : "{}");
}

/* Turn a request into its answer, in place: [client][request...] becomes
 * [told][client][answer...], where `told` says that the relay has work. */
static void serve(const struct frame *frame, struct call *call, zmsg_t *message)
{
    struct request request = { "", "", "" };
    int64_t began = zclock_usecs();
    zframe_t *client = zmsg_pop(message);

    call->grant = gate_unstamp(frame->gate, message, call->arena);
    struct err err = unpack(message, &request, call->arena);
    if (!err.code)
        err = call_command(frame, call, request.command, request.meta,
                           request.body);
    log_call(call, request.command, err, began);

    zframe_t *spare;
    while ((spare = zmsg_pop(message)))
        zframe_destroy(&spare);
    answer(message, err, call);
    zmsg_prepend(message, &client);
    zmsg_pushstr(message, !err.code && call->told ? "T" : "");
}

void worker(zsock_t *pipe, void *args)
{
    const struct frame *frame = args;
    struct arena *arena = arena_new();
    struct db *db = db_open(&frame->place, arena);

    zsock_signal(pipe, 0);
    for (;;) {
        zmsg_t *message = zmsg_recv(pipe);
        if (!message || zmsg_size(message) == 1) { /* "$TERM" */
            zmsg_destroy(&message);
            break;
        }
        struct call call = call_new(frame, db, arena);
        serve(frame, &call, message);
        arena_reset(arena);
        zmsg_send(&message, pipe);
    }
    db_close(&db);
    arena_destroy(&arena);
}
