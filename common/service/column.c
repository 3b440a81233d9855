#include "common/service/column.h"

#include "common/base/value.h"
#include "common/service/bind.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stddef.h>
#include <string.h>

/* What a value of a set points to is the end of this. */
struct column {
    int size; /* of a packed one; 0: it is a text */
    char bytes[];
};

/* ------------------------------------------------------------- each element */

/* They write an element from its text and say where they stopped, or NULL when
 * the text is none of theirs: then PostgreSQL may say so. */

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* So many bytes from twice as many digits; more text stands behind them. */
static char *put_hex(char *to, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int high = nibble(text[2 * i]);
        int low = high < 0 ? -1 : nibble(text[2 * i + 1]);
        if (low < 0)
            return NULL;
        *to++ = (char)(high << 4 | low);
    }
    return to;
}

static char *put_uuid(char *to, const char *text)
{
    static const size_t groups[] = { 4, 2, 2, 2, 6 };

    if (strlen(text) != 36)
        return NULL;
    for (size_t i = 0; i < 5 && to; i++) {
        if (i && *text++ != '-')
            return NULL;
        to = put_hex(to, text, groups[i]);
        text += 2 * groups[i];
    }
    return to;
}

static char *put_text(char *to, const char *text)
{
    return stpcpy(to, text);
}

static char *put_bytea(char *to, const char *text)
{
    size_t length = strlen(text);

    if (strncmp(text, "\\x", 2) != 0 || length % 2 != 0)
        return NULL;
    return put_hex(to, text + 2, length / 2 - 1);
}

static char *put_moment(char *to, const char *text)
{
    const int64_t year_2000 = INT64_C(946684800000000);
    struct moment moment;
    uint64_t us;

    if (!moment_parse(text, &moment))
        return NULL;
    us = htobe64((uint64_t)(moment.us - year_2000));
    memcpy(to, &us, sizeof us);
    return to + sizeof us;
}

static const struct {
    uint32_t oid; /* pg_type.oid: of the types that it is born with, for ever */
    char *(*put)(char *to, const char *text);
} elements[] = {
    [ARRAY_UUID] = { 2950, put_uuid },     [ARRAY_TEXT] = { 25, put_text },
    [ARRAY_JSON] = { 114, put_text },      [ARRAY_BYTEA] = { 17, put_bytea },
    [ARRAY_MOMENT] = { 1184, put_moment },
};

/* --------------------------------------------------------------- the arrays */

static char *put_number(char *to, uint32_t number)
{
    number = htonl(number);
    memcpy(to, &number, sizeof number);
    return to + sizeof number;
}

/* The element behind its length; NULL when it is none of this type. */
static char *put_element(enum array_of of, char *to, const char *text)
{
    char *begin = to + sizeof(uint32_t);

    if (!text)
        return put_number(to, UINT32_MAX); /* -1: null */
    char *end = elements[of].put(begin, text);
    if (end)
        put_number(to, (uint32_t)(end - begin));
    return end;
}

/* What it cannot pack is left to the text. */
static const char *pack(enum array_of of, const char *const *texts,
                        size_t count, struct arena *arena)
{
    enum { HEAD = 5 * sizeof(uint32_t) };
    size_t room = HEAD;

    for (size_t i = 0; i < count; i++)
        room += sizeof(uint32_t) + (texts[i] ? strlen(texts[i]) + 1 : 0);

    struct column *column = arena_alloc(arena, sizeof *column + room);
    char *to = column->bytes;
    to = put_number(to, 1); /* dimension */
    to = put_number(to, 1); /* there may be nulls */
    to = put_number(to, elements[of].oid);
    to = put_number(to, (uint32_t)count);
    to = put_number(to, 1); /* counted from 1 */
    for (size_t i = 0; i < count && to; i++)
        to = put_element(of, to, texts[i]);
    if (!to)
        return NULL;
    column->size = (int)(to - column->bytes);
    return column->bytes;
}

static const char *spell(const char *const *texts, size_t count,
                         struct arena *arena)
{
    const char *text = bind_texts(texts, count, arena);
    size_t size = strlen(text) + 1;
    struct column *column = arena_alloc(arena, sizeof *column + size);

    column->size = 0;
    memcpy(column->bytes, text, size);
    return column->bytes;
}

const char **columns_bind(const struct statement *set,
                          const struct statement *one,
                          const char *const *const *values, size_t count,
                          struct arena *arena)
{
    const char **texts = arena_alloc(arena, (count + 1) * sizeof *texts);
    const char **columns =
        arena_alloc(arena, (size_t)(bind_count(set) + 1) * sizeof *columns);

    for (int p = 0; set->params[p]; p++) {
        int from = 0;
        while (strcmp(one->params[from], set->params[p]) != 0)
            from++; /* the same names, as tools/embed-sql has seen to */
        for (size_t i = 0; i < count; i++)
            texts[i] = values[i][from];
        columns[p] = set->arrays && set->arrays[p] != ARRAY_SPELT
                         ? pack(set->arrays[p], texts, count, arena)
                         : NULL;
        if (!columns[p])
            columns[p] = spell(texts, count, arena);
    }
    return columns;
}

int columns_send(PGconn *conn, const struct statement *sql,
                 const char *const *values)
{
    int count = bind_count(sql), sizes[PARAMS_MAX], packed[PARAMS_MAX];

    for (int i = 0; sql->arrays && i < count; i++) {
        const char *column = values[i] - offsetof(struct column, bytes);
        sizes[i] = ((const struct column *)(const void *)column)->size;
        packed[i] = sizes[i] > 0;
    }
    return PQsendQueryPrepared(conn, sql->name, count, values,
                               sql->arrays ? sizes : NULL,
                               sql->arrays ? packed : NULL, 0);
}
