/* Any text as the list of whom a process hears: refused, or nothing of it is
 * lost, and each name is one that a key can have. */
#include "tests/fuzz/fuzz.h"

#include "common/service/keys.h"
#include "common/service/peers.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_slice(arena, (const char *)data, size);
    const char *again = "";
    struct peers peers;
    struct err err = peers_read(text, &peers, arena);

    must(!err.code || (err.code == CODE_BAD_REQUEST && err.why));
    must(peers.count <= PEERS_MAX);
    for (size_t i = 0; !err.code && i < peers.count; i++) {
        must(key_name_fits(peers.at[i].name) && *peers.at[i].endpoint);
        again = arena_format(arena, "%s%s%s=%s", again, i ? "," : "",
                             peers.at[i].name, peers.at[i].endpoint);
    }
    if (!err.code) {
        size_t length = strlen(again);
        must(strncmp(text, again, length) == 0);
        must(!text[length] || strcmp(text + length, ",") == 0);
    }
    arena_destroy(&arena);
    return 0;
}
