#include "services/cases/satisfaction/rules.h"
#include "tests/check.h"

#include <string.h>

static void r_survey_whoever_signs_or_leads_has_no_hand_in_it(void **unused)
{
    (void)unused;
    assert_ok(satisfaction_may_run(ROLE(DISTRICT_PANEL)));
    assert_refused(satisfaction_may_run(ROLE(T5_QUALITY)), CODE_DENIED);
    assert_refused(satisfaction_may_run(ROLE(DISTRICT_PANEL) | ROLE(CHAIR)),
                   CODE_DENIED);
    assert_refused(
        satisfaction_may_run(ROLE(DISTRICT_PANEL) | ROLE(T2_SIGNING)),
        CODE_DENIED);
}

static void a_round_lasts_a_week_to_a_quarter(void **unused)
{
    struct moment now = { 1000 };

    (void)unused;
    assert_ok(satisfaction_may_last(now, (struct moment){ 1000 + 7 * DAY_US }));
    assert_ok(
        satisfaction_may_last(now, (struct moment){ 1000 + 92 * DAY_US }));
    assert_refused(
        satisfaction_may_last(now, (struct moment){ 999 + 7 * DAY_US }),
        CODE_BAD_REQUEST);
    assert_refused(
        satisfaction_may_last(now, (struct moment){ 1001 + 92 * DAY_US }),
        CODE_BAD_REQUEST);
}

static void letters_are_printed_until_somebody_answers(void **unused)
{
    (void)unused;
    assert_ok(satisfaction_may_print(1500, false));
    assert_refused(satisfaction_may_print(10, true), CODE_CONFLICT);
    assert_refused(satisfaction_may_print(0, false), CODE_BAD_REQUEST);
    assert_refused(satisfaction_may_print(1501, false), CODE_BAD_REQUEST);
}

static void r_survey_a_token_answers_once_while_the_round_lasts(void **unused)
{
    struct moment never = { 0 }, ten = { 10 }, eleven = { 11 };

    (void)unused;
    assert_false(satisfaction_is_over(ten, eleven, never));
    assert_true(satisfaction_is_over(eleven, eleven, never));
    assert_true(satisfaction_is_over(ten, eleven, (struct moment){ 9 }));
    assert_ok(satisfaction_may_answer(false, false));
    assert_refused(satisfaction_may_answer(true, false), CODE_CONFLICT);
    assert_refused(satisfaction_may_answer(false, true), CODE_CONFLICT);
}

/* The same formula in floating point gives these. */
static void r_survey_a_share_has_its_interval(void **unused)
{
    static const struct {
        int64_t part, of, share, low, high;
    } rows[] = {
        { 0, 0, 0, 0, 1000 },         { 0, 10, 0, 0, 278 },
        { 10, 10, 1000, 722, 1000 },  { 1, 2, 500, 95, 905 },
        { 81, 100, 810, 722, 875 },   { 15, 30, 500, 332, 668 },
        { 900, 1000, 900, 880, 917 }, { 1, 3, 333, 61, 792 },
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct satisfaction_share share =
            satisfaction_share(rows[i].part, rows[i].of);
        assert_int_equal(share.share.millionths, rows[i].share * 1000);
        assert_int_equal(share.low.millionths, rows[i].low * 1000);
        assert_int_equal(share.high.millionths, rows[i].high * 1000);
    }
}

static void r_survey_nobody_computes_what_is_held_back(void **unused)
{
    static const struct {
        int64_t answers[4];
        bool held[4];
    } rows[] = {
        { { 30, 31, 32, 33 }, { false, false, false, false } },
        { { 30, 29, 28, 33 }, { false, true, true, false } },
        { { 45, 3, 2, 33 }, { false, true, true, true } },
        { { 45, 28, 2, 33 }, { false, true, true, false } },
        { { 31, 29, 40, 31 }, { true, true, false, false } },
        { { 31, 30, 40, 0 }, { false, true, false, true } },
        { { 1, 2, 3, 4 }, { true, true, true, true } },
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct satisfaction_tally tally[4] = { 0 };
        bool held[4];
        for (size_t n = 0; n < 4; n++)
            tally[n].answers = rows[i].answers[n];
        satisfaction_hold_back(tally, 4, held);
        assert_memory_equal(held, rows[i].held, sizeof held);
    }
    bool alone = false;
    satisfaction_hold_back(&(struct satisfaction_tally){ .answers = 29 }, 1,
                           &alone);
    assert_true(alone);
}

static void all_is_the_sum(void **unused)
{
    const struct satisfaction_tally one = { { "" }, NULL, 14, 13, 1, 2, 10, 9,
                                            8,      7,    6,  5,  4, 3, 2 };
    struct satisfaction_tally all = { 0 };

    (void)unused;
    satisfaction_add(&all, &one);
    satisfaction_add(&all, &one);
    assert_true(all.tokens == 28 && all.said == 26 && all.beside_staff == 2
                && all.of_one_device == 4 && all.answers == 20 && all.good == 18
                && all.respect == 16 && all.clarity == 14 && all.fairness == 12
                && all.promise == 10 && all.quality == 8
                && all.quality_answers == 6 && all.pressed == 4);
}

RUN(cmocka_unit_test(r_survey_whoever_signs_or_leads_has_no_hand_in_it),
    cmocka_unit_test(a_round_lasts_a_week_to_a_quarter),
    cmocka_unit_test(letters_are_printed_until_somebody_answers),
    cmocka_unit_test(r_survey_a_token_answers_once_while_the_round_lasts),
    cmocka_unit_test(r_survey_a_share_has_its_interval),
    cmocka_unit_test(r_survey_nobody_computes_what_is_held_back),
    cmocka_unit_test(all_is_the_sum))
