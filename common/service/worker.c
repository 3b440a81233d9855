/* A worker: one thread, one connection, one request at a time. */
#include "common/service/frame.h"

/* Turn a request into its answer, in place: [client][request...] becomes
 * [told][client][answer...], where `told` says that the relay has work. */
static void serve(const struct frame *frame, struct db *db, struct arena *arena,
                  zmsg_t *message)
{
    struct errand errand = { .call = call_new(frame, db, arena) };
    struct request request;
    int64_t began = zclock_usecs();

    struct err err = request_read(message, &request, arena);
    errand.call.grant = gate_grant(frame->gate, message, arena);
    if (!err.code)
        err = call_accept(frame, &errand, &request);
    if (!err.code)
        err = call_perform(frame, &errand);
    request_log(&request, &errand.call, err, began);
    request_answer(message, err, &errand.call);
    zmsg_pushstr(message, !err.code && errand.call.told ? "T" : "");
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
        serve(frame, db, arena, message);
        arena_reset(arena);
        zmsg_send(&message, pipe);
    }
    db_close(&db);
    arena_destroy(&arena);
}
