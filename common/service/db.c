#include "common/service/db.h"

#include "common/service/await.h"
#include "common/service/bind.h"
#include "common/service/column.h"
#include "common/service/dial.h"
#include "common/service/log.h"
#include "common/service/metric.h"
#include "common/service/trip.h"
#include "common/service/verdict.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
    STATEMENTS_MAX = 512,
    QUEUE_MAX = 256, /* what a call may owe before it waits for some */
    CONNECT_WAIT_MS = 2000,
    CONNECT_PAUSE_MS = 500,
};

enum job { JOB_PREPARE, JOB_WRITE, JOB_READ, JOB_COMMIT };

/* A result that the server owes us, in the order of sending. */
struct owed {
    const struct statement *sql;
    enum job job;
    int64_t least; /* JOB_WRITE: so many rows must be written */
    PGresult **to; /* JOB_READ: where the rows go */
};

struct db {
    const struct db_place *place;
    PGconn *conn;
    struct arena *arena;
    const struct statement *prepared[STATEMENTS_MAX];
    struct owed *queue;
    size_t owed, taken, room;
    struct err trip; /* the first failure among what was taken */
    PGresult *kept;
    PGresult *ahead;
    const struct statement *culprit;
    bool check; /* a queued write may turn out to have written nothing */
    bool retry;
    bool connecting;  /* trip_connect() is at it      */
    short approach;   /* what it waits for: POLLIN ... */
    int64_t until_ms; /* it gives up, or begins, then  */
    char detail[256];
};

static const char *const none[] = { NULL };
static const struct statement begin_sql = { "db_begin", "begin", none };
static const struct statement commit_sql = { "db_commit", "commit", none };
static const struct statement rollback_sql = { "db_rollback", "rollback",
                                               none };

static void result_drop(PGresult **result)
{
    PQclear(*result);
}

#define OWN_RESULT __attribute__((cleanup(result_drop))) PGresult *

/* ------------------------------------------------------------- what it says */

static void note(struct db *db, const char *state, const char *text)
{
    snprintf(db->detail, sizeof db->detail, "%s%s%s", state ? state : "",
             state ? " " : "", text ? text : "");
    for (char *c = db->detail; *c; c++)
        if (*c == '\n')
            *c = ' ';
}

static struct err away(struct db *db)
{
    db->retry = true;
    note(db, NULL, PQerrorMessage(db->conn));
    log_warn("store away", "err", db->detail, "hint",
             "is PostgreSQL up, and the database URL right?", NULL);
    return fail(CODE_BUSY, "the store is away");
}

static struct err refused(struct db *db, const PGresult *result,
                          const struct statement *sql)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    db->culprit = sql;
    if (!state)
        return away(db);
    note(db, state, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    return verdict(result, sql, &db->retry, db->arena);
}

/* ------------------------------------------------------------ the connection
 */

/* A new connection knows none of our statements. */
static void hang_up(struct db *db)
{
    PQfinish(db->conn);
    db->conn = NULL;
    memset(db->prepared, 0, sizeof db->prepared);
    db->owed = db->taken = 0;
}

static struct err connect_anew(struct db *db)
{
    hang_up(db);
    db->conn = dial(db->place);
    if (PQstatus(db->conn) != CONNECTION_OK || !PQenterPipelineMode(db->conn))
        return away(db);
    metric_add(METRIC_STORE_CONNECTS);
    return OK;
}

struct db *db_open(const struct db_place *place, struct arena *arena)
{
    struct db *db = calloc(1, sizeof *db);

    if (!db)
        abort();
    db->place = place;
    db->arena = arena;
    return db;
}

void db_close(struct db **db)
{
    if (!*db)
        return;
    PQclear((*db)->kept);
    PQclear((*db)->ahead);
    PQfinish((*db)->conn);
    free((*db)->queue);
    free(*db);
    *db = NULL;
}

/* ------------------------------------------------------------ the pipeline */

static void owe(struct db *db, struct owed owed)
{
    if (db->owed == db->room) {
        db->room = db->room ? 2 * db->room : QUEUE_MAX;
        db->queue = realloc(db->queue, db->room * sizeof *db->queue);
        if (!db->queue)
            abort();
    }
    db->queue[db->owed++] = owed;
}

static size_t place_of(const struct db *db, const struct statement *sql)
{
    size_t i = 0;

    while (i < STATEMENTS_MAX && db->prepared[i] && db->prepared[i] != sql)
        i++;
    return i;
}

static struct err prepare(struct db *db, const struct statement *sql)
{
    size_t i = place_of(db, sql);

    if (i == STATEMENTS_MAX)
        return fail(CODE_FAULT, "too many statements");
    if (db->prepared[i])
        return OK;
    if (!PQsendPrepare(db->conn, sql->name, sql->text, 0, NULL))
        return away(db);
    db->prepared[i] = sql;
    owe(db, (struct owed){ sql, JOB_PREPARE, 0, NULL });
    return OK;
}

/* A Prepare that failed, or was skipped after a failure, prepared nothing. */
static void forget(struct db *db, const struct statement *sql)
{
    size_t i = place_of(db, sql), last = i;

    while (last + 1 < STATEMENTS_MAX && db->prepared[last + 1])
        last++;
    db->prepared[i] = db->prepared[last];
    db->prepared[last] = NULL;
}

static struct err judge(struct db *db, const struct owed *owed,
                        PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return refused(db, result, owed->sql);
    if (owed->least && strtoll(PQcmdTuples(result), NULL, 10) < owed->least) {
        db->culprit = owed->sql;
        return fail(CODE_NOT_FOUND, "there is no such thing");
    }
    /* The end of a transaction that had failed is told as a success. */
    if (owed->job == JOB_COMMIT && strcmp(PQcmdStatus(result), "COMMIT") != 0)
        return fail(CODE_FAULT, "the store rolled back");
    return OK;
}

/* Takes the one result that is owed; what follows a failure is skipped by the
 * server until the next synchronisation. */
static struct err settle(struct db *db, const struct owed *owed,
                         struct err before)
{
    db_await(db->conn);
    OWN_RESULT result = PQgetResult(db->conn);

    if (!result)
        return before.code ? before : away(db);
    struct err err = PQresultStatus(result) == PGRES_PIPELINE_ABORTED
                         ? before
                         : judge(db, owed, result);
    if (owed->job == JOB_PREPARE && PQresultStatus(result) != PGRES_COMMAND_OK)
        forget(db, owed->sql);
    if (owed->job == JOB_READ && !err.code) {
        PQclear(*owed->to);
        *owed->to = result;
        result = NULL;
    }
    PQclear(PQgetResult(db->conn)); /* the NULL after each result */
    return before.code ? before : err;
}

/* Takes what has come of the trip, all of it or as much as is there. */
static void take(struct db *db, bool wait)
{
    while (db->taken < db->owed && (wait || !PQisBusy(db->conn))) {
        db->trip = settle(db, &db->queue[db->taken++], db->trip);
        if (PQstatus(db->conn) != CONNECTION_OK)
            break;
    }
}

static struct err arrive(struct db *db)
{
    struct err err = db->trip;

    db->owed = db->taken = 0;
    db->check = false;
    db->trip = OK;
    if (PQstatus(db->conn) != CONNECTION_OK)
        return err.code ? err : away(db);
    PQclear(PQgetResult(db->conn)); /* the synchronisation itself */
    return err;
}

struct err db_flush(struct db *db)
{
    if (db->owed == 0)
        return OK;
    if (!PQpipelineSync(db->conn)) {
        db->owed = 0;
        return away(db);
    }
    take(db, true);
    return arrive(db);
}

static struct err transmit(struct db *db, struct owed owed,
                           const char *const *values)
{
    const struct statement *sql = owed.sql;

    TRY(prepare(db, sql));
    if (!columns_send(db->conn, sql, values))
        return away(db);
    owe(db, owed);
    return OK;
}

/* Who waits later reads nothing until then: what is owed is bounded. */
static struct err enqueue(struct db *db, struct owed owed,
                          const char *const *values)
{
    if (db->owed + 2 > QUEUE_MAX)
        TRY(db_flush(db));
    return transmit(db, owed, values);
}

static struct err queue(struct db *db, struct owed owed, struct view given)
{
    const char *values[PARAMS_MAX];

    TRY(bind_view(owed.sql, given, db->arena, values));
    return enqueue(db, owed, values);
}

/* --------------------------------------------------------------- the public */

struct err db_run(struct db *db, const struct statement *sql, struct view given,
                  bool must)
{
    must = must && sql->may_miss;
    db->check = db->check || must;
    return queue(db, (struct owed){ sql, JOB_WRITE, must, NULL }, given);
}

struct err db_run_rows(struct db *db, const struct statement *sql,
                       const struct shape *row, struct rows rows)
{
    const char *values[PARAMS_MAX];

    TRY(bind_rows(sql, row, rows, db->arena, values));
    return db_run_texts(db, sql, values);
}

struct err db_run_texts(struct db *db, const struct statement *sql,
                        const char *const *values)
{
    return enqueue(db, (struct owed){ sql, JOB_WRITE, 0, NULL }, values);
}

struct err db_ask(struct db *db, const struct statement *sql, struct view given)
{
    return queue(db, (struct owed){ sql, JOB_READ, 0, &db->kept }, given);
}

struct err db_ask_ahead(struct db *db, const struct statement *sql,
                        struct view given)
{
    TRY(queue(db, (struct owed){ sql, JOB_READ, 0, &db->ahead }, given));
    return PQflush(db->conn) >= 0 ? OK : away(db);
}

struct err db_list_ahead(struct db *db, const struct shape *row,
                         struct rows *rows)
{
    OWN_RESULT result = db->ahead;

    db->ahead = NULL;
    return rows_read(result, row, rows, db->arena);
}

bool db_kept(struct db *db, struct slot into)
{
    return db->kept && PQntuples(db->kept) > 0
           && !row_read(db->kept, 0, NULL, into, db->arena).code;
}

struct err db_get(struct db *db, const struct statement *sql, struct view given,
                  struct slot into)
{
    OWN_RESULT result = NULL;

    TRY(queue(db, (struct owed){ sql, JOB_READ, 0, &result }, given));
    TRY(db_flush(db));
    if (PQntuples(result) == 0)
        return fail(CODE_NOT_FOUND, "there is no such thing");
    return row_read(result, 0, NULL, into, db->arena);
}

struct err db_list(struct db *db, const struct statement *sql,
                   struct view given, const struct shape *row,
                   struct rows *rows)
{
    OWN_RESULT result = NULL;

    TRY(queue(db, (struct owed){ sql, JOB_READ, 0, &result }, given));
    TRY(db_flush(db));
    return rows_read(result, row, rows, db->arena);
}

struct err db_list_commit(struct db *db, const struct statement *sql,
                          struct view given, const struct shape *row,
                          struct rows *rows)
{
    TRY(db_ask(db, sql, given)); /* what is owed may outlive this call */
    TRY(db_commit(db));
    return rows_read(db->kept, row, rows, db->arena);
}

static void forget_last(struct db *db)
{
    db->retry = false;
    db->culprit = NULL;
    PQclear(db->kept);
    db->kept = NULL;
}

struct err db_begin(struct db *db)
{
    forget_last(db);
    if (PQstatus(db->conn) != CONNECTION_OK)
        TRY(connect_anew(db));
    return enqueue(db, (struct owed){ &begin_sql, JOB_WRITE, 0, NULL }, NULL);
}

struct err db_commit(struct db *db)
{
    if (db->check)
        TRY(db_flush(db));
    TRY(enqueue(db, (struct owed){ &commit_sql, JOB_COMMIT, 0, NULL }, NULL));
    return db_flush(db);
}

void db_rollback(struct db *db)
{
    if (!db->conn || PQstatus(db->conn) != CONNECTION_OK)
        return;
    const struct statement *culprit = db->culprit;
    bool retry = db->retry;

    (void)db_flush(db);
    if (PQstatus(db->conn) == CONNECTION_OK
        && PQtransactionStatus(db->conn) != PQTRANS_IDLE
        && !transmit(db, (struct owed){ &rollback_sql, JOB_WRITE, 0, NULL },
                     NULL)
                .code)
        (void)db_flush(db);
    db->culprit = culprit;
    db->retry = retry;
}

struct err db_check(struct db *db, const struct statement *sql)
{
    TRY(db_begin(db));
    TRY(prepare(db, sql));
    return db_flush(db);
}

bool db_should_retry(const struct db *db)
{
    return db->retry;
}

const struct statement *db_culprit(const struct db *db)
{
    return db->culprit;
}

const char *db_detail(const struct db *db)
{
    return db->detail;
}

/* -------------------------------------------- for one that must not wait */

static int64_t clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void fall_back(struct db *db)
{
    (void)away(db);
    hang_up(db);
    db->connecting = false;
    db->until_ms = clock_ms() + CONNECT_PAUSE_MS;
}

static void approach(struct db *db)
{
    switch (PQconnectPoll(db->conn)) {
    case PGRES_POLLING_READING:
        db->approach = POLLIN;
        return;
    case PGRES_POLLING_WRITING:
        db->approach = POLLOUT;
        return;
    case PGRES_POLLING_OK:
        db->connecting = false;
        if (PQsetnonblocking(db->conn, 1) == 0 && PQenterPipelineMode(db->conn))
            return;
        break;
    default:
        break;
    }
    fall_back(db);
}

bool trip_ready(struct db *db, bool awake)
{
    if (!db->connecting && db->conn && PQstatus(db->conn) == CONNECTION_OK)
        return true;
    if (!db->connecting && clock_ms() >= db->until_ms) {
        hang_up(db);
        db->conn = dial_start(db->place);
        db->connecting = true;
        db->approach = POLLOUT; /* as PQconnectStart's manual says */
        db->until_ms = clock_ms() + CONNECT_WAIT_MS;
        if (PQstatus(db->conn) == CONNECTION_BAD)
            fall_back(db);
    } else if (db->connecting && awake) {
        approach(db);
    } else if (db->connecting && clock_ms() >= db->until_ms) {
        fall_back(db);
    }
    return !db->connecting && db->conn;
}

int trip_socket(const struct db *db)
{
    return db->conn ? PQsocket(db->conn) : -1;
}

short trip_events(struct db *db)
{
    if (db->connecting)
        return db->approach;
    return (short)(POLLIN | (PQflush(db->conn) == 1 ? POLLOUT : 0));
}

struct err trip_begin(struct db *db)
{
    forget_last(db);
    return transmit(db, (struct owed){ &begin_sql, JOB_WRITE, 0, NULL }, NULL);
}

struct err trip_read(struct db *db, const struct statement *sql,
                     const char *const *values, PGresult **to)
{
    return transmit(db, (struct owed){ sql, JOB_READ, 0, to }, values);
}

struct err trip_write(struct db *db, const struct statement *sql,
                      const char *const *values, int64_t least)
{
    return transmit(db, (struct owed){ sql, JOB_WRITE, least, NULL }, values);
}

struct err trip_commit(struct db *db)
{
    return transmit(db, (struct owed){ &commit_sql, JOB_COMMIT, 0, NULL },
                    NULL);
}

struct err trip_rollback(struct db *db)
{
    return transmit(db, (struct owed){ &rollback_sql, JOB_WRITE, 0, NULL },
                    NULL);
}

struct err trip_depart(struct db *db)
{
    return PQpipelineSync(db->conn) && PQflush(db->conn) >= 0 ? OK : away(db);
}

bool trip_arrived(struct db *db, struct err *err)
{
    (void)PQconsumeInput(db->conn);
    if (PQstatus(db->conn) == CONNECTION_OK)
        take(db, false);
    if (PQstatus(db->conn) == CONNECTION_OK
        && (db->taken < db->owed || PQisBusy(db->conn)))
        return false;
    *err = arrive(db);
    return true;
}

void trip_cut(struct db *db)
{
    (void)shutdown(PQsocket(db->conn), SHUT_RDWR);
}

bool trip_idle(struct db *db)
{
    (void)PQconsumeInput(db->conn);
    if (PQstatus(db->conn) == CONNECTION_OK)
        return true;
    fall_back(db);
    return false;
}
