#include "services/cases/problem/rules.h"
#include "tests/check.h"

#include <string.h>

static const struct id HOME = { "00000000-0000-7000-8000-0000000000a1" };
static const struct id CHAIR = { "00000000-0000-7000-8000-0000000000b2" };
static const struct id OWNER = { "00000000-0000-7000-8000-0000000000c3" };

/* A moment of the district: day and minute of November 2026. */
static struct moment at(int date, int minute)
{
    return moment_at(day_from(2026, 11, date), minute);
}

static department_set set_of(const char *codes)
{
    department_set set;

    assert_true(departments_parse(codes, &set));
    return set;
}

/* Everything that any guard wants: each move of each state is open.  It is
 * Tuesday, 2026-11-24, 10:00. */
static struct problem_facts ripe(void)
{
    return (struct problem_facts){
        .now = at(24, 600),
        .actor = CHAIR,
        .roles = ~UINT64_C(0),
        .concerned = CHAIR,
        .team = ROLE(T3_FRONT),
        .team_since = at(2, 600),
        .chair = CHAIR,
        .invited_at = at(20, 600),
        .starts_at = at(24, 600),
        .quorum = { true, true, set_of("housing"), set_of("housing"), 0 },
        .owner = CHAIR,
        .asked_at = at(2, 600),
    };
}

static struct err move(unsigned state, unsigned event,
                       const struct problem_facts *facts, unsigned *to,
                       struct arena *arena)
{
    struct stand stand = { .state = state,
                           .roles = facts->roles,
                           .facts = facts };

    return flow_move(&problem_flow, &stand, event, to, arena);
}

static void its_table_and_its_clocks_are_whole(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    assert_null(flow_fault(&problem_flow, arena));
    assert_null(clock_fault(problem_clocks, arena));
    assert_string_equal(problem_action_clock(1), "T-JM-ACTION-1");
    assert_string_equal(problem_action_clock(ACTIONS_MAX), "T-JM-ACTION-8");
    arena_destroy(&arena);
}

/* The whole life of a problem on one page; what is not here is refused. */
static void only_the_moves_of_the_table_exist(void **unused)
{
    (void)unused;
    static const struct {
        unsigned event, from, to;
    } rows[] = {
        { DO_RAISE, PC_NONE, PC_RAISED },
        { DO_TRIAGE, PC_RAISED, PC_TRIAGED },
        { DO_TRIAGE, PC_REOPENED, PC_TRIAGED },
        { DO_ACCEPT, PC_TRIAGED, PC_IN_TEAM },
        { DO_RESOLVE, PC_IN_TEAM, PC_RESOLVED_TEAM },
        { DO_PROPOSE, PC_RAISED, PC_AGENDA_PROPOSED },
        { DO_PROPOSE, PC_TRIAGED, PC_AGENDA_PROPOSED },
        { DO_PROPOSE, PC_IN_TEAM, PC_AGENDA_PROPOSED },
        { DO_PROPOSE, PC_REOPENED, PC_AGENDA_PROPOSED },
        { DO_SET, PC_AGENDA_PROPOSED, PC_AGENDA_SET },
        { DO_POSTPONE, PC_AGENDA_SET, PC_AGENDA_PROPOSED },
        { DO_POSTPONE, PC_MEETING_HELD, PC_AGENDA_PROPOSED },
        { DO_HOLD, PC_AGENDA_SET, PC_MEETING_HELD },
        { DO_DECIDE, PC_MEETING_HELD, PC_ACTIONS_OPEN },
        { DO_ACT, PC_ACTIONS_OPEN, PC_ACTIONS_OPEN },
        { DO_COMPLETE, PC_ACTIONS_OPEN, PC_ACTIONS_DONE },
        { DO_ASK, PC_RESOLVED_TEAM, PC_RESIDENT_FEEDBACK },
        { DO_ASK, PC_ACTIONS_DONE, PC_RESIDENT_FEEDBACK },
        { DO_FEEDBACK, PC_RESIDENT_FEEDBACK, PC_RESIDENT_FEEDBACK },
        { DO_CLOSE, PC_RESIDENT_FEEDBACK, PC_CLOSED },
        { DO_REOPEN, PC_RESIDENT_FEEDBACK, PC_REOPENED },
        { DO_REOPEN, PC_CLOSED, PC_REOPENED },
        { DO_REOPEN, PC_REFERRED, PC_REOPENED },
        { DO_REFER, PC_RAISED, PC_REFERRED },
        { DO_REFER, PC_TRIAGED, PC_REFERRED },
        { DO_REFER, PC_IN_TEAM, PC_REFERRED },
        { DO_REFER, PC_REOPENED, PC_REFERRED },
        { DO_REFER, PC_AGENDA_PROPOSED, PC_REFERRED },
        { DO_REFER, PC_MEETING_HELD, PC_REFERRED },
    };
    struct arena *arena = arena_new();
    struct problem_facts facts = ripe();
    size_t open = 0;

    for (unsigned state = PC_NONE; state <= PC_REFERRED; state++)
        for (unsigned event = DO_RAISE; event <= DO_REFER; event++) {
            unsigned to = PC_NONE;
            if (move(state, event, &facts, &to, arena).code)
                continue;
            assert_true(open < COUNT(rows));
            bool known = false;
            for (size_t i = 0; i < COUNT(rows); i++)
                known |= rows[i].event == event && rows[i].from == state
                         && rows[i].to == to;
            assert_true(known);
            open++;
        }
    assert_int_equal(open, COUNT(rows));
    arena_destroy(&arena);
}

struct change {
    unsigned state, event;
    struct problem_facts facts;
    const char *why; /* NULL: it is open */
};

static void check(const struct change *rows, size_t count)
{
    struct arena *arena = arena_new();

    for (size_t i = 0; i < count; i++) {
        unsigned to;
        struct err err =
            move(rows[i].state, rows[i].event, &rows[i].facts, &to, arena);
        assert_int_equal(err.code, rows[i].why ? CODE_CONFLICT : CODE_OK);
        if (rows[i].why)
            assert_non_null(strstr(err.why, rows[i].why));
    }
    arena_destroy(&arena);
}

/* What the system does by itself, it does only when it has to. */
static void what_has_to_goes_to_a_meeting(void **unused)
{
    (void)unused;
    struct problem_facts calm = ripe(), two, alike, late;
    calm.roles = ROLE(SERVICE);
    calm.team_since = at(24, 540);
    two = alike = late = calm;
    two.departments = set_of("housing,finance");
    alike.alike = ALIKE_MUST;
    late.team_since = at(2, 600);
    late.now = at(17, 0); /* ten working days after Monday, the 2nd */
    struct problem_facts in_time = late;
    in_time.now.us--;
    struct problem_facts mediator = calm;
    mediator.roles = ROLE(T4_MEDIATOR);
    const struct change rows[] = {
        { PC_IN_TEAM, DO_PROPOSE, calm, "still has time" },
        { PC_IN_TEAM, DO_PROPOSE, in_time, "still has time" },
        { PC_IN_TEAM, DO_PROPOSE, late, NULL },
        { PC_RAISED, DO_PROPOSE, two, NULL },
        { PC_RAISED, DO_PROPOSE, alike, NULL },
        { PC_RAISED, DO_PROPOSE, mediator, NULL },
    };

    check(rows, COUNT(rows));
    assert_int_equal(problem_must(&calm), MUST_NOT);
    assert_int_equal(problem_must(&late), MUST_LATE);
    assert_int_equal(problem_must(&two), MUST_DEPARTMENTS);
    assert_int_equal(problem_must(&alike), MUST_ALIKE);
    calm.team_since = (struct moment){ 0 };
    assert_int_equal(problem_must(&calm), MUST_NOT);
    assert_true(problem_has_alike("area"));
    assert_false(problem_has_alike("other"));
}

static void a_team_works_on_what_was_given_to_it(void **unused)
{
    (void)unused;
    struct problem_facts ours = ripe(), theirs = ours;
    ours.roles = ROLE(T3_FRONT);
    theirs.roles = ROLE(T6_SERVICE);
    const struct change rows[] = {
        { PC_TRIAGED, DO_ACCEPT, ours, NULL },
        { PC_TRIAGED, DO_ACCEPT, theirs, "another team" },
        { PC_IN_TEAM, DO_RESOLVE, theirs, "another team" },
    };

    check(rows, COUNT(rows));
}

static void a_meeting_is_held_by_its_chair_when_it_may(void **unused)
{
    (void)unused;
    struct problem_facts other = ripe(), early = other, sudden = other,
                         few = other;
    other.chair = OWNER;
    early.starts_at = at(24, 601);
    sudden.invited_at = at(23, 601);
    few.quorum.here = 0;
    const struct change rows[] = {
        { PC_AGENDA_SET, DO_HOLD, other, "another member is the chair" },
        { PC_AGENDA_SET, DO_HOLD, early, "2026-11-24T10:01" },
        { PC_AGENDA_SET, DO_HOLD, sudden, "2026-11-24T10:01" },
        { PC_AGENDA_SET, DO_HOLD, few, "0 of 1" },
    };

    check(rows, COUNT(rows));
}

/* G-EQUAL and R-BONUS. */
static void a_decision_holds_for_all_and_names_no_sum(void **unused)
{
    (void)unused;
    struct problem_facts some = ripe(), sum = some;
    some.left_out = 2;
    sum.sum_in = "decision";
    const struct change rows[] = {
        { PC_MEETING_HELD, DO_DECIDE, some, "differs by 2" },
        { PC_MEETING_HELD, DO_DECIDE, sum, "decision names a sum" },
    };

    check(rows, COUNT(rows));
}

static void an_action_is_done_by_one_and_verified_by_another(void **unused)
{
    (void)unused;
    struct problem_facts open = ripe(), strange = open, done = open, verified,
                         left = open;
    strange.owner = OWNER;
    done.owner = OWNER;
    done.done = true;
    verified = done;
    verified.verified = true;
    struct problem_facts twice = open;
    twice.done = true;
    left.actions_left = 3;
    const struct change rows[] = {
        { PC_ACTIONS_OPEN, DO_ACT, open, NULL },
        { PC_ACTIONS_OPEN, DO_ACT, strange, "another's" },
        { PC_ACTIONS_OPEN, DO_ACT, twice, "done already" },
        { PC_ACTIONS_OPEN, DO_VERIFY, twice, "another person" },
        { PC_ACTIONS_OPEN, DO_VERIFY, strange, "not done yet" },
        { PC_ACTIONS_OPEN, DO_VERIFY, done, NULL },
        { PC_ACTIONS_OPEN, DO_VERIFY, verified, "verified already" },
        { PC_ACTIONS_OPEN, DO_COMPLETE, left, "3 actions" },
    };

    check(rows, COUNT(rows));
}

/* R-CLOSE: domain.md 8. */
static void only_a_word_or_fifteen_days_of_silence_close_it(void **unused)
{
    (void)unused;
    struct problem_facts silent = ripe(), asked = silent, said, strange, twice,
                         quality;
    asked.asked_at = at(9, 600);
    asked.now = at(24, 1439);
    said = asked;
    said.answered = true;
    silent.asked_at = at(8, 600); /* the 15th day is Monday, the 23rd */
    silent.now = at(24, 0);
    strange = twice = ripe();
    strange.roles = ROLE(T4_MEDIATOR);
    strange.concerned = HOME;
    quality = strange;
    quality.roles = ROLE(T5_QUALITY);
    twice.answered = true;
    const struct change rows[] = {
        { PC_RESIDENT_FEEDBACK, DO_CLOSE, asked, "2026-11-25T00:00" },
        { PC_RESIDENT_FEEDBACK, DO_CLOSE, silent, NULL },
        { PC_RESIDENT_FEEDBACK, DO_CLOSE, said, NULL },
        { PC_RESIDENT_FEEDBACK, DO_FEEDBACK, strange, "only whom it" },
        { PC_RESIDENT_FEEDBACK, DO_FEEDBACK, quality, NULL },
        { PC_RESIDENT_FEEDBACK, DO_FEEDBACK, twice, "said already" },
    };

    check(rows, COUNT(rows));
    said.roles = ~ROLE(SERVICE);
    struct arena *arena = arena_new();
    unsigned to;
    assert_refused(move(PC_RESIDENT_FEEDBACK, DO_CLOSE, &said, &to, arena),
                   CODE_DENIED);
    arena_destroy(&arena);
}

static void it_is_opened_again_for_ninety_days(void **unused)
{
    (void)unused;
    struct problem_facts last = ripe(), late, quality;
    last.roles = ROLE(RESIDENT);
    last.ended_at = moment_at(days_after(day_of(last.now), -REOPEN_DAYS), 0);
    late = last;
    late.ended_at.us -= 1;
    quality = late;
    quality.roles = ROLE(T5_QUALITY);
    const struct change rows[] = {
        { PC_CLOSED, DO_REOPEN, last, NULL },
        { PC_CLOSED, DO_REOPEN, late, "90 days" },
        { PC_CLOSED, DO_REOPEN, quality, NULL },
    };

    check(rows, COUNT(rows));
}

static size_t count_of(const char *const *words)
{
    size_t count = 0;

    while (words[count])
        count++;
    return count;
}

static void every_code_has_its_chinese_word(void **unused)
{
    (void)unused;
    assert_int_equal(count_of(problem_kinds), count_of(problem_kind_labels));
    assert_int_equal(count_of(problem_outcomes),
                     count_of(problem_outcome_labels));
    assert_int_equal(count_of(problem_channels),
                     count_of(problem_channel_labels));
    assert_string_equal(
        problem_label(problem_channels, problem_channel_labels, "suit"),
        "行政诉讼");
    assert_null(problem_label(problem_channels, problem_channel_labels, "x"));
    assert_null(problem_label(problem_channels, problem_channel_labels, NULL));
    role_set team;
    for (size_t i = 0; problem_teams[i]; i++)
        assert_true(roles_parse(problem_teams[i], &team));
}

RUN(cmocka_unit_test(its_table_and_its_clocks_are_whole),
    cmocka_unit_test(only_the_moves_of_the_table_exist),
    cmocka_unit_test(what_has_to_goes_to_a_meeting),
    cmocka_unit_test(a_team_works_on_what_was_given_to_it),
    cmocka_unit_test(a_meeting_is_held_by_its_chair_when_it_may),
    cmocka_unit_test(a_decision_holds_for_all_and_names_no_sum),
    cmocka_unit_test(an_action_is_done_by_one_and_verified_by_another),
    cmocka_unit_test(only_a_word_or_fifteen_days_of_silence_close_it),
    cmocka_unit_test(it_is_opened_again_for_ninety_days),
    cmocka_unit_test(every_code_has_its_chinese_word))
