/* Lives of a household, thrown by dice: whatever is tried, by whom and when,
 * the pure rules let none of them reach what must never be.  HISTORIES=1000000
 * throws a million of them, in half a minute of one processor. */
#include "services/cases/household/policy.h"
#include "services/cases/household/rules.h"
#include "services/cases/period/rules.h"
#include "tests/check.h"
#include "tests/dice.h"

enum { HISTORIES = 200000, MANY = 1000000, STEPS = 24, CANDIDATES = 16 };

static const struct id MAKER = { "00000000-0000-7000-8000-0000000000a1" };
static const struct id OTHER = { "00000000-0000-7000-8000-0000000000b2" };
static const struct id PAPER = { "00000000-0000-7000-8000-0000000000c3" };

/* A life, with what the checks remember of it in their own words. */
struct life {
    struct standing at;
    struct day first; /* of its days */
    bool was[sizeof(flow_set) * 8];
    struct day came[sizeof(flow_set) * 8]; /* the day of the last arrival */
    bool paid;
};

/* What every command brings along, well or ill. */
static void bring(struct life *life, struct dice *dice)
{
    struct standing *at = &life->at;
    uint64_t chance = dice_next(dice);

    at->now.us += (int64_t)(chance % 64) * (int64_t)(chance >> 8 & 7) * DAY_US
                  + (int64_t)(chance >> 16 & 1023) * 60 * 1000000;
    at->roles =
        chance >> 32 & 7 ? ~UINT64_C(0) : UINT64_C(1) << (chance >> 40 & 31);
    at->actor = chance >> 45 & 3 ? OTHER : MAKER;
    at->reasoned = chance >> 47 & 1;
    at->panel = 2 + (int64_t)(chance >> 48 & 3);
    at->panel_appraisers = (int64_t)(chance >> 50 & 3);
    at->owners_missing = (chance >> 52 & 7) == 0;
    at->owners_alone = (chance >> 55 & 7) == 0;
    at->no_tenant = at->track == PUBLIC_HOUSING && (chance >> 62 & 1);
    at->unfounded = chance >> 63;
    at->paid_by = chance >> 58 & 3 ? MAKER : (struct id){ "" };
    at->paid.fen = 100 + ((chance >> 60 & 3) == 0);
}

/* An event that has a row here, or (one time of eight) any. */
static unsigned pick(const struct life *life, struct dice *dice)
{
    unsigned events[CANDIDATES];
    size_t count = 0;

    if (dice_below(dice, 8) == 0)
        return (unsigned)dice_below(dice, EVENT_COUNT);
    for (size_t i = 0; i < household_flow.count && count < CANDIDATES; i++)
        if (household_flow.moves[i].from & IN(life->at.state))
            events[count++] = household_flow.moves[i].event;
    return count ? events[dice_below(dice, count)]
                 : (unsigned)dice_below(dice, EVENT_COUNT);
}

static bool later(struct day since, int days, struct moment now)
{
    return days_between(since, day_of(now)) > days;
}

/* What must never be; NULL: it is not. */
static const char *wrong(const struct life *life, unsigned event, unsigned from,
                         unsigned to)
{
    static const flow_set by_law = IN(DECISION_DRAFT) | IN(DECIDED) | IN(REMEDY)
                                   | IN(URGED) | IN(COURT_APPLIED)
                                   | IN(COURT_GRANTED) | IN(COURT_REFUSED);
    const struct standing *at = &life->at;

    if ((by_law & IN(to)) && at->track != STATE_LAND
        && at->track != COLLECTIVE_LAND)
        return "a decision or the court on a track that has none";
    if (to == STAYS && at->track != AGREED)
        return "stays where it could be decided";
    if (to == MOVING && !life->paid)
        return "moves before it is paid";
    if (to == COURT_GRANTED && !life->was[COURT_APPLIED])
        return "the court granted what nobody applied for";
    if (to == DECISION_DRAFT && at->unfounded)
        return "a decision of a project without its power";
    if (to == URGED && (!life->was[DECIDED] || from == REMEDY))
        return "urged without a decision";
    if (to == URGED
        && at->now.us < end_after(life->came[DECIDED], "T-SUIT-AFTER").us)
        return "urged while a remedy was open";
    if (to == SIGNED_COOLING
        && (!life->was[OFFERED] || !later(life->came[OFFERED], 7, at->now)))
        return "signed while it still read";
    if (to == SIGNED_COOLING && (at->owners_missing || at->owners_alone))
        return "signed without an owner or a guardian";
    if (to == SIGNED_COOLING && at->no_tenant)
        return "public housing signed without its tenant";
    if (to == EFFECTIVE && !later(life->came[SIGNED_COOLING], 7, at->now))
        return "in effect while it could withdraw";
    if (to == DECIDED && from == DECISION_DRAFT
        && !later(life->came[DECISION_DRAFT], 15, at->now))
        return "decided while the draft was commented";
    if (to == OFFERED && !life->was[APPRAISAL_SERVED])
        return "offered without an appraisal";
    if (to == NO_AGREEMENT
        && (!later(life->came[OFFERED], 30, at->now) || at->tolled))
        return "the offer's period ended early";
    if (event == CONFIRM && !later(life->came[SURVEY_POSTED], 10, at->now))
        return "confirmed while it could object";
    if (IN(from)
        & (IN(STAYS) | IN(CLOSED) | IN(WITHDRAWN_SCOPE) | IN(LAPSED)
           | IN(COURT_GRANTED) | IN(COURT_REFUSED)))
        return event == SCOPE_OUT ? NULL : "came back from an end";
    return NULL;
}

/* What the commands keep of a move. */
static void keep(struct life *life, unsigned event, unsigned to)
{
    struct standing *at = &life->at;

    at->state = to;
    at->on[event] = day_of(at->now);
    if (event == MAKE) {
        at->prepared = PAPER;
        at->prepared_by = MAKER;
        at->prepared_at = at->now;
    }
    if (event == OFFER || event == REOFFER) {
        at->offered_at = at->now;
        at->prepared = (struct id){ "" };
        at->offer_version = at->pack_version;
        at->pack_version++;
        at->pack_first = false;
    }
    if (event == SIGN) {
        at->cooling_until = cooling_end(at->now);
        at->agreement = PAPER;
    }
    if (event == WITHDRAW)
        at->agreement = (struct id){ "" };
    if (event == TOLL || event == UNTOLL)
        at->tolled = event == TOLL;
    life->paid |= event == PAY;
    life->was[to] = true;
    life->came[to] = day_of(at->now);
}

static void try_one(struct life *life, unsigned event, struct arena *arena,
                    uint64_t *reached)
{
    unsigned from = life->at.state, to = from;

    if (household_move(&life->at, event, &to, arena).code)
        return;
    const char *fault = wrong(life, event, from, to);
    if (fault) {
        print_error("%s: %s from %s to %s\n", fault, household_events[event],
                    household_states[from], household_states[to]);
        assert_null(fault);
    }
    keep(life, event, to);
    *reached |= IN(to);
}

static struct life begin(struct dice *dice)
{
    struct life life = { .at = {
                             .track = (unsigned)dice_below(dice, 4),
                             .now = moment_at(day_from(2026, 3, 2), 600),
                             .plan_published_on = day_from(2026, 1, 5),
                             .pack_published_on = day_from(2026, 1, 5),
                             .pack_version = 1,
                             .pack_first = true,
                             .owed = { 100 },
                             .choice =
                                 CHOICE_MONEY + (unsigned)dice_below(dice, 2),
                         } };

    life.at.facts_since = life.at.now;
    return life;
}

/* Half of them begin where an offer can be made: the way there is long. */
static void skip_the_survey(struct life *life)
{
    static const unsigned way[] = { SURVEY_POST, POST_PRELIM, SERVE };

    for (size_t i = 0; i < COUNT(way); i++)
        life->at.on[way[i]] = day_of(life->at.now);
    life->at.state = EXPLAINING;
    life->was[APPRAISAL_SERVED] = true;
    life->at.prepared = PAPER;
    life->at.prepared_by = MAKER;
    life->at.prepared_at = life->at.now;
}

static void no_life_reaches_what_must_never_be(void **unused)
{
    (void)unused;
    struct dice dice = dice_new();
    struct arena *arena = arena_new();
    uint64_t reached = IN(NONE);
    const char *wanted = getenv("HISTORIES");
    long histories = wanted ? strtol(wanted, NULL, 10) : HISTORIES;

    for (long i = 0; i < histories; i++) {
        struct life life = begin(&dice);
        if (dice_below(&dice, 2))
            skip_the_survey(&life);
        for (int step = 0; step < STEPS; step++) {
            bring(&life, &dice);
            try_one(&life, pick(&life, &dice), arena, &reached);
            unsigned then = household_follow(&life.at);
            if (then != EVENT_COUNT) {
                life.at.roles = ROLE(SERVICE);
                try_one(&life, then, arena, &reached);
            }
        }
        arena_reset(arena);
    }
    /* The dice have been everywhere, so that this has meant something; what the
     * court says comes so late in a life that it takes a million of them. */
    if (histories < MANY)
        reached |= IN(COURT_APPLIED) | IN(COURT_GRANTED) | IN(COURT_REFUSED);
    for (unsigned state = 0; household_states[state]; state++)
        if (!(reached & IN(state)))
            print_error("%s was never reached\n", household_states[state]);
    assert_int_equal(reached, IN(WITHDRAWN_SCOPE + 1) - 1);
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(no_life_reaches_what_must_never_be))
