#include "services/cases/meeting/minutes.h"

#include "common/base/text.h"
#include "services/cases/clock/clock.h"
#include "services/cases/meeting/record.h"
#include "services/cases/meeting/store_sql.h"

#include <string.h>

enum { TEXT_MOST = 6000, WHAT_MOST = 1500, SAME_MAX = 500 };

/* ----------------------------------------------------------- meeting.minute */

static const struct field action_fields[] = {
    FIELD(action, what, .max = WHAT_MOST),
    FIELD(action, owner),
    FIELD(action, due_on),
};
static const struct shape action_shape = SHAPE(action);

struct meeting_minute {
    struct id meeting;
    struct id problem;
    const char *facts;
    const char *law;
    const char *options;
    const char *decision;
    const char *dissent;
    unsigned outcome;
    struct ids same_cases;
    struct rows actions;
};
static const struct field meeting_minute_fields[] = {
    FIELD(meeting_minute, meeting),
    FIELD(meeting_minute, problem),
    FIELD(meeting_minute, facts, .max = TEXT_MOST),
    FIELD(meeting_minute, law, .max = TEXT_MOST),
    FIELD(meeting_minute, options, .max = TEXT_MOST),
    FIELD(meeting_minute, decision, .max = TEXT_MOST),
    OPTIONAL(meeting_minute, dissent, .max = TEXT_MOST),
    FIELD(meeting_minute, outcome, .names = problem_outcomes),
    FIELD(meeting_minute, same_cases, .max = SAME_MAX),
    FIELD(meeting_minute, actions, .shape = &action_shape, .max = ACTIONS_MAX),
};
const struct shape meeting_minute_shape = SHAPE(meeting_minute);

struct minutes {
    struct id id;
    struct id meeting;
    struct id problem;
    struct bytes facts;
    struct bytes law;
    struct bytes options;
    struct bytes decision;
    struct bytes dissent;
    const char *outcome;
    struct id written_by;
    struct moment written_at;
};
static const struct field minutes_fields[] = {
    FIELD(minutes, id),         FIELD(minutes, meeting),
    FIELD(minutes, problem),    FIELD(minutes, facts),
    FIELD(minutes, law),        FIELD(minutes, options),
    FIELD(minutes, decision),   OPTIONAL(minutes, dissent),
    FIELD(minutes, outcome),    FIELD(minutes, written_by),
    FIELD(minutes, written_at),
};
static const struct shape minutes_shape = SHAPE(minutes);

/* The texts of minutes: where each stands in the command and in the row. */
static const struct minutes_text {
    const char *name;
    const char *place;
    size_t said;
    size_t sealed;
    bool optional;
} texts[] = {
    { "facts", "minutes.facts", offsetof(struct meeting_minute, facts),
      offsetof(struct minutes, facts), false },
    { "law", "minutes.law", offsetof(struct meeting_minute, law),
      offsetof(struct minutes, law), false },
    { "options", "minutes.options", offsetof(struct meeting_minute, options),
      offsetof(struct minutes, options), false },
    { "decision", "minutes.decision", offsetof(struct meeting_minute, decision),
      offsetof(struct minutes, decision), false },
    { "dissent", "minutes.dissent", offsetof(struct meeting_minute, dissent),
      offsetof(struct minutes, dissent), true },
};
enum { TEXTS = sizeof texts / sizeof *texts };

static const char *text_said(const struct meeting_minute *ask,
                             const struct minutes_text *text)
{
    return *(const char *const *)((const char *)ask + text->said);
}

static struct err texts_check(const struct meeting_minute *ask)
{
    for (size_t i = 0; i < TEXTS; i++)
        if (!texts[i].optional && text_is_blank(text_said(ask, &texts[i])))
            return fail_at(texts[i].name, "is missing");
    return OK;
}

/* The member that names a sum of money, or NULL. */
static const char *sum_in(const struct call *call,
                          const struct meeting_minute *ask)
{
    const struct action *action = ask->actions.at;

    for (size_t i = 0; i < TEXTS; i++)
        if (names_a_sum(text_said(ask, &texts[i]), call->arena))
            return texts[i].name;
    for (size_t i = 0; i < ask->actions.count; i++)
        if (names_a_sum(action[i].what, call->arena))
            return "actions";
    return NULL;
}

static struct err actions_check(const struct call *call,
                                const struct meeting_minute *ask)
{
    const struct action *action = ask->actions.at;

    if (ask->actions.count == 0)
        return fail_at("actions", "at least one, with its owner and day");
    for (size_t i = 0; i < ask->actions.count; i++)
        TRY(action_check(&action[i], day_of(call->now)));
    return OK;
}

/* ------------------------------------------------------- the same-case list */

static bool has(const struct ids *ids, struct id id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (id_same(ids->at[i], id))
            return true;
    return false;
}

/* By how many the list that was named differs from what is open. */
static struct err left_out(struct call *call, const struct meeting_minute *ask,
                           int64_t *count)
{
    struct problem_key key = { ask->problem };
    struct rows open;
    size_t both = 0;

    TRY(list(call, &SQL_meeting_alike, FROM(problem_key, &key),
             &problem_key_shape, &open));
    const struct problem_key *other = open.at;
    for (size_t i = 0; i < open.count; i++)
        both += has(&ask->same_cases, other[i].id);
    *count = (int64_t)(open.count + ask->same_cases.count - 2 * both);
    return OK;
}

struct same_case {
    struct id minutes;
    struct id problem;
};
static const struct field same_case_fields[] = {
    FIELD(same_case, minutes),
    FIELD(same_case, problem),
};
static const struct shape same_case_shape = SHAPE(same_case);

/* The decision holds for each, and stands in the history of each. */
static struct err apply_to_all(struct call *call, const struct minutes *minutes,
                               const struct ids *same)
{
    for (size_t i = 0; i < same->count; i++) {
        struct same_case row = { minutes->id, same->at[i] };
        struct problem other;
        TRY(problem_take(call, same->at[i], &other));
        TRY(store(call, &SQL_minutes_case_add, FROM(same_case, &row)));
        TRY(matter_note(call, &other.matter, "decided_alike",
                        minutes->outcome));
    }
    about(call, minutes->problem);
    return OK;
}

/* ------------------------------------------------------------- the writing */

struct action_row {
    struct id id;
    struct id minutes;
    struct id problem;
    struct moment written_at;
    int64_t position;
    struct bytes what;
    struct id owner;
    struct day due_on;
    struct moment done_at;
    struct moment verified_at;
    struct id verified_by;
};
static const struct field action_row_fields[] = {
    FIELD(action_row, id),
    FIELD(action_row, minutes),
    FIELD(action_row, problem),
    FIELD(action_row, written_at),
    FIELD(action_row, position),
    FIELD(action_row, what),
    FIELD(action_row, owner),
    FIELD(action_row, due_on),
    OPTIONAL(action_row, done_at),
    OPTIONAL(action_row, verified_at),
    OPTIONAL(action_row, verified_by),
};
static const struct shape action_row_shape = SHAPE(action_row);

static struct err add_action(struct call *call, const struct minutes *minutes,
                             const struct action *action, int64_t position)
{
    struct action_row row = {
        .id = id_new(call->now),
        .minutes = minutes->id,
        .problem = minutes->problem,
        .written_at = minutes->written_at,
        .position = position,
        .owner = action->owner,
        .due_on = action->due_on,
    };
    struct clock_length length = {
        days_between(day_of(call->now), action->due_on), DAYS
    };

    TRY(seal_field(call, "meeting_action.what", row.id, action->what,
                   &row.what));
    TRY(store(call, &SQL_meeting_action_add, FROM(action_row, &row)));
    return clock_start_for(call, &problem_kind, problem_action_clock(position),
                           minutes->problem, call->now, length);
}

static struct err write_minutes(struct call *call,
                                const struct meeting_minute *ask,
                                struct minutes *minutes)
{
    const struct action *action = ask->actions.at;

    *minutes = (struct minutes){
        .id = id_new(call->now),
        .meeting = ask->meeting,
        .problem = ask->problem,
        .outcome = problem_outcomes[ask->outcome],
        .written_by = call->actor,
        .written_at = call->now,
    };
    for (size_t i = 0; i < TEXTS; i++)
        TRY(seal_field(call, texts[i].place, minutes->id,
                       text_said(ask, &texts[i]),
                       (struct bytes *)((char *)minutes + texts[i].sealed)));
    TRY(store(call, &SQL_minutes_add, FROM(minutes, minutes)));
    for (size_t i = 0; i < ask->actions.count; i++)
        TRY(add_action(call, minutes, &action[i], (int64_t)i + 1));
    return OK;
}

struct meeting_minuted {
    struct id minutes;
    struct id problem;
    int64_t same_cases;
};
static const struct field meeting_minuted_fields[] = {
    FIELD(meeting_minuted, minutes),
    FIELD(meeting_minuted, problem),
    FIELD(meeting_minuted, same_cases),
};
const struct shape meeting_minuted_shape = SHAPE(meeting_minuted);

struct err cmd_meeting_minute(struct call *call, const void *body)
{
    const struct meeting_minute *ask = body;
    struct minutes minutes;
    struct meeting m;
    struct problem p;

    TRY(texts_check(ask));
    TRY(actions_check(call, ask));
    TRY(meeting_take(call, ask->meeting, &m));
    if (strcmp(m.state, "held") != 0)
        return fail(CODE_CONFLICT, "the meeting was not held");
    TRY(problem_take(call, ask->problem, &p));
    TRY(left_out(call, ask, &p.facts.left_out));
    p.facts.sum_in = sum_in(call, ask);
    TRY(problem_may(call, &p, DO_DECIDE));
    TRY(write_minutes(call, ask, &minutes));
    TRY(apply_to_all(call, &minutes, &ask->same_cases));
    p.minutes = minutes.id;
    p.outcome = minutes.outcome;
    TRY(problem_do(call, &p, DO_DECIDE, minutes.outcome));
    TRY(meeting_tell(call, "meeting.decided", &m, &p));
    struct meeting_minuted said = { minutes.id, p.id,
                                    (int64_t)ask->same_cases.count };
    return reply(call, FROM(meeting_minuted, &said));
}

/* --------------------------------------- problem.act_done, problem.verify */

struct problem_action {
    struct id action;
};
static const struct field problem_action_fields[] = {
    FIELD(problem_action, action),
};
const struct shape problem_action_shape = SHAPE(problem_action);

struct action_answer {
    struct id id;
    const char *no;
    const char *state;
};
static const struct field action_answer_fields[] = {
    FIELD(action_answer, id),
    FIELD(action_answer, no),
    FIELD(action_answer, state),
};
static const struct shape action_answer_shape = SHAPE(action_answer);

/* The action, and its problem, locked, with what its guards look at. */
static struct err take_action(struct call *call, const struct problem_action *a,
                              struct action_row *row, struct problem *p)
{
    struct err err = fetch(call, &SQL_meeting_action, FROM(problem_action, a),
                           INTO(action_row, row));

    if (err.code == CODE_NOT_FOUND)
        return fail(CODE_NOT_FOUND, "there is no action with this id");
    TRY(err);
    TRY(problem_take(call, row->problem, p));
    if (!id_same(p->minutes, row->minutes))
        return fail(CODE_CONFLICT, "the action is of an earlier decision");
    p->facts.owner = row->owner;
    p->facts.done = row->done_at.us != 0;
    p->facts.verified = row->verified_at.us != 0;
    return OK;
}

static struct err put_action(struct call *call, const struct action_row *row,
                             struct problem *p, unsigned event)
{
    TRY(store(call, &SQL_meeting_action_put, FROM(action_row, row)));
    TRY(problem_do(call, p, event, NULL));
    struct action_answer said = { p->id, p->matter.no,
                                  problem_flow.states[p->matter.state] };
    return reply(call, FROM(action_answer, &said));
}

struct err cmd_problem_act_done(struct call *call, const void *body)
{
    struct action_row row;
    struct problem p;

    TRY(take_action(call, body, &row, &p));
    row.done_at = call->now;
    return put_action(call, &row, &p, DO_ACT);
}

struct err cmd_problem_verify(struct call *call, const void *body)
{
    struct action_row row;
    struct problem p;

    TRY(take_action(call, body, &row, &p));
    TRY(problem_may(call, &p, DO_VERIFY));
    row.verified_at = call->now;
    row.verified_by = call->actor;
    TRY(clock_stop(call, p.id, problem_action_clock(row.position)));
    return put_action(call, &row, &p, DO_VERIFY);
}
