/* A worker: one thread, one connection, one request at a time. */
#include "common/service/frame.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Lays the answer beside the request. */
static void serve(struct desk *desk, struct db *db, struct arena *arena)
{
    const struct frame *frame = desk->frame;
    struct errand errand = { .call = call_new(frame, db, arena) };
    struct request request;
    int64_t began = zclock_usecs();

    struct err err = request_read(desk->parcel, &request, arena);
    errand.call.grant = gate_grant(frame->gate, desk->parcel, arena);
    if (!err.code)
        err = call_accept(frame, &errand, &request);
    if (!err.code)
        err = call_perform(frame, &errand);
    request_log(&request, &errand.call, err, zclock_usecs() - began);
    request_answer(desk->parcel, err, &errand.call);
    desk->told = !err.code && errand.call.told;
}

/* Waits until it is asked; false when it is to go. */
static bool asked(const struct desk *desk)
{
    eventfd_t times;

    while (eventfd_read(desk->bell, &times) != 0)
        if (errno != EINTR)
            return false;
    return desk->parcel;
}

void worker(zsock_t *pipe, void *args)
{
    struct desk *desk = args;
    struct arena *arena = arena_new();
    struct db *db = db_open(&desk->frame->place, arena);

    zsock_signal(pipe, 0);
    while (asked(desk)) {
        serve(desk, db, arena);
        arena_reset(arena);
        atomic_store(&desk->done, true);
        (void)eventfd_write(desk->answers, 1);
    }
    db_close(&db);
    arena_destroy(&arena);
    close(desk->bell);
}
