/* Whatever a shape takes from JSON it can write, and then takes again as the
 * same: nothing is lost between the wire and a struct. */
#include "tests/fuzz/fuzz.h"

#include "common/base/shape.h"

#include <string.h>

struct part {
    const char *name;
    struct area size;
};

struct thing {
    struct id id;
    const char *title;
    int64_t count;
    bool ready;
    struct money price;
    struct rate share;
    struct day on;
    struct moment at;
    struct ids friends;
    struct rows parts;
    struct bytes seal;
    struct json extra;
};

static const struct field part_fields[] = {
    OPTIONAL(part, name, .max = 5),
    OPTIONAL(part, size),
};
static const struct shape part_shape = SHAPE(part);

static const struct field thing_fields[] = {
    OPTIONAL(thing, id),      OPTIONAL(thing, title, .max = 20),
    OPTIONAL(thing, count),   OPTIONAL(thing, ready),
    OPTIONAL(thing, price),   OPTIONAL(thing, share),
    OPTIONAL(thing, on),      OPTIONAL(thing, at),
    OPTIONAL(thing, friends), OPTIONAL(thing, parts, .shape = &part_shape),
    OPTIONAL(thing, seal),    OPTIONAL(thing, extra),
};
static const struct shape thing_shape = SHAPE(thing);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    char *text = arena_slice(arena, (const char *)data, size);
    struct thing thing, again;

    struct err err = shape_from_text(INTO(thing, &thing), text, arena);
    if (!err.code) {
        const char *once = shape_to_json(FROM(thing, &thing), arena);
        must(!shape_from_text(INTO(thing, &again), once, arena).code);
        must(strcmp(shape_to_json(FROM(thing, &again), arena), once) == 0);
    }
    arena_destroy(&arena);
    return 0;
}
