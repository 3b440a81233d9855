/* drive — send commands one after another from several clients, and time them.
 *
 *   drive SERVICE=ENDPOINT COMMAND CLIENTS COUNT FIRST TEMPLATE
 *
 * The keys are those of REDKITE_KEY_FILE and REDKITE_KEYS.
 * Each client has one command in flight.  TEMPLATE is the body; "%ID" in it
 * stands for the number of the command, counted from FIRST, as a UUID.  Prints
 * one JSON line: how many a second, the median and the 99th percentile in
 * microseconds, and how many were not answered "ok". */
#include "common/service/client.h"
#include "common/service/socket.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENTS_MAX = 64, ANSWER_MS = 20000 };

struct work {
    struct party party;
    const char *command;
    const char *template;
    int64_t first;
    int64_t count;
    int64_t *took_us; /* one a command */
    int64_t failed;
    pthread_t thread;
};

static void number_as_id(int64_t number, char text[static 37])
{
    snprintf(text, 37, "00000000-0000-7000-8000-%012" PRIx64,
             (uint64_t)number & UINT64_C(0xffffffffffff));
}

/* The template with each "%ID" replaced. */
static const char *body_of(const char *template, const char *id,
                           struct arena *arena)
{
    char *body = arena_alloc(arena, 8 * strlen(template) + 1), *to = body;

    while (*template) {
        if (strncmp(template, "%ID", 3) == 0) {
            to = stpcpy(to, id);
            template += 3;
        } else {
            *to++ = *template ++;
        }
    }
    return body;
}

static void *drive(void *args)
{
    struct work *work = args;
    struct meta asker = { .actor = { "01890000-0000-7000-8000-000000000001" },
                          .roles = "t2_signing" };
    struct client *client = client_open(&work->party, &asker);
    struct arena *arena = arena_new();
    char id[37];

    for (int64_t i = 0; i < work->count; i++) {
        number_as_id(work->first + i, id);
        int64_t began = zclock_usecs();
        struct answer answer =
            client_ask(client, work->command,
                       body_of(work->template, id, arena), ANSWER_MS, arena);
        work->took_us[i] = zclock_usecs() - began;
        if (answer.code != CODE_OK && work->failed++ == 0)
            fprintf(stderr, "drive: %s\n", answer.body);
        arena_reset(arena);
    }
    client_close(&client);
    arena_destroy(&arena);
    return NULL;
}

static int rising(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static struct party party_of(char *text)
{
    char *equals = strchr(text, '=');

    if (equals)
        *equals = '\0';
    return (struct party){
        .name = text,
        .endpoint = equals ? equals + 1 : text,
        .keys = { getenv("REDKITE_KEY_FILE"), getenv("REDKITE_KEYS") },
    };
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fputs("usage: drive SERVICE=ENDPOINT COMMAND CLIENTS COUNT FIRST "
              "TEMPLATE\n",
              stderr);
        return 2;
    }
    int64_t clients = strtoll(argv[3], NULL, 10);
    int64_t each = strtoll(argv[4], NULL, 10) / (clients ? clients : 1);
    int64_t first = strtoll(argv[5], NULL, 10), failed = 0;
    if (clients < 1 || clients > CLIENTS_MAX || each < 1)
        return 2;

    struct party party = party_of(argv[1]);
    struct work works[CLIENTS_MAX];
    int64_t *took = calloc((size_t)(clients * each), sizeof *took);
    if (!took)
        abort();
    socket_begin();
    int64_t began = zclock_usecs();
    for (int64_t i = 0; i < clients; i++) {
        works[i] = (struct work){ .party = party,
                                  .command = argv[2],
                                  .template = argv[6],
                                  .first = first + i * each,
                                  .count = each,
                                  .took_us = took + i * each };
        pthread_create(&works[i].thread, NULL, drive, &works[i]);
    }
    for (int64_t i = 0; i < clients; i++) {
        pthread_join(works[i].thread, NULL);
        failed += works[i].failed;
    }
    int64_t all = clients * each, whole = zclock_usecs() - began;

    qsort(took, (size_t)all, sizeof *took, rising);
    printf("{\"rate\":%.1f,\"p50_us\":%" PRId64 ",\"p99_us\":%" PRId64
           ",\"failed\":%" PRId64 "}\n",
           (double)all * 1e6 / (double)whole, took[all / 2],
           took[all - 1 - all / 100], failed);
    free(took);
    return failed ? 1 : 0;
}
