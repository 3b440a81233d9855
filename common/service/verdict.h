/* verdict.h — what a refusal of the store means to who asked: its SQLSTATE, or
 * the class of it, in the house's codes.  Private to common/service. */
#pragma once

#include "common/service/db.h"

#include <libpq-fe.h>

/* Of a result that failed and has an SQLSTATE.  *retry: it was a lost race or
 * the store is away, and the call may be run again. */
struct err verdict(const PGresult *result, const struct statement *sql,
                   bool *retry, struct arena *arena);
