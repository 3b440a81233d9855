/* Any bytes as an Accept header: the closest range that comes first decides,
 * so what is said before them is what counts; letters' case and saying it twice
 * change nothing. */
#include "tests/fuzz/fuzz.h"

#include "common/base/arena.h"
#include "services/reporting/http/accept.h"

#include <string.h>

static const struct {
    const char *before;
    enum form form;
} cases[] = {
    { "application/json;q=1,text/csv;q=0,", FORM_JSON },
    { "application/json; q=0, text/csv; q=0.001,", FORM_CSV },
    { "application/json;q=0.000,text/csv;q=0,", FORM_NONE },
    { "text/csv;q=0.5,application/json;q=0.5,", FORM_JSON },
};

static const char *swap_case(const char *text, struct arena *arena)
{
    char *other = arena_text(arena, text);

    for (char *c = other; *c; c++)
        if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z'))
            *c ^= 0x20;
    return other;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_slice(arena, (const char *)data, size);
    enum form form = accept_form(text);

    must(form == FORM_JSON || form == FORM_CSV || form == FORM_NONE);
    must(accept_form(swap_case(text, arena)) == form);
    must(accept_form(arena_format(arena, "%s,%s", text, text)) == form);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        must(accept_form(arena_format(arena, "%s%s", cases[i].before, text))
             == cases[i].form);
    arena_destroy(&arena);
    return 0;
}
