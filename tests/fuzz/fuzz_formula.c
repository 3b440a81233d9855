/* Any text as a formula: a tree of bounded depth, or a fault within the text.
 */
#include "tests/fuzz/fuzz.h"

#include "common/formula/parse.h"

#include <string.h>

static unsigned nodes_of(const struct expr *expr)
{
    unsigned nodes = 1;

    for (unsigned i = 0; i < expr->count; i++)
        nodes += nodes_of(expr->args[i]);
    return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_slice(arena, (const char *)data, size);
    struct expr *expr;
    struct fault fault = formula_parse(text, arena, &expr);

    if (fault.why)
        must(fault.at <= strlen(text));
    else
        must(expr && nodes_of(expr) <= FORMULA_NODES_MAX);
    arena_destroy(&arena);
    return 0;
}
