#include "tests/unit/contact_facts.h"

#include "tests/dice.h"

/* ------------------------------------------------------------- the numbers */

static const char *const words[] = {
    [RULE_LENGTH] = "lasts 1 to",         [RULE_AHEAD] = "hours ahead",
    [RULE_QUIET_HOURS] = "left in peace", [RULE_HOURS] = "agreed hours",
    [RULE_REFUSALS] = "times in a row",   [RULE_TALK] = "after a talk",
    [RULE_SERVE] = "to serve a document", [RULE_7D] = "visits in 7 days",
    [RULE_30D] = "visits in 30 days",     [RULE_GAP] = "hours apart",
};

static void assert_said(const struct contact_facts *facts,
                        const struct contact_ask *ask, const char *says,
                        struct arena *arena)
{
    struct err err = contact_check(facts, ask, arena);

    assert_refused(err, CODE_CONFLICT);
    if (!strstr(err.why, says))
        fail_msg("\"%s\" does not say \"%s\"", err.why, says);
}

/* Every number of the policy, one step tighter than the default, refuses what
 * the default allows: none of them is written into the rules. */
static void each_number_of_the_policy_is_in_force(void **unused)
{
    (void)unused;
#define ONE                                                                    \
    {                                                                          \
        "11-24 14:00:00", 45, TOPIC_SURVEY, OUTCOME_NONE                       \
    }
#define FOUR                                                                   \
    { "10-28 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET },                       \
        { "11-09 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET },                   \
    {                                                                          \
        "11-16 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET                        \
    }
    /* clang-format off */
    static const struct {
        const char *name;
        size_t offset;
        int64_t step;
        struct past past[PAST_MAX];
        const char *start;
        int64_t minutes;
        bool opted_in;
        enum contact_rule want;
    } rows[] = {
#define NUMBER(name) #name, offsetof(struct contact_policy, name)
        { NUMBER(ahead_h), 1, { { 0 } },
          "11-25 09:00:00", 30, false, RULE_AHEAD },
        { NUMBER(visit_7d), -1, { ONE },
          "11-27 14:45:00", 30, false, RULE_7D },
        { NUMBER(visit_30d), -1, { FOUR },
          "11-26 14:45:00", 30, false, RULE_30D },
        { NUMBER(visit_gap_h), 1, { ONE },
          "11-26 14:45:00", 30, false, RULE_GAP },
        { NUMBER(visit_max_min), -1, { { 0 } },
          "11-26 09:00:00", 60, false, RULE_LENGTH },
        { NUMBER(talk_pause_d), 1, { { "11-19 14:00:00", 60, MET } },
          "11-26 15:00:00", 30, false, RULE_TALK },
        { NUMBER(refusals), -1, { { "11-19 14:00:00", 60, REFUSED } },
          "11-26 15:00:00", 30, false, RULE_REFUSALS },
        { NUMBER(refusal_pause_d), 1,
          { { "11-09 14:00:00", 5, REFUSED }, { "11-18 14:00:00", 5, REFUSED } },
          "12-18 14:05:00", 30, false, RULE_REFUSALS },
        { NUMBER(serve_wd), 1,
          { { "11-23 10:00:00", 5, TOPIC_STATUTORY, OUTCOME_MET } },
          "11-26 10:05:00", 30, false, RULE_SERVE },
        { NUMBER(quiet_from_min), -1, { { 0 } },
          "11-26 19:00:00", 60, true, RULE_QUIET_HOURS },
        { NUMBER(quiet_until_min), 1, { { 0 } },
          "11-26 08:30:00", 30, true, RULE_QUIET_HOURS },
        { NUMBER(morning_from_min), 1, { { 0 } },
          "11-26 09:00:00", 30, false, RULE_HOURS },
        { NUMBER(morning_until_min), -1, { { 0 } },
          "11-26 10:30:00", 60, false, RULE_HOURS },
        { NUMBER(afternoon_from_min), 1, { { 0 } },
          "11-26 14:00:00", 30, false, RULE_HOURS },
        { NUMBER(afternoon_until_min), -1, { { 0 } },
          "11-26 17:00:00", 60, false, RULE_HOURS },
    };
    /* clang-format on */
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct contact_visit made[PAST_MAX];
        struct contact_facts facts = on("11-24 09:00:00");
        bool serves = strcmp(rows[i].name, "serve_wd") == 0;
        facts.visits = visits_of(rows[i].past, made);
        if (rows[i].opted_in)
            facts.windows = (struct rows){ whole_week, COUNT(whole_week) };
        struct contact_ask ask = { at(rows[i].start), rows[i].minutes,
                                   serves ? TOPIC_STATUTORY : TOPIC_SIGNING,
                                   false };
        if (contact_judge(&facts, &ask) != RULE_NONE)
            fail_msg("%s at its default: rule %d", rows[i].name,
                     contact_judge(&facts, &ask));
        *(int64_t *)((char *)&facts.policy + rows[i].offset) += rows[i].step;
        if (contact_judge(&facts, &ask) != rows[i].want)
            fail_msg("%s one tighter: rule %d", rows[i].name,
                     contact_judge(&facts, &ask));
        assert_said(&facts, &ask, words[rows[i].want], arena);
    }
    arena_destroy(&arena);
}

static void what_no_number_bounds_is_said_too(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct contact_quiet quiet = { QUIET_ALL, day_from(2026, 12, 1) };
    struct contact_facts feast = on("09-21 08:00:00");
    struct contact_facts left_alone = on("11-23 08:00:00");
    struct contact_facts shut = on("11-23 08:00:00");
    struct contact_ask then = { at("10-01 10:00:00"), 30, TOPIC_SURVEY, false };
    struct contact_ask ask = { at("11-25 10:00:00"), 30, TOPIC_SIGNING, false };

    left_alone.quiet = (struct rows){ &quiet, 1 };
    shut.policy.visit_7d = 0;
    assert_said(&feast, &then, "public holidays", arena);
    assert_said(&left_alone, &ask, "not to be contacted", arena);
    assert_said(&shut, &ask, "no moment is possible within a year", arena);
    arena_destroy(&arena);
}

/* ---------------------------------------------------------- the next moment */

static bool listed(const struct contact_visit *visits, size_t count,
                   struct moment start)
{
    for (size_t i = 0; i < count; i++)
        if (visits[i].starts.us > start.us)
            return true;
    return false;
}

/* Whatever is booked, in whatever order: no window holds more than it may. */
static void assert_caps(const struct contact_visit *visits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int week = 0, month = 0;
        for (size_t k = 0; k < count; k++) {
            int64_t after = visits[k].starts.us - visits[i].starts.us;
            week += after >= 0 && after < 7 * DAY_US;
            month += after >= 0 && after < 30 * DAY_US;
            if (k != i && after >= 0)
                assert_true(visits[k].starts.us - visits[i].ends.us
                            >= 48 * HOUR_US);
        }
        assert_true(week <= 2);
        assert_true(month <= 4);
    }
}

/* Bookings at random moments, each moved to the next that is possible: that one
 * is allowed, and nothing between is. */
static void the_next_moment_is_allowed_and_the_first(void **unused)
{
    (void)unused;
    struct dice dice = dice_new();

    for (int round = 0; round < 10; round++) {
        struct contact_visit visits[12];
        struct contact_facts facts = on("11-24 08:13:00");
        size_t count = 0;
        while (count < COUNT(visits)) {
            struct contact_ask ask = { facts.now, 30, TOPIC_SURVEY, false };
            ask.start.us +=
                (int64_t)dice_below(&dice, 60 * 1440) * (60 * MICROSECONDS);
            facts.visits = (struct rows){ visits, count };
            struct moment next = contact_next(&facts, &ask);
            assert_true(next.us >= ask.start.us);
            for (; ask.start.us < next.us; ask.start.us += 60 * MICROSECONDS)
                assert_int_not_equal(contact_judge(&facts, &ask), RULE_NONE);
            ask.start = next;
            assert_int_equal(contact_judge(&facts, &ask), RULE_NONE);
            size_t place = count;
            for (; listed(visits, place, next); place--)
                visits[place] = visits[place - 1];
            visits[place] = (struct contact_visit){
                .starts = next,
                .ends = { next.us + 30 * 60 * MICROSECONDS },
                .topic = TOPIC_SURVEY,
            };
            assert_caps(visits, ++count);
        }
    }
}

static void a_refusal_names_the_rule_and_the_next_moment(void **unused)
{
    (void)unused;
    static const struct past past[PAST_MAX] = {
        { "11-20 09:00:00", 60, TOPIC_SURVEY, OUTCOME_MET },
        { "11-24 09:00:00", 60, TOPIC_SURVEY, OUTCOME_NONE },
    };
    struct arena *arena = arena_new();
    struct contact_visit made[PAST_MAX];
    struct contact_facts facts = on("11-24 08:00:00");
    facts.visits = visits_of(past, made);
    struct contact_ask ask = { at("11-26 14:00:00"), 30, TOPIC_SURVEY, false };
    struct err err = contact_check(&facts, &ask, arena);

    assert_refused(err, CODE_CONFLICT);
    assert_string_equal(err.why, "the household has 2 visits in 7 days; the "
                                 "next is possible from "
                                 "2026-11-27T09:00:00+08:00");
    ask.minutes = 90;
    err = contact_check(&facts, &ask, arena);
    assert_refused(err, CODE_CONFLICT);
    assert_non_null(strstr(err.why, "1 to 60 minutes"));
    ask = (struct contact_ask){ at("11-27 09:00:00"), 30, TOPIC_SURVEY, false };
    assert_ok(contact_check(&facts, &ask, arena));
    arena_destroy(&arena);
}

/* --------------------------------------------------- what residents may set */

static void a_contact_begins_before_20_00_00(void **unused)
{
    (void)unused;
    static const struct {
        const char *started;
        enum code want;
    } rows[] = {
        { "11-25 08:29:59", CODE_CONFLICT },
        { "11-25 08:30:00", CODE_OK },
        { "11-25 19:59:59", CODE_OK },
        { "11-25 20:00:00", CODE_CONFLICT },
        { "11-25 20:40:00", CODE_CONFLICT },
        { "11-25 00:00:00", CODE_CONFLICT },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_refused(contact_begins(&defaults, at(rows[i].started), arena),
                       rows[i].want);
    struct err err = contact_begins(&defaults, at("11-25 20:40:00"), arena);
    assert_non_null(strstr(err.why, "from 20:00 to 08:30"));
    arena_destroy(&arena);
}

static void chosen_hours_lie_outside_the_quiet_hours(void **unused)
{
    (void)unused;
    static const struct {
        struct contact_window windows[2];
        enum code want;
    } rows[] = {
        { { { 1, 510, 1200 }, { 2, 510, 1200 } }, CODE_OK },
        { { { 1, 510, 600 }, { 1, 600, 700 } }, CODE_OK },
        { { { 1, 600, 700 }, { 1, 510, 600 } }, CODE_OK },
        { { { 1, 510, 601 }, { 1, 600, 700 } }, CODE_BAD_REQUEST },
        { { { 1, 509, 600 }, { 2, 600, 700 } }, CODE_BAD_REQUEST },
        { { { 1, 510, 600 }, { 2, 600, 1201 } }, CODE_BAD_REQUEST },
        { { { 1, 600, 600 }, { 2, 600, 700 } }, CODE_BAD_REQUEST },
        { { { 0, 510, 600 }, { 2, 600, 700 } }, CODE_BAD_REQUEST },
        { { { 8, 510, 600 }, { 2, 600, 700 } }, CODE_BAD_REQUEST },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct contact_window windows[2];
        memcpy(windows, rows[i].windows, sizeof windows);
        assert_refused(
            contact_windows_check(&defaults, (struct rows){ windows, 2 }),
            rows[i].want);
    }
    assert_ok(contact_windows_check(&defaults, (struct rows){ NULL, 0 }));

    struct contact_window many[22];
    for (size_t i = 0; i < COUNT(many); i++) {
        int64_t from = 510 + 10 * (int64_t)i;
        many[i] = (struct contact_window){ 1, from, from + 10 };
    }
    assert_ok(contact_windows_check(&defaults, (struct rows){ many, 21 }));
    assert_refused(contact_windows_check(&defaults, (struct rows){ many, 22 }),
                   CODE_BAD_REQUEST);
}

static void
quiet_is_renewed_month_by_month_and_shortened_by_the_resident(void **unused)
{
    (void)unused;
    struct day today = day_from(2026, 11, 24);
    static const struct {
        int before, until; /* days after today; 99 = none */
        bool resident;
        enum code want;
    } rows[] = {
        { 99, 30, false, CODE_OK },    { 99, 31, true, CODE_BAD_REQUEST },
        { 10, 30, false, CODE_OK },    { 10, 10, false, CODE_OK },
        { 10, 9, false, CODE_DENIED }, { 10, 9, true, CODE_OK },
        { 10, -1, true, CODE_OK },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct day before = { 0 };
        if (rows[i].before != 99)
            before = days_after(today, rows[i].before);
        assert_refused(contact_quiet_check(&defaults, today, before,
                                           days_after(today, rows[i].until),
                                           rows[i].resident),
                       rows[i].want);
    }
}

RUN(cmocka_unit_test(each_number_of_the_policy_is_in_force),
    cmocka_unit_test(what_no_number_bounds_is_said_too),
    cmocka_unit_test(the_next_moment_is_allowed_and_the_first),
    cmocka_unit_test(a_refusal_names_the_rule_and_the_next_moment),
    cmocka_unit_test(a_contact_begins_before_20_00_00),
    cmocka_unit_test(chosen_hours_lie_outside_the_quiet_hours),
    cmocka_unit_test(
        quiet_is_renewed_month_by_month_and_shortened_by_the_resident))
