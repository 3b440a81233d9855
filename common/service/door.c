/* The door: one queue, many counters.
 *
 * A request whose command names a subject joins the group (group.h), which
 * works here, between two looks at the sockets.  Any other waits until a worker
 * is idle and goes to that worker, and so does whatever the group hands back.
 * When too many wait, a request is told to come again. */
#include "common/service/frame.h"
#include "common/service/group.h"
#include "common/service/log.h"
#include "common/service/metric.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

static atomic_bool is_stopping;

bool service_is_stopping(void)
{
    return atomic_load(&is_stopping);
}

enum {
    DRAIN_SECONDS = 9,
    QUEUE_MAX = 512, /* requests that wait for a worker             */
    CLIENT_MAX = 64, /* of them, those of one client                */
    ADMIT_MAX = 256, /* requests let in between two looks elsewhere */
    LOOK_MS = 500,   /* what makes or awaits the store is looked at */
    TIDY_MS = 2,     /* without work: what was put off is done      */
};

/* What is polled: no ZeroMQ socket, since zmq_poll() asks each of them several
 * times, but the number by which ours tells that something came. */
enum {
    REQUESTS,
    END,
    TURN,
    NEWS,
    ANSWERS,
    STORE,
    PLACES = STORE + GROUP_LANES
};

struct hall {
    struct house *house;
    struct groups *group; /* NULL: no command has a subject */
    struct arena *arena;  /* of one refusal                 */
    struct pollfd places[PLACES];
    struct desk *idle[WORKERS_MAX];
    struct desk *busy[WORKERS_MAX];
    size_t idle_count, busy_count;
    struct parcel *queue[QUEUE_MAX]; /* a ring */
    size_t head, queued;
    struct seat *answered[SEATS]; /* whose line is not written yet */
    size_t answered_count;
    bool news;    /* something was emitted since the relay was last rung */
    bool touched; /* the socket of requests was used since it was empty  */
    bool stopping;
};

/* ---------------------------------------------------------------- the bell */

/* Nobody waits for an answer: a relay that has been rung and has not looked
 * yet will see this too, so its pipe holds one ring and cannot fill. */
static void ring(struct hall *hall)
{
    if (hall->news && !atomic_exchange(hall->house->frame->rung, true))
        zstr_send(hall->house->relay, "RING");
    hall->news = false;
}

static void hear(struct hall *hall)
{
    eventfd_t times;

    (void)eventfd_read(hall->house->frame->news, &times);
    hall->news = true;
    ring(hall);
}

/* ------------------------------------------------------------ the answered */

/* Their lines are written while the store works for others: who asks next, and
 * the thread that sends their answers, may need this processor. */
static void tidy(struct hall *hall)
{
    log_hold();
    for (size_t i = 0; i < hall->answered_count; i++) {
        struct seat *seat = hall->answered[i];
        request_log(&seat->request, &seat->errand.call, seat->err,
                    seat->took_us);
        group_leave(hall->group, seat);
    }
    hall->answered_count = 0;
    log_release();
}

static void put_off(struct hall *hall, struct seat *seat)
{
    seat->took_us = zclock_usecs() - seat->began_us;
    hall->answered[hall->answered_count++] = seat;
    if (seat->err.code == CODE_FAULT)
        tidy(hall); /* its line may be the last word */
}

/* ------------------------------------------------------------- the workers */

/* The client may have gone: then its answer is remembered, not delivered. */
static void deliver(struct hall *hall, struct parcel **parcel)
{
    hall->touched = true;
    parcel_send(parcel, hall->house->requests);
}

static void refuse(struct hall *hall, struct parcel **parcel)
{
    struct errand errand = { .call = call_new(hall->house->frame, NULL,
                                              hall->arena) };
    struct request request;
    struct err err = request_read(*parcel, &request, hall->arena);

    errand.call.grant =
        gate_grant(hall->house->frame->gate, *parcel, hall->arena);
    if (!err.code)
        err = call_accept(hall->house->frame, &errand, &request);
    if (!err.code)
        err = fail(CODE_BUSY, "the service is full; ask again in a second, "
                              "with the same id");
    request_answer(*parcel, err, &errand.call);
    deliver(hall, parcel);
    request_log(&request, &errand.call, err, 0);
    arena_reset(hall->arena);
}

static struct parcel *queued(const struct hall *hall, size_t i)
{
    return hall->queue[(hall->head + i) % QUEUE_MAX];
}

/* One who sends more than his share finds the queue full before others do. */
static bool has_room(const struct hall *hall, struct parcel *parcel)
{
    size_t waiting = 0;

    for (size_t i = 0; i < hall->queued && waiting < CLIENT_MAX; i++)
        waiting += parcel_same_client(parcel, queued(hall, i));
    return hall->queued < QUEUE_MAX && waiting < CLIENT_MAX;
}

static void send_off(struct hall *hall, struct parcel **parcel)
{
    struct desk *to = hall->idle[--hall->idle_count];

    tidy(hall); /* what is counted may be asked for */
    hall->busy[hall->busy_count++] = to;
    to->parcel = *parcel;
    *parcel = NULL;
    atomic_store(&to->done, false);
    (void)eventfd_write(to->bell, 1);
}

/* To an idle worker, or into the queue, or away. */
static void hand_on(struct hall *hall, struct parcel **parcel)
{
    if (hall->idle_count)
        send_off(hall, parcel);
    else if (has_room(hall, *parcel))
        hall->queue[(hall->head + hall->queued++) % QUEUE_MAX] = *parcel;
    else
        refuse(hall, parcel);
}

/* The last of the busy takes the place of one who is done. */
static void release(struct hall *hall, size_t place)
{
    struct desk *from = hall->busy[place];

    deliver(hall, &from->parcel);
    hall->news = hall->news || from->told;
    hall->busy[place] = hall->busy[--hall->busy_count];
    hall->idle[hall->idle_count++] = from;
    if (hall->queued) {
        hand_on(hall, &hall->queue[hall->head]);
        hall->head = (hall->head + 1) % QUEUE_MAX;
        hall->queued--;
    }
    ring(hall);
}

static void collect(struct hall *hall)
{
    eventfd_t times;

    (void)eventfd_read(hall->house->answers, &times);
    for (size_t i = hall->busy_count; i-- > 0;)
        if (atomic_load(&hall->busy[i]->done))
            release(hall, i);
}

/* --------------------------------------------------------------- the group */

/* Who is answered once the store has committed. */
static void lay_ready(struct seat *seat)
{
    request_answer(seat->ticket, OK, &seat->errand.call);
}

static void seat_over(struct hall *hall, struct seat *seat)
{
    struct parcel *parcel = seat->ticket;

    if (seat->alone) {
        hand_on(hall, &parcel);
        group_leave(hall->group, seat);
        return;
    }
    hall->news = hall->news || (!seat->err.code && seat->errand.call.told);
    metric_add(METRIC_GROUPED);
    if (seat->err.code || !seat->foretold)
        request_answer(parcel, seat->err, &seat->errand.call);
    deliver(hall, &parcel);
    put_off(hall, seat);
}

static void work(struct hall *hall)
{
    struct seat *seat;

    while (hall->group && (seat = group_work(hall->group)))
        seat_over(hall, seat);
    ring(hall);
}

/* False when the request is not for the group. */
static bool seated(struct hall *hall, struct parcel *parcel)
{
    const struct frame *frame = hall->house->frame;
    struct seat *seat =
        hall->group && group_is_open(hall->group)
                && request_has_subject(parcel, frame->service->commands)
            ? group_seat(hall->group)
            : NULL;

    if (!seat)
        return false;
    seat->ticket = parcel;
    seat->began_us = zclock_usecs();
    seat->errand.call.grant =
        gate_grant(frame->gate, parcel, seat->errand.call.arena);
    seat->err = request_read(parcel, &seat->request, seat->errand.call.arena);
    if (!seat->err.code)
        seat->err = call_accept(frame, &seat->errand, &seat->request);
    if (seat->err.code)
        seat_over(hall, seat);
    else
        group_join(hall->group, seat);
    return true;
}

/* [client][request...] */
static void admit(struct hall *hall)
{
    for (int i = 0; i < ADMIT_MAX; i++) {
        struct parcel *request = parcel_receive(hall->house->requests);
        if (!request) {
            hall->touched = false;
            return;
        }
        hall->touched = true;
        if (!seated(hall, request))
            hand_on(hall, &request);
    }
}

/* ---------------------------------------------------------------- the loop */

static void watch(struct hall *hall, size_t place, int fd)
{
    hall->places[place] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

static void take_places(struct hall *hall, int end)
{
    struct house *house = hall->house;

    watch(hall, REQUESTS, (int)zsock_fd(house->requests));
    for (size_t i = 0; i < GROUP_LANES; i++)
        watch(hall, STORE + i, -1);
    watch(hall, END, end);
    watch(hall, TURN, gate_turned(house->frame->gate));
    watch(hall, NEWS, house->frame->news);
    watch(hall, ANSWERS, house->answers);
    for (size_t i = 0; i < house->worker_count; i++)
        hall->idle[hall->idle_count++] = &house->desks[i];
}

/* A socket says once that something came, and using it can swallow the word:
 * then it is asked before anybody sleeps. */
static bool may_sleep(struct hall *hall)
{
    if (!hall->touched || hall->stopping)
        return true;
    hall->touched = zsock_events(hall->house->requests) & ZMQ_POLLIN;
    return !hall->touched;
}

static void await(struct hall *hall)
{
    bool timed = hall->group && group_wants_time(hall->group);
    bool calm = may_sleep(hall);

    if (hall->group)
        group_polls(hall->group, &hall->places[STORE]);
    if (hall->stopping)
        hall->places[REQUESTS].fd = hall->places[END].fd = -1;
    if (timed || !calm)
        tidy(hall);
    int wait_ms = !calm ? 0 : timed ? LOOK_MS : -1;
    if (poll(hall->places, PLACES, hall->answered_count ? TIDY_MS : wait_ms)
        == 0)
        tidy(hall);
}

static bool has(const struct hall *hall, size_t place)
{
    return hall->places[place].revents != 0;
}

static void look(struct hall *hall)
{
    const struct house *house = hall->house;

    if (!hall->stopping && (has(hall, REQUESTS) || hall->touched))
        admit(hall);
    for (size_t i = 0; i < GROUP_LANES; i++)
        if (has(hall, STORE + i))
            group_wake(hall->group, i);
    work(hall);
    if (has(hall, TURN)) {
        gate_turn(house->frame->gate, house->requests);
        hall->touched = true;
    }
    if (has(hall, NEWS))
        hear(hall);
    if (has(hall, ANSWERS))
        collect(hall);
}

static bool is_empty(const struct hall *hall)
{
    return hall->idle_count == hall->house->worker_count
           && (!hall->group || group_is_empty(hall->group));
}

static bool has_subjects(const struct command *command)
{
    while (command && command->name && !command->subject)
        command++;
    return command && command->name;
}

void door(struct house *house)
{
    const struct frame *frame = house->frame;
    struct hall hall = { .house = house, .arena = arena_new() };
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    int end = signalfd(-1, &ends, SFD_CLOEXEC);

    if (has_subjects(frame->service->commands))
        hall.group =
            group_open(frame, (size_t)frame->settings.REDKITE_GROUP, lay_ready);
    take_places(&hall, end);
    log_info("ready", "commands", frame->settings.REDKITE_BIND_COMMANDS,
             "events", frame->settings.REDKITE_BIND_EVENTS, NULL);
    work(&hall);
    while (!hall.stopping) {
        await(&hall);
        look(&hall);
        hall.stopping = has(&hall, END);
    }
    atomic_store(&is_stopping, true);
    alarm(DRAIN_SECONDS);
    log_info("stopping", "hint", "calls under way are finished first", NULL);
    while (!is_empty(&hall)) {
        await(&hall);
        look(&hall);
    }
    group_close(&hall.group);
    arena_destroy(&hall.arena);
    close(end);
}
