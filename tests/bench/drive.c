/* drive — send commands one after another from several clients, and time them.
 *
 *   drive SERVICE=ENDPOINT COMMAND CLIENTS DEPTH COUNT FIRST TEMPLATE
 *
 * The keys are those of REDKITE_KEY_FILE and REDKITE_KEYS.
 * Each client has a connection of its own and DEPTH commands in flight; two
 * threads serve them all, as pgbench -j 2 does.  TEMPLATE is the body; "%ID" in
 * it stands for the number of the command, counted from FIRST, as a UUID.
 * Prints one JSON line: how many a second, the median and the 99th percentile
 * in microseconds, and how many were not answered "ok". */
#include "common/service/client.h"
#include "common/service/socket.h"
#include "tests/bench/ask.h"
#include "tests/party.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { CLIENTS_MAX = 1024, DEPTH_MAX = 64, THREADS = 2, ANSWER_MS = 20000 };

/* One command after the other; the lanes take turns with the numbers, so that
 * all of them go up together. */
struct lane {
    struct id call;
    int64_t next, step, end; /* numbers still to be sent */
    int64_t sent_us;
};

struct rider {
    struct client *client;
    struct lane lanes[DEPTH_MAX];
};

struct work {
    const char *command;
    const char *template;
    struct rider *riders;
    size_t count, depth, riding;
    int64_t *took_us; /* by number, from `first` on */
    int64_t first;
    int64_t failed;
    pthread_t thread;
};

static void send_next(struct work *work, struct rider *rider, struct lane *lane,
                      struct arena *arena)
{
    if (lane->next >= lane->end) {
        work->riding--;
        return;
    }
    if (!lane->sent_us)
        lane->sent_us = zclock_usecs();
    lane->call = id_new(moment_now());
    client_send(rider->client, lane->call, work->command,
                ask_body(work->template, lane->next, arena));
}

static struct lane *lane_of(struct work *work, struct rider *rider,
                            struct id call)
{
    for (size_t i = 0; i < work->depth; i++)
        if (id_same(rider->lanes[i].call, call))
            return &rider->lanes[i];
    return NULL;
}

/* False when no more answers are there. */
static bool receive(struct work *work, struct rider *rider, struct arena *arena)
{
    struct answer answer;
    struct id call;

    if (!client_receive(rider->client, 0, &call, &answer, arena))
        return false;
    struct lane *lane = lane_of(work, rider, call);
    if (!lane)
        return true;
    if (answer.code != CODE_BUSY) { /* else nothing was done: asked again, and
                                       its time runs on */
        work->took_us[lane->next - work->first] =
            zclock_usecs() - lane->sent_us;
        lane->next += lane->step;
        lane->sent_us = 0;
        if (answer.code != CODE_OK && work->failed++ == 0)
            fprintf(stderr, "drive: %s\n", answer.body);
    }
    send_next(work, rider, lane, arena);
    return true;
}

/* All who have an answer get their turn before anybody gets a second one. */
static void *drive(void *args)
{
    struct work *work = args;
    struct arena *arena = arena_new();
    zmq_pollitem_t *items = calloc(work->count, sizeof *items);

    if (!items)
        abort();
    for (size_t i = 0; i < work->count; i++) {
        items[i] = (zmq_pollitem_t){
            .socket = zsock_resolve(client_socket(work->riders[i].client)),
            .events = ZMQ_POLLIN,
        };
        for (size_t n = 0; n < work->depth; n++)
            send_next(work, &work->riders[i], &work->riders[i].lanes[n], arena);
    }
    while (work->riding) {
        if (zmq_poll(items, (int)work->count, ANSWER_MS) < 1) {
            work->failed += (int64_t)work->riding;
            break;
        }
        for (size_t i = 0; i < work->count; i++) {
            for (size_t n = 0; items[i].revents && n < work->depth; n++)
                if (!receive(work, &work->riders[i], arena))
                    break;
        }
        arena_reset(arena);
    }
    free(items);
    arena_destroy(&arena);
    return NULL;
}

static int rising(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Connections are made before the clock runs, as pgbench does. */
static void open_riders(struct rider *riders, size_t clients, size_t depth,
                        const struct party *party, int64_t first, int64_t all)
{
    int64_t lanes = (int64_t)(clients * depth), end = first + all;

    for (size_t i = 0; i < clients; i++) {
        riders[i].client = ask_open(party, ANSWER_MS);
        for (size_t n = 0; n < depth; n++)
            riders[i].lanes[n] =
                (struct lane){ .next = first++, .step = lanes, .end = end };
    }
}

int main(int argc, char **argv)
{
    if (argc != 8) {
        fputs("usage: drive SERVICE=ENDPOINT COMMAND CLIENTS DEPTH COUNT FIRST "
              "TEMPLATE\n",
              stderr);
        return 2;
    }
    size_t clients = strtoul(argv[3], NULL, 10), given = 0;
    size_t depth = strtoul(argv[4], NULL, 10);
    if (clients < 1 || clients > CLIENTS_MAX || depth < 1 || depth > DEPTH_MAX)
        return 2;
    int64_t each = strtoll(argv[5], NULL, 10) / (int64_t)(clients * depth);
    int64_t first = strtoll(argv[6], NULL, 10), failed = 0;
    if (each < 1)
        return 2;

    struct party party = party_of(argv[1]);
    struct work works[THREADS] = { 0 };
    struct rider *riders = calloc(clients, sizeof *riders);
    int64_t all = (int64_t)(clients * depth) * each;
    int64_t *took = calloc((size_t)all, sizeof *took);
    if (!took || !riders)
        abort();
    socket_begin();
    open_riders(riders, clients, depth, &party, first, all);
    int64_t began = zclock_usecs();
    for (size_t i = 0; i < THREADS; i++) {
        size_t count = (clients - given) / (THREADS - i);
        works[i] = (struct work){ .command = argv[2],
                                  .template = argv[7],
                                  .riders = riders + given,
                                  .count = count,
                                  .depth = depth,
                                  .riding = count * depth,
                                  .took_us = took,
                                  .first = first };
        given += count;
        pthread_create(&works[i].thread, NULL, drive, &works[i]);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(works[i].thread, NULL);
        failed += works[i].failed;
    }
    int64_t whole = zclock_usecs() - began;

    for (size_t i = 0; i < clients; i++)
        client_close(&riders[i].client);
    qsort(took, (size_t)all, sizeof *took, rising);
    printf("{\"rate\":%.1f,\"p50_us\":%" PRId64 ",\"p99_us\":%" PRId64
           ",\"failed\":%" PRId64 "}\n",
           (double)all * 1e6 / (double)whole, took[all / 2],
           took[all - 1 - all / 100], failed);
    free(took);
    free(riders);
    return failed ? 1 : 0;
}
