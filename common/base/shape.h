/* shape.h — describe a struct once; read and write it anywhere.
 *
 * A shape lists a struct's fields.  From that one table the house reads the
 * struct from JSON, from a row and from the environment, binds it to the
 * named parameters of a statement, and writes it as JSON.  The kind of a field
 * is its C type: it is never stated, so it can never be stated wrongly. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/value.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shape;

/* Many ids: a JSON array of strings, a uuid[] in SQL. */
struct ids {
    const struct id *at;
    size_t count;
};

/* Many structs of one shape: a JSON array of objects, json in SQL. */
struct rows {
    void *at;
    size_t count;
};

/* Bytes that are not text: a bytea in SQL, lower-case hex in JSON. */
struct bytes {
    const unsigned char *at;
    size_t size;
};

/* JSON that passes through unread: any value, json in SQL. */
struct json {
    const char *text;
};

enum kind {
    KIND_TEXT,   /* const char *   NULL when absent          */
    KIND_INT,    /* int64_t                                  */
    KIND_BOOL,   /* bool                                     */
    KIND_NAME,   /* unsigned or an enum, by its .names       */
    KIND_ID,     /* struct id      empty when absent         */
    KIND_MONEY,  /* struct money                             */
    KIND_AREA,   /* struct area                              */
    KIND_RATE,   /* struct rate                              */
    KIND_DAY,    /* struct day     0 when absent             */
    KIND_MOMENT, /* struct moment  0 when absent             */
    KIND_IDS,    /* struct ids                               */
    KIND_ROWS,   /* struct rows    of .shape                 */
    KIND_BYTES,  /* struct bytes   NULL when absent          */
    KIND_JSON,   /* struct json    NULL when absent          */
};

/* What holds when a field says nothing else; and no whole number in JSON is
 * beyond FIELD_INT_MOST, on either side. */
enum { FIELD_TEXT_MAX = 10000, FIELD_MANY_MAX = 200 };
#define FIELD_INT_MOST INT64_C(9000000000000000)

struct field {
    const char *name;
    size_t offset;
    enum kind kind;
    bool optional;             /* may be absent, null or unset               */
    size_t max;                /* TEXT: most bytes, 0 = 10 000;
                                  IDS, ROWS: most elements, 0 = 200          */
    int64_t least, most;       /* INT: bounds, when most > least             */
    const char *const *names;  /* NAME: its values, NULL-ended               */
    const struct shape *shape; /* ROWS: of what                              */
    const char *fallback;      /* text form of the default                   */
};

struct shape {
    const char *name;
    size_t size;
    const struct field *fields;
    size_t count;
};

/* static const struct field NAME_fields[] = { FIELD(NAME, member), ... };
 * static const struct shape NAME_shape = SHAPE(NAME);                     */
/* clang-format off */
#define SHAPE(type)                                                       \
    {                                                                     \
        .name = #type, .size = sizeof(struct type),                       \
        .fields = type##_fields,                                          \
        .count = sizeof type##_fields / sizeof *type##_fields,            \
    }

/* The same without the last so many members, under a name of its own: those are
 * given by the register, and nobody may claim them; or they are only read, and
 * nobody is told them. */
#define SHAPE_PART(label, type, last)                                     \
    {                                                                     \
        .name = (label), .size = sizeof(struct type),                     \
        .fields = type##_fields,                                          \
        .count = sizeof type##_fields / sizeof *type##_fields - (last),   \
    }

#define FIELD(type, ...)    FIELD_(type, __VA_ARGS__, .optional = false)
#define OPTIONAL(type, ...) FIELD_(type, __VA_ARGS__, .optional = true)
#define FIELD_(type, member, ...)                                         \
    {                                                                     \
        .name = #member, .offset = offsetof(struct type, member),         \
        .kind = _Generic(((struct type *)0)->member,                      \
            const char *: KIND_TEXT,  int64_t: KIND_INT,                  \
            bool: KIND_BOOL,          unsigned: KIND_NAME,                \
            struct id: KIND_ID,       struct money: KIND_MONEY,           \
            struct area: KIND_AREA,   struct rate: KIND_RATE,             \
            struct day: KIND_DAY,     struct moment: KIND_MOMENT,         \
            struct ids: KIND_IDS,     struct rows: KIND_ROWS,             \
            struct bytes: KIND_BYTES, struct json: KIND_JSON),            \
        __VA_ARGS__                                                       \
    }
/* clang-format on */

/* A struct together with its shape; made by FROM() and INTO() below, which
 * refuse to compile when the pointer is not of the named type. */
struct view {
    const struct shape *shape;
    const void *at;
};

struct slot {
    const struct shape *shape;
    void *at;
};

#define FROM(type, pointer)                                                    \
    ((struct view){ &type##_shape, (const struct type *){ (pointer) } })
#define INTO(type, pointer)                                                    \
    ((struct slot){ &type##_shape, (struct type *){ (pointer) } })

/* A body or an answer without members. */
struct nothing {
    bool nothing_;
};
extern const struct shape nothing_shape;

/* One field, in its text form (that of SQL, the environment and the command
 * line).  format() returns NULL for an absent value. */
struct err field_parse(const struct field *field, const char *text,
                       struct arena *arena, void *record);
const char *field_format(const struct field *field, const void *record,
                         struct arena *arena);

/* The field of that name, or NULL. */
const struct field *shape_find(const struct shape *shape, const char *name);

/* The same, for one name after the other: they mostly come in the order of the
 * fields, so the one behind `last` (NULL: none yet) is tried first. */
const struct field *shape_next(const struct shape *shape,
                               const struct field *last, const char *name);

/* A whole struct.  A command must fit exactly: unknown and missing members
 * are errors, and `field` is the path of the one at fault ("rows[3].area").
 * From an event a reader takes what it needs and ignores the rest, so that a
 * source may say more without asking its readers. */
struct err shape_from_json(struct slot into, const cJSON *json,
                           struct arena *arena);
struct err shape_from_event(struct slot into, const cJSON *json,
                            struct arena *arena);

/* As shape_from_json(), from text that json_check() is asked about first. */
struct err shape_from_text(struct slot into, const char *text,
                           struct arena *arena);

/* Reads the environment by the fields' own names, then the fallbacks. */
struct err shape_from_env(struct slot into, struct arena *arena);

/* The struct as a JSON object, absent members left out; in the arena. */
const char *shape_to_json(struct view from, struct arena *arena);
