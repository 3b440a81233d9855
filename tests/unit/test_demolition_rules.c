#include "services/cases/demolition/rules.h"
#include "tests/check.h"

#include <string.h>

static void
r_demo_a_house_comes_down_when_nothing_stands_against_it(void **unused)
{
    static const struct {
        struct demolition_facts facts;
        int days;
        const char *told;
    } rows[] = {
        { { true, false, false, false }, 3, NULL },
        { { true, false, false, true }, 3, "before" },
        { { false, false, false, false }, 3, "moved out" },
        { { true, true, false, false }, 3, "emergency" },
        { { true, false, true, false }, 3, "court" },
        { { true, false, false, false }, 2, "three days" },
    };
    struct day today = day_from(2026, 12, 10);

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = demolition_may(&rows[i].facts, today,
                                        days_after(today, rows[i].days));

        if (!rows[i].told)
            assert_int_equal(err.code, CODE_OK);
        else
            assert_non_null(strstr(err.why, rows[i].told));
    }
}

RUN(cmocka_unit_test(r_demo_a_house_comes_down_when_nothing_stands_against_it))
