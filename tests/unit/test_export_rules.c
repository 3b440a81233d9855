#include "services/cases/export/rules.h"
#include "tests/check.h"

#include <string.h>

static const struct id asker = { "01890000-0000-7000-8000-000000000001" };
static const struct id other = { "01890000-0000-7000-8000-000000000002" };

static void r_leak_fifty_are_shown_and_the_next_waits(void **unused)
{
    (void)unused;
    assert_int_equal(export_may_show(0).code, 0);
    assert_int_equal(export_may_show(50).code, 0);
    assert_int_equal(export_may_show(51).code, CODE_DENIED);
    assert_non_null(strstr(export_may_show(51).why, "export.ask"));
}

static void r_leak_another_person_approves_it_once(void **unused)
{
    (void)unused;
    struct export_standing at = { .asked_by = asker };

    assert_int_equal(export_may_approve(&at, other).code, 0);
    assert_int_equal(export_may_approve(&at, asker).code, CODE_DENIED);
    at.approved_at.us = 1;
    assert_int_equal(export_may_approve(&at, other).code, CODE_CONFLICT);
}

/* Each row is an export that may be used, but for one thing. */
static void r_leak_an_export_is_used_as_it_was_approved(void **unused)
{
    (void)unused;
    static const struct {
        bool mine, by_state;
        int64_t approved, now, shown;
        bool same_list, within;
        enum code code;
    } rows[] = {
        { true, false, 10, 19, 60, true, true, 0 },
        { false, false, 10, 19, 60, true, true, CODE_DENIED },
        { true, true, 10, 19, 60, true, true, CODE_DENIED },
        { true, false, 0, 19, 60, true, true, CODE_CONFLICT },
        { true, false, 10, 20, 60, true, true, CODE_CONFLICT },
        { true, false, 10, 19, 61, true, true, CODE_DENIED },
        { true, false, 10, 19, 60, false, true, CODE_DENIED },
        { true, false, 10, 19, 60, true, false, CODE_DENIED },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct export_standing at = {
            .asked_by = asker,
            .approved_at = { rows[i].approved },
            .until = { 20 },
            .rows = 60,
            .same_list = rows[i].same_list,
            .within = rows[i].within,
        };
        struct err err = export_may_use(&at, rows[i].mine ? asker : other,
                                        (struct moment){ rows[i].now },
                                        rows[i].shown, rows[i].by_state);
        assert_int_equal(err.code, rows[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r_leak_fifty_are_shown_and_the_next_waits),
        cmocka_unit_test(r_leak_another_person_approves_it_once),
        cmocka_unit_test(r_leak_an_export_is_used_as_it_was_approved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
