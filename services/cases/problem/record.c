#include "services/cases/problem/record.h"

#include "services/cases/clock/clock.h"
#include "services/cases/problem/store_sql.h"

#define NEXT_TOPIC "problem.next"

static const struct field problem_fields[] = {
    FIELD(problem, id),
    FIELD(problem, text),
    FIELD(problem, departments),
    OPTIONAL(problem, team),
    OPTIONAL(problem, team_since),
    OPTIONAL(problem, must),
    OPTIONAL(problem, outcome),
    OPTIONAL(problem, answer),
    OPTIONAL(problem, minutes),
    OPTIONAL(problem, channel),
    OPTIONAL(problem, asked_at),
    OPTIONAL(problem, answered_at),
    OPTIONAL(problem, feedback),
    OPTIONAL(problem, feedback_by),
    OPTIONAL(problem, feedback_channel),
    OPTIONAL(problem, feedback_at),
    OPTIONAL(problem, ended_at),
    FIELD(problem, reopened),
    FIELD(problem, alike),
    FIELD(problem, actions_left),
};
static const struct shape problem_shape = SHAPE(problem);

static const struct field problem_key_fields[] = { FIELD(problem_key, id) };
const struct shape problem_key_shape = SHAPE(problem_key);

struct problem_news {
    struct id problem;
    struct id project;
    struct id community;
    struct id household;
    const char *state;
};
static const struct field problem_news_fields[] = {
    FIELD(problem_news, problem),      FIELD(problem_news, project),
    OPTIONAL(problem_news, community), OPTIONAL(problem_news, household),
    FIELD(problem_news, state),
};
const struct shape problem_news_shape = SHAPE(problem_news);

/* ----------------------------------------------------------------- fetching */

static struct id concerned_of(const struct matter *matter)
{
    return id_given(matter->household) ? matter->household : matter->opened_by;
}

static void fill_facts(const struct call *call, struct problem *p)
{
    struct problem_facts *facts = &p->facts;

    facts->now = call->now;
    facts->actor = call->actor;
    facts->roles = call->roles;
    facts->concerned = concerned_of(&p->matter);
    facts->team_since = p->team_since;
    facts->alike = problem_has_alike(p->matter.kind) ? p->alike : 0;
    facts->actions_left = p->actions_left;
    facts->answered = p->feedback != NULL;
    facts->asked_at = p->asked_at;
    facts->ended_at = p->ended_at;
    facts->team = 0;
    if (p->team)
        (void)roles_parse(p->team, &facts->team);
    (void)departments_parse(p->departments, &facts->departments);
}

static struct err read(struct call *call, const struct statement *sql,
                       const struct matter *matter, struct problem *p)
{
    struct problem_key key = { matter->id };

    TRY(fetch(call, sql, FROM(problem_key, &key), INTO(problem, p)));
    p->matter = *matter;
    p->facts = (struct problem_facts){ 0 };
    fill_facts(call, p);
    return OK;
}

static struct err fill(struct call *call, const struct matter *matter,
                       struct problem *p)
{
    return read(call, &SQL_problem_record, matter, p);
}

struct err problem_take(struct call *call, struct id id, struct problem *p)
{
    struct matter matter;

    TRY(matter_take(call, &problem_kind, id, &matter));
    return fill(call, &matter, p);
}

struct err problem_look(struct call *call, struct id id, struct problem *p)
{
    struct matter matter;

    TRY(matter_look(call, &problem_kind, id, &matter));
    return fill(call, &matter, p);
}

/* ------------------------------------------------------------------ seeing */

struct has_part {
    struct id id;
    struct id actor;
    bool has;
};
static const struct field has_part_fields[] = {
    OPTIONAL(has_part, id),
    OPTIONAL(has_part, actor),
    OPTIONAL(has_part, has),
};
static const struct shape has_part_shape = SHAPE(has_part);

/* Beside those who see all: its team, who raised or has it, who owns an
 * action. */
static struct err may_see(struct call *call, const struct matter *matter)
{
    struct has_part part = { .id = matter->id, .actor = call->actor };
    struct problem p;

    if ((call->roles & ROLE_PC_ALL) || id_same(call->actor, matter->opened_by)
        || id_same(call->actor, matter->holder))
        return OK;
    TRY(fill(call, matter, &p));
    if (p.facts.team & call->roles)
        return OK;
    TRY(fetch(call, &SQL_problem_part, FROM(has_part, &part),
              INTO(has_part, &part)));
    return part.has ? OK
                    : fail(CODE_NOT_FOUND, "there is no problem with "
                                           "this id");
}

struct err problem_show_to(struct call *call, struct id id, struct problem *p)
{
    TRY(problem_look(call, id, p));
    if (!id_same(call->actor, p->facts.concerned))
        TRY(matter_may_see(call, &p->matter));
    struct matter matter = p->matter;
    TRY(matter_as_it_stood(call, &matter));
    return call->as_of.us
               ? read(call, then(call, &SQL_problem_record), &matter, p)
               : OK;
}

/* ------------------------------------------------------------------- moving */

/* What a move does to the periods; `next`: the system may have to act then. */
static const struct effect {
    const char *stops[2];
    const char *starts[2];
    unsigned event;
    bool next;
} effects[] = {
    { { NULL }, { T_TRIAGE, T_TOTAL }, DO_RAISE, true },
    { { T_TRIAGE }, { T_TEAM }, DO_TRIAGE, true },
    { { T_TEAM }, { NULL }, DO_RESOLVE, true },
    { { T_TRIAGE, T_TEAM }, { T_AGENDA }, DO_PROPOSE, false },
    { { T_AGENDA }, { NULL }, DO_SET, false },
    { { NULL }, { T_AGENDA }, DO_POSTPONE, false },
    { { NULL }, { NULL }, DO_VERIFY, true },
    { { T_TOTAL }, { T_FEEDBACK }, DO_ASK, false },
    { { NULL }, { NULL }, DO_FEEDBACK, true },
    { { T_FEEDBACK }, { T_TRIAGE, T_TOTAL }, DO_REOPEN, true },
};

static struct err soon(struct call *call, struct id id)
{
    struct problem_key key = { id };

    return alarm_set(call, NEXT_TOPIC, id, call->now, FROM(problem_key, &key));
}

static struct err take_effect(struct call *call, struct id id,
                              const struct effect *effect)
{
    for (size_t i = 0; i < 2 && effect->stops[i]; i++)
        TRY(clock_stop(call, id, effect->stops[i]));
    for (size_t i = 0; i < 2 && effect->starts[i]; i++)
        TRY(clock_start(call, &problem_kind, effect->starts[i], id, call->now));
    return effect->next ? soon(call, id) : OK;
}

static struct err effects_of(struct call *call, struct id id, unsigned event)
{
    if (event == DO_CLOSE || event == DO_REFER)
        return clock_stop_all(call, id);
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
        if (effects[i].event == event)
            return take_effect(call, id, &effects[i]);
    return OK;
}

static struct err tell(struct call *call, const char *topic,
                       const struct matter *matter)
{
    struct problem_news news = {
        .problem = matter->id,
        .project = matter->project,
        .community = matter->community,
        .household = matter->household,
        .state = problem_flow.states[matter->state],
    };
    return emit(call, topic, matter->id, FROM(problem_news, &news));
}

struct err problem_open(struct call *call, struct problem *p, const char *text)
{
    TRY(matter_open(call, &problem_kind, DO_RAISE, &p->facts, &p->matter));
    p->id = p->matter.id;
    TRY(seal_field(call, "problem.text", p->id, text, &p->text));
    TRY(store(call, &SQL_problem_add, FROM(problem, p)));
    TRY(effects_of(call, p->id, DO_RAISE));
    return tell(call, "problem.raised", &p->matter);
}

struct err problem_may(const struct call *call, const struct problem *p,
                       unsigned event)
{
    struct stand stand = { .state = p->matter.state,
                           .roles = call->roles,
                           .facts = &p->facts };
    unsigned to;

    return flow_move(&problem_flow, &stand, event, &to, call->arena);
}

struct err problem_do(struct call *call, struct problem *p, unsigned event,
                      const char *reason)
{
    unsigned before = p->matter.state;

    TRY(store(call, &SQL_problem_put, FROM(problem, p)));
    TRY(matter_move(call, &problem_kind, &p->matter, event, &p->facts, reason));
    TRY(effects_of(call, p->id, event));
    fill_facts(call, p);
    return p->matter.state == before ? OK
                                     : tell(call, "problem.moved", &p->matter);
}

/* ------------------------------------------------ what the system does itself
 */

/* The others of its kind have to go there, too. */
static struct err wake_alike(struct call *call, const struct problem *p)
{
    struct problem_key key = { p->id };
    struct rows found;

    TRY(list(call, &SQL_problem_waiting_alike, FROM(problem_key, &key),
             &problem_key_shape, &found));
    const struct problem_key *other = found.at;
    for (size_t i = 0; i < found.count; i++)
        TRY(soon(call, other[i].id));
    return OK;
}

/* The papers of a move of its own. */
static void write_papers(const struct call *call, struct problem *p,
                         unsigned event)
{
    if (event == DO_PROPOSE)
        p->must = problem_musts[problem_must(&p->facts)];
    if (event == DO_ASK)
        p->asked_at = call->now;
    if (event == DO_ASK && !p->answered_at.us)
        p->answered_at = call->now;
    if (event == DO_CLOSE)
        p->ended_at = call->now;
}

static struct err next(struct call *call, struct id id)
{
    struct problem p;

    TRY(problem_take(call, id, &p));
    for (size_t i = 0; problem_own_moves[i] != DO_RAISE; i++) {
        unsigned event = problem_own_moves[i];
        if (problem_may(call, &p, event).code)
            continue;
        bool alike = event == DO_PROPOSE && p.facts.alike >= ALIKE_MUST;
        write_papers(call, &p, event);
        TRY(problem_do(call, &p, event, NULL));
        if (alike)
            TRY(wake_alike(call, &p));
    }
    return OK;
}

struct err on_problem_next(struct call *call, const void *body)
{
    return next(call, ((const struct problem_key *)body)->id);
}

/* A team's ten days, the fifteen days of silence: the guards know both. */
static struct err due(struct call *call, struct id subject,
                      const struct clock_rule *rule)
{
    (void)rule;
    return next(call, subject);
}

const struct case_kind problem_kind = {
    .flow = &problem_flow,
    .prefix = "PC",
    .clocks = problem_clocks,
    .staff = ROLE_PC_STAFF,
    .leads = ROLE(T4_MEDIATOR),
    .may_see = may_see,
    .due = due,
};
