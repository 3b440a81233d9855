#include "services/cases/grievance/rules.h"

#include <string.h>

/* clang-format off */
const char *const grievance_states[] = {
    "none", "received", "acked", "triaged", "accepted", "redirected",
    "duplicate", "investigating", "proposed", "replied", "satisfied",
    "appealed_g2", "replied_g2", "appealed_g3", "replied_g3", "closed",
    "extended", "withdrawn", "emergency", "safeguard", NULL,
};
const char *const grievance_labels[] = {
    "未登记", "已登记", "已确认", "已分类", "已受理", "已告知途径",
    "重复合并", "核查中", "拟处理意见", "已书面答复", "认可",
    "申请复查", "复查已答复", "申请复核", "复核已答复", "办结",
    "延期", "撤回(二次确认)", "紧急处置", "保护措施中", NULL,
};
const char *const grievance_events[] = {
    "file", "ack", "triage", "accept", "redirect", "merge", "investigate",
    "propose", "reply", "extend", "emergency", "act", "safeguard_on",
    "safeguard_off", "withdraw", "keep", "confirm_withdrawal", "satisfy",
    "appeal", "close", "reopen", "escalate", NULL,
};

const struct grievance_kind grievance_kinds[] = {
    { "visit",         "走访方式",     NORMAL,     false },
    { "pressure",      "施压逼签",     NORMAL,     false },
    { "threat",        "威胁恐吓",     AT_ONCE,    false },
    { "deceit",        "欺骗误导",     NORMAL,     false },
    { "violence",      "暴力行为",     AT_ONCE,    false },
    { "eviction",      "无裁定强迁",   AT_ONCE,    false },
    { "utility_cut",   "断水断电断气", AT_ONCE,    false },
    { "amount",        "补偿金额",     NORMAL,     true  },
    { "late_payment",  "逾期付款",     NORMAL,     false },
    { "survey",        "调查登记",     NORMAL,     true  },
    { "appraisal",     "评估",         NORMAL,     true  },
    { "headcount",     "人口认定",     NORMAL,     true  },
    { "house_quality", "安置房质量",   NORMAL,     false },
    { "house_late",    "安置房逾期",   NORMAL,     false },
    { "privacy_leak",  "信息泄露",     WITHIN_DAY, false },
    { "retaliation",   "打击报复",     WITHIN_DAY, false },
    { "discrimination", "区别对待",    NORMAL,     false },
    { "disclosure",    "应公开未公开", NORMAL,     false },
    { "service",       "服务质量",     NORMAL,     false },
    { "other",         "其他",         NORMAL,     false },
    { 0 },
};
const char *const grievance_kind_names[] = {
    "visit", "pressure", "threat", "deceit", "violence", "eviction",
    "utility_cut", "amount", "late_payment", "survey", "appraisal",
    "headcount", "house_quality", "house_late", "privacy_leak",
    "retaliation", "discrimination", "disclosure", "service", "other", NULL,
};
const char *const urgency_names[] = { "normal", "day", "emergency", NULL };
const char *const weight_names[] = { "simple", "normal", "complex", NULL };
const char *const channel_names[] = {
    "counter", "phone", "sms", "letter", "web", "mini_program", "grid_device",
    "hotline_12345", "petition_office", NULL,
};
/* clang-format on */

const struct grievance_kind *grievance_kind_of(const char *name)
{
    for (const struct grievance_kind *kind = grievance_kinds; kind->name;
         kind++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

/* ------------------------------------------------------------- the periods */

static const char a_day[] = "domain.md 3.3: 24 h for retaliation and leaks";
static const char at_once[] = "domain.md 4.5: 4 h for safety and supply";
static const char appeal[] = "domain.md 3.3: internal appeal, 15 d to file";
static const char review[] = "domain.md 3.3: internal appeal, 15 d to answer";
static const char resolve[] = "domain.md 3.3: resolve; Petition Regulations "
                              "(2022) art. 22-36: 60 d at most";

/* clang-format off */
const struct clock_rule grievance_clocks[] = {
    { "T-GR-ACK", { 1, WORKING_DAYS }, "domain.md 3.3: human acknowledgement",
      { { 0, DAYS, ROLE(T5_QUALITY) }, { 1, WORKING_DAYS, ROLE(DISTRICT_PANEL) } } },
    { "T-GR-ACK24", { 24, HOURS }, a_day,
      { { -4, HOURS, ROLE(T5_QUALITY) }, { 0, HOURS, ROLE_GUARD } } },
    { "T-GR-EMERG", { 4, HOURS }, at_once,
      { { -2, HOURS, ROLE(DUTY_OFFICER) }, { 0, HOURS, ROLE_ALERT },
        { 4, HOURS, ROLE_ALERT } } },
    { "T-GR-TRIAGE", { 2, WORKING_DAYS },
      "domain.md 3.3: triage; Petition Regulations (2022) art. 22-36: 15 d",
      { { 0, DAYS, ROLE(T5_QUALITY) }, { 5, WORKING_DAYS, ROLE(DISTRICT_PANEL) } } },
    { "T-GR-SIMPLE", { 5, WORKING_DAYS }, resolve,
      { { -1, DAYS, ROLE_G1 }, { 0, DAYS, ROLE(T5_QUALITY) },
        { 5, WORKING_DAYS, ROLE(DISTRICT_PANEL) } } },
    { "T-GR-NORMAL", { 15, DAYS }, resolve,
      { { -3, DAYS, ROLE_G1 }, { 0, DAYS, ROLE(T5_QUALITY) },
        { 5, WORKING_DAYS, ROLE(DISTRICT_PANEL) } } },
    { "T-GR-COMPLEX", { 30, DAYS }, resolve,
      { { -5, DAYS, ROLE_G1 }, { 0, DAYS, ROLE(T5_QUALITY) },
        { 5, WORKING_DAYS, ROLE(DISTRICT_PANEL) } } },
    { "T-GR-EXTEND", { EXTEND_DAYS_MAX, DAYS }, "domain.md 3.3: one extension",
      { { 0, DAYS, ROLE(T5_QUALITY) }, { 5, WORKING_DAYS, ROLE(DISTRICT_PANEL) } } },
    { "T-GR-APPEAL", { 15, DAYS }, appeal, { { 0 } } },
    { "T-GR-REVIEW", { 15, DAYS }, review,
      { { -3, DAYS, ROLE_GUARD }, { 0, DAYS, ROLE_GUARD } } },
    { 0 },
};

/* LODGE, ACCEPT and REOPEN start what fits the case (grievance_clock()). */
static const struct clock_change changes[ESCALATE + 1] = {
    [ACK]              = { true, "T-GR-TRIAGE" },
    [ACT]              = { true, "T-GR-TRIAGE" },
    [REDIRECT]         = { true, "T-GR-APPEAL" },
    [MERGE]            = { true, "T-GR-APPEAL" },
    [REPLY]            = { true, "T-GR-APPEAL" },
    [EXTEND]           = { true, "T-GR-EXTEND" },
    [RAISE_ALARM]      = { true, "T-GR-EMERG" },
    [APPEAL]           = { true, "T-GR-REVIEW" },
    [WITHDRAW_CONFIRM] = { true, NULL },
    [CLOSE]            = { true, NULL },
    [ESCALATE]         = { true, "T-GR-REVIEW" },
};
/* clang-format on */

struct clock_change grievance_clock(unsigned event, unsigned urgency,
                                    unsigned weight)
{
    static const char *const first[] = { "T-GR-ACK", "T-GR-ACK24",
                                         "T-GR-EMERG" };
    static const char *const length[] = { "T-GR-SIMPLE", "T-GR-NORMAL",
                                          "T-GR-COMPLEX" };

    if (event == LODGE)
        return (struct clock_change){ true, first[urgency] };
    if (event == ACCEPT || event == REOPEN)
        return (struct clock_change){ true, length[weight] };
    return changes[event];
}

struct moment reopen_end(struct moment ended_at)
{
    return moment_at(days_after(day_of(ended_at), REOPEN_DAYS + 1), 0);
}

unsigned grievance_level(unsigned state)
{
    if (state == APPEALED_G3 || state == REPLIED_G3)
        return 3;
    return state == APPEALED_G2 || state == REPLIED_G2 ? 2 : 1;
}

/* -------------------------------------------------------------- the guards */

/* Petition Regulations art. 30, 46; domain.md 3.3 (reviewers disjoint). */
static struct hold look_conflict(const void *facts, struct arena *arena)
{
    const struct grievance_facts *at = facts;

    (void)arena;
    if (at->about)
        return hold_for("somebody else has to handle this grievance");
    if (at->part && at->part != grievance_level(at->state))
        return hold_for("who handled it at another level does not handle it "
                        "at this one");
    if (at->case_team)
        return hold_for("who works on the household's own case does not "
                        "handle its grievance");
    return hold_none();
}

static struct hold look_appeal(const void *facts, struct arena *arena)
{
    const struct grievance_facts *at = facts;
    char text[VALUE_TEXT_MAX];

    if (at->now.us < at->appeal_until.us)
        return hold_none();
    moment_format_local(at->appeal_until, text);
    return hold_for(arena_format(
        arena, "the days to appeal ended at %s; it may be reopened", text));
}

/* R-CLOSE: the system waits, the complainant need not. */
static struct hold look_close(const void *facts, struct arena *arena)
{
    const struct grievance_facts *at = facts;

    if (at->by_system && at->now.us < at->appeal_until.us)
        return hold_until("the complainant may still appeal and the system "
                          "does not close it",
                          at->appeal_until, arena);
    return hold_none();
}

static struct hold look_once(const void *facts, struct arena *arena)
{
    const struct grievance_facts *at = facts;

    (void)arena;
    return at->extended ? hold_for("it was extended once already")
                        : hold_none();
}

static struct hold look_reopen(const void *facts, struct arena *arena)
{
    const struct grievance_facts *at = facts;

    (void)arena;
    return at->now.us < at->reopen_until.us
               ? hold_none()
               : hold_for("it ended more than ninety days ago; a new "
                          "grievance is open to anybody");
}

static struct hold look_first_ask(const void *facts, struct arena *arena)
{
    const struct grievance_facts *at = facts;

    (void)arena;
    return at->withdrawing
               ? hold_for("a withdrawal waits for its confirmation already")
               : hold_none();
}

static struct hold look_asked(const void *facts, struct arena *arena)
{
    const struct grievance_facts *at = facts;

    (void)arena;
    return at->withdrawing ? hold_none()
                           : hold_for("nobody has asked to withdraw it");
}

/* R-WITHDRAW: not by the way it came, nor by whom it may have been pressed. */
static struct hold look_second_way(const void *facts, struct arena *arena)
{
    const struct grievance_facts *at = facts;

    (void)arena;
    if (at->same_way)
        return hold_for("a withdrawal is confirmed on a second channel");
    if (at->about || at->part || at->took_down || at->case_team)
        return hold_for("who handles it, or took the withdrawal down, does "
                        "not confirm it");
    return hold_none();
}

/* --------------------------------------------------------------- the table */

/* clang-format off */
static const struct guard
    conflict   = { "G-CONFLICT",     look_conflict },
    appealing  = { "T-GR-APPEAL",    look_appeal },
    closing    = { "G-CLOSE",        look_close },
    once       = { "G-ONCE",         look_once },
    reopening  = { "G-REOPEN",       look_reopen },
    first_ask  = { "G-WITHDRAW",     look_first_ask },
    asked      = { "G-WITHDRAW",     look_asked },
    second_way = { "G-SECOND-WAY",   look_second_way };

#define IN_WORK  (IN(ACCEPTED) | IN(INVESTIGATING) | IN(PROPOSED))
#define IN_FIRST (IN(RECEIVED) | IN(ACKED) | IN(TRIAGED) | IN_WORK | IN(EXTENDED))
#define ANSWERED (IN(REPLIED) | IN(REPLIED_G2) | IN(REPLIED_G3))
#define OPEN     (IN_FIRST | ANSWERED | IN(EMERGENCY) | IN(SAFEGUARD)         \
                  | IN(APPEALED_G2) | IN(APPEALED_G3))
#define PUT_BY   (IN(REDIRECTED) | IN(DUPLICATE))

static const struct move moves[] = {
    { LODGE,            RECEIVED,      IN(NO_GRIEVANCE),                        ROLE_HEARS,                     { 0 } },
    { ACK,              ACKED,         IN(RECEIVED),                            ROLE_G1,                        { &conflict } },
    { TRIAGE,           TRIAGED,       IN(ACKED),                               ROLE_G1,                        { &conflict } },
    { ACCEPT,           ACCEPTED,      IN(TRIAGED),                             ROLE_G1,                        { &conflict } },
    { REDIRECT,         REDIRECTED,    IN(TRIAGED),                             ROLE_G1,                        { &conflict } },
    { MERGE,            DUPLICATE,     IN(TRIAGED),                             ROLE_G1,                        { &conflict } },
    { INVESTIGATE,      INVESTIGATING, IN(ACCEPTED) | IN(EXTENDED),             ROLE_G1,                        { &conflict } },
    { PROPOSE,          PROPOSED,      IN(INVESTIGATING) | IN(EXTENDED),        ROLE_G1,                        { &conflict } },
    { REPLY,            REPLIED,       IN(PROPOSED),                            ROLE_G1,                        { &conflict } },
    { REPLY,            REPLIED_G2,    IN(APPEALED_G2),                         ROLE(T5_QUALITY),               { &conflict } },
    { REPLY,            REPLIED_G3,    IN(APPEALED_G3),                         ROLE(DISTRICT_PANEL),           { &conflict } },
    { EXTEND,           EXTENDED,      IN_WORK,                                 ROLE(T5_QUALITY),               { &conflict, &once } },
    { RAISE_ALARM,      EMERGENCY,     IN_FIRST | IN(SAFEGUARD),                ROLE(SERVICE) | ROLE(DUTY_OFFICER), { 0 } },
    { ACT,              ACKED,         IN(EMERGENCY),                           ROLE_ALERT,                     { &conflict } },
    { SAFEGUARD_ON,     SAFEGUARD,     IN_WORK | IN(EXTENDED) | IN(EMERGENCY),  ROLE_GUARD,                     { &conflict } },
    { SAFEGUARD_OFF,    INVESTIGATING, IN(SAFEGUARD),                           ROLE_GUARD,                     { &conflict } },
    { WITHDRAW_ASK,     FLOW_STAYS,    OPEN,                                    ROLE_HOUSEHOLD | ROLE_G1,       { &first_ask } },
    { WITHDRAW_KEEP,    FLOW_STAYS,    OPEN,                                    ROLE_HOUSEHOLD | ROLE(T5_QUALITY), { &asked } },
    { WITHDRAW_CONFIRM, WITHDRAWN,     OPEN,                                    ROLE(T5_QUALITY),               { &asked, &second_way } },
    { SATISFY,          SATISFIED,     ANSWERED,                                ROLE_HOUSEHOLD,                 { 0 } },
    { APPEAL,           APPEALED_G2,   IN(REPLIED) | PUT_BY,                    ROLE_HOUSEHOLD,                 { &appealing } },
    { APPEAL,           APPEALED_G3,   IN(REPLIED_G2),                          ROLE_HOUSEHOLD,                 { &appealing } },
    { CLOSE,            CLOSED,        ANSWERED | PUT_BY | IN(SATISFIED),       ROLE_HOUSEHOLD | ROLE(SERVICE), { &closing } },
    { REOPEN,           ACCEPTED,      IN(CLOSED) | IN(WITHDRAWN),              ROLE_HOUSEHOLD,                 { &reopening } },
    { ESCALATE,         APPEALED_G2,   IN(RECEIVED),                            ROLE(SERVICE),                  { 0 } },
};

const struct flow grievance_flow = {
    "grievance", grievance_states, grievance_labels, grievance_events, NULL,
    moves, sizeof moves / sizeof *moves,
};
/* clang-format on */
