#include "services/cases/statement/rules.h"
#include "tests/check.h"

#include <string.h>

#define LINE(name, value)                                                      \
    "{\"label\":\"" name "费\",\"name\":\"" name "\",\"numbers\":\"1 × " value \
    "\",\"value\":\"" value "\"}"
#define ROW(name, row, value)                                                  \
    "{\"label\":\"房屋\",\"name\":\"" name "\",\"numbers\":\"" value           \
    "\",\"row\":" row ",\"value\":\"" value "\"}"
#define STATEMENT(facts, lines, total)                                         \
    "{\"facts\":{" facts "},\"lines\":[" lines "],\"total\":\"" total "\"}"

static struct arena *arena;

static void a_choice_follows_from_what_it_settles_for(void **unused)
{
    static const struct {
        const char *facts, *choice;
    } rows[] = {
        { "{\"facts\":{\"settles\":\"cash\"}}", "money" },
        { "{\"facts\":{\"settles\":\"swap\"}}", "swap" },
        { "{\"facts\":{\"settles\":\"swap_on_site\"}}", "swap" },
        { "{\"facts\":{\"area\":\"1.00\"}}", NULL },
    };
    const char *choice;

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(choice_of(rows[i].facts, arena, &choice).code,
                         CODE_OK);
        if (rows[i].choice)
            assert_string_equal(choice, rows[i].choice);
        else
            assert_null(choice);
    }
    assert_int_not_equal(choice_of("{", arena, &choice).code, CODE_OK);
}

static void the_ways_to_settle_are_those_of_the_pack(void **unused)
{
    struct choices ways = { .name = "settles", .count = 2 };
    struct fact facts[] = {
        { .name = "area" },
        { .name = "settles", .type = { .choices = &ways } },
    };
    struct rule_pack pack = { .facts = facts, .fact_count = 2 };

    (void)unused;
    assert_ptr_equal(ways_to_settle(&pack), &ways);
    pack.fact_count = 1;
    assert_null(ways_to_settle(&pack));
}

static void expect(const struct change *at, const char *what,
                   const char *earlier, const char *later)
{
    assert_string_equal(at->what, what);
    assert_string_equal(at->earlier ? at->earlier : "-", earlier);
    assert_string_equal(at->later ? at->later : "-", later);
}

static void what_differs_is_told_item_by_item(void **unused)
{
    static const char was[] =
        STATEMENT("\"area\":\"120.00\",\"flats\":[{\"area\":\"60.00\"}],"
                  "\"old\":true",
                  LINE("moving", "2000.00") "," ROW(
                      "flat", "1", "5.00") "," LINE("gone", "7.00"),
                  "2012.00");
    static const char is[] =
        STATEMENT("\"area\":\"130.00\",\"flats\":[{\"area\":\"61.00\"}]",
                  LINE("moving", "2000.00") "," ROW(
                      "flat", "1", "6.00") "," ROW("flat", "2", "8.00"),
                  "2014.00");
    struct rows changes;

    (void)unused;
    assert_int_equal(statement_changes_of(was, is, arena, &changes).code,
                     CODE_OK);
    const struct change *at = changes.at;
    assert_int_equal(changes.count, 7);
    expect(&at[0], "facts.old", "true", "-");
    expect(&at[1], "lines.gone", "7.00", "-");
    expect(&at[2], "facts.area", "120.00", "130.00");
    expect(&at[3], "facts.flats", "[{\"area\":\"60.00\"}]",
           "[{\"area\":\"61.00\"}]");
    expect(&at[4], "lines.flat 1", "5.00", "6.00");
    assert_string_equal(at[4].more, "6.00 = 6.00");
    assert_string_equal(at[4].label, "房屋");
    expect(&at[5], "lines.flat 2", "-", "8.00");
    expect(&at[6], "total", "2012.00", "2014.00");
    assert_int_equal(statement_changes_of(is, is, arena, &changes).code,
                     CODE_OK);
    assert_int_equal(changes.count, 0);
}

static void what_is_no_statement_is_refused(void **unused)
{
    static const char good[] = STATEMENT("", "", "0.00");
    static const char *const bad[] = {
        "{",
        "{\"facts\":{},\"lines\":[]}",
        "{\"facts\":{},\"total\":\"1\"}",
        "{\"lines\":[],\"total\":\"1\"}",
    };
    struct rows changes;

    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_not_equal(
            statement_changes_of(bad[i], good, arena, &changes).code, CODE_OK);
        assert_int_not_equal(
            statement_changes_of(good, bad[i], arena, &changes).code, CODE_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_choice_follows_from_what_it_settles_for),
        cmocka_unit_test(the_ways_to_settle_are_those_of_the_pack),
        cmocka_unit_test(what_differs_is_told_item_by_item),
        cmocka_unit_test(what_is_no_statement_is_refused),
    };

    arena = arena_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_destroy(&arena);
    return failed;
}
