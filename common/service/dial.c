#include "common/service/dial.h"

#include <stdio.h>
#include <string.h>

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
    "-c timezone=UTC -c statement_timeout=5s -c jit=off "                      \
    "-c idle_in_transaction_session_timeout=5s "                               \
    "-c client_connection_check_interval=1s -c tcp_keepalives_idle=2 "         \
    "-c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 "                  \
    "-c tcp_user_timeout=3000 "                                                \
    "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off "             \
    "-c enable_bitmapscan=off"

static const char *const sessions[] = {
    [DB_ALONE] = SESSION " -c lock_timeout=1s",
    [DB_LAZY] = SESSION " -c lock_timeout=1s -c synchronous_commit=off",
    [DB_GROUP] = SESSION " -c lock_timeout=100ms -c enable_hashjoin=off "
                         "-c enable_mergejoin=off -c enable_material=off",
};

/* Later keys win: what stands before "dbname" can be said otherwise by the
 * conninfo, what stands after it cannot (reliability.md 3.4). */
static PGconn *connect_by(PGconn *(*how)(const char *const *,
                                         const char *const *, int),
                          const struct db_place *place)
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
        { "tcp_user_timeout",    "2000" },
        { "client_encoding",     "UTF8" },
        { "options",             sessions[place->manner] },
    };
    /* clang-format on */
    enum { SAID = sizeof said / sizeof *said };
    const char *keys[SAID + 1] = { NULL }, *values[SAID + 1] = { NULL };

    for (size_t i = 0; i < SAID; i++) {
        keys[i] = said[i][0];
        values[i] = said[i][1];
    }
    snprintf(user, sizeof user, "redkite_%s", place->service);
    PGconn *conn = how(keys, values, 1);
    explicit_bzero(word, sizeof word);
    return conn;
}

PGconn *dial(const struct db_place *place)
{
    return connect_by(PQconnectdbParams, place);
}

PGconn *dial_start(const struct db_place *place)
{
    return connect_by(PQconnectStartParams, place);
}
