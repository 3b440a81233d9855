#include "common/base/json.h"
#include "tests/check.h"
#include "tests/dice.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct row {
    const char *text;
    size_t size;
    size_t byte; /* where it is refused, from 1; 0: accepted */
};

#define YES(text)                                                              \
    {                                                                          \
        text, sizeof text - 1, 0                                               \
    }
#define NO(text, byte)                                                         \
    {                                                                          \
        text, sizeof text - 1, byte                                            \
    }

/* Read from a copy that ends where the text does, so that the sanitizer sees
 * a single byte read too far. */
static struct err check(const char *text, size_t size)
{
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    struct err err = json_check(copy, size);
    free(copy);
    return err;
}

static void assert_row(const struct row *row)
{
    struct err err = check(row->text, row->size);
    char field[32] = "";

    if (row->byte)
        snprintf(field, sizeof field, "byte %zu", row->byte);
    if ((err.code != CODE_OK) != (row->byte != 0))
        fail_msg("%s: %s", row->text, err.why ? err.why : "accepted");
    if (row->byte) {
        assert_int_equal(err.code, CODE_BAD_REQUEST);
        assert_non_null(err.why);
        if (strcmp(err.field, field) != 0)
            fail_msg("%s: %s: %s", row->text, err.field, err.why);
    }
}

static void assert_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_row(&rows[i]);
}

/* clang-format off */
static const struct row values[] = {
    YES("{}"), YES("[]"), YES("null"), YES("true"), YES("false"), YES("0"),
    YES("\"\""), YES(" \t\r\n{ \t\r\n} \t\r\n"), YES("[ ]"), YES("{\"a\":1}"),
    YES("{\"a\":{\"a\":[{\"a\":null}]}}"),
    YES("[1,\"two\",true,false,null,{},[]]"),
    YES(" { \"a\" : 1 , \"b\" : [ 1 , 2 ] } "),
    NO("", 1), NO("  ", 3), NO("{", 2), NO("[", 2), NO("}", 1), NO("]", 1),
    NO("[1", 3), NO("[1,", 4), NO("[1,]", 4), NO("[,1]", 2), NO("[1 2]", 4),
    NO("[1}", 3), NO("{\"a\":1]", 7), NO("{\"a\"}", 5), NO("{\"a\":}", 6),
    NO("{\"a\" 1}", 6), NO("{\"a\":1,}", 8), NO("{,}", 2), NO("{a:1}", 2),
    NO("{1:1}", 2), NO("{null:1}", 2), NO("{'a':1}", 2), NO("['a']", 2),
    NO("{\"a\":1 \"b\":2}", 8), NO("{\"a\":1", 7), NO("{\"a\":", 6),
    NO("{\"a\"", 5), NO("{\"a", 4), NO("[1]]", 4), NO("{}{}", 3), NO("{}x", 3),
    NO("1 2", 3), NO("null,", 5), NO("true1", 5), NO("truefalse", 5),
    NO("True", 1), NO("tru", 1), NO("nul", 1), NO("NaN", 1), NO("Infinity", 1),
    NO("undefined", 1), NO("/**/{}", 1), NO("{}//", 3), NO("#\n{}", 1),
    NO("{}\0", 3), NO("\0{}", 1), NO("{\0}", 2), NO("\v{}", 1), NO("\f{}", 1),
    NO("\xc2\xa0{}", 1), NO("\xef\xbb\xbf{}", 1), NO("\xe3\x80\x80{}", 1),
};
/* clang-format on */

static void one_value_is_taken_whole_or_not_at_all(void **unused)
{
    (void)unused;
    assert_rows(values, COUNT(values));
}

/* clang-format off */
static const struct row numbers[] = {
    YES("-0"), YES("-1"), YES("10"), YES("0.0"), YES("0e0"), YES("1.50"),
    YES("-0.001"), YES("1e5"), YES("1E+5"), YES("1e-5"), YES("0.5e10"),
    YES("9007199254740991"), YES("9007199254740992"), YES("-9007199254740992"),
    YES("1e308"), YES("-1e308"), YES("1e-400"),
    YES("123e45"), YES("1.23456789012345e20"), YES("9007199254740990.5"),
    YES("0.0000000000000000000000000000000000000000000000000000000000001"),
    NO("9007199254740993", 17), NO("-9007199254740993", 18),
    NO("9223372036854775807", 20), NO("9007199254740993.5", 19),
    NO("9007199254740992.0", 19), NO("12345678901234567e0", 20),
    NO("10000000000000000", 18), NO("1e309", 6),
    NO("-1e309", 7), NO("1e999", 6), NO("1e99999999999", 14),
    NO("1.7976931348623157e308", 23),
    NO("0.00000000000000000000000000000000000000000000000000000000000001", 65),
    NO("-", 2), NO("+1", 1), NO(".5", 1), NO("1.", 3), NO("1.e5", 3),
    NO("-.5", 2), NO("0123", 5), NO("00", 3), NO("-01", 4), NO("1e", 3),
    NO("1e+", 4), NO("1e5e5", 4), NO("1e5.5", 4), NO("0x10", 2),
    NO("1_000", 2), NO("1,0", 2), NO("--1", 2), NO("- 1", 2), NO("1-", 2),
    NO("\xef\xbc\x91", 1),
};
/* clang-format on */

static void a_number_is_exact_and_finite(void **unused)
{
    (void)unused;
    assert_rows(numbers, COUNT(numbers));
}

/* clang-format off */
static const struct row strings[] = {
    YES("\"青禾社区\""), YES("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u9752\""),
    YES("\"\\u00e9\\uD83E\\uDE81\""), YES("\"\\ud83e\\ude81\""),
    YES("\"\x7f\""), YES("\"\xf0\x9f\xaa\x81\""), YES("\"\\uffff\""),
    YES("\"a\xef\xbb\xbf\""), YES("\"\xf4\x8f\xbf\xbf\""),
    YES("\"\xed\x9f\xbf\xee\x80\x80\""), YES("\"</script>\""),
    NO("\"", 2), NO("\"a", 3), NO("\"a\\\"", 5), NO("\"\\", 3),
    NO("\"a\nb\"", 3), NO("\"a\tb\"", 3), NO("\"a\0b\"", 3), NO("\"\x1f\"", 2),
    NO("\"\\x41\"", 3), NO("\"\\'\"", 3), NO("\"\\0\"", 3), NO("\"\\\0\"", 3),
    NO("\"\\U0041\"", 3), NO("\"\\u\"", 4), NO("\"\\u00\"", 6),
    NO("\"\\u00g0\"", 6), NO("\"\\u004", 7), NO("\"admin\\u0000x\"", 13),
    NO("\"\\ud83e\"", 8), NO("\"\\ude81\"", 8), NO("\"\\ud83e\\n\"", 9),
    NO("\"\\ud83e\\u0041\"", 14), NO("\"\\ud83e\\ud83e\"", 14),
    NO("\"\\ud83ex\"", 8), NO("\"\\ude81\\ud83e\"", 8),
    NO("\"\\ude81\\ude81\"", 8), NO("\"\\ud83e\\u\"", 10), NO("\"\x80\"", 2),
    NO("\"\xc3\"", 2), NO("\"\xc0\xaf\"", 2), NO("\"\xe0\x80\xaf\"", 2),
    NO("\"\xed\xa0\x80\"", 2), NO("\"\xed\xa0\xbd\xed\xb8\x80\"", 2),
    NO("\"\xf4\x90\x80\x80\"", 2), NO("\"\xf8\x88\x80\x80\x80\"", 2),
    NO("\"\xff\"", 2), NO("\"\xe9\x9d\"", 2), NO("\"\xe9\x9d", 2),
    NO("\"\xc7\xe0\xba\xcc\"", 2),
};
/* clang-format on */

static void a_string_is_text_that_postgresql_can_hold(void **unused)
{
    (void)unused;
    assert_rows(strings, COUNT(strings));
}

/* clang-format off */
static const struct row members[] = {
    YES("{\"amount\":1,\"AMOUNT\":2}"), YES("{\"a\":1,\"aa\":2,\"\":3}"),
    YES("{\"a\":{\"a\":1,\"b\":2},\"b\":{\"a\":1,\"b\":2}}"),
    YES("[{\"a\":1},{\"a\":1}]"), YES("{\"户主\":1,\"户主姓名\":2}"),
    NO("{\"amount\":1,\"amount\":2}", 21), NO("{\"\":1,\"\":1}", 9),
    NO("{\"a\":1,\"b\":{\"c\":[{}],\"d\":2},\"a\":3}", 32),
    NO("{\"a\":{\"b\":1,\"b\":1}}", 16), NO("{\"户主\":1,\"户主\":2}", 21),
    NO("{\"a\":1,\"\\u0061\":2}", 9), NO("{\"a\\u0000b\":1}", 4),
    NO("{\"a\\nb\":1}", 4), NO("{\"a\tb\":1}", 4), NO("{\"a\0b\":1}", 4),
    NO("{\"\xff\":1}", 3),
};
/* clang-format on */

static void a_member_stands_once_in_its_object(void **unused)
{
    (void)unused;
    assert_rows(members, COUNT(members));
}

static enum code nested(size_t depth, const char *open, const char *close)
{
    char text[1024] = "";

    for (size_t i = 0; i < depth; i++)
        strncat(text, open, 8);
    strncat(text, "1", 2);
    for (size_t i = 0; i < depth; i++)
        strncat(text, close, 2);
    return check(text, strlen(text)).code;
}

static void levels_go_thirty_two_deep_and_no_deeper(void **unused)
{
    (void)unused;
    for (size_t depth = 1; depth <= 40; depth++) {
        bool good = depth <= JSON_DEPTH_MAX;
        assert_int_equal(nested(depth, "[", "]") == CODE_OK, good);
        assert_int_equal(nested(depth, "{\"a\":", "}") == CODE_OK, good);
    }
}

static void an_object_has_256_members_at_most(void **unused)
{
    (void)unused;
    static char text[64 * 1024];

    for (int count = 255; count <= 257; count++) {
        size_t size = 0;
        for (int i = 0; i < count; i++)
            size += (size_t)snprintf(text + size, sizeof text - size,
                                     "%c\"m%d\":[{\"m%d\":1}]", i ? ',' : '{',
                                     i, i);
        text[size++] = '}';
        assert_int_equal(check(text, size).code == CODE_OK,
                         count <= JSON_MEMBERS_MAX);
    }
}

static void every_level_may_be_full_of_members(void **unused)
{
    (void)unused;
    static char text[128 * 1024];
    size_t size = 0;

    for (int depth = 0; depth < JSON_DEPTH_MAX; depth++) {
        text[size++] = '{';
        for (int i = 0; i < JSON_MEMBERS_MAX - 1; i++)
            size += (size_t)snprintf(text + size, sizeof text - size,
                                     "\"m%d\":1,", i);
        size += (size_t)snprintf(text + size, sizeof text - size, "\"in\":");
    }
    text[size++] = '1';
    memset(text + size, '}', JSON_DEPTH_MAX);

    assert_ok(check(text, size + JSON_DEPTH_MAX));
}

static void a_text_cut_short_is_refused_at_every_byte(void **unused)
{
    (void)unused;
    static const char text[] =
        "{\"户\":[1.5e-3,true,null,\"\\uD83E\\uDE81\\n\"],\"b\":{\"c\":false}}";

    assert_ok(check(text, sizeof text - 1));
    for (size_t size = 0; size < sizeof text - 1; size++)
        assert_refused(check(text, size), CODE_BAD_REQUEST);
}

/* A code point by the textbook, surrogates and what is beyond as well. */
static size_t encode(unsigned c, char text[static 4])
{
    static const unsigned most[] = { 0x7f, 0x7ff, 0xffff, 0x1fffff };
    static const unsigned lead[] = { 0x00, 0xc0, 0xe0, 0xf0 };
    size_t more = 0;

    while (c > most[more])
        more++;
    text[0] = (char)(lead[more] | c >> (6 * more));
    for (size_t i = 1; i <= more; i++)
        text[i] = (char)(0x80 | (c >> (6 * (more - i)) & 0x3f));
    return more + 1;
}

static void utf8_is_every_character_and_no_surrogate(void **unused)
{
    (void)unused;
    for (unsigned c = 0; c < 0x120000; c++) {
        char text[4];
        size_t size = encode(c, text);
        bool good = c < 0x110000 && (c < 0xd800 || c > 0xdfff);
        if (utf8_check(text, size) != good)
            fail_msg("U+%04X", c);
        if (size > 1 && utf8_check(text, size - 1))
            fail_msg("U+%04X cut short", c);
    }
}

static void utf8_is_the_shortest_form(void **unused)
{
    (void)unused;
    assert_true(utf8_check("", 0));
    assert_true(utf8_check("a\0b", 3));
    assert_false(utf8_check("\xc0\x80", 2));
    assert_false(utf8_check("\xe0\x9f\xbf", 3));
    assert_false(utf8_check("\xf0\x8f\xbf\xbf", 4));
    assert_false(utf8_check("\xc7\xe0\xba\xcc", 4)); /* GB 18030 */
}

/* A tree that is JSON by construction must be taken; with any one byte made
 * wrong it must not hurt. */
static size_t grow(struct dice *dice, char *text, int depth)
{
    static const char *const leaves[] = {
        "0", "-1.5e3", "\"\"", "\"户\"", "true", "null", "\"\\u9752\"", "[]",
    };
    bool object = dice_below(dice, 2);
    size_t size = 0, count = dice_below(dice, 5);

    if (depth == 0 || count == 0)
        return (size_t)snprintf(text, 16, "%s",
                                leaves[dice_below(dice, COUNT(leaves))]);
    for (size_t i = 0; i < count; i++) {
        text[size++] = "[{,"[i ? 2 : object];
        if (object)
            size += (size_t)snprintf(text + size, 16, "\"m%zu\": ", i);
        size += grow(dice, text + size, depth - 1);
    }
    text[size++] = object ? '}' : ']';
    return size;
}

static void any_tree_is_taken_and_any_damage_is_survived(void **unused)
{
    (void)unused;
    struct dice dice = dice_new();
    static char text[64 * 1024];

    for (int i = 0; i < 5000; i++) {
        size_t size = grow(&dice, text, 5);
        assert_ok(check(text, size));
        text[dice_below(&dice, size)] = (char)dice_next(&dice);
        (void)check(text, size);
        (void)check(text, dice_below(&dice, size));
    }
}

RUN(cmocka_unit_test(one_value_is_taken_whole_or_not_at_all),
    cmocka_unit_test(a_number_is_exact_and_finite),
    cmocka_unit_test(a_string_is_text_that_postgresql_can_hold),
    cmocka_unit_test(a_member_stands_once_in_its_object),
    cmocka_unit_test(levels_go_thirty_two_deep_and_no_deeper),
    cmocka_unit_test(an_object_has_256_members_at_most),
    cmocka_unit_test(every_level_may_be_full_of_members),
    cmocka_unit_test(a_text_cut_short_is_refused_at_every_byte),
    cmocka_unit_test(utf8_is_every_character_and_no_surrogate),
    cmocka_unit_test(utf8_is_the_shortest_form),
    cmocka_unit_test(any_tree_is_taken_and_any_damage_is_survived))
