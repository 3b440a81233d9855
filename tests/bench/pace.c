/* pace — send commands evenly, so many a second, and note each one's times.
 *
 *   pace SERVICE=ENDPOINT COMMAND RATE COUNT FIRST TEMPLATE
 *
 * As drive.c, but nobody waits for the answer before: one connection, asks in
 * flight as they come.  Prints a line for each, in order: when it was sent, in
 * microseconds of this process's wall clock, and after how many it was
 * answered "ok".  Fails when one was not. */
#include "common/service/client.h"
#include "common/service/socket.h"
#include "tests/bench/ask.h"
#include "tests/party.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ANSWER_MS = 20000 };

struct ask {
    struct id call;
    int64_t sent_at; /* wall clock */
    int64_t sent_us, took_us;
};

struct work {
    struct client *client;
    const char *command, *template;
    struct ask *asks;
    int64_t count, sent, answered, first;
};

static void send_one(struct work *work, struct arena *arena)
{
    struct ask *ask = &work->asks[work->sent];

    ask->call = id_new(moment_now());
    ask->sent_at = moment_now().us;
    ask->sent_us = zclock_usecs();
    client_send(work->client, ask->call, work->command,
                ask_body(work->template, work->first + work->sent, arena));
    work->sent++;
}

/* The answers that come until then; false when one is no "ok". */
static bool take_until(struct work *work, int64_t until_us, struct arena *arena)
{
    struct answer answer;
    struct id call;

    while (work->answered < work->sent) {
        int64_t left = (until_us - zclock_usecs() + 999) / 1000;
        if (!client_receive(work->client, left > 0 ? (int)left : 0, &call,
                            &answer, arena))
            return true;
        if (answer.code != CODE_OK) {
            fprintf(stderr, "pace: %s\n", answer.body);
            return false;
        }
        int64_t i = work->sent - 1;
        while (i > 0 && !id_same(work->asks[i].call, call))
            i--;
        work->asks[i].took_us = zclock_usecs() - work->asks[i].sent_us;
        work->answered++;
    }
    return true;
}

static bool run(struct work *work, int64_t rate)
{
    struct arena *arena = arena_new();
    int64_t began = zclock_usecs();
    bool good = true;

    while (good && work->sent < work->count) {
        int64_t due = began + work->sent * 1000000 / rate;
        good = take_until(work, due, arena);
        if (due > zclock_usecs())
            zclock_sleep((int)((due - zclock_usecs() + 999) / 1000));
        send_one(work, arena);
        arena_reset(arena);
    }
    good =
        good
        && take_until(work, zclock_usecs() + ANSWER_MS * INT64_C(1000), arena);
    arena_destroy(&arena);
    return good && work->answered == work->count;
}

int main(int argc, char **argv)
{
    int64_t rate = argc == 7 ? strtoll(argv[3], NULL, 10) : 0;
    int64_t count = argc == 7 ? strtoll(argv[4], NULL, 10) : 0;

    if (rate < 1 || count < 1) {
        fputs("usage: pace SERVICE=ENDPOINT COMMAND RATE COUNT FIRST "
              "TEMPLATE\n",
              stderr);
        return 2;
    }
    struct party party = party_of(argv[1]);
    struct work work = { .command = argv[2],
                         .template = argv[6],
                         .asks = calloc((size_t)count, sizeof *work.asks),
                         .count = count,
                         .first = strtoll(argv[5], NULL, 10) };
    if (!work.asks)
        abort();
    socket_begin();
    work.client = ask_open(&party, ANSWER_MS);
    bool good = run(&work, rate);
    for (int64_t i = 0; i < work.answered; i++)
        printf("%" PRId64 " %" PRId64 "\n", work.asks[i].sent_at,
               work.asks[i].took_us);
    client_close(&work.client);
    free(work.asks);
    return good ? 0 : 1;
}
