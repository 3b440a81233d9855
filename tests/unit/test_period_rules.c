#include "services/cases/household/rules.h"
#include "services/cases/period/rules.h"
#include "tests/check.h"

#include <string.h>

static void the_table_of_periods_is_whole(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    assert_null(clock_fault(household_clocks, arena));
    for (size_t i = 0; household_clocks[i].name; i++)
        assert_true(period_runs_in(&household_clocks[i]) != 0);
    arena_destroy(&arena);
}

static void each_period_begins_with_its_event(void **unused)
{
    (void)unused;
    static const struct {
        unsigned event;
        const char *names[3];
    } rows[] = {
        { SURVEY_START, { "T-SURVEY" } },
        { SURVEY_POST, { "T-OBJ" } },
        { REPOST, { "T-OBJ" } },
        { OBJECT, { "T-OBJ-ANSWER" } },
        { POST_PRELIM, { "T-POST" } },
        { SERVE, { "T-APPR" } },
        { REVIEW_DONE, { "T-APPR" } },
        { ASK_REVIEW, { "T-APPR-ANSWER" } },
        { ASK_EXPERT, { "T-APPR-EXPERT" } },
        { OFFER, { "T-OFFER" } },
        { REOFFER, { "T-OFFER" } },
        { WITHDRAW, { "T-OFFER" } },
        { TAKE_EFFECT, { "T-PAY" } },
        { PAY, { "T-MOVE" } },
        { SETTLE, { "T-CARE" } },
        { DRAFT_DECISION, { "T-DRAFT" } },
        { DECIDE, { "T-REC", "T-SUIT" } },
        { REMEDY_END, { "T-SUIT-AFTER" } },
        { URGE, { "T-URGE", "T-COURT" } },
        { IMPORT, { NULL } },
        { SIGN, { NULL } },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t n = 0; n < 3; n++) {
            const struct clock_rule *rule = period_begun_by(rows[i].event, n);
            if (rows[i].names[n])
                assert_string_equal(rule->name, rows[i].names[n]);
            else
                assert_null(rule);
        }
}

/* A period runs in the state to which its event leads, or it would stop at
 * once. */
static void a_period_runs_where_it_begins(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < household_flow.count; i++) {
        const struct move *move = &household_flow.moves[i];
        const struct clock_rule *rule;
        for (size_t n = 0; (rule = period_begun_by(move->event, n)); n++)
            assert_true(period_runs_in(rule) & IN(move->to));
    }
}

static void a_decision_waits_for_every_remedy(void **unused)
{
    (void)unused;
    struct day decided = day_from(2026, 3, 2), none = { 0 };

    assert_int_equal(remedies_over(decided, none).us,
                     moment_at(day_from(2026, 9, 3), 0).us);
    assert_int_equal(remedies_over(decided, day_from(2026, 4, 1)).us,
                     moment_at(day_from(2026, 9, 3), 0).us);
    assert_int_equal(remedies_over(decided, day_from(2026, 11, 2)).us,
                     moment_at(day_from(2026, 11, 18), 0).us);
}

static void r_late_the_day_of_payment_is_what_was_agreed(void **unused)
{
    (void)unused;
    struct day effective = day_from(2026, 11, 19);

    assert_int_equal(pay_length(effective, day_from(2026, 12, 24)).count, 35);
    assert_int_equal(pay_length(effective, day_from(2026, 12, 24)).unit, DAYS);
    assert_int_equal(pay_length(effective, effective).count, 0);
    assert_int_equal(pay_length(effective, day_from(2026, 11, 1)).count, 0);
}

RUN(cmocka_unit_test(the_table_of_periods_is_whole),
    cmocka_unit_test(each_period_begins_with_its_event),
    cmocka_unit_test(a_period_runs_where_it_begins),
    cmocka_unit_test(a_decision_waits_for_every_remedy),
    cmocka_unit_test(r_late_the_day_of_payment_is_what_was_agreed))
