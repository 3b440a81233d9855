/* Any frames as an answer (0x1E parts them): what the client takes is four
 * frames of this protocol, says whose answer it is, and is no more and no less
 * than what came; what it does not take leaves nothing half said. */
#include "tests/fuzz/fuzz.h"

#include "common/service/client.h"

#include <string.h>

enum { PART = 0x1e };

static zmsg_t *message_of(const uint8_t *data, size_t size)
{
    zmsg_t *message = zmsg_new();
    const uint8_t *at = data, *end = data + size;

    for (;;) {
        const uint8_t *part =
            at < end ? memchr(at, PART, (size_t)(end - at)) : NULL;
        zmsg_addmem(message, at, (size_t)((part ? part : end) - at));
        if (!part)
            return message;
        at = part + 1;
    }
}

/* A frame's text ends at a NUL: what is behind one is not looked at. */
static bool says(zframe_t *frame, const char *text)
{
    size_t size = zframe_size(frame);

    return strnlen((const char *)zframe_data(frame), size) == strlen(text)
           && memcmp(zframe_data(frame), text, strlen(text)) == 0;
}

static void check(zmsg_t *came, struct id call, const struct answer *answer)
{
    struct id again;

    must(zmsg_size(came) == 4);
    must(says(zmsg_first(came), "RK1"));
    zframe_t *code = zmsg_next(came);
    must(says(code, code_name(answer->code))
         || answer->code == code_from_name("no such code"));
    (void)zmsg_next(came);
    must(id_given(call) && id_parse(call.text, &again) && id_same(call, again));
    must(says(zmsg_last(came), answer->body));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zmsg_t *message = message_of(data, size);
    zmsg_t *came = zmsg_dup(message);
    struct arena *arena = arena_new();
    struct answer answer = { 0 };
    struct id call = { "" };

    if (client_read(message, &call, &answer, arena))
        check(came, call, &answer);
    else
        must(!id_given(call));
    zmsg_destroy(&came);
    zmsg_destroy(&message);
    arena_destroy(&arena);
    return 0;
}
