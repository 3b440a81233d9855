#include "services/cases/grievance/rules.h"
#include "tests/check.h"
#include "tests/when.h"

#include <string.h>

/* Everything that any guard wants is there: each move of each state is open. */
static struct grievance_facts ripe(unsigned state, unsigned event)
{
    return (struct grievance_facts){
        .now = at("2026-11-24T10:00:00"),
        .state = state,
        .part = 0,
        .appeal_until = at("2026-12-01T00:00:00"),
        .reopen_until = at("2026-12-01T00:00:00"),
        .withdrawing = event == WITHDRAW_KEEP || event == WITHDRAW_CONFIRM,
    };
}

static struct err move(const struct grievance_facts *facts, role_set roles,
                       unsigned event, unsigned *to, struct arena *arena)
{
    struct stand stand = { .state = facts->state,
                           .roles = roles,
                           .facts = facts };

    return flow_move(&grievance_flow, &stand, event, to, arena);
}

static void the_tables_have_no_fault(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    assert_null(flow_fault(&grievance_flow, arena));
    assert_null(clock_fault(grievance_clocks, arena));
    for (size_t i = 0; grievance_kinds[i].name || grievance_kind_names[i]; i++)
        assert_string_equal(grievance_kinds[i].name, grievance_kind_names[i]);
    assert_ptr_equal(grievance_kind_of("visit"), &grievance_kinds[0]);
    assert_null(grievance_kind_of("none_of_them"));
    arena_destroy(&arena);
}

/* The whole life of a grievance; what is not here does not exist. */
static void only_the_moves_of_the_table_exist(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct { unsigned event, from, to; } want[] = {
        { LODGE, NO_GRIEVANCE, RECEIVED },
        { ACK, RECEIVED, ACKED },            { ACT, EMERGENCY, ACKED },
        { TRIAGE, ACKED, TRIAGED },          { ACCEPT, TRIAGED, ACCEPTED },
        { REDIRECT, TRIAGED, REDIRECTED },   { MERGE, TRIAGED, DUPLICATE },
        { INVESTIGATE, ACCEPTED, INVESTIGATING },
        { INVESTIGATE, EXTENDED, INVESTIGATING },
        { PROPOSE, INVESTIGATING, PROPOSED }, { PROPOSE, EXTENDED, PROPOSED },
        { REPLY, PROPOSED, REPLIED },
        { REPLY, APPEALED_G2, REPLIED_G2 },  { REPLY, APPEALED_G3, REPLIED_G3 },
        { EXTEND, ACCEPTED, EXTENDED },      { EXTEND, INVESTIGATING, EXTENDED },
        { EXTEND, PROPOSED, EXTENDED },
        { RAISE_ALARM, RECEIVED, EMERGENCY }, { RAISE_ALARM, ACKED, EMERGENCY },
        { RAISE_ALARM, TRIAGED, EMERGENCY }, { RAISE_ALARM, ACCEPTED, EMERGENCY },
        { RAISE_ALARM, INVESTIGATING, EMERGENCY },
        { RAISE_ALARM, PROPOSED, EMERGENCY }, { RAISE_ALARM, EXTENDED, EMERGENCY },
        { RAISE_ALARM, SAFEGUARD, EMERGENCY },
        { SAFEGUARD_ON, ACCEPTED, SAFEGUARD }, { SAFEGUARD_ON, INVESTIGATING, SAFEGUARD },
        { SAFEGUARD_ON, PROPOSED, SAFEGUARD }, { SAFEGUARD_ON, EXTENDED, SAFEGUARD },
        { SAFEGUARD_ON, EMERGENCY, SAFEGUARD },
        { SAFEGUARD_OFF, SAFEGUARD, INVESTIGATING },
        { SATISFY, REPLIED, SATISFIED },     { SATISFY, REPLIED_G2, SATISFIED },
        { SATISFY, REPLIED_G3, SATISFIED },
        { APPEAL, REPLIED, APPEALED_G2 },    { APPEAL, REDIRECTED, APPEALED_G2 },
        { APPEAL, DUPLICATE, APPEALED_G2 },  { APPEAL, REPLIED_G2, APPEALED_G3 },
        { CLOSE, REPLIED, CLOSED },          { CLOSE, REPLIED_G2, CLOSED },
        { CLOSE, REPLIED_G3, CLOSED },       { CLOSE, SATISFIED, CLOSED },
        { CLOSE, REDIRECTED, CLOSED },       { CLOSE, DUPLICATE, CLOSED },
        { REOPEN, CLOSED, ACCEPTED },        { REOPEN, WITHDRAWN, ACCEPTED },
    };
    static const unsigned open[] = {
        RECEIVED, ACKED, TRIAGED, ACCEPTED, INVESTIGATING, PROPOSED, EXTENDED,
        REPLIED, REPLIED_G2, REPLIED_G3, EMERGENCY, SAFEGUARD, APPEALED_G2,
        APPEALED_G3,
    };
    /* clang-format on */
    struct arena *arena = arena_new();

    for (unsigned state = NO_GRIEVANCE; state <= SAFEGUARD; state++) {
        for (unsigned event = LODGE; event <= REOPEN; event++) {
            unsigned goes = NO_GRIEVANCE, to = NO_GRIEVANCE;
            for (size_t i = 0; i < COUNT(want); i++)
                if (want[i].event == event && want[i].from == state)
                    goes = want[i].to;
            for (size_t i = 0; i < COUNT(open); i++)
                if (open[i] == state && event >= WITHDRAW_ASK
                    && event <= WITHDRAW_CONFIRM)
                    goes = event == WITHDRAW_CONFIRM ? WITHDRAWN : state;
            struct grievance_facts facts = ripe(state, event);
            struct err err = move(&facts, ~UINT64_C(0), event, &to, arena);
            assert_int_equal(err.code, goes ? CODE_OK : CODE_CONFLICT);
            assert_int_equal(to, goes);
        }
    }
    arena_destroy(&arena);
}

static void each_guard_says_no_by_its_facts(void **unused)
{
    (void)unused;
    const struct moment long_ago = at("2026-11-24T10:00:00");
    /* clang-format off */
    const struct {
        unsigned state, event;
        struct grievance_facts wrong;
        const char *why;
    } rows[] = {
        { INVESTIGATING, PROPOSE, { .about = true }, "somebody else" },
        { APPEALED_G2, REPLY, { .part = 1 }, "at another level" },
        { APPEALED_G3, REPLY, { .part = 2 }, "at another level" },
        { TRIAGED, ACCEPT, { .part = 2 }, "at another level" },
        { ACCEPTED, INVESTIGATE, { .case_team = true }, "own case" },
        { REPLIED, APPEAL, { .appeal_until = long_ago }, "days to appeal ended" },
        { REPLIED, CLOSE, { .by_system = true }, "still appeal" },
        { INVESTIGATING, EXTEND, { .extended = true }, "once already" },
        { CLOSED, REOPEN, { .reopen_until = long_ago }, "ninety days" },
        { REPLIED, WITHDRAW_ASK, { .withdrawing = true }, "waits" },
        { REPLIED, WITHDRAW_KEEP, { .withdrawing = false }, "nobody has asked" },
        { REPLIED, WITHDRAW_CONFIRM, { .withdrawing = false }, "nobody has asked" },
        { REPLIED, WITHDRAW_CONFIRM, { .withdrawing = true, .same_way = true }, "second channel" },
        { REPLIED, WITHDRAW_CONFIRM, { .withdrawing = true, .part = 1 }, "does not confirm" },
        { REPLIED, WITHDRAW_CONFIRM, { .withdrawing = true, .took_down = true }, "does not confirm" },
        { REPLIED, WITHDRAW_CONFIRM, { .withdrawing = true, .about = true }, "does not confirm" },
        { REPLIED, WITHDRAW_CONFIRM, { .withdrawing = true, .case_team = true }, "does not confirm" },
    };
    /* clang-format on */
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct grievance_facts facts = rows[i].wrong;
        unsigned to;
        facts.state = rows[i].state;
        facts.now = long_ago;
        if (!facts.appeal_until.us)
            facts.appeal_until = at("2026-12-01T00:00:00");
        struct err err = move(&facts, ~UINT64_C(0), rows[i].event, &to, arena);
        assert_int_equal(err.code, CODE_CONFLICT);
        assert_non_null(strstr(err.why, rows[i].why));
    }
    arena_destroy(&arena);
}

static void the_system_closes_when_the_days_to_appeal_are_over(void **unused)
{
    (void)unused;
    struct grievance_facts facts = ripe(REPLIED, CLOSE);
    struct arena *arena = arena_new();
    unsigned to;

    facts.by_system = true;
    facts.now = facts.appeal_until;
    assert_ok(move(&facts, ROLE(SERVICE), CLOSE, &to, arena));
    facts.now.us--;
    assert_refused(move(&facts, ROLE(SERVICE), CLOSE, &to, arena),
                   CODE_CONFLICT);
    arena_destroy(&arena);
}

static void nobody_of_the_office_ends_a_grievance(void **unused)
{
    (void)unused;
    static const unsigned own[] = { SATISFY, APPEAL, CLOSE, REOPEN };
    role_set office = ~(ROLE_HOUSEHOLD | ROLE(SERVICE));
    struct arena *arena = arena_new();
    unsigned to;

    for (size_t i = 0; i < COUNT(own); i++) {
        struct grievance_facts facts =
            ripe(own[i] == REOPEN ? CLOSED : REPLIED, own[i]);
        assert_refused(move(&facts, office, own[i], &to, arena), CODE_DENIED);
        assert_ok(move(&facts, ROLE(RESIDENT), own[i], &to, arena));
    }
    arena_destroy(&arena);
}

static void a_level_is_handled_by_its_own(void **unused)
{
    (void)unused;
    static const struct {
        unsigned state, level;
        role_set may, may_not;
    } rows[] = {
        { PROPOSED, 1, ROLE(COMMUNITY_WINDOW), ROLE(DISTRICT_PANEL) },
        { APPEALED_G2, 2, ROLE(T5_QUALITY), ROLE(COMMUNITY_WINDOW) },
        { APPEALED_G3, 3, ROLE(DISTRICT_PANEL), ROLE(T5_QUALITY) },
    };
    struct arena *arena = arena_new();
    unsigned to;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct grievance_facts facts = ripe(rows[i].state, REPLY);
        assert_int_equal(grievance_level(rows[i].state), rows[i].level);
        assert_ok(move(&facts, rows[i].may, REPLY, &to, arena));
        assert_int_equal(grievance_level(to), rows[i].level);
        assert_refused(move(&facts, rows[i].may_not, REPLY, &to, arena),
                       CODE_DENIED);
    }
    arena_destroy(&arena);
}

static void the_first_look_and_the_answer_have_their_periods(void **unused)
{
    (void)unused;
    static const struct {
        unsigned event, urgency, weight;
        bool stops;
        const char *starts;
    } rows[] = {
        { LODGE, NORMAL, ORDINARY, true, "T-GR-ACK" },
        { LODGE, WITHIN_DAY, ORDINARY, true, "T-GR-ACK24" },
        { LODGE, AT_ONCE, ORDINARY, true, "T-GR-EMERG" },
        { ACK, NORMAL, ORDINARY, true, "T-GR-TRIAGE" },
        { ACCEPT, NORMAL, SIMPLE, true, "T-GR-SIMPLE" },
        { ACCEPT, NORMAL, ORDINARY, true, "T-GR-NORMAL" },
        { REOPEN, NORMAL, COMPLEX, true, "T-GR-COMPLEX" },
        { REPLY, NORMAL, ORDINARY, true, "T-GR-APPEAL" },
        { APPEAL, NORMAL, ORDINARY, true, "T-GR-REVIEW" },
        { CLOSE, NORMAL, ORDINARY, true, NULL },
        { PROPOSE, NORMAL, ORDINARY, false, NULL },
        { WITHDRAW_ASK, NORMAL, ORDINARY, false, NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct clock_change change =
            grievance_clock(rows[i].event, rows[i].urgency, rows[i].weight);
        assert_int_equal(change.stops, rows[i].stops);
        if (!rows[i].starts) {
            assert_null(change.starts);
            continue;
        }
        assert_string_equal(change.starts, rows[i].starts);
        assert_non_null(clock_rule_of(grievance_clocks, change.starts));
    }
}

static void a_household_is_shielded_for_180_whole_days(void **unused)
{
    (void)unused;
    struct moment filed = at("2026-01-01T23:59:00");
    struct moment last = at("2026-06-30T23:59:59");
    struct moment none = { 0 };
    struct arena *arena = arena_new();

    assert_int_equal(shield_end(filed).us, at("2026-07-01T00:00:00").us);
    assert_int_equal(reopen_end(filed).us, at("2026-04-02T00:00:00").us);
    assert_int_equal(approval_end(filed).us, at("2026-02-01T00:00:00").us);
    assert_non_null(shield_hold(filed, none, last, arena).why);
    assert_null(shield_hold(filed, none, shield_end(filed), arena).why);
    assert_null(shield_hold(none, none, last, arena).why);
    assert_null(shield_hold(filed, at("2026-07-01T00:00:00"), last, arena).why);
    assert_non_null(shield_hold(filed, last, last, arena).why);
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(the_tables_have_no_fault),
    cmocka_unit_test(only_the_moves_of_the_table_exist),
    cmocka_unit_test(each_guard_says_no_by_its_facts),
    cmocka_unit_test(the_system_closes_when_the_days_to_appeal_are_over),
    cmocka_unit_test(nobody_of_the_office_ends_a_grievance),
    cmocka_unit_test(a_level_is_handled_by_its_own),
    cmocka_unit_test(the_first_look_and_the_answer_have_their_periods),
    cmocka_unit_test(a_household_is_shielded_for_180_whole_days))
