/* Any bytes as a rule pack: refused with a place, or read, and then its hash is
 * its own and the same pack read again differs in nothing. */
#include "tests/fuzz/fuzz.h"

#include "common/formula/diff.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct source source = { "pack", (const char *)data, size };
    struct rule_pack *pack, *again;
    struct err err = pack_read(source, arena, &pack);

    if (err.code) {
        must(err.why && err.field && strncmp(err.field, "pack:", 5) == 0);
    } else {
        must(!pack_read(source, arena, &again).code);
        must(strcmp(pack->hash, again->hash) == 0);
        must(!*pack_diff(pack, again, arena));
    }
    arena_destroy(&arena);
    return 0;
}
