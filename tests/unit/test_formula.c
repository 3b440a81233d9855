/* Numbers, units, words, canonical JSON and SHA-256 of common/formula. */
#include "common/formula/jcs.h"
#include "common/formula/sha256.h"
#include "common/formula/unit.h"
#include "common/formula/words.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

static struct number parsed(const char *text)
{
    struct number number;

    assert_ok(number_parse(text, strlen(text), 18, &number));
    return number;
}

static void want(struct number number, unsigned places, const char *text)
{
    char shown[NUMBER_TEXT_MAX];

    assert_int_equal(number_format(number, places, shown), strlen(text));
    assert_string_equal(shown, text);
}

/* ---------------------------------------------------------------- numbers */

static void a_decimal_is_read_and_written_exactly(void **unused)
{
    (void)unused;
    static const char *const same[] = {
        "0", "-1", "12.34", "0.000001", "-0.5", "9999999999999.99",
    };
    static const struct {
        const char *text, *why;
    } bad[] = {
        { "", "decimal" },
        { "-", "decimal" },
        { ".5", "decimal" },
        { "1.", "decimal" },
        { "01", "decimal" },
        { "1e3", "decimal" },
        { "1.2.3", "decimal" },
        { "+1", "decimal" },
        { "0.0000001", "many" },
        { "10000000000000.01", "bound" },
        { "99999999999999999999999999999999", "bound" },
    };
    struct number number;

    for (size_t i = 0; i < COUNT(same); i++)
        want(parsed(same[i]), 0, same[i]);
    want(parsed("5"), 2, "5.00");
    want(parsed("0.1"), 2, "0.10");
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct err err =
            number_parse(bad[i].text, strlen(bad[i].text), 6, &number);
        assert_refused(err, CODE_BAD_REQUEST);
        assert_non_null(strstr(err.why, bad[i].why));
    }
}

static void arithmetic_is_exact_and_never_wraps(void **unused)
{
    (void)unused;
    struct number a = parsed("100"), b = parsed("3"), c, big = number_of(1);

    assert_true(number_divide(a, b, &c));
    want(c, 2, "100/3");
    assert_true(number_multiply(c, b, &c));
    want(c, 0, "100");
    assert_true(number_add(parsed("0.1"), parsed("0.2"), &c));
    want(c, 0, "0.3");
    assert_true(number_subtract(parsed("0.1"), parsed("0.25"), &c));
    want(c, 0, "-0.15");
    assert_true(number_divide(parsed("1"), parsed("-4"), &c));
    want(c, 0, "-0.25");
    assert_false(number_divide(a, number_of(0), &c));

    for (int i = 0; i < 9; i++)
        assert_true(number_multiply(big, number_of(10000), &big));
    assert_false(number_multiply(big, big, &c));
    assert_true(number_multiply(big, number_of(100), &big));
    assert_false(number_add((struct number){ big.num, 7 },
                            (struct number){ big.num, 11 }, &c));
    assert_false(number_divide(a, big, &c));
    struct number thin = { 1, INT64_MAX };
    assert_false(number_multiply(thin, (struct number){ 1, 3 }, &c));
    assert_false(number_add(thin, (struct number){ 1, 3 }, &c));
    assert_false(number_is_bounded(big));
    want(thin, 2, "1/9223372036854775807");
    want((struct number){ 1, (int64_t)1 << 40 }, 0, "1/1099511627776");
    want(big, 0, "100000000000000000000000000000000000000");
}

static void numbers_are_compared_across_denominators(void **unused)
{
    (void)unused;
    static const struct {
        struct number a, b;
        int order;
    } rows[] = {
        { { 1, 3 }, { 1, 2 }, -1 }, { { -1, 3 }, { -1, 2 }, 1 },
        { { 1, 3 }, { 1, 3 }, 0 },  { { 7, 2 }, { 3, 1 }, 1 },
        { { 3, 1 }, { 7, 2 }, -1 }, { { 2, 1 }, { 1, 1 }, 1 },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(number_compare(rows[i].a, rows[i].b), rows[i].order);
}

static void rounding_does_what_its_mode_says(void **unused)
{
    (void)unused;
    /* half_up, half_down, half_even, down, up */
    static const struct {
        const char *number, *step, *want[ROUNDING_MODES];
    } rows[] = {
        { "2.5", "1", { "3", "2", "2", "2", "3" } },
        { "3.5", "1", { "4", "3", "4", "3", "4" } },
        { "-2.5", "1", { "-3", "-2", "-2", "-2", "-3" } },
        { "2.51", "1", { "3", "3", "3", "2", "3" } },
        { "2.49", "1", { "2", "2", "2", "2", "3" } },
        { "7", "5", { "5", "5", "5", "5", "10" } },
        { "14.329", "0.01", { "14.33", "14.33", "14.33", "14.32", "14.33" } },
        { "89516", "1", { "89516", "89516", "89516", "89516", "89516" } },
    };
    struct number rounded;

    for (size_t i = 0; i < COUNT(rows); i++)
        for (unsigned mode = 0; mode < ROUNDING_MODES; mode++) {
            assert_true(number_round(parsed(rows[i].number),
                                     parsed(rows[i].step),
                                     (enum rounding_mode)mode, &rounded));
            want(rounded, 0, rows[i].want[mode]);
        }
    assert_false(number_round(number_of(1), number_of(0), ROUND_UP, &rounded));
}

static void units_are_read_and_come_out(void **unused)
{
    (void)unused;
    static const char *const same[] = {
        "", "元", "元/㎡", "元/㎡·月", "1/月", "元·元/亩", "人", "个/年·天·户",
    };
    static const char *const bad[] = {
        "x", "元/", "元//月", "·元", "元·", "元/月/月", "元·元·元·元·元"
    };
    char text[UNIT_TEXT_MAX];
    struct unit unit, month = unit_of(UNIT_MONTH);

    for (size_t i = 0; i < COUNT(same); i++) {
        assert_true(unit_parse(same[i], strlen(same[i]), &unit));
        unit_format(unit, text);
        assert_string_equal(text, same[i]);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(unit_parse(bad[i], strlen(bad[i]), &unit));
    unit = month;
    for (int i = 0; i < 3; i++)
        assert_true(unit_combine(unit, month, 1, &unit));
    assert_false(unit_combine(unit, month, 1, &unit));
}

static void amounts_are_said_in_words(void **unused)
{
    (void)unused;
    static const struct {
        const char *amount, *words;
    } rows[] = {
        { "2065471", "贰佰零陆万伍仟肆佰柒拾壹元整" },
        { "2404496", "贰佰肆拾万肆仟肆佰玖拾陆元整" },
        { "2305359", "贰佰叁拾万伍仟叁佰伍拾玖元整" },
        { "0", "零元整" },
        { "0.05", "伍分" },
        { "0.5", "伍角整" },
        { "1.05", "壹元零伍分" },
        { "10.50", "壹拾元伍角整" },
        { "-138076", "负壹拾叁万捌仟零柒拾陆元整" },
        { "100000000", "壹亿元整" },
        { "100010000", "壹亿零壹万元整" },
        { "1000000001", "壹拾亿零壹元整" },
        { "10500.01", "壹万零伍佰元零壹分" },
        { "1001000", "壹佰万壹仟元整" },
        { "10000000000000", "壹拾万亿元整" },
        { "1200000000000", "壹万贰仟亿元整" },
    };
    char words[WORDS_MAX];

    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(amount_in_words(parsed(rows[i].amount), words));
        assert_string_equal(words, rows[i].words);
    }
    assert_false(amount_in_words(parsed("0.001"), words));
}

static void a_hash_is_the_standards(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *hash;
    } rows[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb924"
              "27ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223"
                 "b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039"
          "a33ce45964ff2167f6ecedd419db06c1" },
    };
    char text[SHA256_TEXT], million[1000];

    for (size_t i = 0; i < COUNT(rows); i++) {
        sha256_text(rows[i].text, strlen(rows[i].text), text);
        assert_string_equal(text, rows[i].hash);
    }
    memset(million, 'a', sizeof million);
    sha256_text(million, sizeof million, text);
    assert_string_equal(text, "41edece42d63e8d9bf515a9ba6932e1c"
                              "20cbc9f5a5d134645adb5db1b9737ea3");
}

/* ------------------------------------------------------------------- JSON */

static void canonical_json_is_that_of_rfc_8785(void **unused)
{
    (void)unused;
    static const struct {
        const char *from, *want;
    } rows[] = {
        { " { \"b\" : 1 , \"a\" : [ true , null , false , -12 ] } ",
          "{\"a\":[true,null,false,-12],\"b\":1}" },
        { "{\"\\u20ac\":1}", NULL },
        { "[\"\\u0041\\n\\u001f\\\"\\\\\\/\\u00e9\\ud83d\\ude00\"]",
          "[\"A\\n\\u001f\\\"\\\\/é😀\"]" },
        { "{\"\xef\xac\xb3\":1,\"\xf0\x9f\x98\x80\":2,\"z\":3}",
          "{\"z\":3,\"\xf0\x9f\x98\x80\":2,\"\xef\xac\xb3\":1}" },
        { "[1.5]", NULL },
        { "[1e3]", NULL },
        { "[-0]", NULL },
        { "[9007199254740991]", NULL },
        { "[]", "[]" },
        { "{}", "{}" },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct source source = { "t", rows[i].from, strlen(rows[i].from) };
        struct sink sink = { .arena = arena };
        struct node *root;
        bool good = tree_read(source, arena, &root).code == CODE_OK
                    && jcs_node(&sink, root, NULL);
        assert_int_equal(good, rows[i].want != NULL);
        if (good)
            assert_string_equal(sink_end(&sink), rows[i].want);
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(a_decimal_is_read_and_written_exactly),
    cmocka_unit_test(arithmetic_is_exact_and_never_wraps),
    cmocka_unit_test(numbers_are_compared_across_denominators),
    cmocka_unit_test(rounding_does_what_its_mode_says),
    cmocka_unit_test(units_are_read_and_come_out),
    cmocka_unit_test(amounts_are_said_in_words),
    cmocka_unit_test(a_hash_is_the_standards),
    cmocka_unit_test(canonical_json_is_that_of_rfc_8785))
