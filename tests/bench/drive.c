/* drive — send commands one after another from several clients, and time them.
 *
 *   drive SERVICE=ENDPOINT COMMAND CLIENTS COUNT FIRST TEMPLATE
 *
 * The keys are those of REDKITE_KEY_FILE and REDKITE_KEYS.
 * Each client has a connection of its own and one command in flight; two
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

enum { CLIENTS_MAX = 1024, THREADS = 2, ANSWER_MS = 20000 };

struct rider {
    struct client *client;
    int64_t next, last; /* numbers still to be sent */
    int64_t sent_us;
};

struct work {
    const char *command;
    const char *template;
    struct rider *riders;
    size_t count, riding;
    int64_t *took_us; /* by number, from `first` on */
    int64_t first;
    int64_t failed;
    pthread_t thread;
};

static void send_next(struct work *work, struct rider *rider,
                      struct arena *arena)
{
    if (rider->next > rider->last) {
        work->riding--;
        return;
    }
    if (!rider->sent_us)
        rider->sent_us = zclock_usecs();
    client_send(rider->client, id_new(moment_now()), work->command,
                ask_body(work->template, rider->next, arena));
}

static void receive(struct work *work, struct rider *rider, struct arena *arena)
{
    struct answer answer;
    struct id call;

    if (!client_receive(rider->client, ANSWER_MS, &call, &answer, arena))
        answer = (struct answer){ CODE_FAULT, "no answer" };
    if (answer.code == CODE_BUSY)
        return; /* nothing was done: asked again, and its time runs on */
    work->took_us[rider->next++ - work->first] =
        zclock_usecs() - rider->sent_us;
    rider->sent_us = 0;
    if (answer.code != CODE_OK && work->failed++ == 0)
        fprintf(stderr, "drive: %s\n", answer.body);
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
        send_next(work, &work->riders[i], arena);
    }
    while (work->riding) {
        if (zmq_poll(items, (int)work->count, ANSWER_MS) < 1) {
            work->failed += (int64_t)work->riding;
            break;
        }
        for (size_t i = 0; i < work->count; i++) {
            if (!items[i].revents)
                continue;
            receive(work, &work->riders[i], arena);
            send_next(work, &work->riders[i], arena);
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
static void open_riders(struct rider *riders, size_t clients,
                        const struct party *party, int64_t each, int64_t first)
{
    for (size_t i = 0; i < clients; i++) {
        riders[i].client = ask_open(party, ANSWER_MS);
        riders[i].next = first + (int64_t)i * each;
        riders[i].last = riders[i].next + each - 1;
    }
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fputs("usage: drive SERVICE=ENDPOINT COMMAND CLIENTS COUNT FIRST "
              "TEMPLATE\n",
              stderr);
        return 2;
    }
    size_t clients = strtoul(argv[3], NULL, 10), given = 0;
    int64_t each =
        strtoll(argv[4], NULL, 10) / (int64_t)(clients ? clients : 1);
    int64_t first = strtoll(argv[5], NULL, 10), failed = 0;
    if (clients < 1 || clients > CLIENTS_MAX || each < 1)
        return 2;

    struct party party = party_of(argv[1]);
    struct work works[THREADS] = { 0 };
    struct rider *riders = calloc(clients, sizeof *riders);
    int64_t all = (int64_t)clients * each;
    int64_t *took = calloc((size_t)all, sizeof *took);
    if (!took || !riders)
        abort();
    socket_begin();
    open_riders(riders, clients, &party, each, first);
    int64_t began = zclock_usecs();
    for (size_t i = 0; i < THREADS; i++) {
        size_t count = (clients - given) / (THREADS - i);
        works[i] = (struct work){ .command = argv[2],
                                  .template = argv[6],
                                  .riders = riders + given,
                                  .count = count,
                                  .riding = count,
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
