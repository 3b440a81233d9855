#include "services/cases/recount/rules.h"
#include "tests/check.h"

static void each_household_has_one_verdict(void **unused)
{
    static const struct {
        struct recounted of;
        enum verdict want;
    } rows[] = {
        { { true, "a", "a", "a", { 5 }, { 5 } }, SAME },
        { { true, "a", "a", "b", { 5 }, { 5 } }, FACTS },
        { { true, "a", "a", "b", { 5 }, { 4 } }, LESS },
        { { true, "a", "a", "b", { 5 }, { 6 } }, MORE },
        { { true, "a", "a", NULL, { 5 }, { 0 } }, CANNOT },
        { { true, "a", "b", "a", { 5 }, { 5 } }, DIFFERS },
        { { true, "a", NULL, "a", { 5 }, { 5 } }, DIFFERS },
        { { false, NULL, NULL, "a", { 0 }, { 5 } }, FRESH },
        { { false, NULL, NULL, NULL, { 0 }, { 0 } }, CANNOT },
        { { true, NULL, NULL, "a", { 5 }, { 5 } }, FACTS }, /* first engine */
        { { true, NULL, NULL, "a", { 5 }, { 6 } }, MORE },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(recount_verdict(&rows[i].of), rows[i].want);
}

static void the_next_night_is_at_two(void **unused)
{
    static const struct {
        const char *now, *night;
    } rows[] = {
        { "2026-11-26T01:59:59+08:00", "2026-11-26T02:00:00+08:00" },
        { "2026-11-26T02:00:00+08:00", "2026-11-27T02:00:00+08:00" },
        { "2026-12-31T23:00:00+08:00", "2027-01-01T02:00:00+08:00" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct moment now, night;

        assert_true(moment_parse(rows[i].now, &now));
        assert_true(moment_parse(rows[i].night, &night));
        assert_int_equal(next_night(now).us, night.us);
    }
}

RUN(cmocka_unit_test(each_household_has_one_verdict),
    cmocka_unit_test(the_next_night_is_at_two))
