/* Any frames as a request (0x1E parts them): what is taken was said, is allowed
 * and is within bounds; a refusal names its place; every answer is JSON; and a
 * member's key gets no further than a front's, and speaks for that member. */
#include "tests/fuzz/fuzz.h"

#include "common/base/json.h"
#include "common/service/frame.h"
#include "common/service/grant.h"

#include <string.h>

enum { PART = 0x1e };

#define ACTOR "01890000-0000-7000-8000-000000000001"

struct note {
    struct id subject;
    const char *text;
    int64_t count;
};

static const struct field note_fields[] = {
    FIELD(note, subject),
    OPTIONAL(note, text, .max = 20),
    OPTIONAL(note, count, .least = 1, .most = 9),
};
static const struct shape note_shape = SHAPE(note);

static const struct command commands[] = {
    { "note.add", ROLE(DEPT) | ROLE(FINANCE), &note_shape, NULL, 0, NULL,
      "subject" },
    { "note.show", ROLE_ANYONE, &note_shape, NULL, READS | PERSONAL, NULL,
      NULL },
    { 0 },
};
static const struct service service = { .name = "fuzz", .commands = commands };
static const struct frame frame = {
    .service = &service,
    .settings = { .REDKITE_REMEMBER_DAYS = 30 },
};
static const struct grant front = { .name = "front", .kind = 1 };
static const struct grant member = {
    .name = "member",
    .kind = 2,
    .actor = { ACTOR },
    .roles = ROLE(DEPT),
};

static struct parcel *parcel_of(const uint8_t *data, size_t size)
{
    struct parcel *parcel = parcel_new();
    const uint8_t *at = data, *end = data + size;

    parcel_add(parcel, "client", 6);
    for (;;) {
        const uint8_t *part =
            at < end ? memchr(at, PART, (size_t)(end - at)) : NULL;
        parcel_add(parcel, at, (size_t)((part ? part : end) - at));
        if (!part)
            break;
        at = part + 1;
    }
    return parcel;
}

static void same(zmq_msg_t *part, const char *text)
{
    must(zmq_msg_size(part) == strlen(text)
         && memcmp(zmq_msg_data(part), text, strlen(text)) == 0);
}

static void check_frames(struct parcel *parcel, const struct request *request)
{
    must(parcel->came == PARCEL_IN);
    same(&parcel->in[0], "client");
    same(&parcel->in[1], "RK1");
    same(&parcel->in[2], request->command);
    same(&parcel->in[3], request->meta);
    same(&parcel->in[4], request->body);
}

static void check_meta(const struct errand *errand,
                       const struct request *request)
{
    const struct call *call = &errand->call;
    struct meta meta, again;

    must(!shape_from_text(INTO(meta, &meta), request->meta, call->arena).code);
    const char *once = shape_to_json(FROM(meta, &meta), call->arena);
    must(!shape_from_text(INTO(meta, &again), once, call->arena).code);
    must(strcmp(shape_to_json(FROM(meta, &again), call->arena), once) == 0);
    must(id_given(call->id) && id_same(call->id, meta.id));
    must(id_given(call->actor) && id_same(call->actor, meta.actor));
    must(strlen(call->trace) == 32
         && strspn(call->trace, "0123456789abcdef") == 32
         && strspn(call->trace, "0") < 32);
}

static void check_errand(const struct errand *errand,
                         const struct request *request)
{
    const struct command *command = errand->command;
    const struct call *call = &errand->call;

    check_meta(errand, request);
    must(command && strcmp(command->name, request->command) == 0);
    must(!command->roles || (command->roles & call->roles));
    must(!(command->how & PERSONAL) || (call->purpose && *call->purpose));
    must(errand->mark.asked.size == 16);
    if (command->body == &note_shape) {
        const struct note *note = errand->body;
        must(id_given(note->subject));
        must(!note->text || strlen(note->text) <= 20);
        must(note->count >= 0 && note->count <= 9);
    }
}

static void check_answer(struct parcel *parcel, struct err err,
                         const struct call *call)
{
    request_answer(parcel, err, call);
    must(parcel->laid == PARCEL_OUT);
    same(&parcel->in[0], "client");
    same(&parcel->out[0], "RK1");
    same(&parcel->out[1], code_name(err.code));
    for (int i = 2; i < PARCEL_OUT; i++)
        must(!json_check(zmq_msg_data(&parcel->out[i]),
                         zmq_msg_size(&parcel->out[i]))
                  .code);
}

/* Its code; the time is always that of the seeds. */
static enum code ask(const uint8_t *data, size_t size,
                     const struct grant *grant)
{
    struct parcel *parcel = parcel_of(data, size);
    struct arena *arena = arena_new();
    struct errand errand = { .call = call_new(&frame, NULL, arena) };
    struct request request;

    must(moment_parse("2026-11-23T09:05:00Z", &errand.call.now));
    errand.call.grant = grant;
    struct err err = request_read(parcel, &request, arena);
    (void)request_has_subject(parcel, commands);
    if (!err.code) {
        check_frames(parcel, &request);
        err = call_accept(&frame, &errand, &request);
    }
    if (!err.code)
        check_errand(&errand, &request);
    if (!err.code && grant == &member)
        must(id_same(errand.call.actor, member.actor)
             && !(errand.call.roles & ~member.roles));
    must(!err.code || (err.why && *err.why));
    check_answer(parcel, err, &errand.call);
    parcel_drop(&parcel);
    arena_destroy(&arena);
    return err.code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum code as_front = ask(data, size, &front);
    enum code as_member = ask(data, size, &member);

    must(as_member == as_front || as_member == CODE_DENIED);
    must(ask(data, size, NULL) != CODE_OK);
    return 0;
}
