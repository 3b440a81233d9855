#include "services/cases/statement/rules.h"
#include "tests/check.h"

#include <string.h>

/* The published collective-land list of 2018 (domain.md TV-8). */
static struct pack a_pack(void)
{
    return (struct pack){
        .name = "2018",
        .document = "征补〔2018〕1号",
        .brick_concrete = { 68000 },
        .frame = { 80000 },
        .brick_wood = { 55000 },
        .earth_wood = { 48000 },
        .brick_fibre = { 30000 },
        .simple = { 15000 },
        .simple_counted = false,
        .business_multiplier = { 1500000 },
        .converted_multiplier = { 1000000 },
        .moving = { 200000 },
        .transition_rate = { 400 },
        .transition_months = 10,
    };
}

static struct facts a_home(struct part *parts, size_t count)
{
    return (struct facts){
        .registration = REGISTRATION_YES,
        .use = USE_RESIDENTIAL,
        .parts = { parts, count },
    };
}

static struct lines made(struct facts facts, struct pack pack,
                         struct arena *arena)
{
    struct lines lines;

    assert_ok(statement_make(&facts, &pack, &lines, arena));
    return lines;
}

static const struct line *line_of(const struct lines *lines, const char *code,
                                  size_t skip)
{
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(lines->at[i].code, code) == 0 && skip-- == 0)
            return &lines->at[i];
    fail_msg("no line %s", code);
    return NULL;
}

static void the_list_of_2018_gives_83850_and_4800(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct part parts[] = {
        { STRUCTURE_BRICK_CONCRETE, { 12000 }, { 12100 } },
        { STRUCTURE_SIMPLE, { 1500 }, { 1500 } },
    };

    struct lines lines = made(a_home(parts, 2), a_pack(), arena);

    const struct line *brick = line_of(&lines, "HOUSE_VALUE", 0);
    const struct line *simple = line_of(&lines, "HOUSE_VALUE", 1);
    assert_int_equal(brick->amount.fen + simple->amount.fen, 8385000);
    assert_string_equal(brick->formula, "120.00㎡ × 680.00元/㎡ = 81600.00元");
    assert_string_equal(simple->formula, "15.00㎡ × 150.00元/㎡ = 2250.00元");
    assert_string_equal(brick->label, "房屋价值补偿（砖混）");
    assert_string_equal(brick->citation, "征补〔2018〕1号 房屋补偿单价");
    assert_int_equal(line_of(&lines, "TRANSITION", 0)->amount.fen, 480000);
    assert_string_equal(line_of(&lines, "TRANSITION", 0)->formula,
                        "120.00㎡ × 4.00元/㎡·月 × 10个月 = 4800.00元");
    assert_int_equal(line_of(&lines, "MOVE", 0)->amount.fen, 200000);
    assert_int_equal(lines.total.fen, 8385000 + 480000 + 200000);
    assert_int_equal(lines.count, 4);
    for (size_t i = 0; i < lines.count; i++)
        assert_int_equal(lines.at[i].position, i + 1);
    arena_destroy(&arena);
}

static void
simple_counts_for_transition_only_when_the_pack_says_so(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct part parts[] = { { STRUCTURE_SIMPLE, { 1500 }, { 1500 } } };
    struct pack pack = a_pack();

    struct lines lines = made(a_home(parts, 1), pack, arena);
    assert_int_equal(line_of(&lines, "TRANSITION", 0)->amount.fen, 0);
    pack.simple_counted = true;
    lines = made(a_home(parts, 1), pack, arena);
    assert_int_equal(line_of(&lines, "TRANSITION", 0)->amount.fen, 60000);
    arena_destroy(&arena);
}

/* What each use and structure is paid for 100.00 m2, in fen. */
static void each_use_and_structure_has_its_price(void **unused)
{
    (void)unused;
    static const struct {
        unsigned use;
        unsigned structure;
        int64_t want;
    } rows[] = {
        { USE_RESIDENTIAL, STRUCTURE_BRICK_CONCRETE, 6800000 },
        { USE_RESIDENTIAL, STRUCTURE_FRAME, 8000000 },
        { USE_RESIDENTIAL, STRUCTURE_BRICK_WOOD, 5500000 },
        { USE_RESIDENTIAL, STRUCTURE_EARTH_WOOD, 4800000 },
        { USE_RESIDENTIAL, STRUCTURE_BRICK_FIBRE, 3000000 },
        { USE_RESIDENTIAL, STRUCTURE_SIMPLE, 1500000 },
        { USE_BUSINESS, STRUCTURE_BRICK_CONCRETE, 10200000 },
        { USE_BUSINESS, STRUCTURE_SIMPLE, 2250000 },
        { USE_CONVERTED, STRUCTURE_BRICK_CONCRETE, 6800000 },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct part part = { rows[i].structure, { 10000 }, { 10000 } };
        struct facts facts = a_home(&part, 1);
        facts.use = rows[i].use;
        struct lines lines = made(facts, a_pack(), arena);
        assert_int_equal(line_of(&lines, "HOUSE_VALUE", 0)->amount.fen,
                         rows[i].want);
    }
    arena_destroy(&arena);
}

static void business_use_stands_in_the_formula(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct part part = { STRUCTURE_BRICK_CONCRETE, { 12000 }, { 12000 } };
    struct facts facts = a_home(&part, 1);

    facts.use = USE_BUSINESS;
    struct lines lines = made(facts, a_pack(), arena);
    assert_string_equal(line_of(&lines, "HOUSE_VALUE", 0)->formula,
                        "120.00㎡ × 680.00元/㎡ × 1.5 = 122400.00元");
    arena_destroy(&arena);
}

/* Which area counts: 100.00 m2 is 6 800 000 fen, 90.00 m2 is 6 120 000. */
static void the_register_wins_over_the_measuring(void **unused)
{
    (void)unused;
    static const struct {
        unsigned registration;
        int64_t registered, measured, want;
        const char *evidence;
    } rows[] = {
        { REGISTRATION_YES, 10000, 9000, 6800000, "已登记，以登记面积为准" },
        { REGISTRATION_YES, 0, 9000, 6120000,
          "已登记但登记面积不详，以实测面积计算" },
        { REGISTRATION_NO, 10000, 9000, 6120000, "未登记，以实测面积计算" },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct part part = { STRUCTURE_BRICK_CONCRETE,
                             { rows[i].registered },
                             { rows[i].measured } };
        struct facts facts = a_home(&part, 1);
        facts.registration = rows[i].registration;
        struct lines lines = made(facts, a_pack(), arena);
        const struct line *line = line_of(&lines, "HOUSE_VALUE", 0);
        assert_int_equal(line->amount.fen, rows[i].want);
        assert_string_equal(line->evidence, rows[i].evidence);
    }
    arena_destroy(&arena);
}

/* 0.01 m2 at a price in fen: the half fen goes up, less goes down. */
static void a_line_is_rounded_half_up_to_the_fen(void **unused)
{
    (void)unused;
    static const struct {
        int64_t area, price, multiplier, want;
    } rows[] = {
        { 1, 49, 1000000, 0 },
        { 1, 50, 1000000, 1 },
        { 1, 149, 1000000, 1 },
        { 1, 150, 1000000, 2 },
        { 3333, 12345, 1000000, 411459 },
        { 1, 33, 1500000, 0 },
        { 1, 34, 1500000, 1 },
        { 6950, 2576000, 1000000, 179032000 }, /* TV-3, record a */
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct part part = { STRUCTURE_FRAME, { rows[i].area }, { 0 } };
        struct facts facts = a_home(&part, 1);
        struct pack pack = a_pack();
        facts.use = USE_BUSINESS;
        pack.frame.fen = rows[i].price;
        pack.business_multiplier.millionths = rows[i].multiplier;
        struct lines lines = made(facts, pack, arena);
        assert_int_equal(line_of(&lines, "HOUSE_VALUE", 0)->amount.fen,
                         rows[i].want);
    }
    arena_destroy(&arena);
}

static void an_amount_that_no_integer_holds_is_refused(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct part parts[] = {
        { STRUCTURE_FRAME, { INT64_MAX }, { 0 } },
        { STRUCTURE_FRAME, { INT64_MAX }, { 0 } },
    };
    struct facts one = a_home(parts, 1), two = a_home(parts, 2);
    struct pack dear = a_pack(), cheap = a_pack();
    struct lines lines;

    /* One line too large; at 1 yuan the line fits and the sum does not. */
    dear.frame.fen = INT64_MAX;
    dear.business_multiplier.millionths = INT64_MAX;
    one.use = USE_BUSINESS;
    assert_refused(statement_make(&one, &dear, &lines, arena), CODE_CONFLICT);
    cheap.frame.fen = 100;
    cheap.transition_rate.fen = 0;
    assert_refused(statement_make(&two, &cheap, &lines, arena), CODE_CONFLICT);
    cheap.frame.fen = 0; /* and for nothing the areas together do not fit */
    assert_refused(statement_make(&two, &cheap, &lines, arena), CODE_CONFLICT);
    arena_destroy(&arena);
}

static void facts_that_lack_something_are_refused_by_name(void **unused)
{
    (void)unused;
    static const struct {
        unsigned registration, use, structure;
        int64_t registered, measured;
        const char *word;
    } rows[] = {
        { REGISTRATION_UNKNOWN, USE_BUSINESS, STRUCTURE_FRAME, 1, 1,
          "registered" },
        { REGISTRATION_YES, USE_UNKNOWN, STRUCTURE_FRAME, 1, 1, "used for" },
        { REGISTRATION_YES, USE_BUSINESS, STRUCTURE_UNKNOWN, 1, 1, "built" },
        { REGISTRATION_NO, USE_BUSINESS, STRUCTURE_FRAME, 1, 0, "area" },
        { REGISTRATION_YES, USE_BUSINESS, STRUCTURE_FRAME, 0, 0, "area" },
    };
    struct arena *arena = arena_new();
    struct pack pack = a_pack();
    struct lines lines;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct part part = { rows[i].structure,
                             { rows[i].registered },
                             { rows[i].measured } };
        struct facts facts = { rows[i].registration,
                               rows[i].use,
                               { &part, 1 } };
        struct err err = statement_make(&facts, &pack, &lines, arena);
        assert_refused(err, CODE_CONFLICT);
        assert_non_null(strstr(err.why, rows[i].word));
    }
    struct facts empty = a_home(NULL, 0);
    assert_refused(statement_make(&empty, &pack, &lines, arena), CODE_CONFLICT);
    arena_destroy(&arena);
}

static void the_same_facts_give_the_same_lines(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct part part = { STRUCTURE_FRAME, { 9860 }, { 10012 } };

    struct lines a = made(a_home(&part, 1), a_pack(), arena);
    struct lines b = made(a_home(&part, 1), a_pack(), arena);
    assert_int_equal(a.total.fen, b.total.fen);
    for (size_t i = 0; i < a.count; i++)
        assert_string_equal(a.at[i].formula, b.at[i].formula);
    arena_destroy(&arena);
}

static void a_pack_pays_something_and_multiplies_by_one_or_more(void **unused)
{
    (void)unused;
    struct pack good = a_pack(), free_frame = good, discount = good;

    free_frame.frame.fen = 0;
    discount.business_multiplier.millionths = 999999;
    assert_ok(pack_check(&good));
    assert_string_equal(pack_check(&free_frame).field, "frame");
    assert_string_equal(pack_check(&discount).field, "business_multiplier");
}

static void a_later_pack_lowers_nothing(void **unused)
{
    (void)unused;
    struct pack first = a_pack(), same = first, more = first, less = first,
                fewer = first, counted = first;

    more.moving.fen += 1;
    less.simple.fen -= 1;
    fewer.transition_months -= 1;
    counted.simple_counted = true;
    assert_ok(pack_succeeds(&same, &first));
    assert_ok(pack_succeeds(&more, &first));
    assert_ok(pack_succeeds(&counted, &first));
    assert_string_equal(pack_succeeds(&less, &first).field, "simple");
    assert_string_equal(pack_succeeds(&fewer, &first).field,
                        "transition_months");
    assert_string_equal(pack_succeeds(&first, &counted).field,
                        "simple_counted");
}

RUN(cmocka_unit_test(the_list_of_2018_gives_83850_and_4800),
    cmocka_unit_test(simple_counts_for_transition_only_when_the_pack_says_so),
    cmocka_unit_test(each_use_and_structure_has_its_price),
    cmocka_unit_test(business_use_stands_in_the_formula),
    cmocka_unit_test(the_register_wins_over_the_measuring),
    cmocka_unit_test(a_line_is_rounded_half_up_to_the_fen),
    cmocka_unit_test(an_amount_that_no_integer_holds_is_refused),
    cmocka_unit_test(facts_that_lack_something_are_refused_by_name),
    cmocka_unit_test(the_same_facts_give_the_same_lines),
    cmocka_unit_test(a_pack_pays_something_and_multiplies_by_one_or_more),
    cmocka_unit_test(a_later_pack_lowers_nothing))
