#include "services/cases/callback/rules.h"

#include "common/base/calendar.h"
#include "tests/check.h"

#include <string.h>

static void the_table_has_no_fault(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    assert_null(flow_fault(&callback_flow, arena));
    arena_destroy(&arena);
}

static void who_was_reached_has_said_all_and_nobody_else_a_thing(void **unused)
{
    (void)unused;
    static const struct {
        struct callback_answer answer;
        const char *field;
    } rows[] = {
        { { true, SAID_DONE, PRESSED_NO, 5 }, NULL },
        { { false, SAID_NOTHING, PRESSED_UNASKED, 0 }, NULL },
        { { true, SAID_NOTHING, PRESSED_NO, 5 }, "said" },
        { { false, SAID_DONE, PRESSED_UNASKED, 0 }, "said" },
        { { true, SAID_DONE, PRESSED_UNASKED, 5 }, "asked_to_withdraw" },
        { { true, SAID_DONE, PRESSED_YES, 0 }, "score" },
        { { false, SAID_NOTHING, PRESSED_UNASKED, 5 }, "score" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err err = callback_check(&rows[i].answer);
        if (rows[i].field)
            assert_string_equal(err.field, rows[i].field);
        else
            assert_ok(err);
    }
}

static void r_fake_an_answer_decides_what_follows(void **unused)
{
    (void)unused;
    static const struct {
        unsigned said, pressed;
        bool problem, reopens;
        const char *grievance;
    } rows[] = {
        { SAID_DONE, PRESSED_NO, true, false, NULL },
        { SAID_DONE, PRESSED_NO, false, false, NULL },
        { SAID_NOT_DONE, PRESSED_NO, true, true, NULL },
        { SAID_NOT_DONE, PRESSED_NO, false, false, "service" },
        { SAID_NOT_DONE, PRESSED_YES, true, true, "pressure" },
        { SAID_NOT_DONE, PRESSED_YES, false, false, "pressure" },
        { SAID_DONE, PRESSED_YES, true, false, "pressure" },
        { SAID_NOTHING, PRESSED_UNASKED, true, false, NULL },
        { SAID_NOTHING, PRESSED_UNASKED, false, false, NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct callback_answer answer = { true, rows[i].said, rows[i].pressed,
                                          3 };
        struct callback_effect effect =
            callback_effect(&answer, rows[i].problem);
        assert_int_equal(effect.reopens, rows[i].reopens);
        if (rows[i].grievance)
            assert_string_equal(effect.grievance, rows[i].grievance);
        else
            assert_null(effect.grievance);
    }
}

static void
r_fake_three_calls_and_then_it_is_counted_as_unreached(void **unused)
{
    (void)unused;
    const struct callback_answer none = { 0 };
    const struct callback_answer done = { true, SAID_DONE, PRESSED_NO, 4 };
    const struct callback_answer not_done = { true, SAID_NOT_DONE, PRESSED_NO,
                                              1 };

    assert_int_equal(callback_event(&none, 0), CB_MISS);
    assert_int_equal(callback_event(&none, 1), CB_MISS);
    assert_int_equal(callback_event(&none, 2), CB_GIVE_UP);
    assert_int_equal(callback_event(&done, 2), CB_CONFIRM);
    assert_int_equal(callback_event(&not_done, 0), CB_CONTEST);
}

static void r_fake_another_person_calls_by_day_and_once_a_day(void **unused)
{
    (void)unused;
    static const struct {
        int minute, tried; /* days ago; -1: never */
        bool handled;
        role_set roles;
        enum code code;
    } rows[] = {
        { 510, -1, false, ROLE(T5_QUALITY), 0 },
        { 1199, 1, false, ROLE(T5_QUALITY), 0 },
        { 509, -1, false, ROLE(T5_QUALITY), CODE_CONFLICT },
        { 1200, -1, false, ROLE(T5_QUALITY), CODE_CONFLICT },
        { 600, 0, false, ROLE(T5_QUALITY), CODE_CONFLICT },
        { 600, -1, true, ROLE(T5_QUALITY), CODE_CONFLICT },
        { 600, -1, false, ROLE(T6_SERVICE), CODE_DENIED },
    };
    struct day today = day_from(2026, 11, 2);
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct callback_facts facts = {
            .now = moment_at(today, rows[i].minute),
            .handled = rows[i].handled,
        };
        if (rows[i].tried >= 0)
            facts.tried_at = moment_at(days_after(today, -rows[i].tried), 520);
        struct stand at = { CB_DUE, 0, rows[i].roles, &facts };
        unsigned to = CB_NONE;
        assert_refused(flow_move(&callback_flow, &at, CB_CONFIRM, &to, arena),
                       rows[i].code);
        assert_int_equal(to, rows[i].code ? CB_NONE : CB_CONFIRMED);
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(the_table_has_no_fault),
    cmocka_unit_test(who_was_reached_has_said_all_and_nobody_else_a_thing),
    cmocka_unit_test(r_fake_an_answer_decides_what_follows),
    cmocka_unit_test(r_fake_three_calls_and_then_it_is_counted_as_unreached),
    cmocka_unit_test(r_fake_another_person_calls_by_day_and_once_a_day))
