#include "common/service/peers.h"

#include "common/service/keys.h"

#include <string.h>

static struct err add(struct peers *peers, const char *one, struct arena *arena)
{
    const char *equals = strchr(one, '=');

    if (!equals || !equals[1])
        return fail(CODE_BAD_REQUEST,
                    "who rings is named: cases=tcp://host:port");
    if (peers->count == PEERS_MAX)
        return fail(CODE_BAD_REQUEST, "that is too many");
    struct peer *peer = &peers->at[peers->count++];
    peer->name = arena_slice(arena, one, (size_t)(equals - one));
    peer->endpoint = equals + 1;
    return key_name_fits(peer->name)
               ? OK
               : fail(CODE_BAD_REQUEST, "who rings has no name for a key");
}

struct err peers_read(const char *from, struct peers *peers,
                      struct arena *arena)
{
    peers->count = 0;
    while (*from) {
        size_t size = strcspn(from, ",");
        TRY(add(peers, arena_slice(arena, from, size), arena));
        from += size + (from[size] == ',');
    }
    return OK;
}
