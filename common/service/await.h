/* await.h — wait for an answer of PostgreSQL, but not without end.
 *
 * A server that hangs while its kernel still answers for it (a stopped process,
 * a disk that does not come back) is seen by no keepalive. */
#pragma once

#include <libpq-fe.h>

/* Until PQgetResult() would not wait.  After more silence than any statement
 * may take the connection is cut, so that PQgetResult() says that it is gone.
 */
void db_await(PGconn *conn);
