#include "common/base/shape.h"

#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

enum colour { RED, GREEN };

struct part {
    const char *name;
    struct area size;
};

struct thing {
    struct id id;
    const char *title;
    int64_t count;
    bool ready;
    unsigned colour;
    struct money price;
    struct rate share;
    struct day on;
    struct moment at;
    struct ids friends;
    struct rows parts;
    struct bytes seal;
    struct json extra;
};

static const char *const colours[] = { "red", "green", NULL };

static const struct field part_fields[] = {
    FIELD(part, name, .max = 5),
    FIELD(part, size),
};
static const struct shape part_shape = SHAPE(part);

static const struct field thing_fields[] = {
    FIELD(thing, id),
    FIELD(thing, title, .max = 6),
    FIELD(thing, count, .least = 1, .most = 9, .fallback = "3"),
    OPTIONAL(thing, ready),
    FIELD(thing, colour, .names = colours, .fallback = "red"),
    OPTIONAL(thing, price),
    OPTIONAL(thing, share),
    OPTIONAL(thing, on),
    OPTIONAL(thing, at),
    OPTIONAL(thing, friends, .max = 2),
    OPTIONAL(thing, parts, .shape = &part_shape, .max = 2),
    OPTIONAL(thing, seal),
    OPTIONAL(thing, extra),
};
static const struct shape thing_shape = SHAPE(thing);

#define ID "0190c000-0000-7000-8000-000000000001"

static const char whole[] =
    "{\"id\":\"" ID "\",\"title\":\"红风\",\"count\":7,\"ready\":true,"
    "\"colour\":\"green\",\"price\":\"-12.30\",\"share\":\"0.050000\","
    "\"on\":\"2026-02-28\",\"at\":\"2026-11-23T01:05:00.000000Z\","
    "\"friends\":[\"" ID "\"],"
    "\"parts\":[{\"name\":\"hall\",\"size\":\"98.60\"}],"
    "\"seal\":\"00ff10\",\"extra\":{\"a\":[1,null]}}";

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    struct arena *arena = *state;

    arena_destroy(&arena);
    return 0;
}

static void what_is_read_is_written_again(void **state)
{
    struct thing thing;

    assert_ok(shape_from_text(INTO(thing, &thing), whole, *state));

    assert_string_equal(thing.title, "红风");
    assert_int_equal(thing.price.fen, -1230);
    assert_int_equal(thing.share.millionths, 50000);
    assert_int_equal(thing.colour, GREEN);
    assert_int_equal(thing.friends.count, 1);
    assert_int_equal(((struct part *)thing.parts.at)->size.centi, 9860);
    assert_int_equal(thing.seal.size, 3);
    assert_string_equal(thing.extra.text, "{\"a\":[1,null]}");

    const char *text = shape_to_json(FROM(thing, &thing), *state);
    struct thing again;
    assert_ok(shape_from_text(INTO(thing, &again), text, *state));
    assert_string_equal(shape_to_json(FROM(thing, &again), *state), text);
}

static void what_is_left_out_has_its_fallback_or_nothing(void **state)
{
    struct thing thing;

    assert_ok(shape_from_text(INTO(thing, &thing),
                              "{\"id\":\"" ID "\",\"title\":\"a\"}", *state));

    assert_int_equal(thing.count, 3);
    assert_int_equal(thing.colour, RED);
    assert_int_equal(thing.on.number, 0);
    assert_null(thing.extra.text);
}

/* Each refusal names the member at fault, however deep it stands. */
static void a_body_that_does_not_fit_is_refused_by_its_member(void **state)
{
    static const struct {
        const char *members;
        const char *field;
    } rows[] = {
        { "\"title\":\"a\"", "id" },
        { "\"id\":\"x\",\"title\":\"a\"", "id" },
        { "\"id\":5,\"title\":\"a\"", "id" },
        { "\"id\":\"" ID "\"", "title" },
        { "\"id\":\"" ID "\",\"title\":null", "title" },
        { "\"id\":\"" ID "\",\"title\":\"seven..\"", "title" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"count\":0", "count" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"count\":10", "count" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"count\":1.5", "count" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"count\":\"1\"", "count" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"ready\":\"true\"", "ready" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"colour\":\"blue\"", "colour" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"price\":\"1.234\"", "price" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"price\":1", "price" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"on\":\"2026-02-30\"", "on" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"at\":\"2026-02-03\"", "at" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"friends\":\"x\"", "friends" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"friends\":[\"" ID "\",\"y\"]",
          "friends[1]" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"parts\":[{\"name\":\"a\"}]",
          "parts[0].size" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"parts\":"
          "[{\"name\":\"a\",\"size\":\"1\"},{\"name\":\"a\",\"size\":\"-1\"}]",
          "parts[1].size" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"parts\":[7]", "parts[0]" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"parts\":[{},{},{}]", "parts" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"seal\":\"0g\"", "seal" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"seal\":\"012\"", "seal" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"hue\":1", "hue" },
        { "\"id\":\"" ID "\",\"title\":\"a\",\"Title\":\"b\"", "Title" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct thing thing;
        const char *text = arena_format(*state, "{%s}", rows[i].members);
        struct err err = shape_from_text(INTO(thing, &thing), text, *state);
        assert_refused(err, CODE_BAD_REQUEST);
        assert_non_null(err.field);
        assert_string_equal(err.field, rows[i].field);
    }
}

static void a_body_over_64_kib_is_refused(void **state)
{
    struct thing thing;
    char *text = arena_alloc(*state, 70000);

    memset(text, ' ', 69999);
    assert_refused(shape_from_text(INTO(thing, &thing), text, *state),
                   CODE_BAD_REQUEST);
}

static void a_reader_of_events_ignores_what_it_does_not_know(void **state)
{
    struct part part;
    cJSON *json = cJSON_Parse("{\"name\":\"a\",\"size\":\"1\",\"more\":[]}");

    assert_ok(shape_from_event(INTO(part, &part), json, *state));
    assert_refused(shape_from_json(INTO(part, &part), json, *state),
                   CODE_BAD_REQUEST);
    cJSON_Delete(json);
}

static void ids_are_read_as_sql_and_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        size_t count;
        enum code want;
    } rows[] = {
        { "{}", 0, CODE_OK },
        { "{" ID "}", 1, CODE_OK },
        { "{" ID "," ID "}", 2, CODE_OK },
        { ID "," ID, 2, CODE_OK },
        { ID ";" ID, 0, CODE_BAD_REQUEST },
        { ID ",", 1, CODE_OK },
        { "{" ID ",x}", 0, CODE_BAD_REQUEST },
        { "x", 0, CODE_BAD_REQUEST },
    };
    const struct field *friends = shape_find(&thing_shape, "friends");

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct thing thing = { .count = 0 };
        struct err err = field_parse(friends, rows[i].text, *state, &thing);
        assert_refused(err, rows[i].want);
        if (!err.code)
            assert_int_equal(thing.friends.count, rows[i].count);
    }
}

/* The form of SQL and of the environment, of every kind. */
static void a_text_is_written_as_it_was_read(void **state)
{
    /* clang-format off */
    static const struct {
        const char *field, *text, *again; /* NULL: it is refused */
    } rows[] = {
        { "id", ID, ID },
        { "count", "7", "7" },         { "count", "7x", NULL },
        { "ready", "t", "true" },      { "ready", "false", "false" },
        { "ready", "yes", NULL },
        { "colour", "green", "green" }, { "colour", "blue", NULL },
        { "price", "-1.5", "-1.50" },  { "size", "98.6", "98.60" },
        { "share", "0.050000", "0.05" },
        { "on", "2026-02-28", "2026-02-28" },
        { "at", "2026-11-23T09:05:00+08:00", "2026-11-23T01:05:00.000000Z" },
        { "friends", ID "," ID, "{" ID "," ID "}" }, { "friends", "{}", "{}" },
        { "parts", "[{\"name\":\"a\",\"size\":\"1.00\"}]",
                   "[{\"name\":\"a\",\"size\":\"1.00\"}]" },
        { "parts", "{}", NULL },
        { "parts", "[{},{},{}]", NULL },
        { "seal", "\\x00ff", "00ff" }, { "seal", "0f0", NULL },
        { "extra", "[1, null]", "[1, null]" },
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct part part = { .name = NULL };
        struct thing thing = { .count = 0 };
        const struct field *field = shape_find(&thing_shape, rows[i].field);
        void *record = field ? (void *)&thing : (void *)&part;
        field = field ? field : shape_find(&part_shape, rows[i].field);
        struct err err = field_parse(field, rows[i].text, *state, record);
        if (!rows[i].again) {
            assert_refused(err, CODE_BAD_REQUEST);
            assert_string_equal(err.field, rows[i].field);
            continue;
        }
        assert_ok(err);
        assert_string_equal(field_format(field, record, *state), rows[i].again);
    }
}

struct settings {
    const char *SHAPE_TEST_NAME;
    int64_t SHAPE_TEST_PORT;
};

static const struct field settings_fields[] = {
    FIELD(settings, SHAPE_TEST_NAME),
    FIELD(settings, SHAPE_TEST_PORT, .fallback = "5551", .least = 1,
          .most = 65535),
};
static const struct shape settings_shape = SHAPE(settings);

static void settings_come_from_the_environment(void **state)
{
    struct settings settings;

    unsetenv("SHAPE_TEST_NAME");
    struct err err = shape_from_env(INTO(settings, &settings), *state);
    assert_refused(err, CODE_BAD_REQUEST);
    assert_string_equal(err.field, "SHAPE_TEST_NAME");

    setenv("SHAPE_TEST_NAME", "kite", 1);
    assert_ok(shape_from_env(INTO(settings, &settings), *state));
    assert_int_equal(settings.SHAPE_TEST_PORT, 5551);

    setenv("SHAPE_TEST_PORT", "70000", 1);
    err = shape_from_env(INTO(settings, &settings), *state);
    assert_string_equal(err.field, "SHAPE_TEST_PORT");
}

RUN(cmocka_unit_test_setup_teardown(what_is_read_is_written_again, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(
        what_is_left_out_has_its_fallback_or_nothing, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
        a_body_that_does_not_fit_is_refused_by_its_member, set_up, tear_down),
    cmocka_unit_test_setup_teardown(a_body_over_64_kib_is_refused, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(
        a_reader_of_events_ignores_what_it_does_not_know, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
        ids_are_read_as_sql_and_as_people_write_them, set_up, tear_down),
    cmocka_unit_test_setup_teardown(a_text_is_written_as_it_was_read, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(settings_come_from_the_environment, set_up,
                                    tear_down))
