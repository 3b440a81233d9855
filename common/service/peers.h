/* peers.h — whom a process hears, as a setting says it:
 * "cases=tcp://host:port,scheduling=tcp://...". */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"

#include <stddef.h>

enum { PEERS_MAX = 16 };

struct peer {
    const char *name; /* of its public key */
    const char *endpoint;
};

struct peers {
    struct peer at[PEERS_MAX];
    size_t count;
};

/* Reads the list; the texts are in the arena. */
struct err peers_read(const char *from, struct peers *peers,
                      struct arena *arena);
