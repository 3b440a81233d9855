#include "services/cases/household/rules.h"

#include "services/cases/condition/rules.h"
#include "services/cases/decision/rules.h"
#include "services/cases/household/policy.h"
#include "services/cases/period/rules.h"
#include "services/cases/publication/rules.h"

/* clang-format off */
#define WORD(name, word) word,
#define STATE_WORD(name, word, label) word,
#define LABEL(name, word, label) label,
const char *const household_states[] = { HOUSEHOLD_STATES(STATE_WORD) NULL };
const char *const household_events[] = { HOUSEHOLD_EVENTS(WORD) NULL };
static const char *const labels[]    = { HOUSEHOLD_STATES(LABEL) NULL };
const char *const household_tracks[] = {
    "state_land", "collective_land", "agreed", "public_housing", NULL,
};
const char *const household_choices[] = {
    "unknown", "undecided", "money", "swap", NULL,
};

/* clang-format on */

struct moment release_from(const struct standing *at)
{
    int rest = at->pack_first ? PLAN_DAYS : AMENDMENT_DAYS;
    struct moment plan =
        published_until(at->plan_published_on, PLAN_DAYS, at->outages);
    struct moment pack =
        published_until(at->pack_published_on, rest, at->outages);

    return pack.us > plan.us ? pack : plan;
}

/* -------------------------------------------------------------- the guards */

/* A new statement wants new rules or corrected facts (domain.md 4.1 reoffer).
 */
static struct hold look_newer(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    if (at->pack_version == 0)
        return hold_for("no pack of rules is in force for the project");
    if (at->state != EXPLAINING && at->pack_version <= at->offer_version
        && at->facts_since.us <= at->offered_at.us)
        return hold_for(
            "the offer already rests on the newest rules and facts");
    return hold_none();
}

static struct hold look_prepared(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    if (!id_given(at->prepared))
        return hold_for("no statement waits for its release; make one first");
    if (at->facts_since.us > at->prepared_at.us)
        return hold_for(
            "the facts were corrected after the statement was made; "
            "make a new one");
    return hold_none();
}

/* Who made a statement does not release it (domain.md 4.1 offer). */
static struct hold look_two_persons(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(
        !id_same(at->prepared_by, at->actor),
        "who made the statement cannot release it; another person has to");
}

static struct hold look_published(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    struct standing unbroken = *at;
    const char *why = "the plan and its rules are not yet published long "
                      "enough and nothing can be offered";

    if (at->now.us >= release_from(at).us)
        return hold_none();
    unbroken.outages.count = 0;
    int64_t added = release_from(at).us - release_from(&unbroken).us;
    if (added)
        why = arena_format(
            arena,
            "%s (they were not to be seen for %d h %02d min, which is added; "
            "see publication.outages)",
            why, (int)(added / HOUR_US), (int)(added % HOUR_US * 60 / HOUR_US));
    return hold_until(why, release_from(at), arena);
}

/* What was corrected after the offer was not offered. */
static struct hold look_offer_stands(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(at->facts_since.us <= at->offered_at.us,
                       "the facts were corrected after the offer; a new offer "
                       "has to be released first");
}

static struct hold look_read(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    struct moment from = sign_from(at->offered_at);

    if (at->now.us < from.us)
        return hold_until("the household still reads its offer and cannot "
                          "sign",
                          from, arena);
    return hold_none();
}

/* The hours; the places are those that the command knows. */
static struct hold look_place(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    int minute = minute_of_day(at->now);
    struct day day = day_of(at->now);

    if (minute >= SIGN_MINUTE_FROM && minute < SIGN_MINUTE_UNTIL)
        return hold_none();
    if (minute >= SIGN_MINUTE_UNTIL)
        day = days_after(day, 1);
    return hold_until("signing has hours from 08:30 to 18:00 and none",
                      moment_at(day, SIGN_MINUTE_FROM), arena);
}

static struct hold look_withdraw(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    char text[VALUE_TEXT_MAX];

    if (at->now.us < at->cooling_until.us)
        return hold_none();
    moment_format_local(at->cooling_until, text);
    return hold_for(arena_format(
        arena, "the days to withdraw without a reason ended at %s", text));
}

static struct hold look_effect(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    if (at->now.us < at->cooling_until.us)
        return hold_until("the household may still withdraw and the "
                          "agreement has no effect",
                          at->cooling_until, arena);
    return hold_none();
}

/* Time within which somebody may. */
static struct hold within(const struct standing *at, struct day since,
                          const char *clock, const char *why)
{
    return hold_unless(since.number && at->now.us < end_after(since, clock).us,
                       why);
}

static struct day latest(const struct standing *at, unsigned a, unsigned b)
{
    return at->on[a].number > at->on[b].number ? at->on[a] : at->on[b];
}

static struct moment on_board(const struct standing *at, struct day since)
{
    return published_until(since, POST_DAYS, at->outages);
}

static struct hold look_notice(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(at->on[NOTICE].number,
                       "the household has not got the sheet of its rights");
}

static struct hold look_objection(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return at->reasoned ? hold_none()
                        : within(at, latest(at, SURVEY_POST, REPOST), "T-OBJ",
                                 "the days to object are over; a late "
                                 "objection says why it is late");
}

static struct hold look_survey_board(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    struct day since = latest(at, SURVEY_POST, REPOST);

    return hold_wait(at->now, since, on_board(at, since),
                     "the survey's result is not on the board long enough",
                     arena);
}

static struct hold look_unopposed(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    struct day since = latest(at, SURVEY_POST, REPOST);
    struct moment hangs = on_board(at, since);
    struct moment until = end_after(since, "T-OBJ");

    return hold_wait(at->now, since, hangs.us > until.us ? hangs : until,
                     "the household may still object and nothing is confirmed",
                     arena);
}

static struct hold look_value_board(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    struct day since = at->on[POST_PRELIM];

    return hold_wait(at->now, since, on_board(at, since),
                     "the first values are not on the board long enough",
                     arena);
}

static struct hold look_review(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    if (at->on[REVIEW_DONE].number >= at->on[SERVE].number
        && at->on[REVIEW_DONE].number)
        return hold_for("the appraisal was reviewed; the committee of experts "
                        "is the next step");
    return within(at, at->on[SERVE], "T-APPR",
                  "the days to ask for a review are over");
}

/* After the answer; or when the appraiser has not answered in time. */
static struct hold look_expert(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    if (at->state == APPRAISAL_REVIEW)
        return hold_wait(
            at->now, at->on[ASK_REVIEW],
            end_after(at->on[ASK_REVIEW], "T-APPR-ANSWER"),
            "the appraiser may still answer and the experts are not "
            "asked",
            arena);
    return within(at, at->on[REVIEW_DONE], "T-APPR",
                  "experts are asked within the days after the review's "
                  "answer");
}

static struct hold look_panel(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(
        at->panel >= PANEL_MIN && at->panel % 2 == 1
            && at->panel_appraisers <= at->panel
            && 3 * at->panel_appraisers >= 2 * at->panel,
        "the committee has three members or more, an odd number, "
        "and two thirds of them are appraisers");
}

static struct hold look_waiver(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    return hold_wait(at->now, at->on[SERVE],
                     moment_at(days_after(at->on[SERVE], WAIVE_DAYS), 0),
                     "a review is waived after three days with the report, not",
                     arena);
}

static struct hold look_final(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    struct day since = latest(at, SERVE, REVIEW_DONE);

    return hold_wait(
        at->now, since, end_after(since, "T-APPR"),
        "the household may still have its appraisal reviewed and it "
        "is not final",
        arena);
}

static struct hold look_offer_over(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    if (at->tolled)
        return hold_for("the period stands still while the household uses a "
                        "right");
    return hold_wait(at->now, day_of(at->offered_at),
                     end_from(at->offered_at, "T-OFFER"),
                     "the offer is open and its period does not end", arena);
}

static struct hold look_tolled(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(at->tolled, "the period runs already");
}

static struct hold look_owners(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    if (at->no_tenant)
        return hold_for("the tenant of public housing signs beside the owner, "
                        "and no tenant is on record (owner.set)");
    return hold_unless(at->owners_missing == 0,
                       "all owners sign, for all shares; some have not");
}

static struct hold look_capacity(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(
        at->owners_alone == 0,
        "an owner of limited capacity signs by a guardian, with an "
        "independent witness on record");
}

static struct hold look_receipt(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    if (!id_given(at->paid_by))
        return hold_for("no receipt of the bank waits to be checked");
    if (id_same(at->paid_by, at->actor))
        return hold_for("who entered the receipt cannot check it; another "
                        "person has to");
    return hold_none();
}

static struct hold look_amount(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(at->owed.fen > 0 && at->paid.fen == at->owed.fen,
                       "the receipt's amount is not what is owed, to the fen");
}

static struct hold look_paid(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(at->on[PAY].number,
                       "nobody moves before the money is there");
}

/* It says no more than that: why it is asked stays behind the firewall
 * (G-FIREWALL). */
static struct hold look_fit(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(!at->unfit,
                       "the dwelling to move into is not confirmed; the "
                       "service team sees to that");
}

static struct hold look_money(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(at->state != VACATED || at->choice == CHOICE_MONEY,
                       "who takes a house is settled when it lives there");
}

static struct hold look_swap(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(at->choice == CHOICE_SWAP,
                       "the household chose money, not a house");
}

static struct hold look_ended(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(!at->unended, "something that the household asked for, "
                                     "or a grievance, is still open; the "
                                     "service team ends that first");
}

static struct hold look_cared(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    return hold_wait(at->now, at->on[SETTLE],
                     end_after(at->on[SETTLE], "T-CARE"),
                     "the aftercare goes on and nothing is closed", arena);
}

/* The government's own decision, or the approval and the notice of taking land,
 * comes before any against a household (domain.md A7, B10, B11). */
static struct hold look_founded(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    return hold_unless(!at->unfounded,
                       "the documents that the project's power rests on are "
                       "not all on record (project.document)");
}

/* An agreement on condition waits for the share that was asked for. */
static struct hold look_threshold(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    if (at->condition == CONDITION_MISSED)
        return hold_for("too few have signed by the day that the plan set; the "
                        "agreement lapses by a written notice");
    return hold_unless(at->condition != CONDITION_OPEN,
                       "the agreement takes effect when the share of "
                       "signatures that the plan asks for has been counted");
}

/* --------------------------------------------------------------- the table */

/* clang-format off */
static const struct guard
    newer       = { "G-NEWER",           look_newer },
    prepared    = { "G-PREPARED",        look_prepared },
    two_persons = { "G-TWO-PERSONS",     look_two_persons },
    published   = { "G-PUBLISHED",       look_published },
    stands      = { "G-OFFER",           look_offer_stands },
    reading     = { "G-READ",            look_read },
    place       = { "G-PLACE",           look_place },
    all_owners  = { "G-ALLOWNERS",       look_owners },
    capacity    = { "G-CAPACITY",        look_capacity },
    withdrawing = { "G-COOL",            look_withdraw },
    cooled      = { "T-COOL",            look_effect },
    threshold   = { "G-THRESHOLD",       look_threshold },
    noticed     = { "G-NOTICE",          look_notice },
    in_time     = { "T-OBJ",             look_objection },
    board       = { "G-POST",            look_survey_board },
    value_board = { "G-POST",            look_value_board },
    unopposed   = { "T-OBJ",             look_unopposed },
    reviewable  = { "T-APPR",            look_review },
    expertable  = { "T-APPR",            look_expert },
    panel       = { "G-PANEL",           look_panel },
    waived      = { "G-APPRAISAL-FINAL", look_waiver },
    final       = { "G-APPRAISAL-FINAL", look_final },
    over        = { "T-OFFER",           look_offer_over },
    tolled      = { "G-TOLL",            look_tolled },
    founded     = { "R-TRACK",           look_founded },
    receipt     = { "G-RECEIPT",         look_receipt },
    amount      = { "G-AMOUNT",          look_amount },
    paid_first  = { "G-PAYFIRST",        look_paid },
    fit         = { "G-FIT",             look_fit },
    money       = { "G-CHOICE",          look_money },
    swap        = { "G-CHOICE",          look_swap },
    ended       = { "R-CLOSE",           look_ended },
    cared       = { "T-CARE",            look_cared };

/* Only these two end, if they must, with a decision and the court. */
#define BY_LAW   (IN(STATE_LAND) | IN(COLLECTIVE_LAND))
#define BESIDE   (ROLE_HOUSEHOLD | ROLE_COUNTER) /* says it, or has it written down */
#define APPRAISES (ROLE(APPRAISER) | ROLE(DEPT))
#define RELEASES (ROLE(DEPT) | ROLE(T5_QUALITY))
#define TALKS    (IN(CONSIDERING) | IN(NEGOTIATING))
#define IN_SURVEY                                                              \
    (IN(REGISTERED) | IN(SURVEYING) | IN(SURVEY_POSTED) | IN(SURVEY_DISPUTED)  \
     | IN(OWNER_UNCLEAR) | IN(ENTITLED) | IN(APPRAISING)                       \
     | IN(APPRAISAL_POSTED) | IN(APPRAISAL_SERVED) | IN(APPRAISAL_REVIEW)      \
     | IN(APPRAISAL_EXPERT) | IN(EXPLAINING))
#define IN_COURT                                                               \
    (IN(DECISION_DRAFT) | IN(DECIDED) | IN(REMEDY) | IN(URGED)                 \
     | IN(COURT_APPLIED) | IN(COURT_GRANTED) | IN(COURT_REFUSED))
#define BEFORE_VACATED                                                         \
    (IN_SURVEY | IN(OFFERED) | TALKS | IN(SIGNED_COOLING) | IN(EFFECTIVE)      \
     | IN(PAID) | IN(MOVING) | IN(NO_AGREEMENT))

static const struct move moves[] = {
    { IMPORT,         REGISTERED,       IN(NONE),                  ROLE(T3_FRONT) | ROLE(PRIVACY_OFFICER), { 0 },          0 },
    { NOTICE,         FLOW_STAYS,       IN(REGISTERED),            ROLE(T3_FRONT) | ROLE(T1_EXPLAINER),    { 0 },          0 },
    { SURVEY_START,   SURVEYING,        IN(REGISTERED),            ROLE(T3_FRONT),                         { &noticed },   0 },
    { SURVEY_POST,    SURVEY_POSTED,    IN(SURVEYING),             ROLE(T5_QUALITY),                       { 0 },          0 },
    { OBJECT,         SURVEY_DISPUTED,  IN(SURVEY_POSTED),         BESIDE,                                 { &in_time },   0 },
    { REPOST,         SURVEY_POSTED,    IN(SURVEY_DISPUTED),       ROLE(T4_MEDIATOR) | ROLE(DEPT),         { 0 },          0 },
    { RESOLVE,        ENTITLED,         IN(SURVEY_DISPUTED),       ROLE(DEPT),                             { &board },     0 },
    { CONFIRM,        ENTITLED,         IN(SURVEY_POSTED),         ROLE(DEPT),                             { &unopposed }, 0 },
    { DOUBT_OWNER,    OWNER_UNCLEAR,    IN(SURVEY_POSTED),         ROLE(DEPT),                             { &board },     0 },
    { FIND_OWNER,     ENTITLED,         IN(OWNER_UNCLEAR),         ROLE(DEPT),                             { &unopposed }, 0 },

    { APPRAISE,       APPRAISING,       IN(ENTITLED),              APPRAISES,                          { 0 },            0 },
    { POST_PRELIM,    APPRAISAL_POSTED, IN(APPRAISING),            APPRAISES,                          { 0 },            0 },
    { SERVE,          APPRAISAL_SERVED, IN(APPRAISAL_POSTED),      ROLE(DEPT),                             { &value_board }, 0 },
    { ASK_REVIEW,     APPRAISAL_REVIEW, IN(APPRAISAL_SERVED),      BESIDE | ROLE(DEPT),                    { &reviewable },  0 },
    { REVIEW_DONE,    APPRAISAL_SERVED, IN(APPRAISAL_REVIEW),      APPRAISES,                          { 0 },            0 },
    { ASK_EXPERT,     APPRAISAL_EXPERT, IN(APPRAISAL_SERVED) | IN(APPRAISAL_REVIEW), BESIDE | ROLE(DEPT),  { &expertable },  0 },
    { EXPERT_DONE,    EXPLAINING,       IN(APPRAISAL_EXPERT),      ROLE(DEPT),                             { &panel },       0 },
    { WAIVE_REVIEW,   EXPLAINING,       IN(APPRAISAL_SERVED),      BESIDE,                                 { &waived },      0 },
    { FINAL,          EXPLAINING,       IN(APPRAISAL_SERVED),      ROLE(SERVICE),                          { &final },       0 },

    { MAKE,           FLOW_STAYS,       IN(EXPLAINING) | TALKS,    ROLE(T2_SIGNING),                       { &newer },       0 },
    { OFFER,          OFFERED,          IN(EXPLAINING),            RELEASES,                               { &prepared, &two_persons, &published }, 0 },
    { REOFFER,        OFFERED,          TALKS,                     RELEASES,                               { &newer, &prepared, &two_persons, &published }, 0 },
    { CONSIDER,       CONSIDERING,      IN(OFFERED),               ROLE(SERVICE),                          { 0 },            0 },
    { TALK,           NEGOTIATING,      IN(CONSIDERING),           BESIDE,                                 { 0 },            0 },
    { TALK_END,       CONSIDERING,      IN(NEGOTIATING),           BESIDE | ROLE(T2_SIGNING),              { 0 },            0 },
    { TOLL,           FLOW_STAYS,       TALKS,                     BESIDE,                                 { 0 },            0 },
    { UNTOLL,         FLOW_STAYS,       TALKS,                     ROLE_COUNTER,                           { &tolled },      0 },
    { SIGN,           SIGNED_COOLING,   TALKS | IN(NO_AGREEMENT),  ROLE(T2_SIGNING) | ROLE(DEPT),          { &stands, &reading, &place, &all_owners, &capacity }, 0 },
    { SIGN,           SIGNED_COOLING,   IN(DECISION_DRAFT) | IN(DECIDED) | IN(REMEDY), ROLE(T2_SIGNING) | ROLE(DEPT), { &stands, &reading, &place, &all_owners, &capacity }, BY_LAW },
    { WITHDRAW,       CONSIDERING,      IN(SIGNED_COOLING),        ROLE_WINDOW | ROLE_HOUSEHOLD,           { &withdrawing }, 0 },
    { TAKE_EFFECT,    EFFECTIVE,        IN(SIGNED_COOLING),        ROLE(SERVICE),                          { &cooled, &threshold }, 0 },
    { LAPSE,          LAPSED,           IN(SIGNED_COOLING),        ROLE(GOV_ORGAN),                        { 0 },            0 },

    { PAY,            PAID,             IN(EFFECTIVE),             ROLE(FINANCE),                          { &receipt, &amount }, 0 },
    { PAY,            PAID,             IN(DECIDED),               ROLE(FINANCE),                          { &receipt, &amount }, BY_LAW },
    { MOVE,           MOVING,           IN(PAID),                  BESIDE,                                 { &paid_first, &fit }, 0 },
    { VACATE,         VACATED,          IN(MOVING),                ROLE(T3_FRONT),                         { &paid_first, &fit }, 0 },
    { TRANSIT,        TRANSITION,       IN(VACATED),               ROLE(SERVICE),                          { &swap },        0 },
    { CHOOSE,         CHOOSING,         IN(TRANSITION),            ROLE(DEPT),                             { 0 },            0 },
    { RESETTLE,       RESETTLED,        IN(CHOOSING),              ROLE(DEPT),                             { 0 },            0 },
    { SETTLE,         SETTLED,          IN(RESETTLED) | IN(VACATED), ROLE(FINANCE),                        { &money, &receipt }, 0 },
    { CLOSE,          CLOSED,           IN(SETTLED),               ROLE(T6_SERVICE),                       { &cared, &ended }, 0 },

    { PERIOD_END,     NO_AGREEMENT,     TALKS,                     ROLE(SERVICE),                          { &over },        0 },
    { STAY,           STAYS,            IN(NO_AGREEMENT),          ROLE(SERVICE),                          { 0 },            IN(AGREED) },
    { DRAFT_DECISION, DECISION_DRAFT,   IN(NO_AGREEMENT),          ROLE(DEPT),                             { &founded, &no_reprisal }, BY_LAW },
    { DECIDE,         DECIDED,          IN(DECISION_DRAFT),        ROLE(GOV_ORGAN),                        { &draft_commented, &no_reprisal },   BY_LAW },
    { REMEDY_OPEN,    REMEDY,           IN(DECIDED),               ROLE_HOUSEHOLD | ROLE(T5_QUALITY),      { 0 },            BY_LAW },
    { REMEDY_END,     DECIDED,          IN(REMEDY),                ROLE(T5_QUALITY),                       { 0 },            BY_LAW },
    { URGE,           URGED,            IN(DECIDED) | IN(PAID),    ROLE(GOV_ORGAN),                        { &remedies_past, &move_refused, &no_reprisal }, BY_LAW },
    { APPLY_COURT,    COURT_APPLIED,    IN(URGED),                 ROLE(GOV_ORGAN),                        { &urge_past, &court_in_time, &no_reprisal }, BY_LAW },
    { COURT_GRANT,    COURT_GRANTED,    IN(COURT_APPLIED),         ROLE(GOV_ORGAN),                        { 0 },            BY_LAW },
    { COURT_REFUSE,   COURT_REFUSED,    IN(COURT_APPLIED),         ROLE(GOV_ORGAN),                        { 0 },            BY_LAW },
    { SCOPE_OUT,      WITHDRAWN_SCOPE,  BEFORE_VACATED,            ROLE(GOV_ORGAN),                        { 0 },            0 },
    { SCOPE_OUT,      WITHDRAWN_SCOPE,  IN_COURT,                  ROLE(GOV_ORGAN),                        { 0 },            BY_LAW },
};

const struct flow household_flow = {
    "household", household_states, labels, household_events, household_tracks,
    moves, sizeof moves / sizeof *moves,
};
/* clang-format on */

static struct stand stand_of(const struct standing *at)
{
    return (struct stand){
        .state = at->state, .track = at->track, .roles = at->roles, .facts = at
    };
}

unsigned household_follow(const struct standing *at)
{
    if (at->state == OFFERED)
        return CONSIDER;
    if (at->state == NO_AGREEMENT && at->track == AGREED)
        return STAY;
    if (at->state == VACATED && at->choice == CHOICE_SWAP)
        return TRANSIT;
    return EVENT_COUNT;
}

struct err household_move(const struct standing *at, unsigned event,
                          unsigned *to, struct arena *arena)
{
    struct stand stand = stand_of(at);

    return flow_move(&household_flow, &stand, event, to, arena);
}

struct next_moves household_moves(const struct standing *at,
                                  struct arena *arena)
{
    struct stand stand = stand_of(at);

    return flow_moves(&household_flow, &stand, arena);
}
