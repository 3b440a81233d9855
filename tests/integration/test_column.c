/* What goes to the store as a packed column is what went there as a text. */
#include "tests/check.h"

#include "common/service/bind.h"
#include "common/service/column.h"
#include "common/service/dial.h"

#include <stdlib.h>
#include <string.h>

#define PARAMS(...)                                                            \
    (const char *const[])                                                      \
    {                                                                          \
        __VA_ARGS__, NULL                                                      \
    }

static PGconn *connect(struct arena *arena)
{
    const struct db_place place = {
        .conninfo = getenv("TEST_DATABASE_URL"),
        .password_file =
            arena_format(arena, "%s/cases", getenv("TEST_ROLE_PASSWORDS")),
        .service = "cases",
    };
    PGconn *conn = dial(&place);

    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    return conn;
}

static const char *answer(PGresult *result, struct arena *arena)
{
    bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
    const char *text =
        arena_text(arena, good ? PQgetvalue(result, 0, 0)
                               : PQresultErrorField(result, PG_DIAG_SQLSTATE));

    PQclear(result);
    return text;
}

/* The column of these texts, as the store spells it. */
static const char *through(enum array_of of, const char *type,
                           const char *const *texts, size_t count,
                           struct arena *arena)
{
    const struct statement set = {
        .name = "column",
        .text = arena_format(arena, "select array_to_json($1::%s[])", type),
        .params = PARAMS("it"),
        .arrays = &of,
    };
    const struct statement one = { .name = "one", .params = PARAMS("it") };
    PGconn *conn = connect(arena);
    const char *const **values = arena_alloc(arena, count * sizeof *values);

    for (size_t i = 0; i < count; i++)
        values[i] = &texts[i];
    PQclear(PQprepare(conn, set.name, set.text, 0, NULL));
    assert_int_equal(
        columns_send(conn, &set,
                     columns_bind(&set, &one, values, count, arena)),
        1);
    const char *told = answer(PQgetResult(conn), arena);
    PQfinish(conn);
    return told;
}

static const struct {
    enum array_of of;
    const char *type;
    const char *texts[4];
} columns[] = {
    { ARRAY_UUID,
      "uuid",
      { "00000000-0000-7000-8000-0123456789ab", NULL,
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" } },
    { ARRAY_TEXT, "text", { "", "NULL", "a \"b\" \\ {c},红风筝\n", NULL } },
    { ARRAY_JSON, "json", { "{\"a\": [1, \"二\"]}", "null", NULL, "0" } },
    { ARRAY_BYTEA, "bytea", { "\\x", "\\x00ff10", NULL, "\\xabcdef" } },
    { ARRAY_MOMENT,
      "timestamptz",
      { "2026-11-27T01:02:03.123456Z", "1970-01-01T00:00:00.000000Z", NULL,
        "1999-12-31T23:59:59.999999+08:00" } },
    { ARRAY_SPELT, "bigint", { "1", "-9223372036854775808", NULL, "0" } },
};

static void packed_is_what_was_spelt(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(columns); i++)
        for (size_t count = 1; count <= 4; count++)
            assert_string_equal(through(columns[i].of, columns[i].type,
                                        columns[i].texts, count, arena),
                                through(ARRAY_SPELT, columns[i].type,
                                        columns[i].texts, count, arena));
    arena_destroy(&arena);
}

static const struct {
    enum array_of of;
    const char *type, *text, *told;
} odd[] = {
    { ARRAY_UUID, "uuid", "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}",
      "[\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"]" },
    { ARRAY_UUID, "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g", "22P02" },
    { ARRAY_UUID, "uuid", "a0eebc99+9c0b-4ef8-bb6d-6bb9bd380a11", "22P02" },
    { ARRAY_UUID, "uuid", "", "22P02" },
    { ARRAY_BYTEA, "bytea", "\\xabc", "22023" },
    { ARRAY_BYTEA, "bytea", "ab", "[\"\\\\x6162\"]" },
    { ARRAY_MOMENT, "timestamptz", "infinity", "[\"infinity\"]" },
    { ARRAY_MOMENT, "timestamptz", "2026-02-30T00:00:00Z", "22008" },
    { ARRAY_JSON, "json", "{", "22P02" },
};

/* It is the store that says what it thinks of it. */
static void what_is_none_of_the_type_goes_as_a_text(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(odd); i++)
        assert_string_equal(
            through(odd[i].of, odd[i].type, &odd[i].text, 1, arena),
            odd[i].told);
    arena_destroy(&arena);
}

/* Its room is for its own bytes (the sanitizers see). */
static void a_long_one(void **state)
{
    enum { MANY = 1000 };
    struct arena *arena = arena_new();
    const char *texts[MANY];

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        texts[i] = i % 7 ? arena_format(arena, "长%*d", (int)(i % 97), 0) : "";
    assert_string_equal(through(ARRAY_TEXT, "text", texts, MANY, arena),
                        through(ARRAY_SPELT, "text", texts, MANY, arena));
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(packed_is_what_was_spelt),
    cmocka_unit_test(what_is_none_of_the_type_goes_as_a_text),
    cmocka_unit_test(a_long_one))
