#include "common/base/calendar.h"
#include "tests/check.h"

#include <string.h>

static struct day at(const char *text)
{
    struct day day;
    if (!day_parse(text, &day))
        fail_msg("not a day: %s", text);
    return day;
}

static void assert_day(struct day day, const char *want)
{
    char text[VALUE_TEXT_MAX];
    day_format(day, text);
    assert_string_equal(text, want);
}

static void
every_day_of_ten_thousand_years_follows_the_one_before(void **unused)
{
    (void)unused;
    int year = 1, month = 1, date = 1;

    for (int32_t number = 1; number <= 3652059; number++) {
        int y, m, d;
        day_split((struct day){ number }, &y, &m, &d);
        if (y != year || m != month || d != date)
            fail_msg("day %d is %d-%d-%d", number, y, m, d);
        assert_int_equal(day_from(y, m, d).number, number);

        if (day_from(year, month, date + 1).number)
            date++;
        else if (month < 12)
            month++, date = 1;
        else
            year++, month = date = 1;
    }
    assert_int_equal(year, 10000);
}

static void the_week_begins_on_monday(void **unused)
{
    (void)unused;
    static const struct {
        const char *day;
        int want;
    } rows[] = {
        { "0001-01-01", 1 }, { "1970-01-01", 4 }, { "2000-02-29", 2 },
        { "2026-11-22", 7 }, { "2026-11-23", 1 }, { "9999-12-31", 5 },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(weekday(at(rows[i].day)), rows[i].want);
}

static void a_day_begins_in_the_district_eight_hours_before_utc(void **unused)
{
    (void)unused;
    static const struct {
        const char *moment, *day;
        int minute;
    } rows[] = {
        { "2026-11-22T15:59:59.999999Z", "2026-11-22", 1439 },
        { "2026-11-22T16:00:00Z", "2026-11-23", 0 },
        { "2026-11-23T00:30:59Z", "2026-11-23", 510 },
        { "2026-12-31T16:01:00Z", "2027-01-01", 1 },
        { "1969-12-31T15:59:00Z", "1969-12-31", 1439 },
        { "1969-12-31T16:00:00Z", "1970-01-01", 0 },
        { "0001-01-01T00:00:00Z", "0001-01-01", 480 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct moment moment;
        assert_true(moment_parse(rows[i].moment, &moment));
        assert_day(day_of(moment), rows[i].day);
        assert_int_equal(minute_of_day(moment), rows[i].minute);

        struct moment floor = moment_at(day_of(moment), rows[i].minute);
        assert_in_range(moment.us - floor.us, 0, 60 * MICROSECONDS - 1);
    }
}

static void a_minute_of_1440_is_the_end_of_the_day(void **unused)
{
    (void)unused;
    assert_true(moment_at(at("2026-11-23"), 1440).us
                == moment_at(at("2026-11-24"), 0).us);
}

/* Civil Code art. 202; domain.md 2.3 TV-9. */
static void months_end_on_the_same_date_or_the_months_last(void **unused)
{
    (void)unused;
    static const struct {
        const char *day;
        int count;
        const char *want;
    } rows[] = {
        { "2018-03-15", 30, "2020-09-15" }, /* TV-9: 30 months, not 6 */
        { "2018-03-31", 30, "2020-09-30" },
        { "2023-02-28", 24, "2025-02-28" }, /* TV-9 */
        { "2026-01-31", 1, "2026-02-28" },  /* TV-9 */
        { "2024-01-31", 1, "2024-02-29" },
        { "2024-02-29", 12, "2025-02-28" },
        { "2024-02-29", 48, "2028-02-29" },
        { "2026-03-31", 1, "2026-04-30" },
        { "2026-11-30", 3, "2027-02-28" },
        { "2026-12-31", 2, "2027-02-28" },
        { "2026-12-01", 1, "2027-01-01" },
        { "2026-11-23", 0, "2026-11-23" },
        { "2026-03-31", -1, "2026-02-28" },
        { "2026-01-15", -13, "2024-12-15" },
        { "9999-12-31", 1, "9999-12-31" },
        { "2026-11-23", INT32_MAX, "9999-12-31" },
        { "0001-01-31", -1, "0001-01-01" },
        { "2026-11-23", INT32_MIN, "0001-01-01" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_day(months_after(at(rows[i].day), rows[i].count), rows[i].want);
}

static void
thirty_months_lie_between_march_2018_and_september_2020(void **unused)
{
    (void)unused;
    struct day from = at("2018-03-01"), to = at("2020-09-01");
    int months = 0;

    while (days_between(months_after(from, months), to) > 0)
        months++;
    assert_int_equal(months, 30);
}

static void days_are_counted_both_ways(void **unused)
{
    (void)unused;
    static const struct {
        const char *day;
        int count;
        const char *want;
    } rows[] = {
        { "2026-11-23", 0, "2026-11-23" },
        { "2026-12-31", 1, "2027-01-01" },
        { "2024-02-28", 1, "2024-02-29" },
        { "2026-02-28", 1, "2026-03-01" },
        { "2026-03-01", -1, "2026-02-28" },
        { "2026-11-23", 60, "2027-01-22" },
        { "2026-11-23", -365, "2025-11-23" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct day day = at(rows[i].day);
        assert_day(days_after(day, rows[i].count), rows[i].want);
        assert_int_equal(days_between(day, at(rows[i].want)), rows[i].count);
    }
    assert_day(days_after(at("2026-11-23"), INT32_MAX), "9999-12-31");
    assert_day(days_after(at("2026-11-23"), INT32_MIN), "0001-01-01");
}

/* clang-format off */
static const struct {
    const char *day;
    bool off, holiday;
    const char *name;
} special_days[] = {
    /* every make-up working day of 2026 */
    { "2026-01-04", false, false, "元旦" },
    { "2026-02-14", false, false, "春节" },
    { "2026-02-28", false, false, "春节" },
    { "2026-05-09", false, false, "劳动节" },
    { "2026-09-20", false, false, "国庆节" },
    { "2026-10-10", false, false, "国庆节" },
    /* first and last days of holidays, and their neighbours */
    { "2026-01-01", true, true, "元旦" },
    { "2026-01-03", true, true, "元旦" },
    { "2026-01-05", false, false, NULL },
    { "2026-02-13", false, false, NULL },
    { "2026-02-15", true, true, "春节" },
    { "2026-02-23", true, true, "春节" },
    { "2026-02-24", false, false, NULL },
    { "2026-10-01", true, true, "国庆节" },
    { "2026-10-07", true, true, "国庆节" },
    { "2026-10-08", false, false, NULL },
    /* ordinary days */
    { "2026-11-20", false, false, NULL },
    { "2026-11-21", true, false, NULL },
    { "2026-11-22", true, false, NULL },
    { "2026-11-23", false, false, NULL },
    /* announced in the next year's file */
    { "2022-12-30", false, false, NULL },
    { "2022-12-31", true, true, "元旦" },
    { "2023-01-02", true, true, "元旦" },
    /* two festivals in one */
    { "2023-09-29", true, true, "中秋节、国庆节" },
    { "2025-10-08", true, true, "国庆节、中秋节" },
    { "2025-10-11", false, false, "国庆节、中秋节" },
    /* beyond the announcements the week alone decides */
    { "2027-01-01", false, false, NULL },
    { "2027-01-02", true, false, NULL },
    { "2021-10-01", false, false, NULL },
};
/* clang-format on */

static void a_day_is_free_as_announced_or_else_by_the_week(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(special_days); i++) {
        struct day day = at(special_days[i].day);
        if (is_day_off(day) != special_days[i].off)
            fail_msg("%s", special_days[i].day);
        assert_int_equal(is_public_holiday(day), special_days[i].holiday);
        if (special_days[i].name)
            assert_string_equal(holiday_name(day), special_days[i].name);
        else
            assert_null(holiday_name(day));
    }
}

static void five_years_are_announced_and_the_next_is_not(void **unused)
{
    (void)unused;
    assert_false(is_announced(at("2021-12-31")));
    assert_true(is_announced(at("2022-01-01")));
    assert_true(is_announced(at("2026-12-31")));
    assert_false(is_announced(at("2027-01-01")));
}

/* Counted by hand from the announcements. */
static void each_announced_year_is_there_to_the_last_day(void **unused)
{
    (void)unused;
    static const struct {
        int year, off, made_up;
    } rows[] = {
        { 2022, 32, 7 }, { 2023, 26, 7 }, { 2024, 28, 8 },
        { 2025, 28, 5 }, { 2026, 33, 6 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct day day = day_from(rows[i].year, 1, 1);
        struct day end = day_from(rows[i].year + 1, 1, 1);
        int off = 0, made_up = 0;
        for (; days_between(day, end) > 0; day = days_after(day, 1)) {
            off += is_public_holiday(day);
            made_up += holiday_name(day) && !is_day_off(day);
        }
        assert_int_equal(off, rows[i].off);
        assert_int_equal(made_up, rows[i].made_up);
    }
}

struct period {
    const char *day;
    int count;
    bool provisional;
    const char *want;
};

/* Civil Code art. 201 and 203. */
static void a_period_does_not_end_on_a_day_off(void **unused)
{
    (void)unused;
    static const struct period rows[] = {
        { "2026-11-23", 10, false, "2026-12-03" },
        { "2026-11-23", 0, false, "2026-11-23" },
        { "2026-11-21", 0, false, "2026-11-23" },  /* a Saturday            */
        { "2026-11-11", 10, false, "2026-11-23" }, /* ends on a Saturday    */
        { "2026-11-12", 10, false, "2026-11-23" }, /* ends on a Sunday      */
        { "2026-01-21", 30, false, "2026-02-24" }, /* within 春节           */
        { "2026-01-29", 30, false, "2026-02-28" }, /* a Saturday of work    */
        { "2026-01-30", 30, false, "2026-03-02" }, /* the Sunday after it   */
        { "2026-09-10", 15, false, "2026-09-28" }, /* 中秋节                */
        { "2026-09-01", 30, false, "2026-10-08" }, /* 国庆节                */
        { "2026-08-21", 30, false, "2026-09-20" }, /* a Sunday of work      */
        { "2022-12-01", 30, false, "2023-01-03" }, /* over the year's end   */
        { "2026-12-01", 30, false, "2026-12-31" },
        { "2026-12-02", 30, true, "2027-01-01" },
        { "2026-12-03", 30, true, "2027-01-04" },
        { "2026-11-23", 60, true, "2027-01-22" },
        { "2021-12-02", 30, false, "2022-01-04" }, /* ends within 元旦      */
        { "2021-11-01", 30, true, "2021-12-01" },
        { "9999-12-31", 9, true, "9999-12-31" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        bool provisional = false;
        assert_day(period_end(at(rows[i].day), rows[i].count, &provisional),
                   rows[i].want);
        assert_int_equal(provisional, rows[i].provisional);
    }
}

static void working_days_know_holidays_and_made_up_days(void **unused)
{
    (void)unused;
    static const struct period rows[] = {
        { "2026-11-20", 1, false, "2026-11-23" },
        { "2026-11-21", 1, false, "2026-11-23" },
        { "2026-11-23", 0, false, "2026-11-23" },
        { "2026-11-23", 5, false, "2026-11-30" },
        { "2026-02-10", 10, false, "2026-03-02" }, /* two Saturdays of work */
        { "2026-02-13", 1, false, "2026-02-14" },
        { "2026-02-14", 1, false, "2026-02-24" },
        { "2026-09-18", 1, false, "2026-09-20" },
        { "2026-09-30", 5, false, "2026-10-13" },
        { "2022-12-30", 1, false, "2023-01-03" },
        { "2026-12-30", 1, false, "2026-12-31" },
        { "2026-12-31", 1, true, "2027-01-01" },
        { "2026-12-28", 5, true, "2027-01-04" },
        { "2021-12-31", 2, false, "2022-01-05" },
        { "2021-12-30", 1, true, "2021-12-31" },
        { "2021-12-30", 3, true, "2022-01-05" }, /* counted from unknown days */
        { "9999-12-31", 3, false, "9999-12-31" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        bool provisional = false;
        struct day end =
            working_days_after(at(rows[i].day), rows[i].count, &provisional);
        assert_day(end, rows[i].want);
        assert_int_equal(provisional, rows[i].provisional);
    }
}

static void what_is_provisional_stays_so(void **unused)
{
    (void)unused;
    bool provisional = true;

    period_end(at("2026-11-23"), 10, &provisional);
    working_days_after(at("2026-11-23"), 10, &provisional);
    assert_true(provisional);
}

/* 2028 as nobody has announced it yet, and a Monday of 2027 more. */
static void an_announcement_that_comes_later_counts_at_once(void **unused)
{
    bool years[YEARS_MOST] = { false }, none[YEARS_MOST] = { false };
    bool provisional = false;
    int first, last, before;

    (void)unused;
    announced_years(&first, &before);
    assert_false(is_announced(day_from(before + 1, 3, 1)));
    struct day monday = day_from(before + 1, 3, 1);
    while (weekday(monday) != 1)
        monday = days_after(monday, 1);
    struct day saturday = days_after(monday, 5);
    struct holiday days[] = {
        { saturday, false, "补班" },
        { monday, true, "假日" },
    };

    years[before + 1 - first] = true;
    calendar_announce(days, 2, years);
    announced_years(&first, &last);
    assert_int_equal(last, before + 1);
    assert_true(is_announced(monday));
    assert_true(is_public_holiday(monday));
    assert_false(is_day_off(saturday));
    assert_string_equal(holiday_name(monday), "假日");
    assert_string_equal(holiday_name(at("2026-01-01")), "元旦");
    assert_int_equal(/* Tuesday to Saturday */
                     working_days_after(days_after(monday, -1), 5, &provisional)
                         .number,
                     saturday.number);
    assert_false(provisional);

    /* A correction of a year that is known replaces what was built in. */
    years[0] = true;
    calendar_announce(days, 2, years);
    assert_false(is_public_holiday(day_from(first, 10, 1)));

    calendar_announce(NULL, 0, none);
    announced_years(&first, &last);
    assert_int_equal(last, before);
    assert_true(is_public_holiday(day_from(first, 10, 1)));
    assert_false(is_public_holiday(monday));
}

RUN(cmocka_unit_test(every_day_of_ten_thousand_years_follows_the_one_before),
    cmocka_unit_test(the_week_begins_on_monday),
    cmocka_unit_test(a_day_begins_in_the_district_eight_hours_before_utc),
    cmocka_unit_test(a_minute_of_1440_is_the_end_of_the_day),
    cmocka_unit_test(months_end_on_the_same_date_or_the_months_last),
    cmocka_unit_test(thirty_months_lie_between_march_2018_and_september_2020),
    cmocka_unit_test(days_are_counted_both_ways),
    cmocka_unit_test(a_day_is_free_as_announced_or_else_by_the_week),
    cmocka_unit_test(five_years_are_announced_and_the_next_is_not),
    cmocka_unit_test(each_announced_year_is_there_to_the_last_day),
    cmocka_unit_test(a_period_does_not_end_on_a_day_off),
    cmocka_unit_test(working_days_know_holidays_and_made_up_days),
    cmocka_unit_test(what_is_provisional_stays_so),
    cmocka_unit_test(an_announcement_that_comes_later_counts_at_once))
