#include "services/cases/household/rules.h"

#include "services/cases/household/policy.h"

/* clang-format off */
const char *const household_states[] = {
    "none", "registered", "offered", "signed_cooling", "effective", NULL,
};
const char *const household_events[] = {
    "import", "make", "offer", "reoffer", "sign", "withdraw", "effective",
    NULL,
};
static const char *const tracks[] = {
    "state_land", "collective_land", "agreed", "public_housing", NULL,
};
static const char *const labels[] = {
    "未建档", "已建档", "已提供补偿方案", "已签约(冷静期)", "协议生效", NULL,
};
/* clang-format on */

/* ------------------------------------------------------------- the periods */

struct moment sign_from(struct moment offered_at)
{
    return moment_at(days_after(day_of(offered_at), READ_DAYS + 1),
                     SIGN_MINUTE_FROM);
}

struct moment cooling_end(struct moment signed_at)
{
    bool provisional = false;
    struct day last = period_end(day_of(signed_at), COOL_DAYS, &provisional);

    return moment_at(days_after(last, 1), 0);
}

struct moment release_from(const struct standing *at)
{
    int rest = at->pack_version == 1 ? PLAN_DAYS : AMENDMENT_DAYS;
    struct day plan = days_after(at->plan_published_on, PLAN_DAYS + 1);
    struct day pack = days_after(at->pack_published_on, rest + 1);

    return moment_at(days_between(plan, pack) > 0 ? pack : plan, 0);
}

/* -------------------------------------------------------------- the guards */

/* A new statement wants new rules or corrected facts (domain.md 4.1 reoffer).
 */
static struct hold look_newer(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    if (at->pack_version == 0)
        return hold_for("the project has no published pack of rules");
    if (at->state == OFFERED && at->pack_version <= at->offer_version
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
    if (id_same(at->prepared_by, at->actor))
        return hold_for("who made the statement cannot release it; "
                        "another person has to");
    return hold_none();
}

static struct hold look_published(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    if (at->now.us < release_from(at).us)
        return hold_until("the plan and its rules are not yet published "
                          "long enough and nothing can be offered",
                          release_from(at), arena);
    return hold_none();
}

/* What was corrected after the offer was not offered. */
static struct hold look_offer_stands(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    (void)arena;
    if (at->facts_since.us > at->offered_at.us)
        return hold_for("the facts were corrected after the offer; "
                        "a new offer has to be released first");
    return hold_none();
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

/* --------------------------------------------------------------- the table */

/* clang-format off */
static const struct guard
    newer       = { "G-NEWER",       look_newer },
    prepared    = { "G-PREPARED",    look_prepared },
    two_persons = { "G-TWO-PERSONS", look_two_persons },
    published   = { "G-PUBLISHED",   look_published },
    stands      = { "G-OFFER",       look_offer_stands },
    reading     = { "G-READ",        look_read },
    place       = { "G-PLACE",       look_place },
    withdrawing = { "G-COOL",        look_withdraw },
    cooled      = { "T-COOL",        look_effect };

static const struct move moves[] = {
    { IMPORT,      REGISTERED,     IN(NONE),                     ROLE(T3_FRONT) | ROLE(PRIVACY_OFFICER), { 0 } },
    { MAKE,        FLOW_STAYS,     IN(REGISTERED) | IN(OFFERED), ROLE(T2_SIGNING),                       { &newer } },
    { OFFER,       OFFERED,        IN(REGISTERED),               ROLE(DEPT) | ROLE(T5_QUALITY),          { &prepared, &two_persons, &published } },
    { REOFFER,     OFFERED,        IN(OFFERED),                  ROLE(DEPT) | ROLE(T5_QUALITY),          { &newer, &prepared, &two_persons, &published } },
    { SIGN,        SIGNED_COOLING, IN(OFFERED),                  ROLE(T2_SIGNING) | ROLE(DEPT),          { &stands, &reading, &place } },
    { WITHDRAW,    OFFERED,        IN(SIGNED_COOLING),           ROLE_WINDOW | ROLE_HOUSEHOLD,           { &withdrawing } },
    { TAKE_EFFECT, EFFECTIVE,      IN(SIGNED_COOLING),           ROLE(SERVICE),                          { &cooled } },
};

const struct flow household_flow = {
    "household", household_states, labels, household_events, tracks,
    moves, sizeof moves / sizeof *moves,
};
/* clang-format on */

/* None of these moves asks for the track yet. */
static struct stand stand_of(const struct standing *at)
{
    return (
        struct stand){ .state = at->state, .roles = at->roles, .facts = at };
}

struct err household_move(const struct standing *at, enum event event,
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

struct err signers_check(struct ids signers)
{
    if (signers.count < SIGNERS_MIN || signers.count > SIGNERS_MAX)
        return fail_at("signers", "one to five of the office witness it");
    for (size_t i = 0; i < signers.count; i++)
        for (size_t j = i + 1; j < signers.count; j++)
            if (id_same(signers.at[i], signers.at[j]))
                return fail_at("signers", "names somebody twice");
    return OK;
}
