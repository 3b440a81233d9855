/* db.h — one connection to PostgreSQL, for one thread.
 *
 * Statements come from .sql files, embedded at build time by tools/embed-sql.
 * Their named parameters (:worker) are bound from a view, their columns are
 * read into a slot, both by name.  A statement is prepared on first use.
 *
 * The connection is in libpq's pipeline mode: writes wait in the queue and go
 * out together with the next read or with the commit, so a call costs a few
 * round trips however many statements it has. */
#pragma once

#include "common/base/shape.h"

/* What a set's parameter is an array of, by its cast (tools/embed-sql). */
enum array_of {
    ARRAY_SPELT, /* goes as a text */
    ARRAY_UUID,
    ARRAY_TEXT,
    ARRAY_JSON,
    ARRAY_BYTEA,
    ARRAY_MOMENT,
};

struct statement {
    const char *name;            /* unique in the program             */
    const char *text;            /* with $1, $2 ...                   */
    const char *const *params;   /* their names, in order; NULL-ended */
    bool may_miss;               /* an update, delete or "on conflict":
                                    it can write no row at all        */
    const struct statement *set; /* the same for many at once, its parameters
                                    arrays of the same names; or NULL.  A set
                                    that reads says in column "n" whose each
                                    row is, counted from 1 */
    const enum array_of
        *arrays; /* of a set: what its parameters are; or NULL */
    const struct statement
        *then; /* the same as of a moment (past.c), or NULL */
};

struct db;

/* Where the store is: a conninfo or URI, the file that holds the password (or
 * NULL), and the service, which names the connection and picks its role. */
struct db_place {
    const char *conninfo;
    const char *password_file;
    const char *service;
    enum {
        DB_ALONE,
        DB_LAZY,  /* a commit does not wait for the disk: for what would be done
                     again when a crash lost it, with all that followed on it */
        DB_GROUP, /* nobody waits long for a lock: others wait behind him     */
    } manner;
};

/* Never fails: while the store is away, db_begin() says CODE_BUSY and tries
 * again.  The text of rows and of parameters goes into the arena. */
struct db *db_open(const struct db_place *place, struct arena *arena);
void db_close(struct db **db);

/* Begin, commit, roll back.  Begin connects when there is no connection.
 * Commit flushes what is queued and checks that the store really committed. */
struct err db_begin(struct db *db);
struct err db_commit(struct db *db);
void db_rollback(struct db *db);

/* Queue a write.  With `must`, writing no row is CODE_NOT_FOUND. */
struct err db_run(struct db *db, const struct statement *sql, struct view given,
                  bool must);

/* Queue a write whose parameters are arrays over the rows. */
struct err db_run_rows(struct db *db, const struct statement *sql,
                       const struct shape *row, struct rows rows);

/* Queue a write whose parameters are texts already; NULL is null. */
struct err db_run_texts(struct db *db, const struct statement *sql,
                        const char *const *values);

/* Send what is queued and wait for its results. */
struct err db_flush(struct db *db);

/* Queue a read whose row, if there is one, is kept until the next begin, to be
 * looked at with db_kept() once something else has been waited for. */
struct err db_ask(struct db *db, const struct statement *sql,
                  struct view given);

/* The row that db_ask() found; false when there was none. */
bool db_kept(struct db *db, struct slot into);

/* Queue a read for the next transaction and send it, so that the store works at
 * it while what it is for is still being thought out; there is room for one. */
struct err db_ask_ahead(struct db *db, const struct statement *sql,
                        struct view given);

/* The rows that db_ask_ahead() found, once it was waited for without a failure:
 * an array in the arena.  They are given once. */
struct err db_list_ahead(struct db *db, const struct shape *row,
                         struct rows *rows);

/* Run a statement that returns one row; CODE_NOT_FOUND when there is none. */
struct err db_get(struct db *db, const struct statement *sql, struct view given,
                  struct slot into);

/* Run a statement that returns rows: an array in the arena. */
struct err db_list(struct db *db, const struct statement *sql,
                   struct view given, const struct shape *row,
                   struct rows *rows);

/* The same as the last of a transaction, committed in the same trip. */
struct err db_list_commit(struct db *db, const struct statement *sql,
                          struct view given, const struct shape *row,
                          struct rows *rows);

/* Check a statement against the live schema without running it. */
struct err db_check(struct db *db, const struct statement *sql);

/* The last failure was a lost race or a lost connection: run the call again. */
bool db_should_retry(const struct db *db);

/* The statement that failed last, or NULL. */
const struct statement *db_culprit(const struct db *db);

/* What the server said last, for a log or an operator; never NULL. */
const char *db_detail(const struct db *db);
