#include "services/cases/problem/pages.h"

#include "services/cases/problem/record.h"
#include "services/cases/problem/store_sql.h"

enum { PAGE = 50, PAGE_MAX = 200, WORD_MAX = 40, ALIKE_MAX = 500 };

/* ------------------------------------------------------------- problem.show */

struct problem_show {
    struct id id;
};
static const struct field problem_show_fields[] = {
    FIELD(problem_show, id),
};
const struct shape problem_show_shape = SHAPE(problem_show);

/* A decision on this case, or on a like one: it holds for both. */
struct decision_row {
    struct id id;
    struct id meeting;
    struct id problem;
    struct moment written_at;
    const char *outcome;
    const char *said;
    struct bytes decision; /* only read */
};
static const struct field decision_row_fields[] = {
    FIELD(decision_row, id),       FIELD(decision_row, meeting),
    FIELD(decision_row, problem),  FIELD(decision_row, written_at),
    FIELD(decision_row, outcome),  OPTIONAL(decision_row, said),
    FIELD(decision_row, decision),
};
static const struct shape decision_row_shape = SHAPE(decision_row);
static const struct shape decision_said_shape =
    SHAPE_PART("decision_said", decision_row, 1);

struct problem_full {
    struct id id;
    const char *no;
    struct id project;
    struct id community;
    struct id household;
    struct id holder;
    struct id opened_by;
    struct moment opened_at;
    const char *kind;
    const char *kind_label;
    const char *state;
    const char *state_label;
    struct moment state_since;
    const char *text;
    const char *departments;
    const char *team;
    const char *must;
    int64_t alike;
    const char *outcome;
    const char *answer;
    const char *channel;
    const char *channel_label;
    struct id minutes;
    int64_t actions_left;
    struct moment asked_at;
    struct moment answered_at;
    const char *feedback;
    struct moment ended_at;
    int64_t reopened;
    struct rows decisions;
    struct rows moves;
};
static const struct field problem_full_fields[] = {
    FIELD(problem_full, id),
    FIELD(problem_full, no),
    FIELD(problem_full, project),
    OPTIONAL(problem_full, community),
    OPTIONAL(problem_full, household),
    OPTIONAL(problem_full, holder),
    OPTIONAL(problem_full, opened_by),
    FIELD(problem_full, opened_at),
    FIELD(problem_full, kind),
    FIELD(problem_full, kind_label),
    FIELD(problem_full, state),
    FIELD(problem_full, state_label),
    FIELD(problem_full, state_since),
    OPTIONAL(problem_full, text),
    FIELD(problem_full, departments),
    OPTIONAL(problem_full, team),
    OPTIONAL(problem_full, must),
    FIELD(problem_full, alike),
    OPTIONAL(problem_full, outcome),
    OPTIONAL(problem_full, answer),
    OPTIONAL(problem_full, channel),
    OPTIONAL(problem_full, channel_label),
    OPTIONAL(problem_full, minutes),
    FIELD(problem_full, actions_left),
    OPTIONAL(problem_full, asked_at),
    OPTIONAL(problem_full, answered_at),
    OPTIONAL(problem_full, feedback),
    OPTIONAL(problem_full, ended_at),
    FIELD(problem_full, reopened),
    FIELD(problem_full, decisions, .shape = &decision_said_shape),
    FIELD(problem_full, moves, .shape = &next_move_shape),
};
const struct shape problem_full_shape = SHAPE(problem_full);

static struct problem_full full_of(const struct problem *p)
{
    const struct matter *m = &p->matter;

    return (struct problem_full){
        .id = m->id,
        .no = m->no,
        .project = m->project,
        .community = m->community,
        .household = m->household,
        .holder = m->holder,
        .opened_by = m->opened_by,
        .opened_at = m->opened_at,
        .kind = m->kind,
        .kind_label =
            problem_label(problem_kinds, problem_kind_labels, m->kind),
        .state = problem_flow.states[m->state],
        .state_label = problem_flow.labels[m->state],
        .state_since = m->state_since,
        .departments = p->departments,
        .team = p->team,
        .must = p->must,
        .alike = p->facts.alike,
        .outcome = p->outcome,
        .channel = p->channel,
        .channel_label =
            problem_label(problem_channels, problem_channel_labels, p->channel),
        .minutes = p->minutes,
        .actions_left = p->actions_left,
        .asked_at = p->asked_at,
        .answered_at = p->answered_at,
        .feedback = p->feedback,
        .ended_at = p->ended_at,
        .reopened = p->reopened,
    };
}

/* The household that a like case is about stays unknown: only what was decided
 * for all is said. */
static struct err decisions_of(struct call *call, const struct problem *p,
                               struct rows *rows)
{
    struct problem_key key = { p->id };

    TRY(list(call, then(call, &SQL_problem_decisions), FROM(problem_key, &key),
             &decision_row_shape, rows));
    struct decision_row *row = rows->at;
    for (size_t i = 0; i < rows->count; i++)
        TRY(open_field(call, "minutes.decision", row[i].id, row[i].decision,
                       &row[i].said));
    return OK;
}

struct err cmd_problem_show(struct call *call, const void *body)
{
    struct problem p;

    TRY(problem_show_to(call, ((const struct problem_show *)body)->id, &p));
    struct problem_full full = full_of(&p);
    TRY(open_field(call, "problem.text", p.id, p.text, &full.text));
    TRY(open_field(call, "problem.answer", p.id, p.answer, &full.answer));
    TRY(decisions_of(call, &p, &full.decisions));
    struct next_moves next =
        matter_moves(call, &problem_kind, &p.matter, &p.facts);
    full.moves = (struct rows){ next.at, next.count };
    return reply(call, FROM(problem_full, &full));
}

/* ------------------------------------------------------------- problem.list */

struct problem_list {
    struct id project;
    const char *kind;
    const char *state;
    struct id after;
    int64_t limit;
};
static const struct field problem_list_fields[] = {
    FIELD(problem_list, project),
    OPTIONAL(problem_list, kind, .max = WORD_MAX),
    OPTIONAL(problem_list, state, .max = WORD_MAX),
    OPTIONAL(problem_list, after),
    OPTIONAL(problem_list, limit, .least = 1, .most = PAGE_MAX),
};
const struct shape problem_list_shape = SHAPE(problem_list);

struct problem_row {
    struct id id;
    const char *no;
    const char *kind;
    const char *state;
    struct moment since;
    struct id community;
    struct id household;
    struct id holder;
    const char *team;
    const char *must;
    const char *departments;
};
static const struct field problem_row_fields[] = {
    FIELD(problem_row, id),           FIELD(problem_row, no),
    FIELD(problem_row, kind),         FIELD(problem_row, state),
    FIELD(problem_row, since),        OPTIONAL(problem_row, community),
    OPTIONAL(problem_row, household), OPTIONAL(problem_row, holder),
    OPTIONAL(problem_row, team),      OPTIONAL(problem_row, must),
    FIELD(problem_row, departments),
};
static const struct shape problem_row_shape = SHAPE(problem_row);

struct problem_page {
    struct rows problems;
    struct id next;
};
static const struct field problem_page_fields[] = {
    FIELD(problem_page, problems, .shape = &problem_row_shape),
    OPTIONAL(problem_page, next),
};
const struct shape problem_page_shape = SHAPE(problem_page);

struct err cmd_problem_list(struct call *call, const void *body)
{
    struct problem_list ask = *(const struct problem_list *)body;
    struct problem_page answer = { 0 };

    if (ask.limit == 0)
        ask.limit = PAGE;
    TRY(list(call, then(call, &SQL_problem_page), FROM(problem_list, &ask),
             &problem_row_shape, &answer.problems));
    const struct problem_row *rows = answer.problems.at;
    if ((int64_t)answer.problems.count == ask.limit)
        answer.next = rows[ask.limit - 1].id;
    return reply(call, FROM(problem_page, &answer));
}

/* ------------------------------------------------------------ problem.alike */

struct alike_row {
    struct id id;
    const char *no;
    const char *state;
    struct id household;
    struct id community;
};
static const struct field alike_row_fields[] = {
    FIELD(alike_row, id),           FIELD(alike_row, no),
    FIELD(alike_row, state),        OPTIONAL(alike_row, household),
    OPTIONAL(alike_row, community),
};
static const struct shape alike_row_shape = SHAPE(alike_row);

struct problem_alike_page {
    struct rows problems;
};
static const struct field problem_alike_page_fields[] = {
    FIELD(problem_alike_page, problems, .shape = &alike_row_shape,
          .max = ALIKE_MAX),
};
const struct shape problem_alike_page_shape = SHAPE(problem_alike_page);

struct err cmd_problem_alike(struct call *call, const void *body)
{
    struct problem_alike_page answer;

    TRY(list(call, then(call, &SQL_problem_alike), FROM(problem_show, body),
             &alike_row_shape, &answer.problems));
    return reply(call, FROM(problem_alike_page, &answer));
}

/* ----------------------------------------------------------- problem.public */

struct problem_public {
    struct id project;
    const char *after;
    int64_t limit;
};
static const struct field problem_public_fields[] = {
    FIELD(problem_public, project),
    OPTIONAL(problem_public, after, .max = WORD_MAX),
    OPTIONAL(problem_public, limit, .least = 1, .most = PAGE_MAX),
};
const struct shape problem_public_shape = SHAPE(problem_public);

struct public_row {
    const char *no;
    const char *kind;
    const char *kind_label;
    struct day raised_on;
    struct day answered_on;
    struct day ended_on;
    const char *outcome;
    const char *outcome_label;
    const char *channel;
    const char *community_name;
};
static const struct field public_row_fields[] = {
    FIELD(public_row, no),
    FIELD(public_row, kind),
    OPTIONAL(public_row, kind_label),
    FIELD(public_row, raised_on),
    OPTIONAL(public_row, answered_on),
    OPTIONAL(public_row, ended_on),
    OPTIONAL(public_row, outcome),
    OPTIONAL(public_row, outcome_label),
    OPTIONAL(public_row, channel),
    OPTIONAL(public_row, community_name),
};
static const struct shape public_row_shape = SHAPE(public_row);

struct problem_public_page {
    struct rows problems;
    const char *next;
};
static const struct field problem_public_page_fields[] = {
    FIELD(problem_public_page, problems, .shape = &public_row_shape),
    OPTIONAL(problem_public_page, next),
};
const struct shape problem_public_page_shape = SHAPE(problem_public_page);

struct err cmd_problem_public(struct call *call, const void *body)
{
    struct problem_public ask = *(const struct problem_public *)body;
    struct problem_public_page answer = { 0 };

    if (ask.limit == 0)
        ask.limit = PAGE;
    TRY(list(call, then(call, &SQL_problem_public), FROM(problem_public, &ask),
             &public_row_shape, &answer.problems));
    struct public_row *rows = answer.problems.at;
    for (size_t i = 0; i < answer.problems.count; i++) {
        rows[i].kind_label =
            problem_label(problem_kinds, problem_kind_labels, rows[i].kind);
        rows[i].outcome_label = problem_label(
            problem_outcomes, problem_outcome_labels, rows[i].outcome);
    }
    if ((int64_t)answer.problems.count == ask.limit)
        answer.next = rows[ask.limit - 1].no;
    return reply(call, FROM(problem_public_page, &answer));
}
