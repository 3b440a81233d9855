#include "services/cases/clock/rules.h"

#include "tests/check.h"

#include <string.h>

/* A moment of the district: day and minute. */
static struct moment at(int year, int month, int date, int minute)
{
    return moment_at(day_from(year, month, date), minute);
}

static void check_moment(struct moment got, struct moment want)
{
    char a[VALUE_TEXT_MAX], b[VALUE_TEXT_MAX];

    moment_format_local(got, a);
    moment_format_local(want, b);
    assert_string_equal(a, b);
}

static void a_period_ends_with_its_last_day_and_no_day_off(void **unused)
{
    (void)unused;
    static const struct {
        struct clock_length length;
        int64_t paused_us;
        int month, date, minute; /* the first moment after it, in 2026 */
    } rows[] = {
        /* from Thursday 2026-09-24, 10:00; Mid-Autumn is 25-27, National Day
         * 1-7 October, working days 2026-09-20 and 10-10 are made up */
        { { 4, HOURS }, 0, 9, 24, 840 },
        { { 4, HOURS }, HOUR_US, 9, 24, 900 },
        { { 1, WORKING_DAYS }, 0, 9, 29, 0 },
        { { 5, WORKING_DAYS }, 0, 10, 10, 0 },
        { { 7, DAYS }, 0, 10, 9, 0 }, /* 10-01 is a day off: 10-08  */
        { { 5, DAYS }, 0, 9, 30, 0 }, /* 09-29 stays                */
        { { 5, DAYS }, 1, 10, 1, 0 }, /* a paused moment is one day */
        { { 5, DAYS }, DAY_US, 10, 1, 0 },
        { { 5, DAYS }, DAY_US + 1, 10, 9, 0 }, /* 10-01 again: 10-08     */
        { { 1, MONTHS }, 0, 10, 27, 0 },       /* 10-24 is a Saturday: 26    */
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        bool provisional = false;
        check_moment(clock_end(at(2026, 9, 24, 600), rows[i].length,
                               rows[i].paused_us, &provisional),
                     at(2026, rows[i].month, rows[i].date, rows[i].minute));
        assert_false(provisional);
    }
}

static void
what_is_counted_past_the_known_holidays_is_provisional(void **unused)
{
    (void)unused;
    bool provisional = false;

    clock_end(at(2026, 12, 1, 0), (struct clock_length){ 6, MONTHS }, 0,
              &provisional);
    assert_true(provisional);
}

static const struct clock_rule rules[] = {
    { "T-PAY",
      { 15, DAYS },
      "domain.md 4.7",
      { { -8, DAYS, ROLE(FINANCE) },
        { -12, HOURS, ROLE(FINANCE) },
        { 0, DAYS, ROLE(FINANCE) },
        { 5, WORKING_DAYS, ROLE(CHAIR) } } },
    { "T-ACK", { 1, WORKING_DAYS }, "domain.md 3.3", { { 0 } } },
    { 0 },
};

static void a_ladder_is_climbed_before_and_after_the_end(void **unused)
{
    (void)unused;
    struct moment end = at(2026, 9, 25, 0); /* Thursday 24 was the last day */

    assert_int_equal(clock_steps(&rules[0]), 4);
    check_moment(clock_step_at(&rules[0], 0, end), at(2026, 9, 17, 0));
    check_moment(clock_step_at(&rules[0], 1, end), at(2026, 9, 24, 720));
    check_moment(clock_step_at(&rules[0], 2, end), end);
    check_moment(clock_step_at(&rules[0], 3, end), at(2026, 10, 10, 0));
    assert_int_equal(clock_steps(&rules[1]), 1);
    check_moment(clock_step_at(&rules[1], 0, end), end);

    assert_ptr_equal(clock_rule_of(rules, "T-ACK"), &rules[1]);
    assert_null(clock_rule_of(rules, "T-NONE"));
    assert_null(clock_rule_of(NULL, "T-ACK"));
}

static void a_faulty_table_is_told(void **unused)
{
    (void)unused;
    static const struct {
        struct clock_rule rules[3];
        const char *fault;
    } rows[] = {
        { { { "T-A", { 0, DAYS }, "x", { { 0 } } } }, "T-A has no length" },
        { { { "T-A", { 1, DAYS }, NULL, { { 0 } } } }, "T-A has no source" },
        { { { "T-A", { 1, DAYS }, "", { { 0 } } } }, "T-A has no source" },
        { { { "T-A", { 1, DAYS }, "x", { { 0 } } },
            { "T-A", { 1, DAYS }, "x", { { 0 } } } },
          "T-A stands there twice" },
        { { { "T-A", { 1, DAYS }, "x", { { 0 }, { -1, DAYS, ROLE(DEPT) } } } },
          "T-A has a ladder that does not rise" },
        { { { "T-A", { 1, DAYS }, "x", { { 1, DAYS, ROLE(DEPT) } } } },
          "T-A has a ladder without the end" },
        { { { "T-A", { 1, DAYS }, "x", { { -1, MONTHS, ROLE(DEPT) } } } },
          "T-A counts back in what is no hour and no day" },
    };
    struct arena *arena = arena_new();

    assert_null(clock_fault(rules, arena));
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(clock_fault(rows[i].rules, arena), rows[i].fault);
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(a_period_ends_with_its_last_day_and_no_day_off),
    cmocka_unit_test(what_is_counted_past_the_known_holidays_is_provisional),
    cmocka_unit_test(a_ladder_is_climbed_before_and_after_the_end),
    cmocka_unit_test(a_faulty_table_is_told))
