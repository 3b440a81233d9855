#include "services/redkite/import/cell.h"

#include "common/base/sheet.h"
#include "tests/check.h"

#include <string.h>

static void a_number_reads_as_the_sheet_shows_it(void **unused)
{
    (void)unused;
    static const struct {
        const char *raw, *text; /* NULL: none */
    } rows[] = {
        { "98.6", "98.6" },
        { "120.23999999999999", "120.24" },
        { "98.605", "98.605" },
        { "1.2024E2", "120.24" },
        { "15962125059", "15962125059" },
        { "370214198902071764", "370214198902071764" },
        { "3.7021420011022298E17", "3.70214200110223e+17" },
        { "-3", "-3" },
        { "", NULL },
        { "x", NULL },
        { "inf", NULL },
        { "1e999", NULL },
        { "1 ", NULL },
        { "0x10", NULL },
    };
    char text[CELL_NUMBER_MAX];

    for (size_t i = 0; i < COUNT(rows); i++) {
        bool good = cell_number(rows[i].raw, text);
        assert_int_equal(good, rows[i].text != NULL);
        if (good)
            assert_string_equal(text, rows[i].text);
    }
}

static void a_day_is_counted_as_the_workbook_counts(void **unused)
{
    (void)unused;
    static const struct {
        const char *raw;
        bool late;
        const char *text;
    } rows[] = {
        { "1", false, "1900-01-01" },
        { "59", false, "1900-02-28" },
        { "60", false, "1900-02-29" },
        { "61", false, "1900-03-01" },
        { "46250", false, "2026-08-16" },
        { "44788", true, "2026-08-16" },
        { "0", true, "1904-01-01" },
        { "46250.354166666664", false, "2026-08-16 08:30" },
        { "46249.99999999", false, "2026-08-16" },
        { "2958465", false, "9999-12-31" },
        { "2958466", false, NULL },
        { "2958465", true, NULL },
        { "0", false, NULL },
        { "-1", false, NULL },
        { "x", false, NULL },
    };
    char text[CELL_NUMBER_MAX];

    for (size_t i = 0; i < COUNT(rows); i++) {
        bool good = cell_day(rows[i].raw, rows[i].late, text);
        assert_int_equal(good, rows[i].text != NULL);
        if (good)
            assert_string_equal(text, rows[i].text);
    }
}

static void a_code_shows_a_day_when_it_has_a_part_of_one(void **unused)
{
    (void)unused;
    static const struct {
        const char *code;
        bool day;
    } rows[] = {
        { "yyyy\"年\"m\"月\"d\"日\"", true },
        { "[$-804]yyyy/m/d;@", true },
        { "h:mm", true },
        { "General", false },
        { "0.00", false },
        { "#,##0.00;[Red]-#,##0.00", false },
        { "0\"day\"", false },
        { "0\\d", false },
        { "0_d", false },
        { "\"year", false },
        { "@", false },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(cell_code_is_day(rows[i].code), rows[i].day);
    assert_true(cell_style_is_day(14) && cell_style_is_day(31));
    assert_false(cell_style_is_day(0) || cell_style_is_day(49));
}

static void references_go_there_and_back(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int column;
        int64_t row; /* 0: none */
    } rows[] = {
        { "A1", 1, 1 },     { "Z9", 26, 9 },
        { "AA10", 27, 10 }, { "XFD1048576", 16384, 1048576 },
        { "XFE1", 0, 0 },   { "A1048577", 0, 0 },
        { "A0", 0, 0 },     { "7", 0, 0 },
        { "B", 0, 0 },      { "b7", 0, 0 },
        { "B7x", 0, 0 },    { "AAAAAAAAAAAAAAAAA1", 0, 0 },
    };
    char text[CELL_REF_MAX];
    int column;
    int64_t row;

    for (size_t i = 0; i < COUNT(rows); i++) {
        bool good = cell_ref_parse(rows[i].text, &column, &row);
        assert_int_equal(good, rows[i].row != 0);
        if (!good)
            continue;
        assert_int_equal(column, rows[i].column);
        assert_int_equal(row, rows[i].row);
        cell_ref_format(column, row, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void what_xml_cannot_write_is_unescaped(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "a_x000D_b", "a\rb" },  { "_x005F_x000D_", "_x000D_" },
        { "_x0000_", "_x0000_" }, { "_x4E2D_", "_x4E2D_" },
        { "_x00", "_x00" },       { "_xZZZZ_", "_xZZZZ_" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[32];
        strcpy(text, rows[i].text);
        cell_unescape(text);
        assert_string_equal(text, rows[i].want);
    }
}

static void a_risky_text_is_one_that_a_spreadsheet_runs_or_spoils(void **unused)
{
    (void)unused;
    static const char *const risky[] = {
        "=1", "+86", "-", "@x", "\t", "'x", "370214198902071764", "0532"
    };
    static const char *const calm[] = {
        "",    "甲",    "1-1",         "0",
        "0.5", "98.60", "15962125059", "37021419890207176X"
    };

    for (size_t i = 0; i < COUNT(risky); i++)
        assert_true(sheet_is_risky(risky[i]));
    for (size_t i = 0; i < COUNT(calm); i++)
        assert_false(sheet_is_risky(calm[i]));
}

RUN(cmocka_unit_test(a_number_reads_as_the_sheet_shows_it),
    cmocka_unit_test(a_day_is_counted_as_the_workbook_counts),
    cmocka_unit_test(a_code_shows_a_day_when_it_has_a_part_of_one),
    cmocka_unit_test(references_go_there_and_back),
    cmocka_unit_test(what_xml_cannot_write_is_unescaped),
    cmocka_unit_test(a_risky_text_is_one_that_a_spreadsheet_runs_or_spoils))
