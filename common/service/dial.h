/* dial.h — a connection to PostgreSQL as every session of the house is: with
 * its time-outs, its role and its plans.  Private to common/service. */
#pragma once

#include "common/service/db.h"

#include <libpq-fe.h>

/* Connects and waits for it, two seconds at most; look at PQstatus(). */
PGconn *dial(const struct db_place *place);

/* Begins to connect; go on with PQconnectPoll(). */
PGconn *dial_start(const struct db_place *place);
