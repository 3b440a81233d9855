#include "common/base/shape.h"

#include "common/base/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct shape nothing_shape = {
    .name = "nothing",
    .size = sizeof(struct nothing),
};

/* ------------------------------------------------- one field, from its text */

static struct err parse_text(const struct field *f, const char *text,
                             struct arena *arena, const char **out)
{
    if (strlen(text) > (f->max ? f->max : FIELD_TEXT_MAX))
        return fail_at(f->name, "is too long");
    *out = arena_text(arena, text);
    return OK;
}

static struct err parse_int(const struct field *f, const char *text,
                            int64_t *out)
{
    char *end;

    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || end == text || *end)
        return fail_at(f->name, "is not a whole number");
    if (f->most > f->least && (value < f->least || value > f->most))
        return fail_at(f->name, "is out of range");
    *out = value;
    return OK;
}

/* As PostgreSQL writes it, or as people do. */
static struct err parse_bool(const struct field *f, const char *text, bool *out)
{
    static const char *const words[] = { "f", "t", "false", "true" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = i & 1;
            return OK;
        }
    }
    return fail_at(f->name, "is not true or false");
}

static struct err parse_name(const struct field *f, const char *text,
                             unsigned *out)
{
    for (unsigned i = 0; f->names[i]; i++) {
        if (strcmp(f->names[i], text) == 0) {
            *out = i;
            return OK;
        }
    }
    return fail_at(f->name, "is not one of the known values");
}

/* "{a,b}" as PostgreSQL writes a uuid[], or "a,b" as people write it. */
static struct err parse_ids(const struct field *f, const char *text,
                            struct arena *arena, struct ids *out)
{
    size_t length = strlen(text);
    struct id *ids = arena_alloc(arena, (length / 36 + 1) * sizeof *ids);

    if (length > 1 && text[0] == '{' && text[length - 1] == '}') {
        text++;
        length -= 2;
    }
    *out = (struct ids){ .at = ids };
    for (size_t at = 0; at < length; at += 37) {
        const char *one =
            arena_slice(arena, text + at, length - at < 36 ? length - at : 36);
        if (!id_parse(one, &ids[out->count])
            || (at + 36 < length && text[at + 36] != ','))
            return fail_at(f->name, "is not a list of ids");
        out->count++;
    }
    return OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct err parse_bytes(const struct field *f, const char *text,
                              struct arena *arena, struct bytes *out)
{
    if (text[0] == '\\' && text[1] == 'x')
        text += 2;
    size_t size = strlen(text) / 2;
    unsigned char *bytes = arena_alloc(arena, size + 1);

    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return fail_at(f->name, "is not hex");
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    if (text[2 * size])
        return fail_at(f->name, "is not hex");
    *out = (struct bytes){ bytes, size };
    return OK;
}

struct json_holder {
    cJSON *json;
};

static void holder_drop(struct json_holder *holder)
{
    cJSON_Delete(holder->json);
}

#define OWN_JSON __attribute__((cleanup(holder_drop))) struct json_holder

static struct err read_rows(const struct field *f, const cJSON *value,
                            struct arena *arena, struct rows *out, bool exact);

static struct err parse_rows(const struct field *f, const char *text,
                             struct arena *arena, struct rows *out)
{
    OWN_JSON own = { cJSON_Parse(text) };

    return read_rows(f, own.json, arena, out, false);
}

static struct err said(bool fits, const struct field *f, const char *why)
{
    return fits ? OK : fail_at(f->name, why);
}

struct err field_parse(const struct field *f, const char *text,
                       struct arena *arena, void *record)
{
    void *at = (char *)record + f->offset;

    switch (f->kind) {
    case KIND_TEXT:
        return parse_text(f, text, arena, at);
    case KIND_INT:
        return parse_int(f, text, at);
    case KIND_BOOL:
        return parse_bool(f, text, at);
    case KIND_NAME:
        return parse_name(f, text, at);
    case KIND_ID:
        return said(id_parse(text, at), f, "is not an id");
    case KIND_MONEY:
        return said(money_parse(text, at), f, "is not an amount");
    case KIND_AREA:
        return said(area_parse(text, at), f, "is not an area");
    case KIND_RATE:
        return said(rate_parse(text, at), f, "is not a rate");
    case KIND_DAY:
        return said(day_parse(text, at), f, "is not a day");
    case KIND_MOMENT:
        return said(moment_parse(text, at), f, "is not a time with its zone");
    case KIND_IDS:
        return parse_ids(f, text, arena, at);
    case KIND_ROWS:
        return parse_rows(f, text, arena, at);
    case KIND_BYTES:
        return parse_bytes(f, text, arena, at);
    case KIND_JSON:
        ((struct json *)at)->text = arena_text(arena, text);
        return OK;
    }
    return fail(CODE_FAULT, "unknown kind of field");
}

/* --------------------------------------------------- one field, as its text */

static const char *format_ids(struct ids ids, struct arena *arena)
{
    char *text = arena_alloc(arena, ids.count * 37 + 3);
    char *to = text;

    *to++ = '{';
    for (size_t i = 0; i < ids.count; i++) {
        if (i)
            *to++ = ',';
        memcpy(to, ids.at[i].text, 36);
        to += 36;
    }
    *to = '}';
    return text;
}

static const char *format_bytes(struct bytes bytes, struct arena *arena)
{
    static const char digits[] = "0123456789abcdef";

    if (!bytes.at)
        return NULL;
    char *text = arena_alloc(arena, 2 * bytes.size + 1);
    for (size_t i = 0; i < bytes.size; i++) {
        text[2 * i] = digits[bytes.at[i] >> 4];
        text[2 * i + 1] = digits[bytes.at[i] & 15];
    }
    return text;
}

static const char *format_moment(struct moment moment, struct arena *arena)
{
    if (moment.us == 0)
        return NULL;
    char *text = arena_alloc(arena, VALUE_TEXT_MAX);
    moment_format(moment, text);
    return text;
}

static const char *format_day(struct day day, struct arena *arena)
{
    if (day.number == 0)
        return NULL;
    char *text = arena_alloc(arena, VALUE_TEXT_MAX);
    day_format(day, text);
    return text;
}

static cJSON *rows_json(const struct shape *shape, struct rows rows,
                        struct arena *arena);

static const char *print(cJSON *json, struct arena *arena)
{
    char *heap = cJSON_PrintUnformatted(json);
    const char *text = heap ? arena_text(arena, heap) : NULL;

    if (!heap)
        abort();
    free(heap);
    cJSON_Delete(json);
    return text;
}

const char *field_format(const struct field *f, const void *record,
                         struct arena *arena)
{
    const void *at = (const char *)record + f->offset;
    char *text;

    switch (f->kind) {
    case KIND_TEXT:
        return *(const char *const *)at;
    case KIND_INT:
        return arena_format(arena, "%" PRId64, *(const int64_t *)at);
    case KIND_BOOL:
        return *(const bool *)at ? "true" : "false";
    case KIND_NAME:
        return f->names[*(const unsigned *)at];
    case KIND_ID:
        text = arena_text(arena, ((const struct id *)at)->text);
        return *text ? text : NULL;
    case KIND_MONEY:
        text = arena_alloc(arena, VALUE_TEXT_MAX);
        money_format(*(const struct money *)at, text);
        return text;
    case KIND_AREA:
        text = arena_alloc(arena, VALUE_TEXT_MAX);
        area_format(*(const struct area *)at, text);
        return text;
    case KIND_RATE:
        text = arena_alloc(arena, VALUE_TEXT_MAX);
        rate_format(*(const struct rate *)at, text);
        return text;
    case KIND_DAY:
        return format_day(*(const struct day *)at, arena);
    case KIND_MOMENT:
        return format_moment(*(const struct moment *)at, arena);
    case KIND_IDS:
        return format_ids(*(const struct ids *)at, arena);
    case KIND_ROWS:
        return print(rows_json(f->shape, *(const struct rows *)at, arena),
                     arena);
    case KIND_BYTES:
        return format_bytes(*(const struct bytes *)at, arena);
    case KIND_JSON:
        return ((const struct json *)at)->text;
    }
    return NULL;
}

const struct field *shape_next(const struct shape *shape,
                               const struct field *last, const char *name)
{
    size_t at = last ? (size_t)(last - shape->fields) + 1 : 0;

    for (size_t i = 0; i < shape->count; i++, at++) {
        at = at < shape->count ? at : 0;
        if (strcmp(shape->fields[at].name, name) == 0)
            return &shape->fields[at];
    }
    return NULL;
}

const struct field *shape_find(const struct shape *shape, const char *name)
{
    return shape_next(shape, NULL, name);
}

/* ------------------------------------------------------------------ JSON */

static struct err read_ids(const struct field *f, const cJSON *value,
                           struct arena *arena, struct ids *out)
{
    size_t count = (size_t)cJSON_GetArraySize(value), n = 0;
    const cJSON *member;

    if (!cJSON_IsArray(value))
        return fail_at(f->name, "is not a list");
    if (count > (f->max ? f->max : FIELD_MANY_MAX))
        return fail_at(f->name, "has too many elements");

    struct id *ids = arena_alloc(arena, (count + 1) * sizeof *ids);
    cJSON_ArrayForEach(member, value) {
        if (!cJSON_IsString(member) || !id_parse(member->valuestring, &ids[n]))
            return fail_at(arena_format(arena, "%s[%zu]", f->name, n),
                           "is not an id");
        n++;
    }
    *out = (struct ids){ ids, n };
    return OK;
}

/* The refusal of an element's member, with the path to it. */
static struct err inside(const struct field *f, size_t n, struct err err,
                         struct arena *arena)
{
    err.field = err.field
                    ? arena_format(arena, "%s[%zu].%s", f->name, n, err.field)
                    : arena_format(arena, "%s[%zu]", f->name, n);
    return err;
}

static struct err read_rows(const struct field *f, const cJSON *value,
                            struct arena *arena, struct rows *out, bool exact)
{
    size_t count = (size_t)cJSON_GetArraySize(value), n = 0;
    const cJSON *member;

    if (!cJSON_IsArray(value))
        return fail_at(f->name, "is not a list");
    if (count > (f->max ? f->max : FIELD_MANY_MAX))
        return fail_at(f->name, "has too many elements");

    char *at = arena_alloc(arena, (count + 1) * f->shape->size);
    cJSON_ArrayForEach(member, value) {
        struct slot into = { f->shape, at + n * f->shape->size };
        struct err err = exact ? shape_from_json(into, member, arena)
                               : shape_from_event(into, member, arena);
        if (err.code)
            return inside(f, n, err, arena);
        n++;
    }
    *out = (struct rows){ at, n };
    return OK;
}

static struct err read_number(const struct field *f, const cJSON *value,
                              struct arena *arena, void *record)
{
    /* cJSON keeps numbers as doubles: take only those that are exact. */
    if (!cJSON_IsNumber(value) || value->valuedouble > (double)FIELD_INT_MOST
        || value->valuedouble < -(double)FIELD_INT_MOST
        || value->valuedouble != (double)(int64_t)value->valuedouble)
        return fail_at(f->name, "is not a whole number");
    const char *text =
        arena_format(arena, "%" PRId64, (int64_t)value->valuedouble);
    return field_parse(f, text, arena, record);
}

static struct err read_any(const cJSON *value, struct arena *arena,
                           struct json *out)
{
    char *heap = cJSON_PrintUnformatted(value);

    if (!heap)
        abort();
    out->text = arena_text(arena, heap);
    free(heap);
    return OK;
}

static struct err read_member(const struct field *f, const cJSON *value,
                              struct arena *arena, void *record, bool exact)
{
    void *at = (char *)record + f->offset;

    switch (f->kind) {
    case KIND_BOOL:
        *(bool *)at = cJSON_IsTrue(value);
        return said(cJSON_IsBool(value), f, "is not true or false");
    case KIND_INT:
        return read_number(f, value, arena, record);
    case KIND_IDS:
        return read_ids(f, value, arena, at);
    case KIND_ROWS:
        return read_rows(f, value, arena, at, exact);
    case KIND_JSON:
        return read_any(value, arena, at);
    default:
        if (!cJSON_IsString(value))
            return fail_at(f->name, "is not a string");
        return field_parse(f, value->valuestring, arena, record);
    }
}

/* The member of each field; of two with one name the first. */
static struct err find_members(const struct shape *shape, const cJSON *json,
                               struct arena *arena, bool exact,
                               const cJSON **members)
{
    const struct field *f = NULL;
    const cJSON *member;

    cJSON_ArrayForEach(member, json) {
        f = shape_next(shape, f, member->string);
        if (!f && exact)
            return fail_at(arena_text(arena, member->string),
                           "is not known here");
        if (f && !members[f - shape->fields])
            members[f - shape->fields] = member;
    }
    return OK;
}

static struct err read_object(struct slot into, const cJSON *json,
                              struct arena *arena, bool exact)
{
    const cJSON **members =
        arena_alloc(arena, (into.shape->count + 1) * sizeof(const cJSON *));

    if (!cJSON_IsObject(json))
        return fail(CODE_BAD_REQUEST, "the body is not an object");
    TRY(find_members(into.shape, json, arena, exact, members));
    memset(into.at, 0, into.shape->size);
    for (size_t i = 0; i < into.shape->count; i++) {
        const struct field *f = &into.shape->fields[i];

        if (members[i] && !cJSON_IsNull(members[i]))
            TRY(read_member(f, members[i], arena, into.at, exact));
        else if (f->fallback)
            TRY(field_parse(f, f->fallback, arena, into.at));
        else if (!f->optional)
            return fail_at(f->name, "is missing");
    }
    return OK;
}

struct err shape_from_event(struct slot into, const cJSON *json,
                            struct arena *arena)
{
    return read_object(into, json, arena, false);
}

struct err shape_from_json(struct slot into, const cJSON *json,
                           struct arena *arena)
{
    return read_object(into, json, arena, true);
}

struct err shape_from_text(struct slot into, const char *text,
                           struct arena *arena)
{
    size_t size = strlen(text);

    if (size > JSON_BODY_MAX)
        return fail(CODE_BAD_REQUEST, "the body is larger than 64 KiB");
    TRY(json_check(text, size));

    OWN_JSON own = { cJSON_ParseWithLength(text, size) };
    if (!own.json)
        return fail(CODE_BAD_REQUEST, "the body is not JSON");
    return shape_from_json(into, own.json, arena);
}

static cJSON *ids_json(struct ids ids)
{
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < ids.count; i++)
        cJSON_AddItemToArray(array, cJSON_CreateString(ids.at[i].text));
    return array;
}

/* NULL for an absent value. */
static cJSON *member_json(const struct field *f, const void *record,
                          struct arena *arena)
{
    const void *at = (const char *)record + f->offset;
    const char *text;

    switch (f->kind) {
    case KIND_BOOL:
        return cJSON_CreateBool(*(const bool *)at);
    case KIND_INT:
        return cJSON_CreateNumber((double)*(const int64_t *)at);
    case KIND_IDS:
        return ids_json(*(const struct ids *)at);
    case KIND_ROWS:
        return rows_json(f->shape, *(const struct rows *)at, arena);
    case KIND_JSON:
        text = ((const struct json *)at)->text;
        return text ? cJSON_CreateRaw(text) : NULL;
    default:
        text = field_format(f, record, arena);
        return text ? cJSON_CreateString(text) : NULL;
    }
}

static cJSON *object_json(struct view from, struct arena *arena)
{
    cJSON *json = cJSON_CreateObject();

    for (size_t i = 0; i < from.shape->count; i++) {
        const struct field *f = &from.shape->fields[i];
        cJSON *member = member_json(f, from.at, arena);
        if (member)
            cJSON_AddItemToObjectCS(json, f->name, member);
    }
    return json;
}

static cJSON *rows_json(const struct shape *shape, struct rows rows,
                        struct arena *arena)
{
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < rows.count; i++) {
        struct view one = { shape, (const char *)rows.at + i * shape->size };
        cJSON_AddItemToArray(array, object_json(one, arena));
    }
    return array;
}

const char *shape_to_json(struct view from, struct arena *arena)
{
    return print(object_json(from, arena), arena);
}

/* ----------------------------------------------------------- environment */

struct err shape_from_env(struct slot into, struct arena *arena)
{
    memset(into.at, 0, into.shape->size);
    for (size_t i = 0; i < into.shape->count; i++) {
        const struct field *f = &into.shape->fields[i];
        const char *text = getenv(f->name);

        if (!text)
            text = f->fallback;
        if (text)
            TRY(field_parse(f, text, arena, into.at));
        else if (!f->optional)
            return fail_at(f->name, "is not set");
    }
    return OK;
}
