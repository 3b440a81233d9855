/* "NAME=value" in the environment, of every kind there is, as a setting, a
 * parameter of an address and an argument of the command line are read: refused
 * by its name, or within its bounds, and written as a text that is read as the
 * same. */
#include "tests/fuzz/fuzz.h"

#include "common/base/shape.h"

#include <string.h>

static const char *const words[] = { "logfmt", "json", NULL };

struct thing {
    const char *text;
    int64_t number, any;
    bool ready;
    unsigned word;
    struct id id;
    struct money price;
    struct area size;
    struct rate share;
    struct day on;
    struct moment at;
    struct ids many;
    struct bytes seal;
};

/* clang-format off */
static const struct field thing_fields[] = {
    OPTIONAL(thing, text, .max = 20),
    OPTIONAL(thing, number, .least = -7, .most = 64, .fallback = "4"),
    OPTIONAL(thing, any),   OPTIONAL(thing, ready),
    OPTIONAL(thing, word, .names = words),
    OPTIONAL(thing, id),    OPTIONAL(thing, price), OPTIONAL(thing, size),
    OPTIONAL(thing, share), OPTIONAL(thing, on),    OPTIONAL(thing, at),
    OPTIONAL(thing, many),  OPTIONAL(thing, seal),
};
/* clang-format on */
static const struct shape thing_shape = SHAPE(thing);

static void check_bounds(const struct thing *thing)
{
    must(!thing->text || strlen(thing->text) <= 20);
    must(thing->number >= -7 && thing->number <= 64);
    must(thing->word < 2);
    must(thing->size.centi >= 0);
    must(strlen(thing->id.text) == 0 || strlen(thing->id.text) == 36);
    for (size_t i = 0; i < thing->many.count; i++)
        must(strlen(thing->many.at[i].text) == 36);
}

static void check_round_trip(const struct field *field,
                             const struct thing *thing, struct arena *arena)
{
    struct thing again = { 0 };
    const char *once = field_format(field, thing, arena);

    must(once != NULL);
    must(!field_parse(field, once, arena, &again).code);
    const char *twice = field_format(field, &again, arena);
    must(twice && strcmp(once, twice) == 0);
}

static void check(char *entry, struct arena *arena)
{
    const char *name = arena_slice(arena, entry, strcspn(entry, "="));
    const struct field *field = shape_find(&thing_shape, name);
    struct thing thing;

    if (!field || !strchr(entry, '='))
        return;
    must(putenv(entry) == 0);
    struct err err = shape_from_env(INTO(thing, &thing), arena);
    if (err.code) {
        must(err.code == CODE_BAD_REQUEST && err.why && *err.why);
        must(err.field && strcmp(err.field, name) == 0);
    } else {
        check_bounds(&thing);
        check_round_trip(field, &thing, arena);
    }
    must(unsetenv(name) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();

    check(arena_slice(arena, (const char *)data, size), arena);
    arena_destroy(&arena);
    return 0;
}
