#include "common/service/bind.h"

#include "common/service/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int bind_count(const struct statement *sql)
{
    int count = 0;

    while (sql->params[count])
        count++;
    return count;
}

/* Money, areas and rates are integers of their unit in the store. */
static bool is_counted(enum kind kind)
{
    return kind == KIND_MONEY || kind == KIND_AREA || kind == KIND_RATE;
}

static const char *bind(const struct field *f, const void *record,
                        struct arena *arena)
{
    const void *at = (const char *)record + f->offset;

    if (is_counted(f->kind))
        return arena_format(arena, "%" PRId64, *(const int64_t *)at);
    if (f->kind == KIND_BYTES && ((const struct bytes *)at)->at)
        return arena_format(arena, "\\x%s", field_format(f, record, arena));
    return field_format(f, record, arena);
}

/* The field of parameter `i`, or NULL and said so. */
static const struct field *wanted(const struct statement *sql, int i,
                                  const struct shape *shape,
                                  const struct field *last)
{
    const struct field *f =
        i < PARAMS_MAX ? shape_next(shape, last, sql->params[i]) : NULL;

    if (!f)
        log_error("nothing to bind", "statement", sql->name, "parameter",
                  sql->params[i], NULL);
    return f;
}

struct err bind_view(const struct statement *sql, struct view given,
                     struct arena *arena, const char **values)
{
    const struct field *f = NULL;

    for (int i = 0; sql->params[i]; i++) {
        f = wanted(sql, i, given.shape, f);
        if (!f)
            return fail(CODE_FAULT, "a statement lacks a parameter");
        values[i] = bind(f, given.at, arena);
    }
    return OK;
}

/* The same bytes, for the element of an array literal. */
static char *quote(char *to, const char *text)
{
    *to++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            *to++ = '\\';
        *to++ = *text;
    }
    *to++ = '"';
    return to;
}

const char *bind_texts(const char *const *texts, size_t count,
                       struct arena *arena)
{
    size_t size = 3;

    for (size_t i = 0; i < count; i++)
        size += texts[i] ? 2 * strlen(texts[i]) + 3 : 5;
    char *literal = arena_alloc(arena, size), *to = literal;
    *to++ = '{';
    for (size_t i = 0; i < count; i++) {
        if (i)
            *to++ = ',';
        to = texts[i] ? quote(to, texts[i]) : stpcpy(to, "NULL");
    }
    *to = '}';
    return literal;
}

struct err bind_rows(const struct statement *sql, const struct shape *row,
                     struct rows rows, struct arena *arena, const char **values)
{
    const char **texts = arena_alloc(arena, (rows.count + 1) * sizeof *texts);
    const struct field *f = NULL;

    for (int i = 0; sql->params[i]; i++) {
        f = wanted(sql, i, row, f);
        if (!f)
            return fail(CODE_FAULT, "a statement lacks a parameter");
        for (size_t r = 0; r < rows.count; r++)
            texts[r] = bind(f, (const char *)rows.at + r * row->size, arena);
        values[i] = bind_texts(texts, rows.count, arena);
    }
    return OK;
}

static struct err read_column(const struct field *f, const char *text,
                              struct arena *arena, void *record)
{
    if (!is_counted(f->kind)) {
        struct err err = field_parse(f, text, arena, record);
        return err.code ? fail(CODE_FAULT, "a column does not fit its field")
                        : OK;
    }
    *(int64_t *)(void *)((char *)record + f->offset) = strtoll(text, NULL, 10);
    return OK;
}

/* The field of each column; NULL for the one to skip. */
static struct err find_columns(const PGresult *result, const char *skip,
                               const struct shape *shape, struct arena *arena,
                               const struct field **fields)
{
    const struct field *f = NULL;

    for (int column = 0; column < PQnfields(result); column++) {
        const char *name = PQfname(result, column);
        fields[column] = NULL;
        if (skip && strcmp(name, skip) == 0)
            continue;
        fields[column] = f = shape_next(shape, f, name);
        if (!f)
            return (struct err){ CODE_FAULT, "is a column without a field",
                                 arena_text(arena, name) };
    }
    return OK;
}

static struct err read_row(const PGresult *result, int row,
                           const struct field *const *fields, struct slot into,
                           struct arena *arena)
{
    memset(into.at, 0, into.shape->size);
    for (int column = 0; column < PQnfields(result); column++) {
        const struct field *f = fields[column];
        if (f && !PQgetisnull(result, row, column))
            TRY(read_column(f, PQgetvalue(result, row, column), arena,
                            into.at));
    }
    return OK;
}

static const struct field **fields_for(const PGresult *result,
                                       struct arena *arena)
{
    return arena_alloc(arena, ((size_t)PQnfields(result) + 1)
                                  * sizeof(struct field *));
}

struct err row_read(const PGresult *result, int row, const char *skip,
                    struct slot into, struct arena *arena)
{
    const struct field **fields = fields_for(result, arena);

    TRY(find_columns(result, skip, into.shape, arena, fields));
    return read_row(result, row, fields, into, arena);
}

struct err rows_read(const PGresult *result, const struct shape *row,
                     struct rows *rows, struct arena *arena)
{
    const struct field **fields = fields_for(result, arena);

    TRY(find_columns(result, NULL, row, arena, fields));
    rows->count = (size_t)PQntuples(result);
    rows->at = arena_alloc(arena, (rows->count + 1) * row->size);
    for (size_t i = 0; i < rows->count; i++) {
        struct slot into = { row, (char *)rows->at + i * row->size };
        TRY(read_row(result, (int)i, fields, into, arena));
    }
    return OK;
}
