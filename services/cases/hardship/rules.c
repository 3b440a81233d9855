#include "services/cases/hardship/rules.h"

#include "common/base/calendar.h"
#include "services/cases/household/policy.h"

/* clang-format off */
const char *const hardship_states[] = {
    "none", "screened", "consented", "declined", "assessed", "planned",
    "active", "review_due", "stable", "closed", "crisis", "referred", NULL,
};
static const char *const labels[] = {
    "未建档", "已筛查", "已同意登记", "本人不同意", "已评估", "帮扶计划",
    "帮扶中", "到期复核", "已稳定", "已结案", "紧急", "已转介", NULL,
};
static const char *const events[] = {
    "screen", "consent", "agree", "decline", "revoke", "lock", "assess",
    "plan", "activate", "fit", "fall_due", "steady", "needy", "refer",
    "crisis", "settle", "resume", "confirm", "close", NULL,
};

#define DESIGN  "domain.md 4.4"
#define ELDERLY "Law on the Rights of the Elderly"
#define MINORS  "Civil Code art. 19-23, 27"

const struct hardship_trigger hardship_triggers[] = {
    { "resident_wish",   "本人提出",             DESIGN },
    { "visit",           "走访发现(经本人同意)", DESIGN },
    { "aged_alone",      "80岁以上独居",         DESIGN "; " ELDERLY },
    { "disability",      "残疾",                 DESIGN },
    { "low_income",      "低保名册",             DESIGN "; data of civil affairs on a statutory basis" },
    { "dialysis_oxygen", "透析或吸氧",           DESIGN "; utilities first" },
    { "pregnant",        "孕期",                 DESIGN },
    { "minor_alone",     "未成年人无监护",       DESIGN "; " MINORS },
    { "fee_unpaid",      "过渡费逾期15日未付",   DESIGN "; 4.7 T-PAY" },
    { "rent_gap",        "租金超出过渡费三分之一", DESIGN },
    { "bereavement",     "丧亲",                 DESIGN },
    { 0 },
};
const char *const hardship_trigger_names[] = {
    "not_said", "resident_wish", "visit", "aged_alone", "disability",
    "low_income", "dialysis_oxygen", "pregnant", "minor_alone", "fee_unpaid",
    "rent_gap", "bereavement", NULL,
};
const char *const fit_names[] = {
    "not_said", "not_needed", "fits", "lacks", NULL,
};

const struct clock_rule hardship_clocks[] = {
    { CLOCK_ASSESS, { 5, WORKING_DAYS }, "domain.md 4.4, 9: hs_assess_wd",
      { { -1, DAYS, ROLE(T6_SERVICE) }, { 0, DAYS, ROLE(T6_SERVICE) },
        { 2, WORKING_DAYS, ROLE(T6_SERVICE) | ROLE(DUTY_OFFICER) } } },
    { CLOCK_CRISIS, { 24, HOURS },
      "domain.md 4.4, 9: hs_crisis_h; temporary assistance comes first",
      { { -12, HOURS, ROLE(DUTY_OFFICER) | ROLE(T6_SERVICE) },
        { 0, HOURS, ROLE(DUTY_OFFICER) | ROLE(T6_SERVICE) },
        { 4, HOURS, ROLE(DUTY_OFFICER) | ROLE(DISTRICT_PANEL) } } },
    { CLOCK_REVIEW, { 1, MONTHS }, "domain.md 4.4: at least monthly",
      { { -3, DAYS, ROLE(T6_SERVICE) }, { 0, DAYS, ROLE(T6_SERVICE) },
        { 5, WORKING_DAYS, ROLE(T6_SERVICE) | ROLE(DUTY_OFFICER) } } },
    { 0 },
};
/* clang-format on */

/* -------------------------------------------------------------- the guards */

static struct hold look_own(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(at->own || (at->form && at->named && !at->signs),
                       "only the resident whom it is about decides this: by "
                       "itself, or by a signed form that the service team "
                       "brings (document)");
}

static struct hold look_named(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(
        at->named && !at->signs,
        "it is for the service team or the social worker named in "
        "the case, and never for the signing team");
}

static struct hold look_consent(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(at->consented, "the resident has not consented, or has "
                                      "taken the consent back");
}

static struct hold look_no_consent(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(!at->consented, "the resident has consented already");
}

/* Help that the law owes goes on behind the lock, without new papers. */
static struct hold look_lock(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(
        at->consented || !at->writes,
        "the resident has taken the consent back: help goes on, and "
        "nothing more is written down");
}

static struct hold look_statutory(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(at->statutory, "no help that the law owes is planned");
}

static struct hold look_voluntary(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(!at->statutory, "help that the law owes goes on");
}

static struct hold look_lead(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(
        !id_same(at->actor, at->planned_by),
        "who made the plan does not start it; a lead of the team "
        "has to");
}

static struct hold look_second(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(
        !id_same(at->actor, at->reviewed_by),
        "who reviewed it last does not close it; a lead of the team "
        "has to");
}

static struct hold look_confirmed(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;

    (void)arena;
    return hold_unless(at->confirmed,
                       "the resident has not confirmed that it may be closed");
}

static struct hold look_stable(const void *facts, struct arena *arena)
{
    const struct hardship_facts *at = facts;
    struct day first = day_of(at->stable_from);
    char text[VALUE_TEXT_MAX];

    if (!at->stable_from.us)
        return hold_for("no review has found it stable yet");
    if (days_between(first, day_of(at->stable_to)) >= STABLE_DAYS)
        return hold_none();
    day_format(days_after(first, STABLE_DAYS), text);
    return hold_for(arena_format(
        arena,
        "two reviews, 90 days apart, have to find it stable: the second on %s "
        "or later",
        text));
}

/* --------------------------------------------------------------- the table */

/* clang-format off */
static const struct guard
    own        = { "G-OWN",        look_own },
    named      = { "G-FIREWALL",   look_named },
    consent    = { "G-CONSENT",    look_consent },
    no_consent = { "G-UNASKED",    look_no_consent },
    unlocked   = { "G-LOCK",       look_lock },
    statutory  = { "G-STATUTORY",  look_statutory },
    voluntary  = { "G-VOLUNTARY",  look_voluntary },
    lead       = { "G-LEAD",       look_lead },
    second     = { "G-LEAD-CLOSE", look_second },
    confirmed  = { "G-CONFIRMED",  look_confirmed },
    steady     = { "G-STABLE",     look_stable };

#define TEAM    (ROLE(T6_SERVICE) | ROLE(GRID_MEMBER))
#define ANYBODY (ROLE_HARDSHIP_CALLS | ROLE_HOUSEHOLD)
#define WORD    (ROLE_HOUSEHOLD | ROLE(T6_SERVICE)) /* itself, or its signed form */

#define S(name) IN(HARDSHIP_##name)
#define HELPED  (S(ACTIVE) | S(REVIEW_DUE) | S(STABLE))
#define RUNNING (S(ASSESSED) | S(PLANNED) | HELPED | S(REFERRED))
#define MOVES   (HELPED | S(CRISIS) | S(REFERRED))

static const struct move moves[] = {
    { HARDSHIP_SCREEN,   HARDSHIP_SCREENED,   IN(HARDSHIP_NONE),             TEAM | ROLE_HOUSEHOLD, { 0 } },
    { HARDSHIP_CONSENT,  HARDSHIP_CONSENTED,  S(SCREENED) | S(DECLINED),     WORD,             { &own } },
    { HARDSHIP_AGREE,    FLOW_STAYS,          RUNNING | S(CRISIS),           WORD,             { &own, &no_consent } },
    { HARDSHIP_DECLINE,  HARDSHIP_DECLINED,   S(SCREENED),                   WORD,             { &own } },
    { HARDSHIP_REVOKE,   HARDSHIP_DECLINED,   S(CONSENTED) | RUNNING,        WORD,             { &own, &consent, &voluntary } },
    { HARDSHIP_LOCK,     FLOW_STAYS,          RUNNING | S(CRISIS),           WORD,             { &own, &consent } },
    { HARDSHIP_ASSESS,   HARDSHIP_ASSESSED,   S(CONSENTED) | S(CRISIS) | S(REFERRED), TEAM,    { &named, &consent } },
    { HARDSHIP_PLAN,     HARDSHIP_PLANNED,    S(ASSESSED),                   TEAM,             { &named, &consent } },
    { HARDSHIP_ACTIVATE, HARDSHIP_ACTIVE,     S(PLANNED),                    ROLE(T6_SERVICE), { &named, &lead } },
    { HARDSHIP_FIT,      FLOW_STAYS,          MOVES,                         TEAM,             { &named, &unlocked } },
    { HARDSHIP_FALL_DUE, HARDSHIP_REVIEW_DUE, S(ACTIVE) | S(STABLE),         ROLE(SERVICE),    { 0 } },
    { HARDSHIP_STEADY,   HARDSHIP_STABLE,     HELPED,                        TEAM,             { &named, &unlocked } },
    { HARDSHIP_NEEDY,    HARDSHIP_ACTIVE,     HELPED,                        TEAM,             { &named, &unlocked } },
    { HARDSHIP_REFER,    HARDSHIP_REFERRED,   S(ASSESSED) | S(PLANNED) | HELPED, ROLE(T6_SERVICE), { &named, &consent } },
    { HARDSHIP_ALARM,    HARDSHIP_CRISIS,     IN(HARDSHIP_NONE) | S(SCREENED) | S(CONSENTED) | S(DECLINED) | RUNNING, ANYBODY, { 0 } },
    { HARDSHIP_SETTLE,   HARDSHIP_SCREENED,   S(CRISIS),                     ROLE(T6_SERVICE) | ROLE(DUTY_OFFICER), { &no_consent, &voluntary } },
    { HARDSHIP_RESUME,   HARDSHIP_ACTIVE,     S(CRISIS),                     ROLE(T6_SERVICE) | ROLE(DUTY_OFFICER), { &statutory } },
    { HARDSHIP_CONFIRM,  FLOW_STAYS,          S(STABLE),                     WORD,             { &own } },
    { HARDSHIP_CLOSE,    HARDSHIP_CLOSED,     S(STABLE),                     ROLE(T6_SERVICE), { &named, &steady, &confirmed, &second } },
};

const struct flow hardship_flow = {
    "hardship", hardship_states, labels, events, NULL,
    moves, sizeof moves / sizeof *moves,
};
/* clang-format on */

/* ------------------------------------------------------------- what it says */

bool hardship_may_read(role_set roles, const struct hardship_facts *facts,
                       unsigned state)
{
    if (facts->own)
        return true;
    if (roles & ROLE(T2_SIGNING))
        return false;
    if ((roles & ROLE(DUTY_OFFICER)) && state == HARDSHIP_CRISIS)
        return true;
    return facts->named;
}

bool dwelling_fits(const struct dwelling *dwelling)
{
    const unsigned said[] = { dwelling->lift, dwelling->bathroom,
                              dwelling->school, dwelling->dialysis };

    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (said[i] != FIT_FITS && said[i] != FIT_NOT_NEEDED)
            return false;
    return true;
}

bool hardship_blocks_moving(unsigned state, bool fits)
{
    return (IN(state) & MOVES) && !fits;
}

void hardship_reviewed(struct hardship_facts *facts, bool stable,
                       struct moment now)
{
    facts->confirmed = false;
    facts->reviewed_by = facts->actor;
    if (!stable) {
        facts->stable_from = facts->stable_to = (struct moment){ 0 };
        return;
    }
    if (!facts->stable_from.us)
        facts->stable_from = now;
    facts->stable_to = now;
}

struct moment hardship_erase_from(struct moment ended_at)
{
    struct day last = months_after(day_of(ended_at), RETAIN_MONTHS);

    return moment_at(days_after(last, 1), 0);
}
