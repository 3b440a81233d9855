#include "services/cases/access/rules.h"

#include "common/base/calendar.h"
#include "tests/check.h"

static void r_snoop_more_than_thirty_are_many(void **unused)
{
    (void)unused;
    assert_false(access_is_many(0));
    assert_false(access_is_many(30));
    assert_true(access_is_many(31));
}

static void r_snoop_a_day_is_looked_at_when_it_is_over(void **unused)
{
    (void)unused;
    struct day day = day_from(2026, 11, 2);

    assert_true(access_next(moment_at(day, 0)).us
                == moment_at(days_after(day, 1), 15).us);
    assert_true(access_next(moment_at(day, 1439)).us
                == moment_at(days_after(day, 1), 15).us);
}

RUN(cmocka_unit_test(r_snoop_more_than_thirty_are_many),
    cmocka_unit_test(r_snoop_a_day_is_looked_at_when_it_is_over))
