/* trip.h — a connection for one that must not wait: the group.
 *
 * What db.h does in one breath is taken apart here: statements are queued, the
 * trip departs, its owner polls the socket and goes on with other things, and
 * the trip arrives with all results at once.  Private to common/service. */
#pragma once

#include "common/service/db.h"

#include <libpq-fe.h>

/* True when there is a connection; takes the making of one a step further,
 * never waits.  `awake` says that the socket has what trip_events() asked. */
bool trip_ready(struct db *db, bool awake);

/* What to poll: a socket (-1: none yet) and POLLIN, POLLOUT. */
int trip_socket(const struct db *db);
short trip_events(struct db *db);

/* Queue a statement.  `values` are texts, NULL is null; of a read the result
 * is put to *to, which its owner clears; of a write at least `least` rows must
 * have been written, or the trip fails with CODE_NOT_FOUND. */
struct err trip_begin(struct db *db);
struct err trip_read(struct db *db, const struct statement *sql,
                     const char *const *values, PGresult **to);
struct err trip_write(struct db *db, const struct statement *sql,
                      const char *const *values, int64_t least);
struct err trip_commit(struct db *db);
struct err trip_rollback(struct db *db);

/* Send what is queued.  From here to the arrival nothing may be queued. */
struct err trip_depart(struct db *db);

/* True when every result is there; *err is the first failure among them. */
bool trip_arrived(struct db *db, struct err *err);

/* The connection is cut: the server says nothing for longer than any statement
 * may take, though its kernel may still answer.  The trip arrives, failed. */
void trip_cut(struct db *db);

/* Between trips: false when the connection has ended meanwhile. */
bool trip_idle(struct db *db);
