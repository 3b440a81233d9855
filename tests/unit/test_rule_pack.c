/* What a pack, a formula, facts and a saved statement are refused for, and
 * where; what formulas come to. */
#include "common/formula/diff.h"
#include "common/formula/statement.h"
#include "tests/check.h"

#include <string.h>

/* ------------------------------------------------------------------ packs */

/* A small pack; each row of the tests below breaks it in one place. */
static const char good_pack[] =
    "{\"format\":\"redkite-pack-1\",\"name\":\"t\",\"title\":\"t\",\n"
    "\"version\":1,\"document\":\"d\",\"published_from\":\"2026-01-01\",\n"
    "\"choices\":[{\"name\":\"how\",\"values\":[{\"name\":\"cash\","
    "\"label\":\"c\"},{\"name\":\"swap\",\"label\":\"s\"}]}],\n"
    "\"facts\":[{\"name\":\"a\",\"type\":\"area\",\"label\":\"l\"},\n"
    "{\"name\":\"n\",\"type\":\"number\",\"unit\":\"人\",\"label\":\"l\","
    "\"min\":\"1\",\"max\":\"9\"},\n"
    "{\"name\":\"h\",\"type\":\"choice\",\"choices\":\"how\",\"label\":\"l\"},\n"
    "{\"name\":\"d\",\"type\":\"day\",\"label\":\"l\"},\n"
    "{\"name\":\"e\",\"type\":\"day\",\"label\":\"l\",\"after\":\"d\"},\n"
    "{\"name\":\"ps\",\"type\":\"list\",\"label\":\"l\",\"falls_by\":\"x\","
    "\"fields\":[{\"name\":\"x\",\"type\":\"area\",\"label\":\"l\"}]}],\n"
    "\"parameters\":[{\"name\":\"p\",\"type\":\"number\",\"unit\":\"元/㎡\","
    "\"label\":\"l\",\"citation\":\"c\",\"value\":\"10\"},\n"
    "{\"name\":\"r\",\"type\":\"rate\",\"label\":\"l\",\"citation\":\"c\","
    "\"value\":\"0.5\"},\n"
    "{\"name\":\"t\",\"type\":\"money\",\"label\":\"l\",\"citation\":\"c\","
    "\"over\":\"area\",\"includes\":\"from\",\"bands\":[{\"from\":\"0\","
    "\"to\":\"10\",\"value\":\"1\"},{\"from\":\"10\",\"value\":\"2\"}]},\n"
    "{\"name\":\"k\",\"type\":\"money\",\"label\":\"l\",\"citation\":\"c\","
    "\"by\":\"how\",\"table\":{\"cash\":\"1\",\"swap\":\"2\"}},\n"
    "{\"name\":\"v\",\"type\":\"money\",\"label\":\"l\",\"citation\":\"c\","
    "\"values\":[{\"from\":\"2020-01-01\",\"value\":\"1\"},"
    "{\"from\":\"2021-01-01\",\"value\":\"2\"}]}],\n"
    "\"lines\":[{\"name\":\"one\",\"code\":\"C\",\"label\":\"l\","
    "\"formula\":\"a * p\",\"counts\":\"add\",\"rounding\":{\"unit\":\"fen\","
    "\"mode\":\"half_up\",\"stage\":\"line\"},\"citation\":\"c\","
    "\"evidence\":\"e\"},\n"
    "{\"name\":\"two\",\"code\":\"C\",\"label\":\"l\",\"formula\":\"one * r\","
    "\"counts\":\"none\",\"citation\":\"c\",\"evidence\":\"e\"}],\n"
    "\"total\":{\"unit\":\"fen\",\"mode\":\"half_up\",\"stage\":\"total\"}}\n";

static const char good_facts[] =
    "{\"a\":\"8.00\",\"n\":\"2\",\"h\":\"cash\",\"d\":\"2022-01-01\","
    "\"e\":\"2022-01-02\",\"ps\":[{\"x\":\"3\"},{\"x\":\"2\"}]}";

static const char *replaced(const char *text, const char *old, const char *new,
                            struct arena *arena)
{
    const char *at = strstr(text, old);

    if (!at)
        fail_msg("there is no %s", old);
    return arena_format(arena, "%.*s%s%s", (int)(at - text), text, new,
                        at + strlen(old));
}

static struct err read_with(const char *old, const char *new,
                            struct arena *arena, struct rule_pack **pack)
{
    const char *text = replaced(good_pack, old, new, arena);

    return pack_read((struct source){ "t.json", text, strlen(text) }, arena,
                     pack);
}

static void want_refusal(struct err err, const char *why, const char *place)
{
    assert_refused(err, CODE_BAD_REQUEST);
    if (!strstr(err.why, why) || !strstr(err.field, place))
        fail_msg("%s %s, not %s %s", err.field, err.why, place, why);
}

static void a_bad_pack_is_refused_with_file_line_and_column(void **unused)
{
    (void)unused;
    static const struct {
        const char *old, *new, *why, *place;
    } rows[] = {
        { "redkite-pack-1", "x", "format", "t.json:1:11" },
        { "\"version\":1", "\"version\":0", "version", ":2:11" },
        { "\"version\":1", "\"version\":1.5", "version", ":2:11" },
        { "\"version\":1", "\"version\":1,,", "name of a member", ":2:13" },
        { "\"version\":1", "\"version\":1,\"x\":2", "no member", ":2:17" },
        { "\"version\":1", "\"version\":1,\"sha256\":\"00\"", "hash", ":2:22" },
        { "\"document\":\"d\"", "\"document\":\" \"", "blank", ":2:24" },
        { "\"document\":\"d\",", "", "\"document\" is missing", ":1:1" },
        { "\"document\":\"d\"", "\"document\":7", "wants a text", ":2:24" },
        { "\"document\":\"d\"",
          "\"document\":\"d\",\"published_to\":\"2025-12-31\"", "out of order",
          ":2" },
        { "2026-01-01\"", "2026-13-01\",\"published_to\":\"2026-01-01\"",
          "not a day", ":2:45" },
        { "\"label\":\"s\"",
          "\"label\":\"s\"},{\"name\":\"cash\",\"label\":\"c\"", "taken",
          ":3" },
        { "\"type\":\"area\"", "\"type\":\"acre\"", "a type is one of",
          ":4:29" },
        { "\"unit\":\"人\"", "\"unit\":\"匹\"", "not a unit", ":5:36" },
        { "\"min\":\"1\"", "\"min\":\"10\"", "out of order", ":5" },
        { "\"min\":\"1\"", "\"min\":\"0\"", "", "" },
        { "\"min\":\"1\"", "\"min\":1", "a text in quotes", ":5" },
        { "\"choices\":\"how\"", "\"choices\":\"who\"", "no such kind", ":6" },
        { "\"after\":\"d\"", "\"after\":\"a\"", "names a day fact", ":8" },
        { "\"falls_by\":\"x\"", "\"falls_by\":\"y\"", "no such field", ":9" },
        { "{\"name\":\"n\"", "{\"name\":\"a\"", "taken", ":5:9" },
        { "{\"name\":\"n\"", "{\"name\":\"max\"", "taken", ":5:9" },
        { "{\"name\":\"n\"", "{\"name\":\"N\"", "a name is", ":5:9" },
        { "\"value\":\"0.5\"", "\"value\":\"0.5000001\"", "many decimals",
          ":11" },
        { "\"value\":\"0.5\"", "\"value\":\"10000000000001\"", "bound", ":11" },
        { "\"value\":\"0.5\"", "\"value\":\"1\",\"values\":[]", "one of",
          ":11" },
        { ",\"value\":\"0.5\"", "", "one of", ":11" },
        { "\"value\":\"10\"}", "\"value\":true}", "a text in quotes", ":10" },
        { "{\"from\":\"10\",", "{\"from\":\"11\",", "hole", ":12" },
        { "{\"from\":\"10\",", "{\"from\":\"9\",", "overlaps", ":12" },
        { "{\"from\":\"10\",", "{", "only the first", ":12" },
        { "\"to\":\"10\"", "\"to\":\"0\"", "ends before", ":12" },
        { "\"includes\":\"from\"", "\"includes\":\"both\"", "is one of",
          ":12" },
        { "\"over\":\"area\"", "\"over\":\"bool\"", "bands are of", ":12" },
        { "\"over\":\"area\"", "\"over\":\"choice\"", "no place here", ":12" },
        { "\"bands\":[", "\"bands\":7,\"note\":[", "not how its", ":12" },
        { ",\"swap\":\"2\"", "", "hole", ":13" },
        { ",\"swap\":\"2\"", ",\"swap\":\"2\",\"x\":\"1\"", "none of the",
          ":13" },
        { "\"from\":\"2021", "\"from\":\"2020", "out of order", ":14" },
        { "\"values\":[{\"from\":\"2020-01-01\",\"value\":\"1\"},",
          "\"values\":[],\"note\":[", "no value", ":14" },
        { "\"formula\":\"a * p\"", "\"formula\":\"a * q\"",
          "nothing is called q", ":15:62" },
        { "\"formula\":\"a * p\"", "\"formula\":\"a + p\"", "元/㎡ where ㎡",
          ":15" },
        { "\"formula\":\"a * p\"", "\"formula\":\"a\"", "㎡ where 元", ":15" },
        { "\"formula\":\"a * p\"", "\"formula\":\"a * p / 0\"", "zero",
          ":15:66" },
        { "\"formula\":\"a * p\"", "\"formula\":\"a * p / (a / a)\"", "zero",
          ":15" },
        { "\"formula\":\"a * p\"", "\"formula\":\"two * r\"", "circle", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"ps.x\"", "gone over",
          ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"ps\"", "a list", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"a.x\"", "gone over",
          ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"t\"", "bands", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"k\"", "table", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"v\"", "dates", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"h\"", "a line is", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"sum(a, a)\"", "list",
          ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"sum(ps, ps.y)\"",
          "no field", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"sum(ps, sum(ps, ps.x))\"",
          "in one another", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"before(ps, ps.x)\"",
          "before()", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"tier(d, t)\"",
          "a day where", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"tier(a, k)\"",
          "another form", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"pick(a, k)\"",
          "where a choice", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"round(a, 0[㎡], up)\"",
          "above zero", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"round(a, 1[㎡], off)\"",
          "one of half_up", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"min(a)\"", "2 arguments",
          ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"max(0, a, p)\"", "元/㎡",
          ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"max(h, h)\"",
          "only numbers", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"add_days(d, 1[月])\"", "天",
          ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"if(a, 1, 2)\"", "yes or no",
          ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"if(h == 'x', 1, 2)\"",
          "no choice", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"if('cash' < h, 1, 2)\"",
          "beside", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"'cash'\"", "beside",
          ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"if(h < h, 1, 2)\"",
          "come one", ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"not a\"", "yes or no",
          ":16" },
        { "\"formula\":\"one * r\"", "\"formula\":\"p * p * p * p * p\"",
          "high a power", ":16" },
        { "\"counts\":\"none\"", "\"counts\":\"all\"", "is one of", ":16" },
        { "\"counts\":\"none\"", "\"counts\":\"add\"", "says how", ":16" },
        { "\"counts\":\"none\"", "\"counts\":\"none\",\"each\":\"a\"",
          "no such list", ":16" },
        { "\"unit\":\"fen\",\"mode\":\"half_up\",\"stage\":\"line\"",
          "\"unit\":\"li\",\"mode\":\"half_up\",\"stage\":\"line\"", "fen",
          ":15" },
        { "\"unit\":\"fen\",\"mode\":\"half_up\",\"stage\":\"line\"",
          "\"unit\":\"fen\",\"mode\":\"half_up\",\"stage\":\"area\"", "0.01",
          ":15" },
        { "\"unit\":\"fen\",\"mode\":\"half_up\",\"stage\":\"line\"",
          "\"unit\":\"0.01\",\"mode\":\"half_up\",\"stage\":\"area\"", "㎡",
          ":15" },
        { "\"stage\":\"total\"", "\"stage\":\"line\"", "\"total\"", ":17" },
        { "\"parameters\":[", "\"parameters\":[7,", "an object", ":10" },
        { "\"format\"", "\"fOrmat\"", "no member", ":1:11" },
    };
    struct rule_pack *pack;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct err err = read_with(rows[i].old, rows[i].new, arena, &pack);
        if (*rows[i].why)
            want_refusal(err, rows[i].why, rows[i].place);
        else
            assert_ok(err);
        arena_destroy(&arena);
    }
}

static void a_bad_formula_is_refused_where_it_is_bad(void **unused)
{
    (void)unused;
    static const struct {
        const char *formula, *why;
        size_t at;
    } rows[] = {
        { "", "too early", 0 },
        { "1 +", "too early", 3 },
        { "1 2", "operator", 2 },
        { "(1", "closing bracket", 2 },
        { "1)", "operator", 1 },
        { "1 + f(1)", "no function f", 4 },
        { "min(1, 2", "comma or a closing", 8 },
        { "min(1, 2, 3, 4, 5)", "too many arguments", 16 },
        { "a.", "name of a field", 2 },
        { "'cash", "closing quote", 0 },
        { "1[元", "closing bracket", 1 },
        { "1[x]", "not a unit", 1 },
        { "1 # 2", "not of the formula", 2 },
        { "1 < 2 < 3", "do not chain", 6 },
        { "0.0000001", "many decimals", 0 },
        { "99999999999999", "bound", 0 },
        { "* 2", "missing here", 0 },
    };
    struct arena *arena = arena_new();
    struct expr *expr;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault fault = formula_parse(rows[i].formula, arena, &expr);
        if (!fault.why || !strstr(fault.why, rows[i].why))
            fail_msg("%s: %s", rows[i].formula, fault.why);
        assert_int_equal(fault.at, rows[i].at);
    }
    arena_destroy(&arena);
}

static void a_formula_is_bounded_in_depth_and_length(void **unused)
{
    (void)unused;
    enum { MANY = 10000 };
    struct arena *arena = arena_new();
    char *text = arena_alloc(arena, 2 * MANY + 2);
    struct expr *expr;

    memset(text, '(', MANY);
    text[MANY] = '1';
    memset(text + MANY + 1, ')', MANY);
    struct fault fault = formula_parse(text, arena, &expr);
    assert_non_null(strstr(fault.why, "deeper than 64"));
    assert_int_equal(fault.at, FORMULA_DEPTH_MAX);
    memset(text, '-', MANY);
    assert_non_null(
        strstr(formula_parse(text, arena, &expr).why, "deeper than 64"));
    for (size_t i = 0; i < MANY; i++)
        memcpy(text + 2 * i, "1+", 2);
    assert_non_null(strstr(formula_parse(text, arena, &expr).why, "too long"));
    arena_destroy(&arena);
}

/* What a formula in the place of "two" comes to, or why it does not. */
static struct err worked_out(const char *formula, const char *facts,
                             struct arena *arena, struct reckoning *made)
{
    struct source source = { "f.json", facts, strlen(facts) };
    struct rule_pack *pack;
    struct node *root;

    TRY(read_with("\"formula\":\"one * r\"",
                  arena_format(arena, "\"formula\":\"%s\"", formula), arena,
                  &pack));
    TRY(tree_read(source, arena, &root));
    return statement_of_facts(pack, source, root, arena, made);
}

static void formulas_come_to_values_and_texts(void **unused)
{
    (void)unused;
    static const struct {
        const char *formula, *value, *numbers;
    } rows[] = {
        { "one * r", "40.00", "80.00 × 0.5" },
        { "one × r ÷ 2 − 1[元]", "19.00", "80.00 × 0.5 ÷ 2 − 1.00" },
        { "one - (one - one)", "80.00", "80.00 − (80.00 − 80.00)" },
        { "one / (2 * r)", "80.00", "80.00 ÷ (2 × 0.5)" },
        { "(a + a) * p", "160.00", "(8.00 + 8.00) × 10.00" },
        { "-one + one * -r", "-120.00", "(−80.00) + 80.00 × (−0.5)" },
        { "(1[㎡] - a) * p", "-70.00", "(1.00 − 8.00) × 10.00" },
        { "min(a, 9[㎡], 7[㎡])", "7.00", "取小(8.00, 9.00, 7.00)" },
        { "clamp(a, 1[㎡], 2[㎡])", "2.00", "限于(8.00, 1.00, 2.00)" },
        { "clamp(a, 9[㎡], 10[㎡])", "9.00", "限于(8.00, 9.00, 10.00)" },
        { "round(a / 3, 0.01[㎡], half_up)", "2.67",
          "四舍五入(8.00 ÷ 3, 0.01)" },
        { "a / n", "4", "8.00 ÷ 2" },
        { "r * if(a > 5[㎡] and h == 'cash', 2, 3)", "1", "0.5 × 2" },
        { "if(a < 5[㎡] or not (h != 'swap'), 2, 3)", "3", "3" },
        { "if('cash' == h, 1, 2)", "1", "1" },
        { "tier(a, t)", "1.00", "1.00" },
        { "marginal(a + a, t)", "22.00", "22.00" },
        { "pick(h, k)", "1.00", "1.00" },
        { "at(v, d)", "2.00", "2.00" },
        { "sum(ps, ps.x) * p", "50.00", "(3.00 + 2.00) × 10.00" },
        { "most(ps, ps.x)", "3.00", "取大(3.00, 2.00)" },
        { "sum(ps, ps.x - a)", "-11.00", "3.00 − 8.00 + 2.00 − 8.00" },
        { "days(d, e)", "1", "1" },
        { "months(d, e)", "0", "0" },
        { "max(d, e)", "2022-01-02", "取大(2022-01-01, 2022-01-02)" },
        { "month_start(e)", "2022-01-01", "2022-01-01" },
        { "month_end(e)", "2022-01-31", "2022-01-31" },
        { "add_months(d, 0 - 1[月])", "2021-12-01", "2021-12-01" },
        { "add_days(d, 9999999[天])", "9999-12-31", "9999-12-31" },
        { "add_days(d, 0 - 9999999[天])", "0001-01-01", "0001-01-01" },
        { "months_over(d, add_days(d, 17[天]), half)", "1", "1" },
        { "months_over(d, add_days(d, 14[天]), half)", "0.5", "0.5" },
        { "monthly(v, d, add_months(d, 2[月]), actual)", "4.00", "4.00" },
        { "a >= 8[㎡]", "true", "true" },
        { "a <= 7[㎡]", "false", "false" },
        { "1 / 3 + 0", "1/3", "1 ÷ 3 + 0" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct reckoning made;
        char text[NUMBER_TEXT_MAX];
        struct err err = worked_out(rows[i].formula, good_facts, arena, &made);
        if (err.code)
            fail_msg("%s: %s", rows[i].formula, err.why);
        const struct statement_line *line = &made.at[made.count - 1];
        value_format(line->rule->type, line->value, text);
        assert_string_equal(text, rows[i].value);
        assert_string_equal(
            arena_slice(arena, line->numbers, line->numbers_size),
            rows[i].numbers);
        arena_destroy(&arena);
    }
}

static void what_cannot_be_worked_out_names_its_line(void **unused)
{
    (void)unused;
    static const struct {
        const char *formula, *facts_old, *facts_new, *why;
    } rows[] = {
        { "at(v, d)", "2022-01-01", "2019-01-01", "no value yet" },
        { "monthly(v, d, e, actual)", "2022-01-01", "2019-01-01",
          "no value yet" },
        { "tier(a - 9[㎡], t)", "x", "x", "outside of all bands" },
        { "one * 9999999999999", "x", "x", "past the bound" },
        { "one * 9999999999999 * 9999999999999 * 9999999999999 / p / p", "x",
          "x", "too large" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct reckoning made;
        const char *facts =
            replaced(good_facts, rows[i].facts_old, rows[i].facts_new, arena);
        struct err err = worked_out(rows[i].formula, facts, arena, &made);
        assert_refused(err, CODE_CONFLICT);
        assert_string_equal(err.field, "two");
        assert_non_null(strstr(err.why, rows[i].why));
        arena_destroy(&arena);
    }
}

static void bad_facts_are_refused_with_file_line_and_column(void **unused)
{
    (void)unused;
    static const struct {
        const char *old, *new, *why, *place;
    } rows[] = {
        { "\"a\":\"8.00\"", "\"a\":\"8.001\"", "many decimals", "f.json:1:6" },
        { "\"a\":\"8.00\"", "\"a\":8", "a text in quotes", "f.json:1:6" },
        { "\"a\":\"8.00\"", "\"a\":\"-1\"", "out of its bounds", "f.json:1:6" },
        { "\"a\":\"8.00\"", "\"a\":\"10000000000000.01\"", "bound", ":1:6" },
        { "\"a\":\"8.00\",", "", "\"a\" is missing", ":1:1" },
        { "\"a\":\"8.00\"", "\"a\":\"8\",\"q\":1", "knows no fact", ":1:14" },
        { "\"n\":\"2\"", "\"n\":\"0\"", "out of its bounds", ":1" },
        { "\"h\":\"cash\"", "\"h\":\"x\"", "none of the choices", ":1" },
        { "\"d\":\"2022-01-01\"", "\"d\":\"2022-01-03\"", "out of order",
          ":1" },
        { "\"d\":\"2022-01-01\"", "\"d\":\"yesterday\"", "not a day", ":1" },
        { "{\"x\":\"3\"}", "{\"x\":\"1\"}", "rows are out of order", ":1" },
        { "{\"x\":\"3\"}", "7", "an object of facts", ":1" },
        { "[{\"x\":\"3\"},{\"x\":\"2\"}]", "7", "wants an array", ":1" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct reckoning made;
        const char *facts =
            replaced(good_facts, rows[i].old, rows[i].new, arena);
        want_refusal(worked_out("one * r", facts, arena, &made), rows[i].why,
                     rows[i].place);
        arena_destroy(&arena);
    }
}

static void two_versions_are_compared_line_by_line(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct rule_pack *one, *more, *less;

    assert_ok(read_with("\"d\"", "\"d\"", arena, &one));
    assert_ok(read_with("\"value\":\"10\"", "\"value\":\"11\"", arena, &more));
    assert_ok(read_with("\"value\":\"10\"", "\"value\":\"9\"", arena, &less));
    assert_string_equal(pack_diff(one, one, arena), "");
    assert_string_equal(pack_diff(one, more, arena),
                        "~ parameter p value: \"10\" -> \"11\"\n");
    assert_ok(pack_search_lower(one, more, 200, arena));
    assert_ok(pack_search_lower(one, one, 200, arena));
    assert_refused(pack_search_lower(one, less, 200, arena), CODE_CONFLICT);
    assert_refused(pack_compare_for(one, less, good_facts, arena),
                   CODE_CONFLICT);
    assert_ok(read_with("\"value\":\"10\"", "\"value\":null", arena, &less));
    assert_int_equal(less->open, 1);
    assert_refused(pack_search_lower(one, less, 200, arena), CODE_BAD_REQUEST);
    assert_ok(read_with("\"name\":\"n\"", "\"name\":\"m\"", arena, &less));
    assert_refused(pack_search_lower(one, less, 200, arena), CODE_BAD_REQUEST);
    assert_non_null(strstr(pack_diff(one, less, arena), "- fact n\n"));
    assert_non_null(strstr(pack_diff(one, less, arena), "+ fact m: {"));
    arena_destroy(&arena);
}

static void a_changed_statement_is_refused_with_its_line(void **unused)
{
    (void)unused;
    static const struct {
        const char *old, *new, *why;
    } rows[] = {
        { "\"value\":\"80.00\"", "\"value\":\"81.00\"",
          "line 1 (one): value is \"81.00\", the rules give \"80.00\"" },
        { "\"value\":\"80.00\"", "\"value\":80", "line 1 (one): value is of" },
        { "\"value\":\"80.00\"", "\"worth\":\"80.00\"", "not a member" },
        { ",\"value\":\"80.00\"", "", "line 1 (one): it lacks \"value\"" },
        { "],\"pack\":{", ",{}],\"pack\":{", "do not give" },
        { "\"words\":\"捌", "\"words\":\"玖", "words is" },
        { "\"total\":\"80.00\"", "\"total\":\"90.00\"", "total is" },
        { "\"sha256\":\"", "\"sha256\":\"0", "hash is not" },
        { "\"statement\":{", "\"said\":{", "no saved" },
        { "\"pack\":{", "\"book\":{", "no saved" },
        { "{\"a\":\"8.00\"", "{\"a\":\"9.00\"", "line 1 (one): numbers" },
    };
    struct source source = { "f.json", good_facts, strlen(good_facts) };
    struct arena *arena = arena_new();
    struct reckoning made;
    struct rule_pack *pack;
    struct node *root;

    assert_ok(read_with("\"d\"", "\"d\"", arena, &pack));
    assert_ok(tree_read(source, arena, &root));
    assert_ok(statement_of_facts(pack, source, root, arena, &made));
    const char *saved = statement_save(pack, &made, arena);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *text = replaced(saved, rows[i].old, rows[i].new, arena);
        source = (struct source){ "s.json", text, strlen(text) };
        want_refusal(statement_verify(source, arena, &made), rows[i].why,
                     "s.json:1:");
    }
    arena_destroy(&arena);
}

static void a_file_over_a_mebibyte_is_refused(void **unused)
{
    (void)unused;
    struct source source = { "big", good_pack, SOURCE_MAX + 1 };
    struct arena *arena = arena_new();
    struct node *root;

    want_refusal(tree_read(source, arena, &root), "over 1 MiB", "big:1:1");
    arena_destroy(&arena);
}

/* R-GROUP: what a household gets hangs on no other one.  There is no word for
 * another's state, and no way to ask for one. */
static void r_group_there_is_no_other_household(void **unused)
{
    (void)unused;
    static const char *const formulas[] = {
        "if(grid_signed, a * p, 0[元])",
        "if(all_signed(n), a * p, 0[元])",
        "sum(households, households.x) * p",
        "a * p * community.signed",
        "if(others.state == 'signed', a * p, 0[元])",
        "a * p * signed_share",
    };

    for (size_t i = 0; i < COUNT(formulas); i++) {
        struct arena *arena = arena_new();
        struct rule_pack *pack;
        const char *formula =
            arena_format(arena, "\"formula\":\"%s\"", formulas[i]);
        struct err err =
            read_with("\"formula\":\"a * p\"", formula, arena, &pack);
        assert_refused(err, CODE_BAD_REQUEST);
        if (!strstr(err.why, "nothing is called")
            && !strstr(err.why, "no function"))
            fail_msg("%s: %s", formulas[i], err.why);
        arena_destroy(&arena);
    }
}

static void a_divisor_is_certain_to_be_above_zero(void **unused)
{
    (void)unused;
    static const struct {
        const char *divisor;
        bool certain;
    } rows[] = {
        { "n", true },
        { "max(a, 1[㎡])", true },
        { "max(1[㎡], a, a)", true },
        { "min(n, n, n)", true },
        { "min(a, 1[㎡])", false },
        { "clamp(a, 1[㎡], 2[㎡])", true },
        { "if(a > 1[㎡], n, n)", true },
        { "if(a > 1[㎡], n, 0)", false },
        { "n + n", true },
        { "n * n", true },
        { "n / n", true },
        { "n - n", false },
        { "-n", false },
        { "round(n, 1[人], down)", false },
        { "tier(a, t)", true },
        { "marginal(a, t)", false },
        { "pick(h, k)", true },
        { "at(v, d)", true },
        { "monthly(v, d, e, whole)", false },
        { "months_over(d, e, whole)", false },
        { "months(d, e)", false },
        { "sum(ps, ps.x)", false },
        { "p", true },
        { "one", false },
        { "a", false },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct rule_pack *pack;
        const char *formula =
            arena_format(arena, "\"formula\":\"1 / (%s)\"", rows[i].divisor);
        struct err err =
            read_with("\"formula\":\"one * r\"", formula, arena, &pack);
        if ((err.code == CODE_OK) != rows[i].certain)
            fail_msg("%s", rows[i].divisor);
        if (err.code)
            assert_non_null(strstr(err.why, "may be zero"));
        arena_destroy(&arena);
    }
}

RUN(cmocka_unit_test(a_bad_pack_is_refused_with_file_line_and_column),
    cmocka_unit_test(a_bad_formula_is_refused_where_it_is_bad),
    cmocka_unit_test(a_formula_is_bounded_in_depth_and_length),
    cmocka_unit_test(formulas_come_to_values_and_texts),
    cmocka_unit_test(what_cannot_be_worked_out_names_its_line),
    cmocka_unit_test(bad_facts_are_refused_with_file_line_and_column),
    cmocka_unit_test(two_versions_are_compared_line_by_line),
    cmocka_unit_test(a_changed_statement_is_refused_with_its_line),
    cmocka_unit_test(a_file_over_a_mebibyte_is_refused),
    cmocka_unit_test(r_group_there_is_no_other_household),
    cmocka_unit_test(a_divisor_is_certain_to_be_above_zero))
