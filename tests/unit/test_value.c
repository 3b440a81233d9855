#include "common/base/calendar.h"
#include "common/base/value.h"
#include "tests/check.h"
#include "tests/dice.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------- ids */

static void an_id_is_36_bytes_of_hex_and_dashes(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *want; /* NULL: refused */
    } rows[] = {
        { "01890a5d-ac96-774b-bcce-b302099a8057",
          "01890a5d-ac96-774b-bcce-b302099a8057" },
        { "01890A5D-AC96-774B-BCCE-B302099A8057",
          "01890a5d-ac96-774b-bcce-b302099a8057" },
        { "", NULL },
        { "01890a5dac96774bbcceb302099a8057", NULL },
        { "{01890a5d-ac96-774b-bcce-b302099a8057}", NULL },
        { "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057", NULL },
        { "01890a5d-ac96-774b-bcce-b302099a805", NULL },
        { "01890a5d-ac96-774b-bcce-b302099a80570", NULL },
        { "01890a5d-ac96-774b-bcce-b302099a805g", NULL },
        { "01890a5d-ac96-774b-bcceb-302099a8057", NULL },
        { "01890a5d-ac96-774b-bcce-b302099a805 ", NULL },
        { "01890a5d-ac96-774b-bcce-b302099a\xe5\x8d\x81\x31", NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct id id = { "before" };
        bool good = id_parse(rows[i].text, &id);
        assert_int_equal(good, rows[i].want != NULL);
        assert_string_equal(id.text, good ? rows[i].want : "before");
    }
}

static void a_new_id_is_a_uuid_of_version_7_that_bears_its_time(void **unused)
{
    (void)unused;
    struct moment now;
    assert_true(moment_parse("2026-11-23T09:05:00.123456Z", &now));

    struct id id = id_new(now), again;

    assert_true(id_parse(id.text, &again) && id_same(id, again));
    assert_memory_equal(id.text, "01a207a6-c6db", 13); /* the millisecond */
    assert_int_equal(id.text[14], '7');
    assert_non_null(strchr("89ab", id.text[19]));
}

enum { MANY = 20000 };

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct id *)a)->text, ((const struct id *)b)->text);
}

static void *make_many(void *into)
{
    struct id *ids = into;
    for (int i = 0; i < MANY; i++)
        ids[i] = id_new((struct moment){ 1764000000000000 });
    return NULL;
}

static void ids_of_one_millisecond_differ_in_all_threads(void **unused)
{
    (void)unused;
    static struct id ids[2 * MANY];
    pthread_t other;

    assert_int_equal(pthread_create(&other, NULL, make_many, ids + MANY), 0);
    make_many(ids);
    pthread_join(other, NULL);
    qsort(ids, COUNT(ids), sizeof *ids, by_text);

    for (size_t i = 1; i < COUNT(ids); i++)
        assert_false(id_same(ids[i - 1], ids[i]));
}

static void ids_rise_from_one_millisecond_to_the_next(void **unused)
{
    (void)unused;
    struct id last = { "" };

    assert_false(id_given(last));
    assert_true(is_nobody((struct id){ "" }) && is_nobody(nobody));
    assert_false(is_nobody(id_new(moment_now())));
    for (int i = 0; i < 1000; i++) {
        struct id next = id_new((struct moment){ i * INT64_C(1000) * 997 });
        assert_true(id_given(next) && strcmp(last.text, next.text) < 0);
        last = next;
    }
}

/* ------------------------------------------------- money, areas and rates */

enum kind { MONEY, AREA, RATE };

static bool parse(enum kind kind, const char *text, int64_t *value)
{
    struct money money = { *value };
    struct area area = { *value };
    struct rate rate = { *value };
    bool good = false;

    switch (kind) {
    case MONEY:
        good = money_parse(text, &money);
        *value = money.fen;
        break;
    case AREA:
        good = area_parse(text, &area);
        *value = area.centi;
        break;
    case RATE:
        good = rate_parse(text, &rate);
        *value = rate.millionths;
        break;
    }
    return good;
}

static void format(enum kind kind, int64_t value, char *text)
{
    switch (kind) {
    case MONEY:
        money_format((struct money){ value }, text);
        break;
    case AREA:
        area_format((struct area){ value }, text);
        break;
    case RATE:
        rate_format((struct rate){ value }, text);
        break;
    }
}

/* clang-format off */
static const struct {
    enum kind kind;
    const char *text;
    int64_t value;
    const char *back; /* how it is written; NULL: refused */
} decimals[] = {
    { MONEY, "0", 0, "0.00" },          { MONEY, "12", 1200, "12.00" },
    { MONEY, "12.5", 1250, "12.50" },   { MONEY, "12.05", 1205, "12.05" },
    { MONEY, "-0.01", -1, "-0.01" },    { MONEY, "-0", 0, "0.00" },
    { MONEY, "-12.34", -1234, "-12.34" },
    { MONEY, "92233720368547758.07", INT64_MAX, "92233720368547758.07" },
    { MONEY, "-92233720368547758.08", INT64_MIN, "-92233720368547758.08" },
    { MONEY, "92233720368547758.08", 0, NULL },
    { MONEY, "-92233720368547758.09", 0, NULL },
    { MONEY, "922337203685477580.7", 0, NULL },
    { MONEY, "184467440737095516.16", 0, NULL },
    { MONEY, "184467440737095516.17", 0, NULL },
    { MONEY, "99999999999999999999", 0, NULL },
    { MONEY, "1000000000000000000000000000000", 0, NULL },
    { MONEY, "", 0, NULL },             { MONEY, "-", 0, NULL },
    { MONEY, ".5", 0, NULL },           { MONEY, "1.", 0, NULL },
    { MONEY, "1.005", 0, NULL },        { MONEY, "1.000", 0, NULL },
    { MONEY, "1e3", 0, NULL },          { MONEY, "+1", 0, NULL },
    { MONEY, "--1", 0, NULL },          { MONEY, " 1", 0, NULL },
    { MONEY, "1 ", 0, NULL },           { MONEY, "1,000.00", 0, NULL },
    { MONEY, "1.2.3", 0, NULL },        { MONEY, "0x10", 0, NULL },
    { MONEY, "nan", 0, NULL },          { MONEY, "inf", 0, NULL },
    { MONEY, "12.34元", 0, NULL },      { MONEY, "１２", 0, NULL },
    { AREA, "98.60", 9860, "98.60" },   { AREA, "98.6", 9860, "98.60" },
    { AREA, "0", 0, "0.00" },           { AREA, "-1.00", 0, NULL },
    { AREA, "-0", 0, NULL },            { AREA, "98.605", 0, NULL },
    { RATE, "0.05", 50000, "0.05" },    { RATE, "1", 1000000, "1" },
    { RATE, "10", 10000000, "10" },     { RATE, "0", 0, "0" },
    { RATE, "0.333333", 333333, "0.333333" },
    { RATE, "-0.000001", -1, "-0.000001" },
    { RATE, "0.3333333", 0, NULL },     { RATE, "5%", 0, NULL },
    { RATE, "9223372036854.775807", INT64_MAX, "9223372036854.775807" },
    { RATE, "9223372036854.775808", 0, NULL },
};
/* clang-format on */

static void decimals_are_exact_or_refused(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(decimals); i++) {
        char text[VALUE_TEXT_MAX];
        int64_t value = 77;
        bool good = parse(decimals[i].kind, decimals[i].text, &value);
        if (good != (decimals[i].back != NULL))
            fail_msg("\"%s\"", decimals[i].text);
        assert_true(value == (good ? decimals[i].value : 77));
        if (good) {
            format(decimals[i].kind, value, text);
            assert_string_equal(text, decimals[i].back);
        }
    }
}

static void any_decimal_written_is_read_as_it_was(void **unused)
{
    (void)unused;
    struct dice dice = dice_new();

    for (int i = 0; i < 200000; i++) {
        enum kind kind = (enum kind)dice_below(&dice, 3);
        int64_t value = (int64_t)(dice_next(&dice) >> dice_below(&dice, 64));
        int64_t back = 0;
        char text[VALUE_TEXT_MAX];
        if (kind == AREA)
            value &= INT64_MAX;
        format(kind, value, text);
        assert_true(parse(kind, text, &back));
        assert_true(value == back);
    }
}

/* ------------------------------------------------------- days and moments */

static void a_day_is_one_of_the_calendar(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *text;
        int32_t number; /* 0: refused */
    } rows[] = {
        { "0001-01-01", 1 },      { "0001-12-31", 365 },
        { "1970-01-01", 719163 }, { "2000-02-29", 730179 },
        { "2024-02-29", 738945 }, { "2026-11-23", 739943 },
        { "9999-12-31", 3652059 },
        { "0000-01-01", 0 },      { "2026-02-29", 0 },
        { "2026-02-30", 0 },      { "1900-02-29", 0 },
        { "2100-02-29", 0 },      { "2026-04-31", 0 },
        { "2026-13-01", 0 },      { "2026-00-10", 0 },
        { "2026-01-00", 0 },      { "2026-01-32", 0 },
        { "2026-1-01", 0 },       { "26-01-01", 0 },
        { "2026-01-1", 0 },       { "2026/01/01", 0 },
        { "20260101", 0 },        { " 2026-01-01", 0 },
        { "2026-01-01 ", 0 },     { "2026-01-01T00:00:00Z", 0 },
        { "10000-01-01", 0 },     { "-2026-01-01", 0 },
        { "2026-+1-01", 0 },      { "infinity", 0 },
        { "", 0 },                { "2026-01-01 BC", 0 },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct day day = { -7 };
        char text[VALUE_TEXT_MAX];
        bool good = day_parse(rows[i].text, &day);
        if (good != (rows[i].number != 0))
            fail_msg("\"%s\"", rows[i].text);
        assert_int_equal(day.number, good ? rows[i].number : -7);
        day_format(day, text);
        if (good)
            assert_string_equal(text, rows[i].text);
    }
}

/* clang-format off */
static const struct moment_row {
    const char *text, *utc; /* NULL: refused */
} moment_rows[] = {
    { "2026-11-23T09:05:00Z", "2026-11-23T09:05:00.000000Z" },
    { "2026-11-23T09:05:00.000000Z", "2026-11-23T09:05:00.000000Z" },
    { "2026-11-23T09:05:00.1Z", "2026-11-23T09:05:00.100000Z" },
    { "2026-11-23T09:05:00.000001Z", "2026-11-23T09:05:00.000001Z" },
    { "2026-11-23T09:05:00+00:00", "2026-11-23T09:05:00.000000Z" },
    { "2026-11-23T09:05:00-00:00", "2026-11-23T09:05:00.000000Z" },
    { "2026-11-23T17:05:00+08:00", "2026-11-23T09:05:00.000000Z" },
    { "2026-11-23T17:05:00+08", "2026-11-23T09:05:00.000000Z" },
    { "2026-11-23T00:05:00+08:00", "2026-11-22T16:05:00.000000Z" },
    { "2026-12-31T19:00:00-05:30", "2027-01-01T00:30:00.000000Z" },
    { "2026-11-23 09:05:00.123+00", "2026-11-23T09:05:00.123000Z" },
    { "2026-11-23 09:05:00+00", "2026-11-23T09:05:00.000000Z" },
    { "2026-11-23 14:50:00+05:45", "2026-11-23T09:05:00.000000Z" },
    { "2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z" },
    { "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z" },
    { "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z" },
    { "0001-01-01T08:00:00+08:00", "0001-01-01T00:00:00.000000Z" },
    { "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
    { "0001-01-01T07:59:59+08:00", NULL },
    { "9999-12-31T23:59:59-00:01", NULL },
    { "2026-02-30T09:05:00Z", NULL },
    { "2026-02-29T09:05:00Z", NULL },
    { "2026-11-23T24:00:00Z", NULL },
    { "2026-11-23T09:60:00Z", NULL },
    { "2026-11-23T09:05:60Z", NULL },
    { "2026-11-23T09:05:61Z", NULL },
    { "2026-11-23T9:05:00Z", NULL },
    { "2026-11-23T09:05Z", NULL },
    { "2026-11-23T0905:00Z", NULL },
    { "2026-11-23T09:05:00", NULL },
    { "2026-11-23T09:05:00.Z", NULL },
    { "2026-11-23T09:05:00,5Z", NULL },
    { "2026-11-23T09:05:00.1234567Z", NULL },
    { "2026-11-23T09:05:00ZZ", NULL },
    { "2026-11-23T09:05:00Z ", NULL },
    { "2026-11-23T09:05:00z", NULL },
    { "2026-11-23t09:05:00Z", NULL },
    { "2026-11-23T09:05:00 Z", NULL },
    { "2026-11-23T09:05:00+8", NULL },
    { "2026-11-23T09:05:00+0800", NULL },
    { "2026-11-23T09:05:00+08:", NULL },
    { "2026-11-23T09:05:00+08:60", NULL },
    { "2026-11-23T09:05:00+24:00", NULL },
    { "2026-11-23T09:05:00+-8:00", NULL },
    { "2026-11-23T09:05:00+08:00:00", NULL },
    { "2026-11-23  09:05:00Z", NULL },
    { "2026-11-23", NULL },
    { "2026-11-23T", NULL },
    { "infinity", NULL },
    { "1764000000", NULL },
    { "", NULL },
};
/* clang-format on */

static void a_moment_is_exact_or_refused(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(moment_rows); i++) {
        const struct moment_row *row = &moment_rows[i];
        struct moment moment = { 77 };
        char text[VALUE_TEXT_MAX];
        bool good = moment_parse(row->text, &moment);
        if (good != (row->utc != NULL))
            fail_msg("\"%s\"", row->text);
        if (!good)
            assert_true(moment.us == 77);
        moment_format(moment, text);
        if (good)
            assert_string_equal(text, row->utc);
    }
}

static void a_moment_counts_from_1970(void **unused)
{
    (void)unused;
    struct moment moment;

    assert_true(moment_parse("1970-01-01T00:00:00.000001Z", &moment));
    assert_true(moment.us == 1);
    assert_true(moment_parse("2001-09-09T01:46:40Z", &moment));
    assert_true(moment.us == 1000000000 * MICROSECONDS);
}

static void the_districts_time_is_eight_hours_ahead(void **unused)
{
    (void)unused;
    static const struct {
        const char *utc, *local;
    } rows[] = {
        { "2026-11-23T09:05:00.999999Z", "2026-11-23T17:05:00+08:00" },
        { "2026-12-31T16:00:00Z", "2027-01-01T00:00:00+08:00" },
        { "1969-12-31T15:59:59.5Z", "1969-12-31T23:59:59+08:00" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct moment moment;
        char text[VALUE_TEXT_MAX];
        assert_true(moment_parse(rows[i].utc, &moment));
        moment_format_local(moment, text);
        assert_string_equal(text, rows[i].local);
    }
}

static void any_moment_written_is_read_as_it_was(void **unused)
{
    (void)unused;
    struct dice dice = dice_new();
    int64_t first = -719162 * DAY_US;
    /* In the district the year 10000 begins eight hours early. */
    uint64_t span = 3652059 * (uint64_t)DAY_US - DAY_US / 3;

    for (int i = 0; i < 200000; i++) {
        struct moment back;
        struct moment moment = { first + (int64_t)dice_below(&dice, span) };
        char text[VALUE_TEXT_MAX];
        moment_format(moment, text);
        assert_true(moment_parse(text, &back));
        assert_true(moment.us == back.us);
        moment_format_local(moment, text);
        assert_true(strlen(text) == 25);
    }
}

static void the_clock_is_that_of_this_century(void **unused)
{
    (void)unused;
    struct moment early, late, now = moment_now();

    assert_true(moment_parse("2026-01-01T00:00:00Z", &early));
    assert_true(moment_parse("2100-01-01T00:00:00Z", &late));
    assert_in_range(now.us, early.us, late.us);
    assert_true(moment_now().us >= now.us);
}

/* Bytes of the parsers' own alphabet: none may make them read too far. */
static void noise_is_refused_or_read_but_never_hurts(void **unused)
{
    (void)unused;
    static const char alphabet[] = "0123456789-+:.TZ e";
    struct dice dice = dice_new();

    for (int i = 0; i < 200000; i++) {
        size_t length = dice_below(&dice, 40);
        char *text = calloc(1, length + 1);
        assert_non_null(text);
        for (size_t k = 0; k < length; k++)
            text[k] = alphabet[dice_below(&dice, sizeof alphabet - 1)];
        struct id id;
        struct day day;
        struct moment moment;
        int64_t value = 0;
        (void)id_parse(text, &id);
        (void)day_parse(text, &day);
        (void)moment_parse(text, &moment);
        (void)parse(MONEY, text, &value);
        (void)parse(AREA, text, &value);
        (void)parse(RATE, text, &value);
        free(text);
    }
}

RUN(cmocka_unit_test(an_id_is_36_bytes_of_hex_and_dashes),
    cmocka_unit_test(a_new_id_is_a_uuid_of_version_7_that_bears_its_time),
    cmocka_unit_test(ids_of_one_millisecond_differ_in_all_threads),
    cmocka_unit_test(ids_rise_from_one_millisecond_to_the_next),
    cmocka_unit_test(decimals_are_exact_or_refused),
    cmocka_unit_test(any_decimal_written_is_read_as_it_was),
    cmocka_unit_test(a_day_is_one_of_the_calendar),
    cmocka_unit_test(a_moment_is_exact_or_refused),
    cmocka_unit_test(a_moment_counts_from_1970),
    cmocka_unit_test(the_districts_time_is_eight_hours_ahead),
    cmocka_unit_test(any_moment_written_is_read_as_it_was),
    cmocka_unit_test(the_clock_is_that_of_this_century),
    cmocka_unit_test(noise_is_refused_or_read_but_never_hurts))
