/* bind.h — between shapes and libpq: parameters out of structs, structs out of
 * rows.  Private to common/service; everything is text, in an arena. */
#pragma once

#include "common/service/db.h"

#include <libpq-fe.h>

enum { PARAMS_MAX = 64 };

/* The values of a statement's parameters, from one struct.  A parameter that
 * the shape does not have is CODE_FAULT and logged. */
struct err bind_view(const struct statement *sql, struct view given,
                     struct arena *arena, const char **values);

/* The same from many structs: each value is the array of that field. */
struct err bind_rows(const struct statement *sql, const struct shape *row,
                     struct rows rows, struct arena *arena,
                     const char **values);

/* `count` texts as one array literal; NULL is null. */
const char *bind_texts(const char *const *texts, size_t count,
                       struct arena *arena);

/* How many parameters a statement has. */
int bind_count(const struct statement *sql);

/* One row, by the names of its columns.  `skip` names a column that is not the
 * struct's, or is NULL. */
struct err row_read(const PGresult *result, int row, const char *skip,
                    struct slot into, struct arena *arena);

/* All rows, as an array of structs in the arena. */
struct err rows_read(const PGresult *result, const struct shape *row,
                     struct rows *rows, struct arena *arena);
