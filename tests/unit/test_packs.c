/* Worked vectors: each file tests/unit/packs/NAME.cases.json has households
 * with what a pack must give for them (domain.md TV-1 to TV-9, and 2.2).
 * tests/recalc.py works the same files out by other means. */
#include "common/formula/statement.h"
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#define FOLDER "tests/unit/packs/"

static struct source read_file(const char *path, struct arena *arena)
{
    char *text = arena_alloc(arena, SOURCE_MAX);
    FILE *file = fopen(path, "rb");

    if (!file)
        fail_msg("%s is not there", path);
    size_t size = fread(text, 1, SOURCE_MAX, file);
    (void)fclose(file);
    return (struct source){ path, text, size };
}

static const char *text_of(const struct node *object, const char *name)
{
    return tree_member(object, name)->text;
}

static const struct node *first_of(const struct node *object, const char *name)
{
    const struct node *member = tree_member(object, name);

    return member ? member->first : NULL;
}

/* The pack with other texts in it: "patch": [["old", "new"], ...]. */
static struct source patched(struct source source, const struct node *each,
                             struct arena *arena)
{
    for (const struct node *at = first_of(each, "patch"); at; at = at->next) {
        const char *old = at->first->text, *new = at->first->next->text;
        const char *text = arena_slice(arena, source.text, source.size);
        const char *found = strstr(text, old);
        if (!found)
            fail_msg("%s: there is no %s", source.name, old);
        source.text = arena_format(arena, "%.*s%s%s", (int)(found - text), text,
                                   new, found + strlen(old));
        source.size = strlen(source.text);
    }
    return source;
}

static const struct statement_line *find_line(const struct reckoning *made,
                                              const char *name, size_t row)
{
    for (size_t i = 0; i < made->count; i++)
        if (strcmp(made->at[i].rule->name, name) == 0
            && (made->at[i].row == row || row == 0))
            return &made->at[i];
    return NULL;
}

static void want_value(const struct reckoning *made, const char *name,
                       size_t row, const char *want)
{
    const struct statement_line *line = find_line(made, name, row);
    char text[NUMBER_TEXT_MAX];

    if (!line)
        fail_msg("there is no line %s", name);
    value_format(line->rule->type, line->value, text);
    assert_string_equal(text, want);
}

static void check_case(const struct node *each, const struct reckoning *made,
                       struct arena *arena)
{
    const struct node *total = tree_member(each, "total");
    const struct node *words = tree_member(each, "words");

    for (const struct node *n = first_of(each, "lines"); n; n = n->next)
        want_value(made, n->name, 0, n->text);
    for (const struct node *n = first_of(each, "rows"); n; n = n->next) {
        size_t row = 0;
        for (const struct node *one = n->first; one; one = one->next)
            want_value(made, n->name, ++row, one->text);
    }
    for (const struct node *n = first_of(each, "numbers"); n; n = n->next) {
        const struct statement_line *line = find_line(made, n->name, 0);
        assert_string_equal(
            arena_slice(arena, line->numbers, line->numbers_size), n->text);
    }
    for (const struct node *n = first_of(each, "absent"); n; n = n->next)
        assert_null(find_line(made, n->text, 0));
    if (total)
        assert_string_equal(made->total_text, total->text);
    if (words)
        assert_string_equal(made->words, words->text);
}

static void want_ok(struct err err, const char *what)
{
    if (err.code)
        fail_msg("%s: %s %s", what, err.field ? err.field : "", err.why);
}

/* What was made is canonical, and a saved one verifies from itself alone. */
static void check_saved(const struct rule_pack *pack,
                        const struct reckoning *made, struct arena *arena)
{
    const char *text = statement_save(pack, made, arena);
    struct source saved = { "saved", text, strlen(text) };
    struct sink sink = { .arena = arena };
    struct reckoning again;
    struct node *root;

    want_ok(statement_verify(saved, arena, &again), "verify");
    assert_string_equal(again.hash, made->hash);
    assert_ok(tree_read(saved, arena, &root));
    assert_true(jcs_node(&sink, root, NULL));
    assert_string_equal(sink_end(&sink), text);
}

static void check_file(const char *name)
{
    struct arena *arena = arena_new();
    struct source source =
        read_file(arena_format(arena, FOLDER "%s.cases.json", name), arena);
    struct node *root;

    want_ok(tree_read(source, arena, &root), name);
    struct source plain = read_file(
        arena_format(arena, FOLDER "%s", text_of(root, "pack")), arena);
    for (const struct node *n = first_of(root, "cases"); n; n = n->next) {
        struct rule_pack *pack;
        struct reckoning made;
        print_message("           %s: %s\n", name, text_of(n, "name"));
        want_ok(pack_read(patched(plain, n, arena), arena, &pack), name);
        want_ok(statement_of_facts(pack, source, tree_member(n, "facts"), arena,
                                   &made),
                name);
        check_case(n, &made, arena);
        check_saved(pack, &made, arena);
    }
    arena_destroy(&arena);
}

#define VECTORS(test, ...)                                                     \
    static void test(void **unused)                                            \
    {                                                                          \
        (void)unused;                                                          \
        static const char *const names[] = { __VA_ARGS__ };                    \
        for (size_t i = 0; i < COUNT(names); i++)                              \
            check_file(names[i]);                                              \
    }

VECTORS(qingdao_gives_the_area_in_place_and_its_co_pay, "tv1", "tv1-unrounded")
VECTORS(hangzhou_gives_area_by_head, "tv2")
VECTORS(wuchang_gives_the_records_of_2019, "tv3")
VECTORS(block_rates_have_floors_and_bands, "tv4")
VECTORS(the_reservoir_pays_by_head_and_day, "tv5")
VECTORS(excess_area_is_marginal_across_flats, "tv6")
VECTORS(an_overrun_is_paid_in_every_variant, "tv7-shandong", "tv7-zhejiang",
        "tv7-wuchang", "tv7-list2018")
VECTORS(the_list_of_2018_pays_by_structure, "tv8")
VECTORS(months_are_those_of_the_calendar, "tv9")

RUN(cmocka_unit_test(qingdao_gives_the_area_in_place_and_its_co_pay),
    cmocka_unit_test(hangzhou_gives_area_by_head),
    cmocka_unit_test(wuchang_gives_the_records_of_2019),
    cmocka_unit_test(block_rates_have_floors_and_bands),
    cmocka_unit_test(the_reservoir_pays_by_head_and_day),
    cmocka_unit_test(excess_area_is_marginal_across_flats),
    cmocka_unit_test(an_overrun_is_paid_in_every_variant),
    cmocka_unit_test(the_list_of_2018_pays_by_structure),
    cmocka_unit_test(months_are_those_of_the_calendar))
