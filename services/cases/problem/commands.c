#include "services/cases/problem/commands.h"

#include "common/base/text.h"
#include "services/cases/problem/record.h"
#include "services/cases/problem/store_sql.h"

#include <string.h>

enum { TEXT_MOST = 6000, CODES_MAX = 300 };

static const char *const channel_names[] = { "online", "counter", "phone",
                                             "paper", NULL };

struct problem_answer {
    struct id id;
    const char *no;
    const char *state;
};
static const struct field problem_answer_fields[] = {
    FIELD(problem_answer, id),
    FIELD(problem_answer, no),
    FIELD(problem_answer, state),
};
const struct shape problem_answer_shape = SHAPE(problem_answer);

static struct err answer(struct call *call, const struct problem *p)
{
    struct problem_answer said = { p->id, p->matter.no,
                                   problem_flow.states[p->matter.state] };

    return reply(call, FROM(problem_answer, &said));
}

/* Does the move and answers. */
static struct err go(struct call *call, struct problem *p, unsigned event,
                     const char *reason)
{
    TRY(problem_do(call, p, event, reason));
    return answer(call, p);
}

/* What a later turn writes anew. */
static void begin_again(struct problem *p)
{
    p->team = p->outcome = p->channel = p->feedback = p->feedback_channel =
        p->must = NULL;
    p->team_since = p->asked_at = p->feedback_at = p->ended_at =
        (struct moment){ 0 };
    p->feedback_by = p->minutes = (struct id){ "" };
    p->answer = (struct bytes){ 0 };
    p->reopened++;
}

struct err problem_begin_again(struct call *call, struct id id)
{
    struct problem p;

    TRY(problem_take(call, id, &p));
    begin_again(&p);
    return problem_do(call, &p, DO_REOPEN, NULL);
}

/* ------------------------------------------------------------ problem.raise */

struct problem_raise {
    struct id project;
    struct id household;
    struct id community;
    unsigned kind;
    const char *text;
    const char *departments;
};
static const struct field problem_raise_fields[] = {
    OPTIONAL(problem_raise, project),
    OPTIONAL(problem_raise, household),
    OPTIONAL(problem_raise, community),
    FIELD(problem_raise, kind, .names = problem_kinds),
    FIELD(problem_raise, text, .max = TEXT_MOST),
    OPTIONAL(problem_raise, departments, .max = CODES_MAX),
};
const struct shape problem_raise_shape = SHAPE(problem_raise);

struct problem_home {
    struct id household;
    struct id project;
    struct id community;
};
static const struct field problem_home_fields[] = {
    FIELD(problem_home, household),
    OPTIONAL(problem_home, project),
    OPTIONAL(problem_home, community),
};
static const struct shape problem_home_shape = SHAPE(problem_home);

/* Whose problem it is: a resident's is its own, and a household's is of its
 * project and community. */
static struct err whose(struct call *call, const struct problem_raise *ask,
                        struct matter *matter)
{
    struct problem_home home = { .household = ask->household };
    bool office = call->roles & ~(ROLE(RESIDENT) | ROLE(PROXY));

    if (!office && !id_given(home.household))
        home.household = call->actor;
    if (!office && !id_same(home.household, call->actor))
        return fail(CODE_DENIED, "a household raises what concerns itself");
    if (id_given(home.household))
        TRY(fetch(call, &SQL_problem_household, FROM(problem_home, &home),
                  INTO(problem_home, &home)));
    else
        home = (struct problem_home){ .project = ask->project,
                                      .community = ask->community };
    if (!id_given(home.project))
        return fail_at("project", "or a household has to be named");
    matter->project = home.project;
    matter->community = home.community;
    matter->household = home.household;
    matter->opened_by = call->actor;
    return OK;
}

struct err cmd_problem_raise(struct call *call, const void *body)
{
    const struct problem_raise *ask = body;
    struct problem p = { .departments =
                             ask->departments ? ask->departments : "" };

    if (text_is_blank(ask->text))
        return fail_at("text", "says what the problem is");
    if (!departments_parse(ask->departments, &p.facts.departments))
        return fail_at("departments", "is a list of known codes, by commas");
    TRY(whose(call, ask, &p.matter));
    p.matter.kind = problem_kinds[ask->kind];
    TRY(problem_open(call, &p, ask->text));
    return answer(call, &p);
}

/* ------------------------------------------------- problem.triage, .accept */

struct problem_triage {
    struct id id;
    unsigned team;
    const char *departments;
};
static const struct field problem_triage_fields[] = {
    FIELD(problem_triage, id),
    FIELD(problem_triage, team, .names = problem_teams),
    OPTIONAL(problem_triage, departments, .max = CODES_MAX),
};
const struct shape problem_triage_shape = SHAPE(problem_triage);

struct err cmd_problem_triage(struct call *call, const void *body)
{
    const struct problem_triage *ask = body;
    department_set named;
    struct problem p;

    if (!departments_parse(ask->departments, &named))
        return fail_at("departments", "is a list of known codes, by commas");
    TRY(problem_take(call, ask->id, &p));
    /* what was named stays: it decides whether there has to be a meeting */
    p.departments = departments_text(p.facts.departments | named, call->arena);
    p.team = problem_teams[ask->team];
    p.team_since = call->now;
    return go(call, &p, DO_TRIAGE, NULL);
}

struct problem_accept {
    struct id id;
};
static const struct field problem_accept_fields[] = {
    FIELD(problem_accept, id),
};
const struct shape problem_accept_shape = SHAPE(problem_accept);

struct err cmd_problem_accept(struct call *call, const void *body)
{
    struct problem p;

    TRY(problem_take(call, ((const struct problem_accept *)body)->id, &p));
    return go(call, &p, DO_ACCEPT, NULL);
}

struct err cmd_problem_propose(struct call *call, const void *body)
{
    struct problem p;

    TRY(problem_take(call, ((const struct problem_accept *)body)->id, &p));
    p.must = problem_musts[problem_must(&p.facts)];
    return go(call, &p, DO_PROPOSE, NULL);
}

/* ------------------------------------------------- problem.resolve, .refer */

struct problem_resolve {
    struct id id;
    unsigned outcome;
    const char *answer;
};
static const struct field problem_resolve_fields[] = {
    FIELD(problem_resolve, id),
    FIELD(problem_resolve, outcome, .names = problem_outcomes),
    FIELD(problem_resolve, answer, .max = TEXT_MOST),
};
const struct shape problem_resolve_shape = SHAPE(problem_resolve);

struct err cmd_problem_resolve(struct call *call, const void *body)
{
    const struct problem_resolve *ask = body;
    struct problem p;

    if (text_is_blank(ask->answer))
        return fail_at("answer", "is what whom it concerns is told");
    TRY(problem_take(call, ask->id, &p));
    p.outcome = problem_outcomes[ask->outcome];
    TRY(seal_field(call, "problem.answer", p.id, ask->answer, &p.answer));
    return go(call, &p, DO_RESOLVE, NULL);
}

struct problem_refer {
    struct id id;
    unsigned channel;
};
static const struct field problem_refer_fields[] = {
    FIELD(problem_refer, id),
    FIELD(problem_refer, channel, .names = problem_channels),
};
const struct shape problem_refer_shape = SHAPE(problem_refer);

struct err cmd_problem_refer(struct call *call, const void *body)
{
    const struct problem_refer *ask = body;
    struct problem p;

    TRY(problem_take(call, ask->id, &p));
    p.channel = problem_channels[ask->channel];
    p.ended_at = call->now;
    return go(call, &p, DO_REFER, p.channel);
}

/* ------------------------------------------------ problem.feedback, .reopen */

struct problem_feedback {
    struct id id;
    unsigned said;
    unsigned channel;
};
static const struct field problem_feedback_fields[] = {
    FIELD(problem_feedback, id),
    FIELD(problem_feedback, said, .names = problem_feedbacks),
    FIELD(problem_feedback, channel, .names = channel_names),
};
const struct shape problem_feedback_shape = SHAPE(problem_feedback);

/* The guards still look at how it ended; the row says that it has not. */
static struct err reopen(struct call *call, struct problem *p)
{
    begin_again(p);
    return go(call, p, DO_REOPEN, NULL);
}

struct err cmd_problem_feedback(struct call *call, const void *body)
{
    const struct problem_feedback *ask = body;
    bool online = strcmp(channel_names[ask->channel], "online") == 0;
    struct problem p;

    TRY(problem_take(call, ask->id, &p));
    if (online != id_same(call->actor, p.facts.concerned))
        return fail_at("channel", "online is who says it by itself; the "
                                  "quality team takes down the others");
    if (ask->said == SAID_NOT)
        return reopen(call, &p);
    p.feedback = problem_feedbacks[ask->said];
    p.feedback_by = call->actor;
    p.feedback_channel = channel_names[ask->channel];
    p.feedback_at = call->now;
    return go(call, &p, DO_FEEDBACK, p.feedback);
}

struct err cmd_problem_reopen(struct call *call, const void *body)
{
    struct problem p;

    TRY(problem_take(call, ((const struct problem_accept *)body)->id, &p));
    return reopen(call, &p);
}
