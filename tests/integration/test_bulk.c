/* Writes that are gathered into sets have the effect, and the order, of writes
 * that were made one after the other.  SEED=... throws the same dice again. */
#include "tests/check.h"

#include "common/service/bulk.h"
#include "common/service/service.h"
#include "tests/dice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THINGS = 40, WRITES = 3000 };

struct thing {
    struct id id;
    int64_t last;
    int64_t times;
    const char *trail; /* "a" for each write by one statement, "b" by another */
};

static const struct field thing_fields[] = {
    FIELD(thing, id),
    FIELD(thing, last),
    OPTIONAL(thing, times),
    OPTIONAL(thing, trail),
};
static const struct shape thing_shape = SHAPE(thing);

#define PARAMS(...)                                                            \
    (const char *const[])                                                      \
    {                                                                          \
        __VA_ARGS__, NULL                                                      \
    }
#define UPSERT(letter)                                                         \
    " on conflict (id) do update set last = excluded.last,"                    \
    " times = thing.times + 1, trail = thing.trail || '" letter "'"

/* The same thing twice in one set is refused by the store. */
/* clang-format off */
static const struct statement put_a_set = {
    .name = "bulk_a_set", .params = PARAMS("id", "last"),
    .text = "insert into trial.thing (id, last, trail) select id, last, 'a'"
            " from unnest($1::uuid[], $2::bigint[]) as t(id, last)" UPSERT("a"),
};
static const struct statement put_a = {
    .name = "bulk_a", .params = PARAMS("id", "last"), .set = &put_a_set,
    .text = "insert into trial.thing (id, last, trail) values ($1, $2, 'a')"
            UPSERT("a"), .may_miss = true,
};
static const struct statement put_b = {
    .name = "bulk_b", .params = PARAMS("id", "last"),
    .text = "insert into trial.thing (id, last, trail) values ($1, $2, 'b')"
            UPSERT("b"), .may_miss = true,
};
static const struct statement get = {
    .name = "bulk_get", .params = PARAMS("id"),
    .text = "select id, last, times, trail from trial.thing where id = $1",
};
static const struct statement count = {
    .name = "bulk_count", .params = PARAMS("id"),
    .text = "select $1::uuid as id, count as last from trial.statement",
};
/* clang-format on */

/* What was written so far, as it should be. */
struct wanted {
    int64_t last, times;
    char trail[WRITES + 1];
};

struct scene {
    struct arena *arena;
    struct db *db;
    struct call call;
    struct wanted *wanted;
    struct id ids[THINGS];
};

static void open_scene(struct scene *scene, struct db_place *place)
{
    scene->arena = arena_new();
    *place = (struct db_place){
        .conninfo = getenv("TEST_DATABASE_URL"),
        .password_file = arena_format(scene->arena, "%s/cases",
                                      getenv("TEST_ROLE_PASSWORDS")),
        .service = "cases",
    };
    scene->db = db_open(place, scene->arena);
    scene->wanted = calloc(THINGS, sizeof *scene->wanted);
    assert_non_null(scene->wanted);
    for (int i = 0; i < THINGS; i++)
        scene->ids[i] = id_new(moment_now());
    assert_ok(db_begin(scene->db));
    scene->call = (struct call){ .db = scene->db, .arena = scene->arena };
    scene->call.bulk = bulk_new(scene->db, scene->arena);
}

static void close_scene(struct scene *scene)
{
    free(scene->wanted);
    db_close(&scene->db);
    arena_destroy(&scene->arena);
}

static void write_one(struct scene *scene, size_t which, int64_t last, bool a)
{
    struct wanted *wanted = &scene->wanted[which];
    struct thing thing = { .id = scene->ids[which], .last = last };

    wanted->trail[wanted->times++] = a ? 'a' : 'b';
    wanted->last = last;
    bulk_about(scene->call.bulk, thing.id);
    assert_ok(
        store_any(&scene->call, a ? &put_a : &put_b, FROM(thing, &thing)));
}

/* A read sees everything that was written before it. */
static void read_one(struct scene *scene, size_t which)
{
    const struct wanted *wanted = &scene->wanted[which];
    struct thing thing = { .id = scene->ids[which] }, found;
    struct err err =
        fetch(&scene->call, &get, FROM(thing, &thing), INTO(thing, &found));

    if (wanted->times == 0) {
        assert_refused(err, CODE_NOT_FOUND);
        return;
    }
    assert_ok(err);
    assert_true(found.last == wanted->last && found.times == wanted->times);
    assert_string_equal(found.trail, wanted->trail);
}

static int64_t statements(struct scene *scene)
{
    struct thing thing = { .id = scene->ids[0] }, found;

    assert_ok(
        fetch(&scene->call, &count, FROM(thing, &thing), INTO(thing, &found)));
    return found.last;
}

static void gathered_writes_have_the_order_of_single_ones(void **state)
{
    struct dice dice = dice_new();
    struct db_place place;
    struct scene scene;

    (void)state;
    open_scene(&scene, &place);
    for (int64_t i = 1; i <= WRITES; i++) {
        size_t which = dice_below(&dice, THINGS);
        if (dice_below(&dice, 100) == 0)
            read_one(&scene, which);
        write_one(&scene, which, i, dice_below(&dice, 30) > 0);
    }
    for (size_t i = 0; i < THINGS; i++)
        read_one(&scene, i);
    assert_true(statements(&scene) < WRITES / 2);
    assert_ok(db_commit(scene.db));
    close_scene(&scene);
}

static void a_thousand_things_are_one_statement(void **state)
{
    struct db_place place;
    struct scene scene;

    (void)state;
    open_scene(&scene, &place);
    int64_t before = statements(&scene);
    for (int64_t i = 0; i < 1001; i++) {
        struct thing thing = { .id = id_new(moment_now()), .last = i };
        bulk_about(scene.call.bulk, thing.id);
        assert_ok(store_any(&scene.call, &put_a, FROM(thing, &thing)));
    }
    assert_true(statements(&scene) == before + 2);
    assert_ok(db_commit(scene.db));
    close_scene(&scene);
}

RUN(cmocka_unit_test(gathered_writes_have_the_order_of_single_ones),
    cmocka_unit_test(a_thousand_things_are_one_statement))
