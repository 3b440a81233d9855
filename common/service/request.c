#include "common/service/request.h"

#include "common/service/grant.h"
#include "common/service/log.h"
#include "common/service/metric.h"

#include <string.h>

enum { FRAMES = 5 }; /* with the client's own */

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
const struct shape problem_shape = SHAPE(problem);

/* A frame is text without U+0000: what follows one would be lost silently. */
static struct err take(zmsg_t *message, const char *name, const char **text,
                       struct arena *arena)
{
    zframe_t *frame = zmsg_next(message);
    size_t size = zframe_size(frame);

    *text = arena_slice(arena, (const char *)zframe_data(frame), size);
    return strlen(*text) == size ? OK : fail_at(name, "contains U+0000");
}

struct err request_read(zmsg_t *message, struct request *request,
                        struct arena *arena)
{
    const char *protocol;

    *request = (struct request){ "", "", "" };
    if (zmsg_size(message) != FRAMES)
        return fail_at("frames", "are not the four [RK1][command][meta][body]");
    (void)zmsg_first(message); /* the client */
    TRY(take(message, "protocol", &protocol, arena));
    if (!streq(protocol, "RK1"))
        return fail_at("protocol", "is not RK1");
    TRY(take(message, "command", &request->command, arena));
    TRY(take(message, "meta", &request->meta, arena));
    return take(message, "body", &request->body, arena);
}

bool request_has_subject(zmsg_t *message, const struct command *commands)
{
    (void)zmsg_first(message);
    (void)zmsg_next(message);
    zframe_t *name = zmsg_next(message);

    for (const struct command *c = commands; name && c && c->name; c++)
        if (c->subject && zframe_streq(name, c->name))
            return true;
    return false;
}

static const char *refusal(struct err err, struct arena *arena)
{
    struct problem problem = { code_name(err.code), err.why, err.field };

    return shape_to_json(FROM(problem, &problem), arena);
}

void request_answer(zmsg_t *message, struct err err, const struct call *call)
{
    zframe_t *client = zmsg_pop(message), *spare;
    const char *meta =
        id_given(call->id)
            ? arena_format(call->arena, "{\"id\":\"%s\"}", call->id.text)
            : "{}";

    while ((spare = zmsg_pop(message)))
        zframe_destroy(&spare);
    zmsg_append(message, &client);
    zmsg_addstr(message, "RK1");
    zmsg_addstr(message, code_name(err.code));
    zmsg_addstr(message, meta);
    zmsg_addstr(message, err.code       ? refusal(err, call->arena)
                         : call->answer ? call->answer
                                        : "{}");
}

static bool is_word(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyz_.") == strlen(name)
           && strlen(name) <= 64;
}

/* What was asked is named only when it can be a name at all. */
void request_log(const struct request *request, const struct call *call,
                 struct err err, int64_t took_us)
{
    const char *name = is_word(request->command) ? request->command : "?";
    const char *ms =
        arena_format(call->arena, "%.1f", (double)took_us / 1000.0);

    tally_count(&calls_tally, request->command, err.code, took_us);
    if (err.code == CODE_FAULT)
        log_error("call", "name", name, "status", "fault", "call",
                  call->id.text, "trace", call->trace, "err", err.why, "field",
                  err.field, "hint", "look for the line before this one", "ms",
                  ms, NULL);
    else
        log_info("call", "name", name, "status", code_name(err.code), "call",
                 id_given(call->id) ? call->id.text : NULL, "trace",
                 call->trace, "key", grant_name(call->grant), "subject",
                 id_given(call->subject) ? call->subject.text : NULL, "actor",
                 id_given(call->actor) ? call->actor.text : NULL, "why",
                 err.code ? err.why : NULL, "ms", ms, NULL);
}
