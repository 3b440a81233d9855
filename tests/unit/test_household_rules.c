#include "services/cases/household/policy.h"
#include "services/cases/household/rules.h"
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

static const struct id MAKER = { "00000000-0000-7000-8000-0000000000a1" };
static const struct id OTHER = { "00000000-0000-7000-8000-0000000000b2" };
static const struct id PAPER = { "00000000-0000-7000-8000-0000000000c3" };

/* A moment in the district: "2026-11-02T09:00:00". */
static struct moment at(const char *local)
{
    char text[VALUE_TEXT_MAX];
    struct moment moment;

    snprintf(text, sizeof text, "%s+08:00", local);
    assert_true(moment_parse(text, &moment));
    return moment;
}

static struct day on(const char *text)
{
    struct day day;

    assert_true(day_parse(text, &day));
    return day;
}

/* Everything that any guard wants is there: each move of each state is open.
 * Tuesday, 2026-11-24, 10:00. */
static struct standing ripe(unsigned state)
{
    return (struct standing){
        .state = state,
        .now = at("2026-11-24T10:00:00"),
        .actor = OTHER,
        .roles = ~UINT64_C(0),
        .plan_published_on = on("2026-09-01"),
        .pack_version = 2,
        .pack_published_on = on("2026-09-01"),
        .prepared = PAPER,
        .prepared_by = MAKER,
        .prepared_at = at("2026-11-20T10:00:00"),
        .offer_version = 1,
        .offered_at = at("2026-11-02T16:30:00"),
        .facts_since = at("2026-10-01T10:00:00"),
        .cooling_until = at(state == SIGNED_COOLING ? "2026-11-28T00:00:00"
                                                    : "2026-11-24T00:00:00"),
    };
}

/* The whole life of a household on one page: NONE where there is no move. */
static void only_the_moves_of_the_table_exist(void **unused)
{
    (void)unused;
    enum { X = NONE };
    /* clang-format off */
    static const unsigned want[][TAKE_EFFECT + 1] = {
        /*                   IMPORT      MAKE        OFFER    REOFFER  SIGN            WITHDRAW TAKE_EFFECT */
        [NONE]           = { REGISTERED, X,          X,       X,       X,              X,       X },
        [REGISTERED]     = { X,          REGISTERED, OFFERED, X,       X,              X,       X },
        [OFFERED]        = { X,          OFFERED,    X,       OFFERED, SIGNED_COOLING, X,       X },
        [SIGNED_COOLING] = { X,          X,          X,       X,       X,              OFFERED, X },
        [EFFECTIVE]      = { X,          X,          X,       X,       X,              X,       X },
    };
    /* clang-format on */
    struct arena *arena = arena_new();

    for (unsigned state = NONE; state <= EFFECTIVE; state++) {
        for (unsigned event = IMPORT; event <= TAKE_EFFECT; event++) {
            struct standing household = ripe(state);
            unsigned to = NONE;
            struct err err = household_move(&household, event, &to, arena);
            assert_int_equal(err.code,
                             want[state][event] ? CODE_OK : CODE_CONFLICT);
            assert_int_equal(to, want[state][event]);
        }
    }
    arena_destroy(&arena);
}

static void its_table_is_whole(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    assert_null(flow_fault(&household_flow, arena));
    arena_destroy(&arena);
}

/* What is told to be in the way is what is in the way. */
static void each_refusal_bears_the_name_of_its_rule(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct standing none = ripe(REGISTERED), unmade = none, own = none,
                    early = none, changed = ripe(OFFERED), unread = changed,
                    night = changed, late = ripe(SIGNED_COOLING);
    none.pack_version = 0;
    unmade.prepared = (struct id){ "" };
    own.actor = MAKER;
    early.plan_published_on = on("2026-11-20");
    changed.facts_since = at("2026-11-10T10:00:00");
    unread.offered_at = at("2026-11-20T10:00:00");
    night.now = at("2026-11-24T20:00:00");
    const struct {
        const struct standing *standing;
        const char *event, *guard;
    } rows[] = {
        { &none, "make", "G-NEWER" },       { &unmade, "offer", "G-PREPARED" },
        { &own, "offer", "G-TWO-PERSONS" }, { &early, "offer", "G-PUBLISHED" },
        { &changed, "sign", "G-OFFER" },    { &unread, "sign", "G-READ" },
        { &night, "sign", "G-PLACE" },      { &late, "effective", "T-COOL" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct next_moves next = household_moves(rows[i].standing, arena);
        const char *guard = NULL;
        for (size_t m = 0; m < next.count; m++)
            if (strcmp(next.at[m].event, rows[i].event) == 0)
                guard = next.at[m].guard;
        assert_non_null(guard);
        assert_string_equal(guard, rows[i].guard);
    }
    arena_destroy(&arena);
}

static void it_takes_effect_when_the_cooling_days_are_over(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct standing household = ripe(SIGNED_COOLING);
    unsigned to;

    household.now.us = household.cooling_until.us - 1;
    assert_refused(household_move(&household, TAKE_EFFECT, &to, arena),
                   CODE_CONFLICT);
    assert_ok(household_move(&household, WITHDRAW, &to, arena));
    household.now = household.cooling_until;
    assert_ok(household_move(&household, TAKE_EFFECT, &to, arena));
    assert_int_equal(to, EFFECTIVE);
    assert_refused(household_move(&household, WITHDRAW, &to, arena),
                   CODE_CONFLICT);
    arena_destroy(&arena);
}

/* Offered on Monday 2026-11-02, whatever the hour: seven whole days follow. */
static void signing_waits_for_seven_whole_days_and_for_its_hours(void **unused)
{
    (void)unused;
    static const struct {
        const char *offered, *now;
        enum code want;
    } rows[] = {
        { "2026-11-02T00:00:00", "2026-11-02T09:00:00", CODE_CONFLICT },
        { "2026-11-02T00:00:00", "2026-11-09T17:59:59", CODE_CONFLICT },
        { "2026-11-02T00:00:00", "2026-11-10T08:29:59", CODE_CONFLICT },
        { "2026-11-02T00:00:00", "2026-11-10T08:30:00", CODE_OK },
        { "2026-11-02T23:59:59", "2026-11-09T09:00:00", CODE_CONFLICT },
        { "2026-11-02T23:59:59", "2026-11-10T08:30:00", CODE_OK },
        { "2026-11-03T00:00:00", "2026-11-10T17:59:59", CODE_CONFLICT },
        { "2026-11-03T00:00:00", "2026-11-11T08:30:00", CODE_OK },
        { "2026-11-02T16:30:00", "2026-11-10T17:59:59", CODE_OK },
        { "2026-11-02T16:30:00", "2026-11-10T18:00:00", CODE_CONFLICT },
        { "2026-11-02T16:30:00", "2026-11-11T03:00:00", CODE_CONFLICT },
        /* the last day to read is a Saturday: waiting is not moved by it */
        { "2026-11-07T10:00:00", "2026-11-15T08:30:00", CODE_OK },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct standing household = ripe(OFFERED);
        unsigned to;
        household.offered_at = at(rows[i].offered);
        household.now = at(rows[i].now);
        assert_refused(household_move(&household, SIGN, &to, arena),
                       rows[i].want);
    }
    arena_destroy(&arena);
}

static void
a_refusal_says_what_is_missing_until_when_and_what_is_open(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct standing household = ripe(OFFERED);
    unsigned to;

    household.now = at("2026-11-05T10:00:00");
    struct err err = household_move(&household, SIGN, &to, arena);
    assert_string_equal(
        err.why, "the household still reads its offer and cannot sign before "
                 "2026-11-10T08:30:00+08:00; open now: make, reoffer");
    household.state = EFFECTIVE;
    err = household_move(&household, SIGN, &to, arena);
    assert_string_equal(
        err.why, "from effective there is no sign; open now: nothing yet");
    arena_destroy(&arena);
}

static void corrected_facts_want_a_new_offer_before_a_signature(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct standing household = ripe(OFFERED);
    unsigned to;

    household.facts_since.us = household.offered_at.us;
    assert_ok(household_move(&household, SIGN, &to, arena));
    household.facts_since.us = household.offered_at.us + 1;
    assert_refused(household_move(&household, SIGN, &to, arena), CODE_CONFLICT);
    assert_ok(household_move(&household, MAKE, &to, arena));
    arena_destroy(&arena);
}

static void a_second_offer_wants_new_rules_or_new_facts(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct standing household = ripe(OFFERED);
    unsigned to;

    household.offer_version = household.pack_version;
    assert_refused(household_move(&household, MAKE, &to, arena), CODE_CONFLICT);
    assert_refused(household_move(&household, REOFFER, &to, arena),
                   CODE_CONFLICT);
    household.facts_since.us = household.offered_at.us + 1;
    assert_ok(household_move(&household, REOFFER, &to, arena));
    arena_destroy(&arena);
}

static void
nothing_is_offered_without_a_pack_or_without_a_statement(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct standing none = ripe(REGISTERED), unmade = none, stale = none;
    unsigned to;

    none.pack_version = 0;
    unmade.prepared = (struct id){ "" };
    stale.facts_since.us = stale.prepared_at.us + 1;
    assert_refused(household_move(&none, MAKE, &to, arena), CODE_CONFLICT);
    assert_refused(household_move(&unmade, OFFER, &to, arena), CODE_CONFLICT);
    assert_refused(household_move(&stale, OFFER, &to, arena), CODE_CONFLICT);
    arena_destroy(&arena);
}

static void who_made_a_statement_does_not_release_it(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    unsigned to;

    for (unsigned state = REGISTERED; state <= OFFERED; state++) {
        struct standing household = ripe(state);
        enum event event = state == REGISTERED ? OFFER : REOFFER;
        assert_ok(household_move(&household, event, &to, arena));
        household.actor = MAKER;
        assert_refused(household_move(&household, event, &to, arena),
                       CODE_CONFLICT);
    }
    arena_destroy(&arena);
}

/* The day of publication is not counted; then 30 whole days, or 10 for a pack
 * that pays more than one before it. */
static void an_offer_waits_for_the_publication(void **unused)
{
    (void)unused;
    static const struct {
        const char *plan, *pack;
        int64_t version;
        const char *now;
        enum code want;
    } rows[] = {
        { "2026-10-01", "2026-09-01", 1, "2026-10-31T23:59:59", CODE_CONFLICT },
        { "2026-10-01", "2026-09-01", 1, "2026-11-01T00:00:00", CODE_OK },
        { "2026-09-01", "2026-10-01", 1, "2026-10-31T23:59:59", CODE_CONFLICT },
        { "2026-09-01", "2026-10-01", 1, "2026-11-01T00:00:00", CODE_OK },
        { "2026-09-01", "2026-10-01", 2, "2026-10-11T23:59:59", CODE_CONFLICT },
        { "2026-09-01", "2026-10-01", 2, "2026-10-12T00:00:00", CODE_OK },
        { "2026-10-01", "2026-10-01", 2, "2026-10-12T00:00:00", CODE_CONFLICT },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct standing household = ripe(REGISTERED);
        unsigned to;
        household.plan_published_on = on(rows[i].plan);
        household.pack_published_on = on(rows[i].pack);
        household.pack_version = rows[i].version;
        household.now = at(rows[i].now);
        household.prepared_at = household.now;
        assert_refused(household_move(&household, OFFER, &to, arena),
                       rows[i].want);
    }
    arena_destroy(&arena);
}

/* Seven days after the day of signing; who has to act is not hurt by a day
 * off at the end (National Day 2026 is off from 10-01 to 10-07). */
static void the_cooling_days_end_with_a_working_day(void **unused)
{
    (void)unused;
    static const struct {
        const char *signed_at, *until;
    } rows[] = {
        { "2026-11-10T08:30:00", "2026-11-18T00:00:00" },
        { "2026-11-10T17:59:59", "2026-11-18T00:00:00" },
        { "2026-11-14T10:00:00", "2026-11-24T00:00:00" }, /* Sat to Mon */
        { "2026-09-25T10:00:00", "2026-10-09T00:00:00" }, /* holidays   */
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(cooling_end(at(rows[i].signed_at)).us,
                         at(rows[i].until).us);
}

static void what_is_shown_as_open_is_what_may_be_done(void **unused)
{
    (void)unused;
    static const char *const days[] = { "2026-11-02T09:00:00",
                                        "2026-11-10T09:00:00",
                                        "2026-11-27T22:00:00" };
    struct arena *arena = arena_new();
    size_t shown = 0;

    for (unsigned state = REGISTERED; state <= EFFECTIVE; state++) {
        for (size_t day = 0; day < COUNT(days); day++) {
            struct standing household = ripe(state);
            household.now = at(days[day]);
            struct next_moves next = household_moves(&household, arena);
            for (size_t i = 0; i < next.count; i++, shown++) {
                unsigned event = 0, to;
                while (strcmp(household_events[event], next.at[i].event) != 0)
                    event++;
                struct err err = household_move(&household, event, &to, arena);
                assert_int_equal(next.at[i].open, err.code == CODE_OK);
                assert_int_equal(next.at[i].why == NULL, next.at[i].open);
                household.now = next.at[i].from;
                if (next.at[i].from.us)
                    assert_ok(household_move(&household, event, &to, arena));
                household.now = at(days[day]);
            }
        }
    }
    assert_int_equal(shown, COUNT(days) * (2 + 3 + 2 + 0));
    arena_destroy(&arena);
}

static void one_to_five_different_people_witness_a_signature(void **unused)
{
    (void)unused;
    const struct id twice[] = { MAKER, OTHER, MAKER };
    const struct id many[SIGNERS_MAX + 1] = { MAKER, OTHER, PAPER };

    assert_ok(signers_check((struct ids){ twice, 1 }));
    assert_ok(signers_check((struct ids){ twice, 2 }));
    assert_string_equal(signers_check((struct ids){ twice, 0 }).field,
                        "signers");
    assert_string_equal(signers_check((struct ids){ twice, 3 }).field,
                        "signers");
    assert_string_equal(
        signers_check((struct ids){ many, SIGNERS_MAX + 1 }).field, "signers");
}

RUN(cmocka_unit_test(its_table_is_whole),
    cmocka_unit_test(each_refusal_bears_the_name_of_its_rule),
    cmocka_unit_test(only_the_moves_of_the_table_exist),
    cmocka_unit_test(it_takes_effect_when_the_cooling_days_are_over),
    cmocka_unit_test(signing_waits_for_seven_whole_days_and_for_its_hours),
    cmocka_unit_test(
        a_refusal_says_what_is_missing_until_when_and_what_is_open),
    cmocka_unit_test(corrected_facts_want_a_new_offer_before_a_signature),
    cmocka_unit_test(a_second_offer_wants_new_rules_or_new_facts),
    cmocka_unit_test(nothing_is_offered_without_a_pack_or_without_a_statement),
    cmocka_unit_test(who_made_a_statement_does_not_release_it),
    cmocka_unit_test(an_offer_waits_for_the_publication),
    cmocka_unit_test(the_cooling_days_end_with_a_working_day),
    cmocka_unit_test(what_is_shown_as_open_is_what_may_be_done),
    cmocka_unit_test(one_to_five_different_people_witness_a_signature))
