#include "common/service/migrate.h"

#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RANGE = 10,         /* numbers of one service: 10 .. 19 are of cases */
    PASSWORD_MAX = 200, /* bytes                                         */
    CHECKSUM_MAX = crypto_hash_sha256_BYTES * 2 + 1,
};

/* "redkite" as a number: no other program's lock. */
#define LOCK "select pg_advisory_lock(32210945012331621)"

#define BOOKKEEPING                                                            \
    "create schema if not exists redkite_meta;"                                \
    "create table if not exists redkite_meta.migration ("                      \
    " number int primary key, name text not null, checksum text not null,"     \
    " applied_at timestamptz not null, took_ms int not null);"

static const char *const services[] = { "cases", "scheduling", "notifications",
                                        "reporting", NULL };

/* One run: the connection, and the rows that were there. */
struct run {
    const struct migrate *job;
    PGconn *conn;
    PGresult *applied; /* number, name, checksum, microseconds */
};

static void result_drop(PGresult **result)
{
    PQclear(*result);
}

#define OWN_RESULT __attribute__((cleanup(result_drop))) PGresult *

static const char *trimmed(struct arena *arena, const char *text)
{
    size_t size = strcspn(text, "\n");

    return arena_slice(arena, text, size);
}

/* What the server said, after what was being done. */
static struct err refused(const struct run *run, const char *what,
                          const PGresult *result)
{
    struct arena *arena = run->job->arena;
    const char *said =
        result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *state =
        result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

    if (!said)
        said = PQerrorMessage(run->conn);
    return fail(!state || strncmp(state, "55P03", 5) == 0 ? CODE_BUSY
                                                          : CODE_FAULT,
                arena_format(arena, "%s: %s%s%s", what, trimmed(arena, said),
                             state ? " " : "", state ? state : ""));
}

static struct err execute(const struct run *run, const char *what,
                          const char *text)
{
    OWN_RESULT result = PQexec(run->conn, text);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return refused(run, what, result);
    return OK;
}

/* --------------------------------------------------------------- connecting */

static struct err begin(struct run *run, const struct migrate *job)
{
    const char *keys[] = { "dbname",          "application_name",
                           "connect_timeout", "client_encoding",
                           "password",        NULL };
    const char *values[] = { job->conninfo, "redkite_migrate", "5",
                             "UTF8",        job->password,     NULL };

    *run = (struct run){ .job = job };
    if (!job->conninfo)
        return fail_at("REDKITE_DATABASE_URL", "is not set");
    run->conn = PQconnectdbParams(keys, values, 1);
    if (PQstatus(run->conn) != CONNECTION_OK)
        return refused(run, "the database", NULL);
    TRY(execute(run, "the session",
                "set client_min_messages = warning; set time zone 'UTC'"));
    return execute(run, "waiting for another migration", LOCK);
}

static void end(struct run *run)
{
    PQclear(run->applied);
    PQfinish(run->conn);
}

/* --------------------------------------------------------- what was applied */

static void checksum(const char *text, char hex[static CHECKSUM_MAX])
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)text, strlen(text));
    sodium_bin2hex(hex, CHECKSUM_MAX, hash, sizeof hash);
}

static int number_at(const struct run *run, int row)
{
    return (int)strtol(PQgetvalue(run->applied, row, 0), NULL, 10);
}

/* The row of a number, or -1. */
static int row_of(const struct run *run, int number)
{
    for (int row = 0; row < PQntuples(run->applied); row++)
        if (number_at(run, row) == number)
            return row;
    return -1;
}

static struct moment applied_at(const struct run *run, int row)
{
    const char *text = PQgetvalue(run->applied, row, 3);

    return (struct moment){ strtoll(text, NULL, 10) };
}

static struct err read_applied(struct run *run)
{
    OWN_RESULT there = PQexec(
        run->conn, "select to_regclass('redkite_meta.migration') is not null");
    if (PQresultStatus(there) != PGRES_TUPLES_OK)
        return refused(run, "the bookkeeping", there);

    run->applied = PQexec(
        run->conn, *PQgetvalue(there, 0, 0) == 't'
                       ? "select number, name, checksum,"
                         " (extract(epoch from applied_at) * 1000000)::bigint"
                         " from redkite_meta.migration order by number"
                       : "select 0, '', '', 0 where false");
    if (PQresultStatus(run->applied) != PGRES_TUPLES_OK)
        return refused(run, "the bookkeeping", run->applied);
    return OK;
}

static const struct migration *find(const struct migrate *job, int number)
{
    for (size_t i = 0; i < job->count; i++)
        if (job->migrations[i].number == number)
            return &job->migrations[i];
    return NULL;
}

static struct err check_row(const struct run *run, int row)
{
    const struct migration *m = find(run->job, number_at(run, row));
    struct arena *arena = run->job->arena;
    char hex[CHECKSUM_MAX];

    if (!m)
        return fail(CODE_CONFLICT,
                    arena_format(arena,
                                 "%s is applied but not known to this "
                                 "program: the database is newer than it",
                                 PQgetvalue(run->applied, row, 1)));
    checksum(m->text, hex);
    if (strcmp(hex, PQgetvalue(run->applied, row, 2)) != 0)
        return fail(CODE_CONFLICT,
                    arena_format(arena,
                                 "%s was changed after it was applied: undo "
                                 "the change and write a new migration",
                                 m->name));
    return OK;
}

/* A migration that is not applied, below one of its range that is. */
static struct err check_gap(const struct run *run, const struct migration *m)
{
    if (row_of(run, m->number) >= 0)
        return OK;
    for (int row = 0; row < PQntuples(run->applied); row++) {
        int number = number_at(run, row);
        if (number > m->number && number / RANGE == m->number / RANGE)
            return fail(CODE_CONFLICT,
                        arena_format(run->job->arena,
                                     "%s was left out: %s is applied already",
                                     m->name,
                                     PQgetvalue(run->applied, row, 1)));
    }
    return OK;
}

/* This program's own list: rising numbers, each range without holes. */
static struct err check_list(const struct migrate *job)
{
    for (size_t i = 1; i < job->count; i++) {
        int before = job->migrations[i - 1].number;
        int number = job->migrations[i].number;
        bool same = before / RANGE == number / RANGE;

        if (number <= before || (same && number != before + 1))
            return fail(CODE_FAULT,
                        arena_format(job->arena,
                                     "%s does not follow %s: numbers rise, "
                                     "one by one within their ten",
                                     job->migrations[i].name,
                                     job->migrations[i - 1].name));
    }
    return OK;
}

static struct err check(struct run *run)
{
    TRY(check_list(run->job));
    TRY(read_applied(run));
    for (int row = 0; row < PQntuples(run->applied); row++)
        TRY(check_row(run, row));
    for (size_t i = 0; i < run->job->count; i++)
        TRY(check_gap(run, &run->job->migrations[i]));
    return OK;
}

/* ----------------------------------------------------------------- applying */

static struct err record(const struct run *run, const struct migration *m,
                         struct moment began)
{
    char hex[CHECKSUM_MAX];

    checksum(m->text, hex);
    const char *number = arena_format(run->job->arena, "%d", m->number);
    const char *took = arena_format(run->job->arena, "%ld",
                                    (moment_now().us - began.us) / 1000);
    const char *values[] = { number, m->name, hex, took };
    OWN_RESULT result =
        PQexecParams(run->conn,
                     "insert into redkite_meta.migration values "
                     "($1::int, $2, $3, clock_timestamp(), $4::int)",
                     4, NULL, values, NULL, NULL, 0);

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return refused(run, m->name, result);
    return OK;
}

static void tell(const struct run *run, const struct migration *m,
                 enum migration_state state, struct moment at)
{
    run->job->report(run->job->whom, m, state, at);
}

static struct err apply(const struct run *run, const struct migration *m)
{
    struct moment began = moment_now();

    TRY(execute(run, m->name, "set local lock_timeout = '3s'"));
    TRY(execute(run, m->name, m->text));
    return record(run, m, began);
}

static struct err apply_each(const struct run *run)
{
    for (size_t i = 0; i < run->job->count; i++) {
        const struct migration *m = &run->job->migrations[i];
        int row = row_of(run, m->number);

        if (row >= 0) {
            tell(run, m, MIGRATION_APPLIED, applied_at(run, row));
            continue;
        }
        TRY(execute(run, m->name, "begin"));
        TRY(apply(run, m));
        TRY(execute(run, m->name, "commit"));
        tell(run, m, MIGRATION_DONE, moment_now());
    }
    return OK;
}

/* Everything that is pending, in a transaction that never commits. */
static struct err try_all(const struct run *run)
{
    TRY(execute(run, "the dry run", "begin; " BOOKKEEPING));
    for (size_t i = 0; i < run->job->count; i++) {
        const struct migration *m = &run->job->migrations[i];
        int row = row_of(run, m->number);

        if (row >= 0) {
            tell(run, m, MIGRATION_APPLIED, applied_at(run, row));
            continue;
        }
        TRY(apply(run, m));
        tell(run, m, MIGRATION_TRIED, (struct moment){ 0 });
    }
    return execute(run, "the dry run", "rollback");
}

/* ----------------------------------------------------------- role passwords */

static struct err read_password(const char *folder, const char *service,
                                struct arena *arena, const char **password)
{
    const char *path = arena_format(arena, "%s/%s", folder, service);
    char line[PASSWORD_MAX + 2] = { 0 };
    FILE *file = fopen(path, "re");

    if (!file)
        return fail_at("REDKITE_ROLE_PASSWORDS",
                       arena_format(arena, "%s cannot be read", path));
    if (!fgets(line, sizeof line, file))
        line[0] = '\0';
    (void)fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    *password = arena_text(arena, line);
    sodium_memzero(line, sizeof line);
    if (!**password || strlen(*password) > PASSWORD_MAX)
        return fail_at("REDKITE_ROLE_PASSWORDS",
                       arena_format(arena, "%s holds no password", path));
    return OK;
}

/* Only the SCRAM verifier travels: the server's log never sees a password. */
static struct err set_password(const struct run *run, const char *service)
{
    struct arena *arena = run->job->arena;
    const char *password;

    TRY(read_password(run->job->role_passwords, service, arena, &password));
    const char *role = arena_format(arena, "redkite_%s", service);
    char *verifier =
        PQencryptPasswordConn(run->conn, password, role, "scram-sha-256");
    if (!verifier)
        return refused(run, role, NULL);
    const char *text =
        arena_format(arena, "alter role %s password '%s'", role, verifier);
    PQfreemem(verifier);
    return execute(run, role, text);
}

/* ----------------------------------------------------------------- the face */

static struct err run_all(struct run *run)
{
    if (run->job->dry_run) {
        TRY(check(run));
        return try_all(run);
    }
    TRY(execute(run, "the bookkeeping", BOOKKEEPING));
    TRY(check(run));
    TRY(apply_each(run));
    for (size_t i = 0; run->job->role_passwords && services[i]; i++)
        TRY(set_password(run, services[i]));
    return OK;
}

struct err migrate_run(const struct migrate *migrate)
{
    struct run run;
    struct err err = begin(&run, migrate);

    if (!err.code)
        err = run_all(&run);
    end(&run);
    return err;
}

struct err migrate_status(const struct migrate *migrate)
{
    struct run run;
    struct err err = begin(&run, migrate);

    if (!err.code)
        err = check(&run);
    for (size_t i = 0; !err.code && i < migrate->count; i++) {
        const struct migration *m = &migrate->migrations[i];
        int row = row_of(&run, m->number);

        if (row >= 0)
            tell(&run, m, MIGRATION_APPLIED, applied_at(&run, row));
        else
            tell(&run, m, MIGRATION_PENDING, (struct moment){ 0 });
    }
    end(&run);
    return err;
}
