#include "services/cases/condition/rules.h"
#include "tests/check.h"

static void a_condition_is_a_share_until_a_day_to_come(void **unused)
{
    struct day today = day_from(2026, 11, 2);

    (void)unused;
    assert_int_equal(condition_check(80, days_after(today, 1), today).code,
                     CODE_OK);
    assert_int_equal(condition_check(1, days_after(today, 1), today).code,
                     CODE_OK);
    assert_int_equal(condition_check(100, days_after(today, 1), today).code,
                     CODE_OK);
    assert_string_equal(condition_check(0, days_after(today, 1), today).field,
                        "percent");
    assert_string_equal(condition_check(101, days_after(today, 1), today).field,
                        "percent");
    assert_string_equal(condition_check(80, today, today).field, "until");
}

static void the_share_is_counted_exactly(void **unused)
{
    static const struct {
        int64_t percent, count, of;
        bool met;
    } rows[] = {
        { 80, 80, 100, true }, { 80, 79, 100, false }, { 80, 4, 5, true },
        { 67, 2, 3, false },   { 66, 2, 3, true },     { 100, 3, 3, true },
        { 1, 0, 0, false },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            condition_is_met(rows[i].percent, rows[i].count, rows[i].of),
            rows[i].met);
}

static void r_thresh_it_is_told_in_steps_of_five(void **unused)
{
    (void)unused;
    assert_int_equal(condition_told(0, 0), 0);
    assert_int_equal(condition_told(98, 100), 95);
    assert_int_equal(condition_told(4, 100), 0);
    assert_int_equal(condition_told(5, 100), 5);
    assert_int_equal(condition_told(7, 7), 100);
}

RUN(cmocka_unit_test(a_condition_is_a_share_until_a_day_to_come),
    cmocka_unit_test(the_share_is_counted_exactly),
    cmocka_unit_test(r_thresh_it_is_told_in_steps_of_five))
