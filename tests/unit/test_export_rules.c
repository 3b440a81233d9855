#include "services/cases/export/rules.h"
#include "services/cases/household/rules.h"
#include "tests/check.h"

#include <string.h>

static const struct id asker = { "01890000-0000-7000-8000-000000000001" };
static const struct id other = { "01890000-0000-7000-8000-000000000002" };

static void r_leak_fifty_are_shown_and_the_next_waits(void **unused)
{
    (void)unused;
    assert_int_equal(export_may_show(EXPORT_FOUND, 0).code, 0);
    assert_int_equal(export_may_show(EXPORT_FOUND, 50).code, 0);
    struct err err = export_may_show(EXPORT_FOUND, 51);
    assert_int_equal(err.code, CODE_DENIED);
    assert_non_null(strstr(err.why, "export.ask"));
}

static void
r_thresh_for_those_who_have_not_signed_nothing_is_asked(void **unused)
{
    (void)unused;
    assert_int_equal(export_may_show(EXPORT_HOUSEHOLDS, 50).code, 0);
    struct err err = export_may_show(EXPORT_HOUSEHOLDS, 51);
    assert_int_equal(err.code, CODE_DENIED);
    assert_null(strstr(err.why, "export.ask"));
    assert_non_null(strstr(err.why, "case.held"));
}

static void r_leak_a_page_has_fifty(void **unused)
{
    (void)unused;
    assert_int_equal(export_may_page(50).code, 0);
    struct err err = export_may_page(51);
    assert_int_equal(err.code, CODE_DENIED);
    assert_non_null(strstr(err.why, "翻页"));
}

/* Households by the last digit of their ids. */
static bool counted(enum export_list list, unsigned state, const char *whose,
                    bool goes_on)
{
    struct id ids[10];
    size_t count = strlen(whose);

    for (size_t i = 0; i < count; i++) {
        ids[i] = asker;
        ids[i].text[sizeof ids[i].text - 2] = whose[i];
    }
    struct export_look look = { .list = list,
                                .households = { ids, count },
                                .state = state,
                                .goes_on = goes_on };
    return export_is_counted(&look);
}

static void r_leak_six_households_are_a_list_and_five_a_look_up(void **unused)
{
    (void)unused;
    for (enum export_list list = EXPORT_FOUND; list <= EXPORT_RECOUNT; list++) {
        assert_false(counted(list, NONE, "", true));
        assert_false(counted(list, NONE, "12345", false));
        assert_true(counted(list, NONE, "123456", false));
        assert_false(counted(list, NONE, "1221134522", false));
        assert_true(counted(list, NONE, "1", true));
    }
}

static void
r_thresh_who_has_an_offer_and_has_not_signed_is_counted(void **unused)
{
    (void)unused;
    static const enum state missing[] = {
        OFFERED,       CONSIDERING,    NEGOTIATING,   LAPSED, NO_AGREEMENT,
        STAYS,         DECISION_DRAFT, DECIDED,       REMEDY, URGED,
        COURT_APPLIED, COURT_GRANTED,  COURT_REFUSED,
    };
    size_t next = 0;

    assert_false(counted(EXPORT_HOUSEHOLDS, NONE, "123456", true));
    for (enum state state = REGISTERED; state <= WITHDRAWN_SCOPE; state++) {
        bool is = next < COUNT(missing) && missing[next] == state;
        assert_int_equal(counted(EXPORT_HOUSEHOLDS, state, "1", false), is);
        next += is;
    }
    assert_int_equal(next, COUNT(missing));
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
        cmocka_unit_test(r_leak_a_page_has_fifty),
        cmocka_unit_test(
            r_thresh_for_those_who_have_not_signed_nothing_is_asked),
        cmocka_unit_test(r_leak_six_households_are_a_list_and_five_a_look_up),
        cmocka_unit_test(
            r_thresh_who_has_an_offer_and_has_not_signed_is_counted),
        cmocka_unit_test(r_leak_another_person_approves_it_once),
        cmocka_unit_test(r_leak_an_export_is_used_as_it_was_approved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
