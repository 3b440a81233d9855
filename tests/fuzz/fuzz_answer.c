/* Any frames as an answer (0x1E parts them): what the client takes is four
 * frames of this protocol, says whose answer it is, and is no more and no less
 * than what came; what it does not take leaves nothing half said. */
#include "tests/fuzz/fuzz.h"

#include "common/service/client.h"

#include <string.h>

enum { PART = 0x1e };

static struct parcel *parcel_of(const uint8_t *data, size_t size)
{
    struct parcel *parcel = parcel_new();
    const uint8_t *at = data, *end = data + size;

    for (;;) {
        const uint8_t *part =
            at < end ? memchr(at, PART, (size_t)(end - at)) : NULL;
        parcel_add(parcel, at, (size_t)((part ? part : end) - at));
        if (!part)
            return parcel;
        at = part + 1;
    }
}

/* A frame's text ends at a NUL: what is behind one is not looked at. */
static bool says(zmq_msg_t *frame, const char *text)
{
    size_t size = zmq_msg_size(frame);
    const char *data = zmq_msg_data(frame);

    return strnlen(data, size) == strlen(text)
           && memcmp(data, text, strlen(text)) == 0;
}

static void check(struct parcel *came, struct id call,
                  const struct answer *answer)
{
    struct id again;

    must(came->came == 4);
    must(says(&came->in[0], "RK1"));
    must(says(&came->in[1], code_name(answer->code))
         || answer->code == code_from_name("no such code"));
    must(id_given(call) && id_parse(call.text, &again) && id_same(call, again));
    must(says(&came->in[3], answer->body));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct parcel *came = parcel_of(data, size);
    struct arena *arena = arena_new();
    struct answer answer = { 0 };
    struct id call = { "" };

    if (client_read(came, &call, &answer, arena))
        check(came, call, &answer);
    else
        must(!id_given(call));
    parcel_drop(&came);
    arena_destroy(&arena);
    return 0;
}
