#include "tests/unit/contact_facts.h"

/* ------------------------------------------- the hours, and the day itself */

static void a_visit_lies_in_agreed_hours(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *start;
        int64_t minutes;
        bool opted_in; /* the whole week, from 08:30 to 20:00 */
        enum contact_rule want;
        const char *next;
    } rows[] = {
        { "11-25 09:00:00", 60, false, RULE_NONE,        "11-25 09:00:00" },
        { "11-25 09:00:00",  1, false, RULE_NONE,        "11-25 09:00:00" },
        { "11-25 09:00:00", 61, false, RULE_LENGTH,      "" },
        { "11-25 09:00:00",  0, false, RULE_LENGTH,      "" },
        { "11-25 08:59:59", 60, false, RULE_HOURS,       "11-25 09:00:00" },
        { "11-25 10:30:00", 60, false, RULE_NONE,        "11-25 10:30:00" },
        { "11-25 10:30:01", 60, false, RULE_HOURS,       "11-25 14:00:00" },
        { "11-25 13:59:59", 60, false, RULE_HOURS,       "11-25 14:00:00" },
        { "11-25 17:00:00", 60, false, RULE_NONE,        "11-25 17:00:00" },
        { "11-25 17:00:01", 60, false, RULE_HOURS,       "11-26 09:00:00" },
        { "11-27 17:00:01", 60, false, RULE_HOURS,       "11-30 09:00:00" },
        /* quiet hours: [20:00, 08:30), and the end is at 20:00 at most */
        { "11-25 08:29:59", 30, true,  RULE_QUIET_HOURS, "11-25 08:30:00" },
        { "11-25 08:30:00", 30, true,  RULE_NONE,        "11-25 08:30:00" },
        { "11-25 19:00:00", 60, true,  RULE_NONE,        "11-25 19:00:00" },
        { "11-25 19:00:01", 60, true,  RULE_QUIET_HOURS, "11-26 08:30:00" },
        { "11-25 19:59:00",  1, true,  RULE_NONE,        "11-25 19:59:00" },
        { "11-25 20:00:00",  1, true,  RULE_QUIET_HOURS, "11-26 08:30:00" },
        { "11-25 23:59:59",  1, true,  RULE_QUIET_HOURS, "11-26 08:30:00" },
        { "11-26 00:00:00",  1, true,  RULE_QUIET_HOURS, "11-26 08:30:00" },
        /* weekends by opting in alone */
        { "11-28 10:00:00", 60, false, RULE_HOURS,       "11-30 09:00:00" },
        { "11-29 10:00:00", 60, false, RULE_HOURS,       "11-30 09:00:00" },
        { "11-28 10:00:00", 60, true,  RULE_NONE,        "11-28 10:00:00" },
        { "11-29 10:00:00", 60, true,  RULE_NONE,        "11-29 10:00:00" },
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct contact_facts facts = on("11-23 08:00:00");
        if (rows[i].opted_in)
            facts.windows = (struct rows){ whole_week, COUNT(whole_week) };
        struct contact_ask ask = { .start = at(rows[i].start),
                                   .minutes = rows[i].minutes,
                                   .topic = TOPIC_SURVEY };
        if (contact_judge(&facts, &ask) != rows[i].want)
            fail_msg("%s: rule %d", rows[i].start, contact_judge(&facts, &ask));
        assert_moment(contact_next(&facts, &ask), rows[i].next, rows[i].start);
    }
}

static void
public_holidays_are_free_and_make_up_days_are_weekend_days(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *start;
        bool opted_in;
        enum contact_rule want;
        const char *next;
    } rows[] = {
        { "09-30 10:00:00", false, RULE_NONE,    "09-30 10:00:00" },
        { "10-01 10:00:00", false, RULE_HOLIDAY, "10-08 09:00:00" },
        { "10-01 10:00:00", true,  RULE_HOLIDAY, "10-08 08:30:00" },
        { "10-03 10:00:00", true,  RULE_HOLIDAY, "10-08 08:30:00" },
        { "10-07 10:00:00", false, RULE_HOLIDAY, "10-08 09:00:00" },
        { "10-08 10:00:00", false, RULE_NONE,    "10-08 10:00:00" },
        { "10-10 10:00:00", false, RULE_HOURS,   "10-12 09:00:00" },
        { "10-10 10:00:00", true,  RULE_NONE,    "10-10 10:00:00" },
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct contact_facts facts = on("09-20 08:00:00");
        if (rows[i].opted_in)
            facts.windows = (struct rows){ whole_week, COUNT(whole_week) };
        struct contact_ask ask = { at(rows[i].start), 30, TOPIC_SURVEY, true };
        if (contact_judge(&facts, &ask) != rows[i].want)
            fail_msg("%s: rule %d", rows[i].start, contact_judge(&facts, &ask));
        assert_moment(contact_next(&facts, &ask), rows[i].next, rows[i].start);
    }
}

static void chosen_hours_replace_the_default_ones(void **unused)
{
    (void)unused;
    struct contact_window saturday[] = { { 6, 600, 645 } };
    struct contact_facts facts = on("11-23 08:00:00");
    facts.windows = (struct rows){ saturday, 1 };
    struct contact_ask ask = { at("11-25 10:00:00"), 45, TOPIC_SURVEY, false };

    assert_int_equal(contact_judge(&facts, &ask), RULE_HOURS);
    assert_moment(contact_next(&facts, &ask), "11-28 10:00:00", "saturday");
    ask.minutes = 46;
    assert_moment(contact_next(&facts, &ask), "", "too long for any window");
}

static void an_appointment_is_made_a_day_ahead(void **unused)
{
    (void)unused;
    struct contact_facts facts = on("11-24 10:00:00");
    struct contact_ask ask = { at("11-25 10:00:00"), 30, TOPIC_SURVEY, true };

    assert_int_equal(contact_judge(&facts, &ask), RULE_NONE);
    ask.start.us -= 1;
    assert_int_equal(contact_judge(&facts, &ask), RULE_AHEAD);
    assert_moment(contact_next(&facts, &ask), "11-25 10:00:00", "ahead");
    ask.start = at("11-20 10:00:00");
    assert_int_equal(contact_judge(&facts, &ask), RULE_AHEAD);
}

/* ---------------------------------------------------------- other visits */

static void visits_are_counted_over_all_staff(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *what;
        struct past past[PAST_MAX];
        const char *start;
        enum contact_rule want;
        const char *next;
    } rows[] = {
        { "the second of a week",
          { { "11-24 09:00:00", 60, TOPIC_SURVEY, OUTCOME_NONE } },
          "11-27 09:00:00", RULE_NONE, "11-27 09:00:00" },
        { "the third of a week, whatever team comes",
          { { "11-20 09:00:00", 60, TOPIC_SURVEY, OUTCOME_MET },
            { "11-24 09:00:00", 60, TOPIC_SERVICE, OUTCOME_NONE } },
          "11-26 14:00:00", RULE_7D, "11-27 09:00:00" },
        { "just within seven days",
          { { "11-20 10:00:00", 60, TOPIC_SURVEY, OUTCOME_MET },
            { "11-24 09:00:00", 60, TOPIC_SERVICE, OUTCOME_NONE } },
          "11-27 09:59:59", RULE_7D, "11-27 10:00:00" },
        { "exactly seven days after the first",
          { { "11-20 10:00:00", 60, TOPIC_SURVEY, OUTCOME_MET },
            { "11-24 09:00:00", 60, TOPIC_SERVICE, OUTCOME_NONE } },
          "11-27 10:00:00", RULE_NONE, "11-27 10:00:00" },
        { "a 'not now' at the door counts",
          { { "11-20 10:00:00", 1, TOPIC_SURVEY, OUTCOME_NOT_NOW },
            { "11-24 09:00:00", 1, TOPIC_SERVICE, OUTCOME_NOT_HOME } },
          "11-26 14:00:00", RULE_7D, "11-27 10:00:00" },
        { "planned visits that come later count too",
          { { "11-30 10:00:00", 30, TOPIC_SURVEY, OUTCOME_NONE },
            { "12-03 09:00:00", 30, TOPIC_SERVICE, OUTCOME_NONE } },
          "11-27 14:00:00", RULE_7D, "12-07 10:00:00" },
        { "between two that are far enough apart",
          { { "11-23 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET },
            { "11-30 10:00:00", 30, TOPIC_SERVICE, OUTCOME_NONE } },
          "11-26 10:00:00", RULE_NONE, "11-26 10:00:00" },
        { "the fifth of thirty days",
          { { "11-02 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET },
            { "11-09 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET },
            { "11-16 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET },
            { "11-23 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET } },
          "12-02 09:59:59", RULE_30D, "12-02 10:00:00" },
        { "exactly thirty days after the first",
          { { "11-02 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET },
            { "11-09 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET },
            { "11-16 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET },
            { "11-23 10:00:00", 30, TOPIC_SURVEY, OUTCOME_MET } },
          "12-02 10:00:00", RULE_NONE, "12-02 10:00:00" },
        { "47:59:59 after the end of one",
          { { "11-23 10:00:00", 45, TOPIC_SURVEY, OUTCOME_MET } },
          "11-25 10:44:59", RULE_GAP, "11-25 10:45:00" },
        { "48 hours after the end of one",
          { { "11-24 14:00:00", 45, TOPIC_SURVEY, OUTCOME_NONE } },
          "11-26 14:45:00", RULE_NONE, "11-26 14:45:00" },
        { "ends less than 48 hours before one",
          { { "11-27 10:00:00", 30, TOPIC_SURVEY, OUTCOME_NONE } },
          "11-25 09:30:01", RULE_GAP, "11-30 09:00:00" },
        { "ends 48 hours before one",
          { { "11-27 10:00:00", 30, TOPIC_SURVEY, OUTCOME_NONE } },
          "11-25 09:30:00", RULE_NONE, "11-25 09:30:00" },
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct contact_visit made[PAST_MAX];
        struct contact_facts facts = on("11-24 08:00:00");
        facts.visits = visits_of(rows[i].past, made);
        struct contact_ask ask = { at(rows[i].start), 30, TOPIC_SURVEY, true };
        if (contact_judge(&facts, &ask) != rows[i].want)
            fail_msg("%s: rule %d", rows[i].what, contact_judge(&facts, &ask));
        assert_moment(contact_next(&facts, &ask), rows[i].next, rows[i].what);
    }
}

static void a_talk_and_refusals_pause_persuasion(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *what;
        struct past past[PAST_MAX];
        const char *start;
        enum topic topic;
        bool asked;
        enum contact_rule want;
    } rows[] = {
        { "within 7 days of a talk", { { "11-19 14:00:00", 60, MET } },
          "11-26 14:59:59", TOPIC_SIGNING, false, RULE_TALK },
        { "7 days after a talk", { { "11-19 14:00:00", 60, MET } },
          "11-26 15:00:00", TOPIC_SIGNING, false, RULE_NONE },
        { "the resident asks", { { "11-19 14:00:00", 60, MET } },
          "11-25 14:00:00", TOPIC_SIGNING, true, RULE_NONE },
        { "about something else", { { "11-19 14:00:00", 60, MET } },
          "11-25 14:00:00", TOPIC_SERVICE, false, RULE_NONE },
        { "after a talk about something else",
          { { "11-19 14:00:00", 60, TOPIC_SERVICE, OUTCOME_MET } },
          "11-25 14:00:00", TOPIC_SIGNING, false, RULE_NONE },
        { "after nobody was met",
          { { "11-19 14:00:00", 5, TOPIC_SIGNING, OUTCOME_NOT_HOME } },
          "11-25 14:00:00", TOPIC_SIGNING, false, RULE_NONE },
        { "after one refusal", { { "11-19 14:00:00", 5, REFUSED } },
          "11-25 14:00:00", TOPIC_SIGNING, false, RULE_NONE },
        { "after two in a row",
          { { "11-10 14:00:00", 5, REFUSED }, { "11-19 14:00:00", 5, NOT_NOW } },
          "12-18 14:00:00", TOPIC_SIGNING, false, RULE_REFUSALS },
        { "nobody at home between them is no yes",
          { { "11-10 14:00:00", 5, NOT_NOW },
            { "11-13 14:00:00", 5, TOPIC_SIGNING, OUTCOME_NOT_HOME },
            { "11-19 14:00:00", 5, NOT_NOW } },
          "12-18 14:00:00", TOPIC_SIGNING, false, RULE_REFUSALS },
        { "a talk between them",
          { { "11-05 14:00:00", 5, NOT_NOW },
            { "11-13 14:00:00", 5, TOPIC_SERVICE, OUTCOME_MET },
            { "11-19 14:00:00", 5, NOT_NOW } },
          "11-25 14:00:00", TOPIC_SIGNING, false, RULE_NONE },
        { "asking does not shorten this pause",
          { { "11-10 14:00:00", 5, REFUSED }, { "11-19 14:00:00", 5, NOT_NOW } },
          "12-18 14:00:00", TOPIC_SIGNING, true, RULE_REFUSALS },
        { "it is about signing alone",
          { { "11-10 14:00:00", 5, REFUSED }, { "11-19 14:00:00", 5, NOT_NOW } },
          "12-18 14:00:00", TOPIC_SERVICE, false, RULE_NONE },
        { "30 days after the second",
          { { "11-09 14:00:00", 5, REFUSED }, { "11-18 14:00:00", 5, NOT_NOW } },
          "12-18 14:04:59", TOPIC_SIGNING, false, RULE_REFUSALS },
        { "30 days after the second",
          { { "11-09 14:00:00", 5, REFUSED }, { "11-18 14:00:00", 5, NOT_NOW } },
          "12-18 14:05:00", TOPIC_SIGNING, false, RULE_NONE },
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct contact_visit made[PAST_MAX];
        struct contact_facts facts = on("11-24 08:00:00");
        facts.visits = visits_of(rows[i].past, made);
        struct contact_ask ask = { at(rows[i].start), 30, rows[i].topic,
                                   rows[i].asked };
        if (contact_judge(&facts, &ask) != rows[i].want)
            fail_msg("%s (%s): rule %d", rows[i].what, rows[i].start,
                     contact_judge(&facts, &ask));
    }
}

static void
do_not_contact_is_by_topic_and_lets_statutory_service_pass(void **unused)
{
    (void)unused;
    static const bool blocked[3][4] = {
        [QUIET_SIGNING] = { [TOPIC_SIGNING] = true },
        [QUIET_SERVICE] = { [TOPIC_SERVICE] = true },
        [QUIET_ALL] = { [TOPIC_SIGNING] = true,
                        [TOPIC_SURVEY] = true,
                        [TOPIC_SERVICE] = true },
    };

    for (unsigned scope = QUIET_SIGNING; scope <= QUIET_ALL; scope++)
        for (unsigned topic = TOPIC_SIGNING; topic <= TOPIC_STATUTORY;
             topic++) {
            struct contact_quiet quiet = { scope, day_from(2026, 11, 26) };
            struct contact_facts facts = on("11-23 08:00:00");
            facts.quiet = (struct rows){ &quiet, 1 };
            struct contact_ask ask = { at("11-26 17:00:00"), 60, topic, true };
            assert_int_equal(contact_judge(&facts, &ask),
                             blocked[scope][topic] ? RULE_DO_NOT_CONTACT
                                                   : RULE_NONE);
            assert_moment(contact_next(&facts, &ask),
                          blocked[scope][topic] ? "11-27 09:00:00"
                                                : "11-26 17:00:00",
                          "quiet");
        }
}

static void a_document_is_served_once_in_three_working_days(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *other, *start;
        enum topic other_topic;
        enum contact_rule want;
    } rows[] = {
        { "11-23 10:00:00", "11-25 17:00:00", TOPIC_STATUTORY, RULE_SERVE },
        { "11-23 10:00:00", "11-26 10:00:00", TOPIC_STATUTORY, RULE_NONE },
        { "11-23 10:00:00", "11-25 17:00:00", TOPIC_SURVEY,    RULE_NONE },
        { "11-26 10:00:00", "11-30 17:00:00", TOPIC_STATUTORY, RULE_SERVE },
        { "11-26 10:00:00", "12-01 10:00:00", TOPIC_STATUTORY, RULE_NONE },
        { "11-30 10:00:00", "11-26 10:00:00", TOPIC_STATUTORY, RULE_SERVE },
        { "12-01 10:00:00", "11-26 10:00:00", TOPIC_STATUTORY, RULE_NONE },
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct past past[PAST_MAX] = { { rows[i].other, 5, rows[i].other_topic,
                                         OUTCOME_NONE } };
        struct contact_visit made[PAST_MAX];
        struct contact_facts facts = on("11-23 08:00:00");
        facts.visits = visits_of(past, made);
        struct contact_ask ask = { at(rows[i].start), 30, TOPIC_STATUTORY,
                                   false };
        if (contact_judge(&facts, &ask) != rows[i].want)
            fail_msg("%s then %s: rule %d", rows[i].other, rows[i].start,
                     contact_judge(&facts, &ask));
    }
}

static void g_lit_nobody_comes_unasked_while_a_remedy_is_open(void **unused)
{
    struct contact_facts facts = on("11-23 09:00:00");
    struct contact_ask ask = { .start = at("11-25 09:30:00"), .minutes = 30 };
    struct arena *arena = arena_new();

    (void)unused;
    for (unsigned topic = TOPIC_SIGNING; topic <= TOPIC_STATUTORY; topic++) {
        ask.topic = topic;
        ask.asked_by_resident = false;
        facts.in_remedy = true;
        assert_int_equal(contact_judge(&facts, &ask),
                         topic == TOPIC_STATUTORY ? RULE_NONE : RULE_REMEDY);
        if (topic != TOPIC_STATUTORY) {
            assert_int_equal(contact_next(&facts, &ask).us, 0);
            assert_non_null(strstr(contact_check(&facts, &ask, arena).why,
                                   "unless it asks"));
        }
        ask.asked_by_resident = true;
        assert_int_equal(contact_judge(&facts, &ask), RULE_NONE);
        ask.asked_by_resident = false;
        facts.in_remedy = false;
        assert_int_equal(contact_judge(&facts, &ask), RULE_NONE);
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(g_lit_nobody_comes_unasked_while_a_remedy_is_open),
    cmocka_unit_test(a_visit_lies_in_agreed_hours),
    cmocka_unit_test(
        public_holidays_are_free_and_make_up_days_are_weekend_days),
    cmocka_unit_test(chosen_hours_replace_the_default_ones),
    cmocka_unit_test(an_appointment_is_made_a_day_ahead),
    cmocka_unit_test(visits_are_counted_over_all_staff),
    cmocka_unit_test(a_talk_and_refusals_pause_persuasion),
    cmocka_unit_test(
        do_not_contact_is_by_topic_and_lets_statutory_service_pass),
    cmocka_unit_test(a_document_is_served_once_in_three_working_days))
