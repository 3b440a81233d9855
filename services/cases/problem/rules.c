#include "services/cases/problem/rules.h"

#include <string.h>

/* clang-format off */
static const char *const states[] = {
    "none", "raised", "triaged", "in_team", "resolved_team", "agenda_proposed",
    "agenda_set", "meeting_held", "actions_open", "actions_done",
    "resident_feedback", "closed", "reopened", "referred", NULL,
};
static const char *const labels[] = {
    "未提出", "已提出", "已分办", "功能组办理中", "组内解决", "提请上会",
    "列入议程", "已会商", "议定事项落实中", "落实完成", "征求当事人意见",
    "办结", "重启", "转法定途径", NULL,
};
static const char *const events[] = {
    "raise", "triage", "accept", "resolve", "propose_agenda", "set_agenda",
    "postpone", "hold", "decide", "act_done", "verify", "complete", "ask",
    "feedback", "close", "reopen", "refer", NULL,
};

const char *const problem_kinds[] = {
    "area", "ownership", "unregistered_building", "survey", "appraisal",
    "headcount", "standard", "attachments", "business_loss", "public_housing",
    "resettlement_house", "transition_fee", "moving", "utilities",
    "neighbour_damage", "collective_income", "family", "other", NULL,
};
const char *const problem_kind_labels[] = {
    "面积认定", "权属争议", "未登记建筑认定", "调查登记异议", "评估异议",
    "人口认定", "补偿标准适用", "附属物认定", "停产停业损失", "公房承租",
    "安置房", "临时安置(过渡)费", "搬迁腾房", "水电气暖",
    "施工影响与相邻损害", "集体收益分配", "家庭内部纠纷", "其他", NULL,
};
const char *const problem_outcomes[] = {
    "explained", "agreed", "corrected", "rule_change", "help_arranged",
    "not_supported", NULL,
};
const char *const problem_outcome_labels[] = {
    "已解释说明", "已协商一致", "已更正", "提请修订规则并公示", "已安排帮办",
    "依规不予支持", NULL,
};
const char *const problem_channels[] = {
    "reconsideration", "suit", "civil_suit", "arbitration", "mediation",
    "appraisal_review", "expert_committee", "petition", "disclosure_request",
    NULL,
};
const char *const problem_channel_labels[] = {
    "行政复议", "行政诉讼", "民事诉讼", "仲裁", "人民调解", "评估复核",
    "专家委员会鉴定", "信访", "政府信息公开申请", NULL,
};
const char *const problem_teams[] = {
    "t1_explainer", "t2_signing", "t3_front", "t4_mediator", "t6_service",
    NULL,
};
const char *const problem_feedbacks[] = {
    "solved", "partly", "not_solved", NULL,
};
const char *const problem_musts[] = {
    "team", "ten_days", "departments", "same_kind", NULL,
};

/* -------------------------------------------------------------- the periods */

/* What was decided and is late rises one level every five working days. */
#define ACTION(n)                                                             \
    { "T-JM-ACTION-" #n, { ACTION_DAYS, DAYS }, "domain.md 4.2",              \
      { { -2, DAYS, ROLE(T4_MEDIATOR) | ROLE(DEPT) },                         \
        { 0, DAYS, ROLE(T4_MEDIATOR) | ROLE(DEPT) },                          \
        { 5, WORKING_DAYS, ROLE(T5_QUALITY) },                                \
        { 10, WORKING_DAYS, ROLE(CHAIR) },                                    \
        { 15, WORKING_DAYS, ROLE(DISTRICT_PANEL) } } }

const struct clock_rule problem_clocks[] = {
    { T_TRIAGE, { 2, WORKING_DAYS }, "domain.md 4.2",
      { { 0, DAYS, ROLE(T4_MEDIATOR) },
        { 2, WORKING_DAYS, ROLE(CHAIR) | ROLE(T5_QUALITY) } } },
    { T_TEAM, { 10, WORKING_DAYS }, "domain.md 4.2",
      { { -2, DAYS, ROLE(T4_MEDIATOR) }, { 0, DAYS, ROLE(T4_MEDIATOR) } } },
    { T_AGENDA, { 5, WORKING_DAYS }, "domain.md 4.2",
      { { 0, DAYS, ROLE(T4_MEDIATOR) | ROLE(CHAIR) },
        { 5, WORKING_DAYS, ROLE(T5_QUALITY) | ROLE(CHAIR) },
        { 10, WORKING_DAYS, ROLE(DISTRICT_PANEL) } } },
    { T_TOTAL, { 30, DAYS }, "domain.md 4.2, 9 pc_total_d",
      { { -5, DAYS, ROLE(T4_MEDIATOR) },
        { 0, DAYS, ROLE(T4_MEDIATOR) | ROLE(CHAIR) },
        { 5, WORKING_DAYS, ROLE(T5_QUALITY) },
        { 10, WORKING_DAYS, ROLE(DISTRICT_PANEL) } } },
    { T_FEEDBACK, { 15, DAYS }, "domain.md 4.2", { { 0 } } },
    ACTION(1), ACTION(2), ACTION(3), ACTION(4),
    ACTION(5), ACTION(6), ACTION(7), ACTION(8),
    { 0 },
};
/* clang-format on */

const char *problem_action_clock(int64_t position)
{
    const struct clock_rule *first = problem_clocks;

    while (strcmp(first->name, "T-JM-ACTION-1") != 0)
        first++;
    return first[position - 1].name;
}

const char *problem_label(const char *const *codes, const char *const *words,
                          const char *code)
{
    for (size_t i = 0; code && codes[i]; i++)
        if (strcmp(codes[i], code) == 0)
            return words[i];
    return NULL;
}

static struct moment end_of(const char *clock, struct moment from)
{
    bool provisional = false;

    return clock_end(from, clock_rule_of(problem_clocks, clock)->length, 0,
                     &provisional);
}

struct moment problem_silence_end(struct moment asked_at)
{
    return end_of(T_FEEDBACK, asked_at);
}

bool problem_has_alike(const char *kind)
{
    return strcmp(kind, "other") != 0;
}

unsigned problem_must(const struct problem_facts *facts)
{
    if (departments_count(facts->departments) >= DEPARTMENTS_MUST)
        return MUST_DEPARTMENTS;
    if (facts->alike >= ALIKE_MUST)
        return MUST_ALIKE;
    if (facts->team_since.us
        && facts->now.us >= end_of(T_TEAM, facts->team_since).us)
        return MUST_LATE;
    return MUST_NOT;
}

/* --------------------------------------------------------------- the guards */

static struct hold look_concerned(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    (void)arena;
    if ((at->roles & ROLE(T5_QUALITY)) || id_same(at->actor, at->concerned))
        return hold_none();
    return hold_for("only whom it concerns says so, by itself or to the "
                    "quality team");
}

static struct hold look_team(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    (void)arena;
    if (at->roles & at->team)
        return hold_none();
    return hold_for("it was given to another team");
}

/* The mediators may always; the system only when it has to. */
static struct hold look_must(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    (void)arena;
    if ((at->roles & ROLE(T4_MEDIATOR)) || problem_must(at) != MUST_NOT)
        return hold_none();
    return hold_for("its team still has time, one department is concerned and "
                    "fewer than three households have the same");
}

static struct hold look_chair(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    (void)arena;
    if (id_same(at->actor, at->chair))
        return hold_none();
    return hold_for("another member is the chair of this meeting");
}

static struct hold look_invited(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;
    struct moment from = invited_until(at->invited_at);

    if (from.us < at->starts_at.us)
        from = at->starts_at;
    if (at->now.us < from.us)
        return hold_until("whom it concerns is invited to say its view, and "
                          "the meeting is not held",
                          from, arena);
    return hold_none();
}

static struct hold look_quorum(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    return hold_for(quorum_missing(&at->quorum, arena));
}

static struct hold look_equal(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    if (at->left_out == 0)
        return hold_none();
    return hold_for(arena_format(
        arena,
        "a decision holds for all in the same situation, and the list of same "
        "cases differs by %d from what is open (problem.alike tells it)",
        (int)at->left_out));
}

static struct hold look_no_sum(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    if (!at->sum_in)
        return hold_none();
    return hold_for(arena_format(
        arena,
        "%s names a sum of money: a meeting sets no amount; what the rules "
        "lack goes into a new version of them, published first (pack.import)",
        at->sum_in));
}

static struct hold look_owner(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    (void)arena;
    if (!id_same(at->actor, at->owner))
        return hold_for("the action is another's to do");
    return at->done ? hold_for("the action was done already") : hold_none();
}

static struct hold look_done(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    (void)arena;
    if (id_same(at->actor, at->owner))
        return hold_for("another person than its owner verifies an action");
    if (!at->done)
        return hold_for("the action is not done yet");
    return at->verified ? hold_for("the action was verified already")
                        : hold_none();
}

static struct hold look_all_verified(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    if (at->actions_left == 0)
        return hold_none();
    return hold_for(arena_format(arena, "%d actions are not verified yet",
                                 (int)at->actions_left));
}

static struct hold look_answered(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;
    struct moment end = problem_silence_end(at->asked_at);

    if (at->answered || at->now.us >= end.us)
        return hold_none();
    return hold_until("whom it concerns has not said whether it is solved, and "
                      "nothing is closed",
                      end, arena);
}

static struct hold look_unanswered(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    (void)arena;
    return at->answered ? hold_for("it has been said already") : hold_none();
}

/* The quality team may open it again at any time. */
static struct hold look_reopen(const void *facts, struct arena *arena)
{
    const struct problem_facts *at = facts;

    (void)arena;
    if (!at->ended_at.us || (at->roles & ROLE(T5_QUALITY))
        || days_between(day_of(at->ended_at), day_of(at->now)) <= REOPEN_DAYS)
        return hold_none();
    return hold_for("it ended more than 90 days ago; raise it anew, or ask the "
                    "quality team");
}

/* ---------------------------------------------------------------- the table */

/* clang-format off */
static const struct guard
    concerned  = { "G-CONCERNED", look_concerned },
    team       = { "G-TEAM",      look_team },
    must       = { "G-AGENDA",    look_must },
    chair      = { "G-CHAIR",     look_chair },
    invited    = { "G-INVITED",   look_invited },
    quorum     = { "G-QUORUM",    look_quorum },
    equal      = { "G-EQUAL",     look_equal },
    no_sum     = { "R-BONUS",     look_no_sum },
    owner      = { "G-OWNER",     look_owner },
    done       = { "G-VERIFY",    look_done },
    verified   = { "G-VERIFIED",  look_all_verified },
    answered   = { "R-CLOSE",     look_answered },
    unanswered = { "G-ONCE",      look_unanswered },
    in_time    = { "G-REOPEN",    look_reopen };

#define TEAMS    (ROLE_TEAMS & ~ROLE(GRID_MEMBER))
#define ANYBODY  (ROLE(RESIDENT) | ROLE(PROXY) | ROLE(CENTRAL_HOUSEHOLD)      \
                  | ROLE_TEAMS | ROLE(COMMUNITY_SECRETARY) | ROLE(T5_QUALITY) \
                  | ROLE(DUTY_OFFICER) | ROLE(DEPT) | ROLE(CHAIR))
#define WAITING  (IN(PC_RAISED) | IN(PC_TRIAGED) | IN(PC_IN_TEAM)             \
                  | IN(PC_REOPENED))

static const struct move moves[] = {
    { DO_RAISE,    PC_RAISED,            IN(PC_NONE),                              ANYBODY | ROLE(SERVICE),              { 0 }, 0 },
    { DO_TRIAGE,   PC_TRIAGED,           IN(PC_RAISED) | IN(PC_REOPENED),          ROLE(T4_MEDIATOR),                    { 0 }, 0 },
    { DO_ACCEPT,   PC_IN_TEAM,           IN(PC_TRIAGED),                           TEAMS,                                { &team }, 0 },
    { DO_RESOLVE,  PC_RESOLVED_TEAM,     IN(PC_IN_TEAM),                           TEAMS,                                { &team }, 0 },
    { DO_PROPOSE,  PC_AGENDA_PROPOSED,   WAITING,                                  ROLE(T4_MEDIATOR) | ROLE(SERVICE),    { &must }, 0 },
    { DO_SET,      PC_AGENDA_SET,        IN(PC_AGENDA_PROPOSED),                   ROLE(T4_MEDIATOR) | ROLE(CHAIR),      { 0 }, 0 },
    { DO_POSTPONE, PC_AGENDA_PROPOSED,   IN(PC_AGENDA_SET) | IN(PC_MEETING_HELD),  ROLE(T4_MEDIATOR) | ROLE(CHAIR),      { 0 }, 0 },
    { DO_HOLD,     PC_MEETING_HELD,      IN(PC_AGENDA_SET),                        ROLE(CHAIR),                          { &chair, &invited, &quorum }, 0 },
    { DO_DECIDE,   PC_ACTIONS_OPEN,      IN(PC_MEETING_HELD),                      ROLE(T4_MEDIATOR),                    { &equal, &no_sum }, 0 },
    { DO_ACT,      FLOW_STAYS,           IN(PC_ACTIONS_OPEN),                      ANYBODY,                              { &owner }, 0 },
    { DO_VERIFY,   FLOW_STAYS,           IN(PC_ACTIONS_OPEN),                      ROLE(T5_QUALITY),                     { &done }, 0 },
    { DO_COMPLETE, PC_ACTIONS_DONE,      IN(PC_ACTIONS_OPEN),                      ROLE(SERVICE),                        { &verified }, 0 },
    { DO_ASK,      PC_RESIDENT_FEEDBACK, IN(PC_RESOLVED_TEAM) | IN(PC_ACTIONS_DONE), ROLE(SERVICE),                      { 0 }, 0 },
    { DO_FEEDBACK, FLOW_STAYS,           IN(PC_RESIDENT_FEEDBACK),                 ANYBODY,                              { &concerned, &unanswered }, 0 },
    { DO_CLOSE,    PC_CLOSED,            IN(PC_RESIDENT_FEEDBACK),                 ROLE(SERVICE),                        { &answered }, 0 },
    { DO_REOPEN,   PC_REOPENED,          IN(PC_RESIDENT_FEEDBACK) | IN(PC_CLOSED) | IN(PC_REFERRED), ANYBODY,            { &concerned, &in_time }, 0 },
    { DO_REFER,    PC_REFERRED,          WAITING | IN(PC_AGENDA_PROPOSED) | IN(PC_MEETING_HELD), ROLE(T4_MEDIATOR),      { 0 }, 0 },
};

const struct flow problem_flow = {
    "problem", states, labels, events, NULL, moves, sizeof moves / sizeof *moves,
};
const unsigned problem_own_moves[] = {
    DO_PROPOSE, DO_COMPLETE, DO_ASK, DO_CLOSE, DO_RAISE,
};
/* clang-format on */
