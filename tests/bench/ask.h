/* ask.h — what the programs of the bench that ask have in common. */
#pragma once

#include "common/service/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The template with each "%ID" replaced by the number as an id, in the arena.
 */
static inline const char *ask_body(const char *template, int64_t number,
                                   struct arena *arena)
{
    char *body = arena_alloc(arena, 8 * strlen(template) + 1), *to = body;
    char id[37];

    snprintf(id, sizeof id, "00000000-0000-7000-8000-%012" PRIx64,
             (uint64_t)number & UINT64_C(0xffffffffffff));
    while (*template) {
        if (strncmp(template, "%ID", 3) == 0) {
            to = stpcpy(to, id);
            template += 3;
        } else {
            *to++ = *template ++;
        }
    }
    *to = '\0';
    return body;
}

/* A client whose connection stands. */
static inline struct client *ask_open(const struct party *party, int wait_ms)
{
    struct meta asker = { .actor = { "01890000-0000-7000-8000-000000000001" },
                          .roles = "t2_signing",
                          .purpose = "bench" };
    struct client *client = client_open(party, &asker);
    struct arena *arena = arena_new();

    (void)client_ask(client, "service.live", "{}", wait_ms, arena);
    arena_destroy(&arena);
    return client;
}
