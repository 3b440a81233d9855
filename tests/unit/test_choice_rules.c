#include "services/cases/choice/rules.h"
#include "tests/check.h"

#include <string.h>

static void choosing_begins_once_and_with_flats(void **unused)
{
    static const struct {
        struct choosing at;
        const char *told;
    } rows[] = {
        { { true, false, false, 5 }, NULL },
        { { false, false, false, 5 }, "not known" },
        { { false, true, false, 5 }, "void" },
        { { true, false, true, 5 }, "before" },
        { { true, false, false, 0 }, "no flats" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = choosing_may_begin(&rows[i].at);

        assert_int_equal(err.code, rows[i].told ? CODE_CONFLICT : CODE_OK);
        if (rows[i].told)
            assert_non_null(strstr(err.why, rows[i].told));
    }
}

static void r_order_who_may_choose(void **unused)
{
    static const struct chooser on_turn = {
        .begun = true,
        .on_roster = true,
        .on_turn = true,
        .turns_left = true,
        .in_draw = true,
        .free = true,
        .take = 1,
    };
    struct chooser at = on_turn;

    (void)unused;
    assert_int_equal(may_choose(&at).code, CODE_OK);
    at.on_turn = false;
    assert_non_null(strstr(may_choose(&at).why, "another household's turn"));
    at.turns_left = false; /* all had theirs */
    assert_int_equal(may_choose(&at).code, CODE_OK);
    at = on_turn;
    at.begun = false;
    assert_non_null(strstr(may_choose(&at).why, "not begun"));
    at = on_turn;
    at.on_roster = false;
    assert_non_null(strstr(may_choose(&at).why, "another draw"));
    at = on_turn;
    at.taken = 1;
    assert_non_null(strstr(may_choose(&at).why, "as many"));
    at.take = 2;
    assert_int_equal(may_choose(&at).code, CODE_OK);
    at = on_turn;
    at.in_draw = false;
    assert_non_null(strstr(may_choose(&at).why, "belong"));
    at = on_turn;
    at.free = false;
    assert_non_null(strstr(may_choose(&at).why, "gone"));
}

static void nobody_is_passed_over_by_night(void **unused)
{
    static const struct {
        const char *now;
        int64_t minutes;
        const char *until;
    } rows[] = {
        { "2026-12-10T09:00:00+08:00", 60, "2026-12-10T10:00:00+08:00" },
        { "2026-12-10T17:00:00+08:00", 60, "2026-12-10T18:00:00+08:00" },
        { "2026-12-10T17:01:00+08:00", 60, "2026-12-11T09:30:00+08:00" },
        { "2026-12-10T18:00:00+08:00", 60, "2026-12-11T09:30:00+08:00" },
        { "2026-12-10T02:00:00+08:00", 60, "2026-12-10T09:30:00+08:00" },
        { "2026-12-10T08:30:00+08:00", 570, "2026-12-10T18:00:00+08:00" },
        { "2026-12-10T10:00:00+08:00", 1440, "2026-12-11T10:00:00+08:00" },
        { "2026-12-10T10:00:00+08:00", 720, "2026-12-11T18:00:00+08:00" },
        { "2026-12-10T17:00:00+08:00", 600, "2026-12-11T18:00:00+08:00" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct moment now, until;

        assert_true(moment_parse(rows[i].now, &now));
        assert_true(moment_parse(rows[i].until, &until));
        if (turn_until(now, rows[i].minutes).us != until.us)
            fail_msg("%s, %d minutes", rows[i].now, (int)rows[i].minutes);
    }
}

static void who_misses_a_turn_has_another(void **unused)
{
    (void)unused;
    assert_true(comes_again(false));
    assert_false(comes_again(true));
}

static void what_was_measured_is_set_beside_what_was_said(void **unused)
{
    (void)unused;
    assert_int_equal(
        measured_more((struct area){ 8550 }, (struct area){ 8601 }), 51);
    assert_int_equal(
        measured_more((struct area){ 8550 }, (struct area){ 8500 }), -50);
}

RUN(cmocka_unit_test(choosing_begins_once_and_with_flats),
    cmocka_unit_test(r_order_who_may_choose),
    cmocka_unit_test(nobody_is_passed_over_by_night),
    cmocka_unit_test(who_misses_a_turn_has_another),
    cmocka_unit_test(what_was_measured_is_set_beside_what_was_said))
