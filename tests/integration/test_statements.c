/* Every statement of the program, prepared against the live schema in the role
 * of the service that will say it: no statement is first tried in production.
 */
#include "common/service/db.h"
#include "statements.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

static const char *const services[] = { "cases", "scheduling", "notifications",
                                        "reporting" };

/* A connection as a service of the store that the environment names. */
static struct db *open_as(const char *service, struct arena *arena)
{
    struct db_place *place = arena_alloc(arena, sizeof *place);

    place->conninfo = getenv("TEST_DATABASE_URL");
    place->password_file =
        arena_format(arena, "%s/%s", getenv("TEST_ROLE_PASSWORDS"), service);
    place->service = service;
    return db_open(place, arena);
}

/* EXPLAIN goes on to where the store asks whether the role may, which a
 * statement that is only prepared never reaches. */
static struct err explain(struct db *db, const struct statement *sql,
                          struct arena *arena)
{
    struct statement *plan = arena_alloc(arena, sizeof *plan);
    const char *nulls = "";
    struct nothing nothing = { false };

    for (int i = 0; sql->params[i]; i++)
        nulls = arena_format(arena, "%s%snull", nulls, i ? ", " : "");
    *plan = (struct statement){
        .name = arena_format(arena, "explain_%s", sql->name),
        .text = arena_format(arena, "explain execute %s%s%s%s", sql->name,
                             *nulls ? "(" : "", nulls, *nulls ? ")" : ""),
        .params = (const char *const[]){ NULL },
    };
    TRY(db_run(db, plan, FROM(nothing, &nothing), false));
    return db_flush(db);
}

/* How many of them the store refuses; each is named. */
static int refused(const char *service, const struct statement *const *all,
                   const char *path)
{
    int count = 0;
    struct arena *arena = arena_new();
    struct db *db = open_as(service, arena);

    for (; *all; all++) {
        struct err err = db_check(db, *all);
        if (!err.code)
            err = explain(db, *all, arena);
        if (err.code) {
            count++;
            print_error("%s: %s as %s: %s\n", path, (*all)->name, service,
                        db_detail(db));
        }
        db_rollback(db);
    }
    db_close(&db);
    arena_destroy(&arena);
    return count;
}

static void every_statement_fits_the_schema(void **unused)
{
    (void)unused;
    int count = 0;

    for (size_t i = 0; i < COUNT(statement_files); i++) {
        const struct statement_file *file = &statement_files[i];
        for (size_t s = 0; s < COUNT(services); s++) {
            if (!file->service || strcmp(file->service, services[s]) == 0)
                count += refused(services[s], file->all, file->path);
        }
    }
    assert_int_equal(count, 0);
}

/* clang-format off */
static const struct statement wrong[] = {
    { .name = "wrong_column",
      .text = "select no_such_column from bus.cursor",
      .params = (const char *const[]){ NULL } },
    { .name = "wrong_role",
      .text = "update bus.audit set purpose = null",
      .params = (const char *const[]){ NULL } },
};
/* clang-format on */

static void a_statement_that_does_not_fit_is_refused(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const struct statement *const all[] = { &wrong[i], NULL };
        assert_int_equal(refused("cases", all, "(on purpose)"), 1);
    }
}

RUN(cmocka_unit_test(every_statement_fits_the_schema),
    cmocka_unit_test(a_statement_that_does_not_fit_is_refused))
