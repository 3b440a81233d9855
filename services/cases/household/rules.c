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

/* Why not yet (NULL: open), and when time alone will open it. */
struct gate {
    const char *why;
    struct moment from;
};

static struct gate closed(const char *why)
{
    return (struct gate){ .why = why };
}

/* "... before 2026-12-01T08:30:00+08:00" */
static struct gate closed_until(const char *why, struct moment from,
                                struct arena *arena)
{
    char text[VALUE_TEXT_MAX];

    moment_format_local(from, text);
    return (struct gate){ arena_format(arena, "%s before %s", why, text),
                          from };
}

static struct gate gate_none(const struct standing *at, struct arena *arena)
{
    (void)at;
    (void)arena;
    return (struct gate){ 0 };
}

/* A new statement wants new rules or corrected facts (domain.md 4.1 reoffer).
 */
static struct gate gate_make(const struct standing *at, struct arena *arena)
{
    (void)arena;
    if (at->pack_version == 0)
        return closed("the project has no published pack of rules");
    if (at->state == OFFERED && at->pack_version <= at->offer_version
        && at->facts_since.us <= at->offered_at.us)
        return closed("the offer already rests on the newest rules and facts");
    return (struct gate){ 0 };
}

/* G-PUBLISHED, and two persons: who made a statement does not release it. */
static struct gate gate_release(const struct standing *at, struct arena *arena)
{
    if (!id_given(at->prepared))
        return closed("no statement waits for its release; make one first");
    if (at->facts_since.us > at->prepared_at.us)
        return closed("the facts were corrected after the statement was made; "
                      "make a new one");
    if (id_same(at->prepared_by, at->actor))
        return closed("who made the statement cannot release it; "
                      "another person has to");
    if (at->now.us < release_from(at).us)
        return closed_until("the plan and its rules are not yet published "
                            "long enough and nothing can be offered",
                            release_from(at), arena);
    return (struct gate){ 0 };
}

static struct gate gate_reoffer(const struct standing *at, struct arena *arena)
{
    struct gate make = gate_make(at, arena);

    return make.why ? make : gate_release(at, arena);
}

/* G-READ and the hours of G-PLACE. */
static struct gate gate_sign(const struct standing *at, struct arena *arena)
{
    struct moment from = sign_from(at->offered_at);
    int minute = minute_of_day(at->now);

    if (at->facts_since.us > at->offered_at.us)
        return closed("the facts were corrected after the offer; "
                      "a new offer has to be released first");
    if (at->now.us < from.us)
        return closed_until("the household still reads its offer and cannot "
                            "sign",
                            from, arena);
    if (minute < SIGN_MINUTE_FROM)
        return closed_until("signing has hours from 08:30 to 18:00 and none",
                            moment_at(day_of(at->now), SIGN_MINUTE_FROM),
                            arena);
    if (minute >= SIGN_MINUTE_UNTIL)
        return closed_until(
            "signing has hours from 08:30 to 18:00 and none",
            moment_at(days_after(day_of(at->now), 1), SIGN_MINUTE_FROM), arena);
    return (struct gate){ 0 };
}

static struct gate gate_withdraw(const struct standing *at, struct arena *arena)
{
    char text[VALUE_TEXT_MAX];

    if (at->now.us < at->cooling_until.us)
        return (struct gate){ 0 };
    moment_format_local(at->cooling_until, text);
    return closed(arena_format(
        arena, "the days to withdraw without a reason ended at %s", text));
}

static struct gate gate_effect(const struct standing *at, struct arena *arena)
{
    if (at->now.us < at->cooling_until.us)
        return closed_until("the household may still withdraw and the "
                            "agreement has no effect",
                            at->cooling_until, arena);
    return (struct gate){ 0 };
}

/* --------------------------------------------------------------- the table */

struct move {
    enum state from;
    enum event event;
    enum state to;
    const char *who; /* the roles are in main.c; this is for people */
    struct gate (*gate)(const struct standing *at, struct arena *arena);
};

/* clang-format off */
static const struct move moves[] = {
    { NONE,           IMPORT,      REGISTERED,     "t3_front, privacy_officer",           gate_none     },
    { REGISTERED,     MAKE,        REGISTERED,     "t2_signing",                          gate_make     },
    { REGISTERED,     OFFER,       OFFERED,        "dept, t5_quality",                    gate_release  },
    { OFFERED,        MAKE,        OFFERED,        "t2_signing",                          gate_make     },
    { OFFERED,        REOFFER,     OFFERED,        "dept, t5_quality",                    gate_reoffer  },
    { OFFERED,        SIGN,        SIGNED_COOLING, "resident with t2_signing or dept",    gate_sign     },
    { SIGNED_COOLING, WITHDRAW,    OFFERED,        "resident or proxy, by any channel",   gate_withdraw },
    { SIGNED_COOLING, TAKE_EFFECT, EFFECTIVE,      "the system, when the days have passed", gate_effect },
};
/* clang-format on */

enum { MOVE_COUNT = sizeof moves / sizeof *moves };

static const struct move *find(unsigned from, enum event event)
{
    for (size_t i = 0; i < MOVE_COUNT; i++)
        if (moves[i].from == from && moves[i].event == event)
            return &moves[i];
    return NULL;
}

/* "why; open now: withdraw" */
static struct err refuse(const struct standing *at, const char *why,
                         struct arena *arena)
{
    const char *open = NULL;

    for (size_t i = 0; i < MOVE_COUNT; i++) {
        if (moves[i].from != at->state || moves[i].gate(at, arena).why)
            continue;
        const char *name = household_events[moves[i].event];
        open = open ? arena_format(arena, "%s, %s", open, name) : name;
    }
    return fail(CODE_CONFLICT, arena_format(arena, "%s; open now: %s", why,
                                            open ? open : "nothing yet"));
}

struct err household_move(const struct standing *at, enum event event,
                          unsigned *to, struct arena *arena)
{
    const struct move *move = find(at->state, event);

    if (!move)
        return refuse(at,
                      arena_format(arena, "from %s there is no %s",
                                   household_states[at->state],
                                   household_events[event]),
                      arena);
    struct gate gate = move->gate(at, arena);
    if (gate.why)
        return refuse(at, gate.why, arena);
    *to = move->to;
    return OK;
}

struct next_moves household_moves(const struct standing *at,
                                  struct arena *arena)
{
    struct next_moves next = { 0 };

    for (size_t i = 0; i < MOVE_COUNT && next.count < MOVES_MAX; i++) {
        if (moves[i].from != at->state)
            continue;
        struct gate gate = moves[i].gate(at, arena);
        next.at[next.count++] = (struct next_move){
            .event = household_events[moves[i].event],
            .to = household_states[moves[i].to],
            .who = moves[i].who,
            .open = !gate.why,
            .why = gate.why,
            .from = gate.from,
        };
    }
    return next;
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
