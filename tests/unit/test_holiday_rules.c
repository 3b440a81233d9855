#include "services/cases/holiday/rules.h"
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#define DAY                 "{\"name\": \"元旦\", \"date\": \"2027-01-01\", \"isOffDay\": true}"
#define FILE_OF(year, days) "{\"year\": " year ",\n \"days\": [" days "]}"

static struct err read(const char *text, int *year)
{
    static struct arena *arena;
    struct source source = { "2027.json", text, strlen(text) };

    if (!arena)
        arena = arena_new();
    return holiday_file_read(source, 2022, 2026, arena, year);
}

static void a_year_that_follows_is_taken(void **unused)
{
    int year = 0;

    (void)unused;
    assert_int_equal(read(FILE_OF("2027", DAY), &year).code, CODE_OK);
    assert_int_equal(year, 2027);
    assert_int_equal(
        read(FILE_OF("2027", "{\"name\": \"元旦\", \"date\": \"2026-12-31\", "
                             "\"isOffDay\": false}"),
             &year)
            .code,
        CODE_OK);
}

static void what_is_wrong_is_told_with_its_place(void **unused)
{
    static const struct {
        const char *text, *told, *place;
    } rows[] = {
        { "[]", "is an object", "2027.json:1:1" },
        { "{", "", "2027.json:1:2" },
        { "{}", "\"year\" is missing", "2027.json:1:1" },
        { "{\"year\": \"2027\"}", "is a number", "2027.json:1:10" },
        { "{\"year\": 2028}", "2022 to 2026 are known", "2027.json:1:10" },
        { "{\"year\": 2021}", "2022 to 2026 are known", "2027.json:1:10" },
        { "{\"year\": 2027}", "\"days\" is missing", "2027.json:1:1" },
        { FILE_OF("2027", ""), "announces no day", "2027.json:2:10" },
        { "{\"year\": 2027, \"days\": 1}", "announces no day",
          "2027.json:1:24" },
        { FILE_OF("2027", "1"), "is an object", "2027.json:2:11" },
        { FILE_OF("2027", "{}"), "\"name\" is missing", "2027.json:2:11" },
        { FILE_OF("2027", "{\"name\": \"a\"}"), "\"date\" is missing", "" },
        { FILE_OF("2027", "{\"name\": \"a\", \"date\": \"2027-01-01\"}"),
          "\"isOffDay\" is missing", "" },
        { FILE_OF("2027", "{\"name\": 1, \"date\": 1, \"isOffDay\": 1}"),
          "1 to 40 bytes", "" },
        { FILE_OF("2027", "{\"name\": \"\", \"date\": 1, \"isOffDay\": 1}"),
          "1 to 40 bytes", "" },
        { FILE_OF("2027",
                  "{\"name\": \"a\", \"date\": 1, \"isOffDay\": \"yes\"}"),
          "true or false", "" },
        { FILE_OF("2027", "{\"name\": \"a\", \"date\": 1, \"isOffDay\": true}"),
          "a date is", "" },
        { FILE_OF("2027", "{\"name\": \"a\", \"date\": \"2027-02-30\", "
                          "\"isOffDay\": true}"),
          "a date is", "" },
        { FILE_OF("2027", "{\"name\": \"a\", \"date\": \"2026-11-30\", "
                          "\"isOffDay\": true}"),
          "no day of the file's year", "" },
        { FILE_OF("2027", DAY "," DAY), "announced before", "" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int year;
        struct err err = read(rows[i].text, &year);

        assert_int_equal(err.code, CODE_BAD_REQUEST);
        if (!strstr(err.why, rows[i].told))
            fail_msg("%s: %s", rows[i].text, err.why);
        if (*rows[i].place)
            assert_string_equal(err.field, rows[i].place);
    }
}

static void a_year_has_no_more_days_than_it_has(void **unused)
{
    static char text[40000];
    char day[VALUE_TEXT_MAX];
    size_t end = (size_t)snprintf(text, sizeof text,
                                  "{\"year\": 2024, "
                                  "\"days\": [");
    int year;

    (void)unused;
    for (int i = 0; i < 367; i++) {
        day_format(days_after(day_from(2023, 12, 20), i), day);
        end += (size_t)snprintf(text + end, sizeof text - end,
                                "%s{\"name\": \"a\", \"date\": \"%s\", "
                                "\"isOffDay\": true}",
                                i ? "," : "", day);
    }
    (void)snprintf(text + end, sizeof text - end, "]}");
    struct err err = read(text, &year);
    assert_int_equal(err.code, CODE_BAD_REQUEST);
    assert_non_null(strstr(err.why, "no more days"));
}

RUN(cmocka_unit_test(a_year_that_follows_is_taken),
    cmocka_unit_test(what_is_wrong_is_told_with_its_place),
    cmocka_unit_test(a_year_has_no_more_days_than_it_has))
