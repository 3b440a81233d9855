#include "common/service/db.h"

#include "common/service/await.h"
#include "common/service/log.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATEMENTS_MAX = 512, PARAMS_MAX = 64, QUEUE_MAX = 256 };

enum job { JOB_PREPARE, JOB_WRITE, JOB_MUST_WRITE, JOB_READ, JOB_COMMIT };

/* A result that the server owes us, in the order of sending. */
struct owed {
    const struct statement *sql;
    enum job job;
    PGresult **to; /* JOB_READ: where the rows go */
};

struct db {
    const struct db_place *place;
    PGconn *conn;
    struct arena *arena;
    const struct statement *prepared[STATEMENTS_MAX];
    struct owed queue[QUEUE_MAX];
    size_t owed;
    PGresult *kept;
    const struct statement *culprit;
    bool check; /* a queued write may turn out to have written nothing */
    bool retry;
    char detail[256];
};

static const char *const none[] = { NULL };
static const struct statement begin_sql = { "db_begin", "begin", none, false };
static const struct statement commit_sql = { "db_commit", "commit", none,
                                             false };
static const struct statement rollback_sql = { "db_rollback", "rollback", none,
                                               false };

static void result_drop(PGresult **result)
{
    PQclear(*result);
}

#define OWN_RESULT __attribute__((cleanup(result_drop))) PGresult *

/* ------------------------------------------------------------- what it says */

/* SQLSTATE, or its class, to the house's codes: what the caller can do. */
/* clang-format off */
static const struct {
    const char *state;
    const char *why;
    enum code code;
    bool retry;
} verdicts[] = {
    { "23505", "it already exists",                        CODE_CONFLICT, false },
    { "23503", "it refers to something that is not there", CODE_NOT_FOUND, false },
    { "23P01", "it overlaps with something else",          CODE_CONFLICT, false },
    { "40001", "lost a race",                              CODE_BUSY,     true },
    { "40P01", "lost a race",                              CODE_BUSY,     true },
    { "55P03", "it is locked",                             CODE_BUSY,     true },
    { "57014", "it took too long",                         CODE_BUSY,     false },
    { "53100", "the store's disk is full",                 CODE_BUSY,     true },
    { "25006", "the store is read-only now",               CODE_BUSY,     true },
    { "53",    "the store is at its limit",                CODE_BUSY,     true },
    { "57P",   "the store is away",                        CODE_BUSY,     true },
    { "08",    "the store is away",                        CODE_BUSY,     true },
};
/* clang-format on */

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

/* A rule that the schema holds speaks for itself: a trigger by its message, a
 * constraint by its name. */
static struct err ruled(struct db *db, const PGresult *result,
                        const char *state)
{
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

    if (strcmp(state, "P0001") == 0)
        return fail(CODE_CONFLICT, arena_text(db->arena, text));
    return fail(CODE_CONFLICT,
                arena_format(db->arena, "a rule of the store forbids it (%s)",
                             name ? name : "check"));
}

static struct err verdict(struct db *db, const PGresult *result,
                          const struct statement *sql)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    db->culprit = sql;
    if (!state)
        return away(db);
    note(db, state, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    if (strcmp(state, "P0001") == 0 || strcmp(state, "23514") == 0)
        return ruled(db, result, state);
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        if (strncmp(verdicts[i].state, state, strlen(verdicts[i].state)) == 0) {
            db->retry = verdicts[i].retry;
            return fail(verdicts[i].code, verdicts[i].why);
        }
    }
    /* The primary message may quote a value: only its state and place go
     * into the log. */
    log_error("store refused a statement", "statement", sql->name, "err", state,
              "hint", "run the statement test: is every migration applied?",
              NULL);
    return fail(CODE_FAULT, "the store refused the statement");
}

/* ------------------------------------------------------------ the connection
 */

/* The first line of the password file, or NULL. */
static const char *password(const struct db_place *place, char *to, size_t size)
{
    FILE *file =
        place->password_file ? fopen(place->password_file, "re") : NULL;

    if (!file)
        return NULL;
    bool read = fgets(to, (int)size, file) != NULL;
    fclose(file);
    if (!read)
        return NULL;
    to[strcspn(to, "\r\n")] = '\0';
    return to;
}

/* Plans are made once, often while the tables are empty: left to choose, such a
 * plan would scan a table for as long as the connection lives, or go by
 * bitmaps, which never learn that a queue's rows are dead. */
#define SESSION                                                                \
    "-c timezone=UTC -c statement_timeout=5s -c lock_timeout=1s -c jit=off "   \
    "-c idle_in_transaction_session_timeout=5s "                               \
    "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off "             \
    "-c enable_bitmapscan=off"

/* Later keys win: what stands before "dbname" can be said otherwise by the
 * conninfo, what stands after it cannot (reliability.md 3.4). */
static PGconn *dial(const struct db_place *place)
{
    char user[64], word[256];
    const char *secret = password(place, word, sizeof word);
    /* clang-format off */
    const char *const said[][2] = {
        { "user",                user },
        { "password",            secret },
        { "dbname",              place->conninfo },
        { "application_name",    place->service },
        { "connect_timeout",     "2" },
        { "keepalives_idle",     "1" },
        { "keepalives_interval", "1" },
        { "keepalives_count",    "3" },
        { "tcp_user_timeout",    "2500" },
        { "client_encoding",     "UTF8" },
        { "options", place->lazy ? SESSION " -c synchronous_commit=off"
                                 : SESSION },
    };
    /* clang-format on */
    enum { SAID = sizeof said / sizeof *said };
    const char *keys[SAID + 1] = { NULL }, *values[SAID + 1] = { NULL };

    for (size_t i = 0; i < SAID; i++) {
        keys[i] = said[i][0];
        values[i] = said[i][1];
    }
    snprintf(user, sizeof user, "redkite_%s", place->service);
    PGconn *conn = PQconnectdbParams(keys, values, 1);
    explicit_bzero(word, sizeof word);
    return conn;
}

/* A new connection knows none of our statements. */
static struct err connect_anew(struct db *db)
{
    PQfinish(db->conn);
    memset(db->prepared, 0, sizeof db->prepared);
    db->owed = 0;
    db->conn = dial(db->place);
    if (PQstatus(db->conn) != CONNECTION_OK || !PQenterPipelineMode(db->conn))
        return away(db);
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
    PQfinish((*db)->conn);
    free(*db);
    *db = NULL;
}

/* ------------------------------------------------------------ the pipeline */

static void owe(struct db *db, const struct statement *sql, enum job job,
                PGresult **to)
{
    db->queue[db->owed++] = (struct owed){ sql, job, to };
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
    owe(db, sql, JOB_PREPARE, NULL);
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
        return verdict(db, result, owed->sql);
    if (owed->job == JOB_MUST_WRITE && strcmp(PQcmdTuples(result), "0") == 0) {
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

struct err db_flush(struct db *db)
{
    struct err err = OK;

    if (db->owed == 0)
        return OK;
    if (!PQpipelineSync(db->conn)) {
        db->owed = 0;
        return away(db);
    }
    for (size_t i = 0; i < db->owed; i++) {
        err = settle(db, &db->queue[i], err);
        if (PQstatus(db->conn) != CONNECTION_OK)
            break;
    }
    db->owed = 0;
    db->check = false;
    if (PQstatus(db->conn) != CONNECTION_OK)
        return err.code ? err : away(db);
    PQclear(PQgetResult(db->conn)); /* the synchronisation itself */
    return err;
}

/* -------------------------------------------------- parameters and columns */

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

static const char *bind_rows(const struct field *f, const struct shape *row,
                             struct rows rows, struct arena *arena)
{
    const char **texts = arena_alloc(arena, (rows.count + 1) * sizeof *texts);
    size_t size = 3;

    for (size_t i = 0; i < rows.count; i++) {
        texts[i] = bind(f, (const char *)rows.at + i * row->size, arena);
        size += texts[i] ? 2 * strlen(texts[i]) + 3 : 5;
    }
    char *literal = arena_alloc(arena, size), *to = literal;
    *to++ = '{';
    for (size_t i = 0; i < rows.count; i++) {
        if (i)
            *to++ = ',';
        to = texts[i] ? quote(to, texts[i]) : stpcpy(to, "NULL");
    }
    *to = '}';
    return literal;
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

static struct err read_row(const PGresult *result, int row, struct slot into,
                           struct arena *arena)
{
    memset(into.at, 0, into.shape->size);
    for (int column = 0; column < PQnfields(result); column++) {
        const char *name = PQfname(result, column);
        const struct field *f = shape_find(into.shape, name);
        if (!f)
            return (struct err){ CODE_FAULT, "is a column without a field",
                                 arena_text(arena, name) };
        if (!PQgetisnull(result, row, column))
            TRY(read_column(f, PQgetvalue(result, row, column), arena,
                            into.at));
    }
    return OK;
}

static struct err send(struct db *db, const struct statement *sql,
                       const char *const *values, enum job job, PGresult **to)
{
    int count = 0;

    while (sql->params[count])
        count++;
    if (db->owed + 2 > QUEUE_MAX)
        TRY(db_flush(db));
    TRY(prepare(db, sql));
    if (!PQsendQueryPrepared(db->conn, sql->name, count, values, NULL, NULL, 0))
        return away(db);
    owe(db, sql, job, to);
    return OK;
}

static struct err unbound(const struct statement *sql, const char *param)
{
    log_error("nothing to bind", "statement", sql->name, "parameter", param,
              NULL);
    return fail(CODE_FAULT, "a statement lacks a parameter");
}

static struct err queue(struct db *db, const struct statement *sql,
                        struct view given, enum job job, PGresult **to)
{
    const char *values[PARAMS_MAX];

    for (int i = 0; sql->params[i]; i++) {
        const struct field *f = shape_find(given.shape, sql->params[i]);
        if (!f || i == PARAMS_MAX)
            return unbound(sql, sql->params[i]);
        values[i] = bind(f, given.at, db->arena);
    }
    return send(db, sql, values, job, to);
}

/* --------------------------------------------------------------- the public */

struct err db_run(struct db *db, const struct statement *sql, struct view given,
                  bool must)
{
    must = must && sql->may_miss;
    db->check = db->check || must;
    return queue(db, sql, given, must ? JOB_MUST_WRITE : JOB_WRITE, NULL);
}

struct err db_run_rows(struct db *db, const struct statement *sql,
                       const struct shape *row, struct rows rows)
{
    const char *values[PARAMS_MAX];

    for (int i = 0; sql->params[i]; i++) {
        const struct field *f = shape_find(row, sql->params[i]);
        if (!f || i == PARAMS_MAX)
            return unbound(sql, sql->params[i]);
        values[i] = bind_rows(f, row, rows, db->arena);
    }
    return send(db, sql, values, JOB_WRITE, NULL);
}

struct err db_ask(struct db *db, const struct statement *sql, struct view given)
{
    return queue(db, sql, given, JOB_READ, &db->kept);
}

bool db_kept(struct db *db, struct slot into)
{
    return db->kept && PQntuples(db->kept) > 0
           && !read_row(db->kept, 0, into, db->arena).code;
}

struct err db_get(struct db *db, const struct statement *sql, struct view given,
                  struct slot into)
{
    OWN_RESULT result = NULL;

    TRY(queue(db, sql, given, JOB_READ, &result));
    TRY(db_flush(db));
    if (PQntuples(result) == 0)
        return fail(CODE_NOT_FOUND, "there is no such thing");
    return read_row(result, 0, into, db->arena);
}

struct err db_list(struct db *db, const struct statement *sql,
                   struct view given, const struct shape *row,
                   struct rows *rows)
{
    OWN_RESULT result = NULL;

    TRY(queue(db, sql, given, JOB_READ, &result));
    TRY(db_flush(db));
    rows->count = (size_t)PQntuples(result);
    rows->at = arena_alloc(db->arena, (rows->count + 1) * row->size);
    for (size_t i = 0; i < rows->count; i++) {
        struct slot into = { row, (char *)rows->at + i * row->size };
        TRY(read_row(result, (int)i, into, db->arena));
    }
    return OK;
}

struct err db_begin(struct db *db)
{
    db->retry = false;
    db->culprit = NULL;
    PQclear(db->kept);
    db->kept = NULL;
    if (PQstatus(db->conn) != CONNECTION_OK)
        TRY(connect_anew(db));
    return send(db, &begin_sql, NULL, JOB_WRITE, NULL);
}

struct err db_commit(struct db *db)
{
    if (db->check)
        TRY(db_flush(db));
    TRY(send(db, &commit_sql, NULL, JOB_COMMIT, NULL));
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
        && !send(db, &rollback_sql, NULL, JOB_WRITE, NULL).code)
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
