#include "services/cases/condition/rules.h"
#include "services/cases/household/policy.h"
#include "services/cases/household/rules.h"
#include "services/cases/period/rules.h"
#include "tests/check.h"
#include "tests/when.h"

#include <string.h>

static const struct id MAKER = { "00000000-0000-7000-8000-0000000000a1" };
static const struct id OTHER = { "00000000-0000-7000-8000-0000000000b2" };
static const struct id PAPER = { "00000000-0000-7000-8000-0000000000c3" };

/* Everything that any guard wants is there: each move of each state is open.
 * Tuesday, 2026-11-24, 10:00; what was recorded was long ago. */
static struct standing ripe(unsigned state)
{
    struct standing household = {
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
        .choice = CHOICE_MONEY,
        .reasoned = true,
        .tolled = state == NEGOTIATING,
        .panel = 3,
        .panel_appraisers = 2,
        .paid_by = MAKER,
        .paid = { 8840000 },
        .owed = { 8840000 },
    };
    for (unsigned event = 0; event < EVENT_COUNT; event++)
        household.on[event] = on("2026-03-02");
    household.on[SETTLE] = on("2025-11-03");
    household.on[REVIEW_DONE] = household.on[REMEDY_END] = (struct day){ 0 };
    return household;
}

/* A few moves want what another of the same state does not. */
static struct standing ripe_for(unsigned state, unsigned event)
{
    struct standing household = ripe(state);

    if (event == ASK_REVIEW)
        household.on[SERVE] = on("2026-11-20");
    if (event == ASK_EXPERT && state == APPRAISAL_SERVED)
        household.on[REVIEW_DONE] = on("2026-11-20");
    if (event == TRANSIT)
        household.choice = CHOICE_SWAP;
    if (event == UNTOLL)
        household.tolled = true;
    if (event == TAKE_EFFECT)
        household.now = household.cooling_until;
    if (event == PERIOD_END) {
        household.offered_at = at("2026-09-02T10:00:00");
        household.tolled = false;
    }
    return household;
}

static bool moves_to(unsigned state, unsigned track, unsigned event,
                     unsigned *to, struct arena *arena)
{
    struct standing household = ripe_for(state, event);

    household.track = track;
    *to = NONE;
    return household_move(&household, event, to, arena).code == CODE_OK;
}

/* The whole life of a household on one page (domain.md 4.1): a state, and where
 * its events lead. */
/* clang-format off */
static const struct edge {
    unsigned from, event, to;
} edges[] = {
    { NONE, IMPORT, REGISTERED },
    { REGISTERED, NOTICE, REGISTERED },       { REGISTERED, SURVEY_START, SURVEYING },
    { SURVEYING, SURVEY_POST, SURVEY_POSTED },
    { SURVEY_POSTED, OBJECT, SURVEY_DISPUTED }, { SURVEY_POSTED, CONFIRM, ENTITLED },
    { SURVEY_POSTED, DOUBT_OWNER, OWNER_UNCLEAR },
    { SURVEY_DISPUTED, REPOST, SURVEY_POSTED }, { SURVEY_DISPUTED, RESOLVE, ENTITLED },
    { OWNER_UNCLEAR, FIND_OWNER, ENTITLED },
    { ENTITLED, APPRAISE, APPRAISING },
    { APPRAISING, POST_PRELIM, APPRAISAL_POSTED },
    { APPRAISAL_POSTED, SERVE, APPRAISAL_SERVED },
    { APPRAISAL_SERVED, ASK_REVIEW, APPRAISAL_REVIEW },
    { APPRAISAL_SERVED, ASK_EXPERT, APPRAISAL_EXPERT },
    { APPRAISAL_SERVED, WAIVE_REVIEW, EXPLAINING }, { APPRAISAL_SERVED, FINAL, EXPLAINING },
    { APPRAISAL_REVIEW, REVIEW_DONE, APPRAISAL_SERVED },
    { APPRAISAL_REVIEW, ASK_EXPERT, APPRAISAL_EXPERT },
    { APPRAISAL_EXPERT, EXPERT_DONE, EXPLAINING },
    { EXPLAINING, MAKE, EXPLAINING },         { EXPLAINING, OFFER, OFFERED },
    { OFFERED, CONSIDER, CONSIDERING },
    { CONSIDERING, MAKE, CONSIDERING },       { CONSIDERING, REOFFER, OFFERED },
    { CONSIDERING, TALK, NEGOTIATING },       { CONSIDERING, SIGN, SIGNED_COOLING },
    { CONSIDERING, TOLL, CONSIDERING },       { CONSIDERING, UNTOLL, CONSIDERING },
    { CONSIDERING, PERIOD_END, NO_AGREEMENT },
    { NEGOTIATING, MAKE, NEGOTIATING },       { NEGOTIATING, REOFFER, OFFERED },
    { NEGOTIATING, TALK_END, CONSIDERING },   { NEGOTIATING, SIGN, SIGNED_COOLING },
    { NEGOTIATING, TOLL, NEGOTIATING },       { NEGOTIATING, UNTOLL, NEGOTIATING },
    { NEGOTIATING, PERIOD_END, NO_AGREEMENT },
    { SIGNED_COOLING, WITHDRAW, CONSIDERING }, { SIGNED_COOLING, TAKE_EFFECT, EFFECTIVE },
    { SIGNED_COOLING, LAPSE, LAPSED },
    { EFFECTIVE, PAY, PAID },
    { PAID, MOVE, MOVING },                   { MOVING, VACATE, VACATED },
    { VACATED, TRANSIT, TRANSITION },         { VACATED, SETTLE, SETTLED },
    { TRANSITION, CHOOSE, CHOOSING },         { CHOOSING, RESETTLE, RESETTLED },
    { RESETTLED, SETTLE, SETTLED },           { SETTLED, CLOSE, CLOSED },
    { NO_AGREEMENT, SIGN, SIGNED_COOLING },
}, by_law[] = {
    { NO_AGREEMENT, DRAFT_DECISION, DECISION_DRAFT },
    { DECISION_DRAFT, DECIDE, DECIDED },      { DECISION_DRAFT, SIGN, SIGNED_COOLING },
    { DECIDED, SIGN, SIGNED_COOLING },        { DECIDED, PAY, PAID },
    { DECIDED, REMEDY_OPEN, REMEDY },         { DECIDED, URGE, URGED },
    { PAID, URGE, URGED },
    { REMEDY, REMEDY_END, DECIDED },          { REMEDY, SIGN, SIGNED_COOLING },
    { URGED, APPLY_COURT, COURT_APPLIED },
    { COURT_APPLIED, COURT_GRANT, COURT_GRANTED }, { COURT_APPLIED, COURT_REFUSE, COURT_REFUSED },
    { DECISION_DRAFT, SCOPE_OUT, WITHDRAWN_SCOPE }, { DECIDED, SCOPE_OUT, WITHDRAWN_SCOPE },
    { REMEDY, SCOPE_OUT, WITHDRAWN_SCOPE },   { URGED, SCOPE_OUT, WITHDRAWN_SCOPE },
    { COURT_APPLIED, SCOPE_OUT, WITHDRAWN_SCOPE }, { COURT_GRANTED, SCOPE_OUT, WITHDRAWN_SCOPE },
    { COURT_REFUSED, SCOPE_OUT, WITHDRAWN_SCOPE },
};
/* clang-format on */

static unsigned find_edge(const struct edge *rows, size_t count, unsigned from,
                          unsigned event)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].from == from && rows[i].event == event)
            return rows[i].to;
    return NONE;
}

static unsigned wanted(unsigned track, unsigned from, unsigned event)
{
    bool law = track == STATE_LAND || track == COLLECTIVE_LAND;
    unsigned to = find_edge(edges, COUNT(edges), from, event);

    if (to == NONE && law)
        to = find_edge(by_law, COUNT(by_law), from, event);
    if (to == NONE && track == AGREED && from == NO_AGREEMENT && event == STAY)
        to = STAYS;
    if (to == NONE && event == SCOPE_OUT
        && ((from >= REGISTERED && from <= EFFECTIVE) || from == PAID
            || from == MOVING || from == NO_AGREEMENT))
        to = WITHDRAWN_SCOPE;
    return to;
}

static void only_the_moves_of_the_table_exist(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    for (unsigned track = STATE_LAND; track <= PUBLIC_HOUSING; track++) {
        for (unsigned state = NONE; household_states[state]; state++) {
            for (unsigned event = IMPORT; event < EVENT_COUNT; event++) {
                unsigned to;
                bool moved = moves_to(state, track, event, &to, arena);
                if (to != wanted(track, state, event))
                    print_error("%s: %s by %s\n", household_tracks[track],
                                household_states[state],
                                household_events[event]);
                assert_int_equal(to, wanted(track, state, event));
                assert_int_equal(moved, to != NONE);
            }
            arena_reset(arena);
        }
    }
    arena_destroy(&arena);
}

/* Who agreed to nothing on the agreed track stays, at once. */
static void what_follows_by_itself(void **unused)
{
    (void)unused;
    static const struct {
        unsigned state, track, choice, event;
    } rows[] = {
        { OFFERED, AGREED, CHOICE_UNKNOWN, CONSIDER },
        { NO_AGREEMENT, AGREED, CHOICE_UNKNOWN, STAY },
        { NO_AGREEMENT, STATE_LAND, CHOICE_UNKNOWN, EVENT_COUNT },
        { VACATED, AGREED, CHOICE_SWAP, TRANSIT },
        { VACATED, AGREED, CHOICE_MONEY, EVENT_COUNT },
        { CONSIDERING, AGREED, CHOICE_SWAP, EVENT_COUNT },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct standing household = ripe(rows[i].state);
        household.track = rows[i].track;
        household.choice = rows[i].choice;
        assert_int_equal(household_follow(&household), rows[i].event);
    }
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
    struct standing none = ripe(EXPLAINING), unmade = none, own = none,
                    early = none, changed = ripe(CONSIDERING), unread = changed,
                    night = changed, late = ripe(SIGNED_COOLING);
    none.pack_version = 0;
    unmade.prepared = (struct id){ "" };
    own.actor = MAKER;
    early.plan_published_on = on("2026-11-20");
    changed.facts_since = at("2026-11-10T10:00:00");
    unread.offered_at = at("2026-11-20T10:00:00");
    night.now = at("2026-11-24T20:00:00");

    struct standing part = ripe(CONSIDERING), alone = part, fresh = part,
                    paused = part, still = part;
    part.owners_missing = 1;
    alone.owners_alone = 1;
    fresh.tolled = false;
    paused.tolled = true;

    struct standing unnoticed = ripe(REGISTERED), posted = ripe(SURVEY_POSTED),
                    slow = posted, disputed = ripe(SURVEY_DISPUTED),
                    value = ripe(APPRAISAL_POSTED),
                    served = ripe(APPRAISAL_SERVED), reviewed = served,
                    asked = ripe(APPRAISAL_REVIEW),
                    expert = ripe(APPRAISAL_EXPERT);
    unnoticed.on[NOTICE] = (struct day){ 0 };
    posted.on[REPOST] = on("2026-11-14"); /* 10 days later is a Tuesday's end */
    slow.reasoned = false;
    disputed.on[SURVEY_POST] = on("2026-11-19");
    value.on[POST_PRELIM] = on("2026-11-19");
    served.on[SERVE] = on("2026-11-22");
    reviewed.on[REVIEW_DONE] = on("2026-11-13");
    asked.on[ASK_REVIEW] = on("2026-11-16");
    expert.panel_appraisers = 1;

    struct standing unpaid = ripe(EFFECTIVE), same = unpaid, less = unpaid,
                    first = ripe(PAID), agreed = first, hurried = first,
                    frail = first, house = ripe(VACATED), cash = house,
                    warm = ripe(SETTLED), unended = warm;
    unpaid.paid_by = (struct id){ "" };
    same.actor = MAKER;
    less.paid.fen--;
    first.on[PAY] = (struct day){ 0 };
    frail.unfit = true;
    agreed.agreement = PAPER;
    hurried.on[PAY] = on("2026-11-16");
    house.choice = CHOICE_SWAP;
    warm.on[SETTLE] = on("2025-11-24");
    unended.unended = true;

    struct standing draft = ripe(DECISION_DRAFT), young = ripe(DECIDED),
                    lost = young, urge = ripe(URGED), stale = urge,
                    heard = ripe(NO_AGREEMENT), bare = heard, apply = urge,
                    decide = ripe(DECISION_DRAFT), warn = ripe(DECIDED);
    bare.unfounded = true;
    heard.complained_at = decide.complained_at = warn.complained_at =
        apply.complained_at = at("2026-11-23T09:00:00");
    draft.on[DRAFT_DECISION] = on("2026-11-09"); /* to Tuesday 11-24 */
    young.on[DECIDE] = on("2026-05-25");
    lost.on[REMEDY_END] = on("2026-11-20");
    urge.on[URGE] = on("2026-11-11");
    stale.on[DECIDE] = on("2026-02-02");
    const struct {
        const struct standing *standing;
        const char *event, *guard;
    } rows[] = {
        { &none, "make", "G-NEWER" },
        { &unmade, "offer", "G-PREPARED" },
        { &own, "offer", "G-TWO-PERSONS" },
        { &early, "offer", "G-PUBLISHED" },
        { &changed, "sign", "G-OFFER" },
        { &unread, "sign", "G-READ" },
        { &night, "sign", "G-PLACE" },
        { &late, "effective", "T-COOL" },
        { &part, "sign", "G-ALLOWNERS" },
        { &alone, "sign", "G-CAPACITY" },
        { &fresh, "untoll", "G-TOLL" },
        { &paused, "period_end", "T-OFFER" },
        { &still, "period_end", "T-OFFER" },
        { &unnoticed, "survey_start", "G-NOTICE" },
        { &posted, "confirm", "T-OBJ" },
        { &slow, "object", "T-OBJ" },
        { &disputed, "resolve", "G-POST" },
        { &value, "serve", "G-POST" },
        { &served, "waive_review", "G-APPRAISAL-FINAL" },
        { &served, "final", "G-APPRAISAL-FINAL" },
        { &reviewed, "ask_review", "T-APPR" },
        { &reviewed, "ask_expert", "T-APPR" },
        { &asked, "ask_expert", "T-APPR" },
        { &expert, "expert_done", "G-PANEL" },
        { &unpaid, "pay", "G-RECEIPT" },
        { &same, "pay", "G-RECEIPT" },
        { &less, "pay", "G-AMOUNT" },
        { &first, "move", "G-PAYFIRST" },
        { &frail, "move", "G-FIT" },
        { &agreed, "urge", "T-MOVE" },
        { &hurried, "urge", "T-MOVE" },
        { &house, "settle", "G-CHOICE" },
        { &cash, "transit", "G-CHOICE" },
        { &warm, "close", "T-CARE" },
        { &unended, "close", "R-CLOSE" },
        { &heard, "draft_decision", "G-NORETAL" },
        { &bare, "draft_decision", "R-TRACK" },
        { &decide, "decide", "G-NORETAL" },
        { &warn, "urge", "G-NORETAL" },
        { &apply, "apply_court", "G-NORETAL" },
        { &draft, "decide", "T-DRAFT" },
        { &young, "urge", "T-SUIT" },
        { &lost, "urge", "T-SUIT" },
        { &urge, "apply_court", "T-URGE" },
        { &stale, "apply_court", "T-COURT" },
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
    household.condition = CONDITION_OPEN;
    assert_refused(household_move(&household, TAKE_EFFECT, &to, arena),
                   CODE_CONFLICT);
    household.condition = CONDITION_MISSED;
    assert_refused(household_move(&household, TAKE_EFFECT, &to, arena),
                   CODE_CONFLICT);
    household.condition = CONDITION_MET;
    assert_ok(household_move(&household, TAKE_EFFECT, &to, arena));
    household.condition = CONDITION_NONE;
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
        struct standing household = ripe(CONSIDERING);
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
    struct standing household = ripe(CONSIDERING);
    unsigned to;

    household.now = at("2026-11-05T10:00:00");
    struct err err = household_move(&household, SIGN, &to, arena);
    assert_string_equal(
        err.why,
        "the household still reads its offer and cannot sign before "
        "2026-11-10T08:30:00+08:00; open now: make, reoffer, talk, toll, "
        "scope_out");
    household.state = CLOSED;
    err = household_move(&household, SIGN, &to, arena);
    assert_string_equal(err.why,
                        "from closed there is no sign; open now: nothing yet");
    arena_destroy(&arena);
}

static void corrected_facts_want_a_new_offer_before_a_signature(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct standing household = ripe(CONSIDERING);
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
    struct standing household = ripe(CONSIDERING);
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
    struct standing none = ripe(EXPLAINING), unmade = none, stale = none;
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

    for (unsigned state = EXPLAINING; state <= NEGOTIATING; state++) {
        struct standing household = ripe(state);
        enum event event = state == EXPLAINING ? OFFER : REOFFER;
        if (state == OFFERED)
            continue;
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
        struct standing household = ripe(EXPLAINING);
        unsigned to;
        household.plan_published_on = on(rows[i].plan);
        household.pack_published_on = on(rows[i].pack);
        household.pack_version = rows[i].version;
        household.pack_first = rows[i].version == 1;
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

    for (unsigned state = REGISTERED; household_states[state]; state++) {
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
    assert_true(shown > 100);
    arena_destroy(&arena);
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
    cmocka_unit_test(what_follows_by_itself))
