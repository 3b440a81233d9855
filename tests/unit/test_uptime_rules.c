#include "services/reporting/uptime/rules.h"
#include "tests/check.h"
#include "tests/when.h"

static void
r_pub_a_late_mark_is_an_outage_and_a_clock_put_right_is_none(void **unused)
{
    static const struct {
        const char *seen, *now;
        int64_t steady_s, lost_s;
        bool silent;
    } rows[] = {
        { "2026-11-24T10:00:00", "2026-11-24T10:01:00", 60, 0 },
        { "2026-11-24T10:00:00", "2026-11-24T10:02:30", 150, 0 },
        { "2026-11-24T10:00:00", "2026-11-24T10:02:31", 151, 151 },
        { "2026-11-24T10:00:00", "2026-11-24T10:02:30", -1, 0 },
        { "2026-11-24T10:00:00", "2026-11-25T16:00:00", -1, 30 * 3600 },
        { "2026-11-24T10:00:00", "2026-11-25T16:00:00", 60, 0 },
        { "2026-11-24T10:00:00", "2026-11-24T09:00:00", -1, 0 },
        { "2026-11-24T10:00:00", "2026-11-24T09:00:00", 300, 300 },
        { "2026-11-24T10:00:00", "2026-11-24T11:00:00", 3600, 0, true },
        { "2026-11-24T10:00:00", "2026-11-24T11:00:01", 3601, 3601, true },
        { "2026-11-24T10:00:00", "2026-11-25T16:00:00", -1, 30 * 3600, true },
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t steady =
            rows[i].steady_s < 0 ? -1 : rows[i].steady_s * MICROSECONDS;
        assert_int_equal(uptime_lost_us(at(rows[i].seen), at(rows[i].now),
                                        steady, !rows[i].silent),
                         rows[i].lost_s * MICROSECONDS);
    }
}

static void the_first_mark_of_all_has_lost_nothing(void **unused)
{
    (void)unused;
    assert_int_equal(uptime_lost_us((struct moment){ 0 },
                                    at("2026-11-24T10:00:00"), -1, true),
                     0);
}

RUN(cmocka_unit_test(
        r_pub_a_late_mark_is_an_outage_and_a_clock_put_right_is_none),
    cmocka_unit_test(the_first_mark_of_all_has_lost_nothing))
