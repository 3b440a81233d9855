/* The door: one queue, many counters.
 *
 * A request waits until a worker is idle and goes to that worker; a busy
 * service simply stops reading.  A zactor is a socket, so nothing stands
 * between the door and a worker but this loop. */
#include "common/service/frame.h"
#include "common/service/log.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/signalfd.h>
#include <unistd.h>

static atomic_bool is_stopping;

bool service_is_stopping(void)
{
    return atomic_load(&is_stopping);
}

enum { DRAIN_SECONDS = 9 };

struct hall {
    struct house *house;
    zpoller_t *open; /* everything                      */
    zpoller_t *busy; /* all but requests: nobody's idle */
    zactor_t *idle[WORKERS_MAX];
    size_t idle_count;
    bool news;    /* something was emitted since the relay was last rung */
    bool ringing; /* the relay is at work; ring again when it is done    */
};

/* Once a ring has been answered: a bell rung once per reply could fill the
 * relay's pipe and block the door. */
static void ring(struct hall *hall)
{
    if (!hall->news || hall->ringing)
        return;
    zstr_send(hall->house->relay, "RING");
    hall->news = false;
    hall->ringing = true;
}

static void rung(struct hall *hall)
{
    char *word = zstr_recv(hall->house->relay); /* "DONE" */

    zstr_free(&word);
    hall->ringing = false;
    ring(hall);
}

static void hear(struct hall *hall, zactor_t *from)
{
    char *word = zstr_recv(from); /* "RING" */

    zstr_free(&word);
    hall->news = true;
    ring(hall);
}

/* [client][request...] and the sender's key behind it: never one frame alone,
 * which would mean "$TERM" to a worker. */
static void admit(struct hall *hall)
{
    zmsg_t *request = zmsg_recv(hall->house->requests);

    if (!request)
        return;
    gate_stamp(request);
    if (zmsg_send(&request, hall->idle[--hall->idle_count]) != 0)
        zmsg_destroy(&request);
}

/* The client may have gone: then its answer is remembered, not delivered. */
static void release(struct hall *hall, zactor_t *from)
{
    zmsg_t *answer = zmsg_recv(from);
    char *told = zmsg_popstr(answer);

    if (zmsg_send(&answer, hall->house->requests) != 0)
        zmsg_destroy(&answer);
    hall->idle[hall->idle_count++] = from;
    hall->news = hall->news || *told;
    zstr_free(&told);
    ring(hall);
}

static void dispatch(struct hall *hall, void *ready)
{
    const struct house *house = hall->house;

    if (!ready)
        return; /* interrupted */
    if (ready == house->requests)
        admit(hall);
    else if (ready == house->relay)
        rung(hall);
    else if (ready == gate_keeper(house->frame->gate))
        gate_turn(house->frame->gate, house->requests);
    else if (ready == house->follower || ready == house->alarms)
        hear(hall, ready);
    else
        release(hall, ready);
}

static void watch(struct hall *hall, void *reader)
{
    zpoller_add(hall->busy, reader);
    zpoller_add(hall->open, reader);
}

void door(struct house *house)
{
    struct hall hall = {
        .house = house,
        .open = zpoller_new(house->requests, NULL),
        .busy = zpoller_new(house->relay, NULL),
    };
    sigset_t ends;
    void *ready;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    SOCKET end = signalfd(-1, &ends, SFD_CLOEXEC);

    zpoller_add(hall.open, house->relay);
    watch(&hall, &end);
    watch(&hall, gate_keeper(house->frame->gate));
    if (house->follower)
        watch(&hall, house->follower);
    if (house->alarms)
        watch(&hall, house->alarms);
    for (size_t i = 0; i < house->worker_count; i++) {
        hall.idle[hall.idle_count++] = house->workers[i];
        watch(&hall, house->workers[i]);
    }
    log_info("ready", "commands", house->frame->settings.REDKITE_BIND_COMMANDS,
             "events", house->frame->settings.REDKITE_BIND_EVENTS, NULL);

    while ((ready = zpoller_wait(hall.idle_count ? hall.open : hall.busy, -1))
           != &end)
        dispatch(&hall, ready);

    atomic_store(&is_stopping, true);
    alarm(DRAIN_SECONDS);
    log_info("stopping", "hint", "calls under way are finished first", NULL);
    zpoller_remove(hall.busy, &end);
    while (hall.idle_count < house->worker_count)
        dispatch(&hall, zpoller_wait(hall.busy, -1));
    zpoller_destroy(&hall.busy);
    zpoller_destroy(&hall.open);
    close(end);
}
