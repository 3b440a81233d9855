#include "common/service/frame.h"
#include "common/service/log.h"
#include "common/service/metric.h"
#include "common/service/socket.h"

#include <dirent.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Of a thread: as much as a call of the largest body takes. */
enum { HEAP_KEPT = 2 * 1024 * 1024 };

/* A side thread and what ends it. */
struct wing {
    const struct side *side;
    struct room room;
    pthread_t thread;
};

static void *side_run(void *args)
{
    struct wing *wing = args;

    wing->side->run(&wing->room);
    return NULL;
}

static void wing_open(struct wing *wing, struct frame *frame,
                      const struct side *side)
{
    wing->side = side;
    wing->room = (struct room){
        .service = frame->service->name,
        .arena = arena_new(),
        .keys = frame->keys,
        .bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
        .stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
    };
    wing->room.db = db_open(&frame->place, wing->room.arena);
    if (pthread_create(&wing->thread, NULL, side_run, wing) != 0)
        log_fatal("cannot start a thread", side->name, "see ulimit -u");
}

static void wing_end(struct wing *wing)
{
    static const uint64_t one = 1;

    (void)!write(wing->room.stop, &one, sizeof one);
    pthread_join(wing->thread, NULL);
}

/* Once nobody rings any more: the number of a closed bell may be another file's
 * by then. */
static void wing_close(struct wing *wing)
{
    close(wing->room.stop);
    close(wing->room.bell);
    db_close(&wing->room.db);
    arena_destroy(&wing->room.arena);
}

/* The door sets an alarm when the drain begins: one that hangs must not keep
 * the service from being started anew. */
static void give_up(int signal)
{
    (void)signal;
    _exit(EXIT_FAILURE);
}

/* A thread's heap that shrinks after each call and grows with the next one
 * changes the memory map, for which the kernel stops every other thread. */
static void keep_heaps(void)
{
    mallopt(M_TRIM_THRESHOLD, HEAP_KEPT);
    mallopt(M_MMAP_THRESHOLD, HEAP_KEPT);
}

/* SIGTERM and SIGINT are waited for by the door alone: blocked before there is
 * any other thread.  What the memory holds is personal: no core dumps. */
static void prepare_process(void)
{
    static const struct rlimit none = { 0, 0 };
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGALRM, give_up);
    keep_heaps();
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    socket_begin();
    if (sodium_init() < 0)
        log_fatal("libsodium does not start", "sodium_init", "reinstall it");
}

static size_t open_sides(struct frame *frame, struct wing *wings)
{
    const struct side *side = frame->service->sides;
    size_t count = 0;

    for (; side && side->name && count < SIDES_MAX - 1; side++) {
        wing_open(&wings[count], frame, side);
        frame->bells[count] = wings[count].room.bell;
        count++;
    }
    frame->bells[count] = -1;
    return count;
}

void frame_tell(const struct frame *frame)
{
    (void)eventfd_write(frame->news, 1);
}

static void hire(const struct house *house, struct desk *desk)
{
    desk->frame = house->frame;
    desk->answers = house->answers;
    desk->bell = eventfd(0, EFD_CLOEXEC);
    desk->worker = zactor_new(worker, desk);
}

static void let_go(struct desk *desk)
{
    desk->parcel = NULL;
    (void)eventfd_write(desk->bell, 1);
    zactor_destroy(&desk->worker);
}

static void open_house(struct house *house, struct frame *frame)
{
    const struct service *service = frame->service;
    struct curve curve = gate_curve(frame->gate);

    house->frame = frame;
    frame->rung = &house->rung;
    frame->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct err err =
        socket_open(SOCKET_SERVER, frame->settings.REDKITE_BIND_COMMANDS,
                    &curve, &house->requests);
    if (err.code)
        log_fatal("cannot bind the commands' socket", err.why,
                  "is another copy running? see REDKITE_BIND_COMMANDS");
    house->housekeeper = zactor_new(housekeeper, frame); /* has the calendar */
    house->relay = zactor_new(relay, frame);
    if (service->reactions && service->reactions->source)
        house->follower = zactor_new(follower, frame);
    if (service->alarms && service->alarms->topic)
        house->alarms = zactor_new(alarms, frame);
    house->answers = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    while (house->worker_count < (size_t)frame->settings.REDKITE_WORKERS)
        hire(house, &house->desks[house->worker_count++]);
}

/* The relay goes last: what the others emitted while ending is its work. */
static void close_house(struct house *house)
{
    for (size_t i = 0; i < house->worker_count; i++)
        let_go(&house->desks[i]);
    zactor_destroy(&house->housekeeper);
    zactor_destroy(&house->alarms);
    zactor_destroy(&house->follower);
    zactor_destroy(&house->relay);
    close(house->frame->news);
    close(house->answers);
    zsock_destroy(&house->requests);
}

/* An actor's thread outlives its destruction by a moment, and what libraries
 * free in it would race with what they free at exit. */
static void await_threads(void)
{
    zsys_shutdown();
    for (int tries = 0; tries < 1000; tries++) {
        DIR *tasks = opendir("/proc/self/task");
        int count = 0;
        while (tasks && readdir(tasks))
            count++;
        if (tasks)
            closedir(tasks);
        if (count <= 3) /* ".", ".." and this thread */
            return;
        usleep(1000);
    }
}

int service_main(const struct service *service)
{
    struct frame frame = { .service = service };
    struct arena *arena = arena_new();
    struct wing wings[SIDES_MAX];
    struct house house = { 0 };

    prepare_process();
    settings_read(&frame, arena);
    metric_open(service);
    frame.gate = gate_open(service->name, &frame.keys);
    size_t sides = open_sides(&frame, wings);
    open_house(&house, &frame);
    door(&house);

    for (size_t i = 0; i < sides; i++)
        wing_end(&wings[i]);
    close_house(&house);
    for (size_t i = 0; i < sides; i++)
        wing_close(&wings[i]);
    gate_close(&frame.gate);
    seal_destroy(&frame.seal);
    arena_destroy(&arena);
    await_threads();
    log_info("stopped", NULL);
    return EXIT_SUCCESS;
}
