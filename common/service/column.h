/* column.h — the parameters of many calls of a statement as those of its set:
 * a column, which is an array, for each.
 *
 * An array that PostgreSQL has to read from text costs it more than some of the
 * statements: each element is unquoted and parsed.  So what is easily said in
 * its own form (the binary one of a type's send and receive functions, header
 * and elements in network order as in its array_recv()) goes in that.  Private
 * to common/service. */
#pragma once

#include "common/service/db.h"

#include <libpq-fe.h>

/* The values of a set's parameters, in the arena; those of one call are texts
 * as bind_view() makes them.  NULL is null. */
const char **columns_bind(const struct statement *set,
                          const struct statement *one,
                          const char *const *const *values, size_t count,
                          struct arena *arena);

/* PQsendQueryPrepared() of a statement: of a set with what columns_bind() made,
 * of another with texts. */
int columns_send(PGconn *conn, const struct statement *sql,
                 const char *const *values);
