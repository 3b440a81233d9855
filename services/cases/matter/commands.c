#include "services/cases/matter/commands.h"

#include "services/cases/matter/matter.h"
#include "services/cases/matter/store_sql.h"

#include <stdlib.h>
#include <string.h>

enum { REASON_MAX = 600, TASKS = 50, TASKS_MAX = 200 };

/* A case by the name that people use, and who has it. */
struct case_given {
    struct id id;
    const char *no;
    struct id holder;
};
static const struct field case_given_fields[] = {
    FIELD(case_given, id),
    FIELD(case_given, no),
    OPTIONAL(case_given, holder),
};
const struct shape case_given_shape = SHAPE(case_given);

/* ----------------------------------------------------------- case.timeline */

struct case_timeline {
    struct id id;
};
static const struct field case_timeline_fields[] = {
    FIELD(case_timeline, id),
};
const struct shape case_timeline_shape = SHAPE(case_timeline);

struct case_event {
    struct moment at;
    const char *event;
    const char *from_state;
    const char *to_state;
    struct id actor;
    const char *reason;
};
static const struct field case_event_fields[] = {
    FIELD(case_event, at),         FIELD(case_event, event),
    FIELD(case_event, from_state), FIELD(case_event, to_state),
    OPTIONAL(case_event, actor),   OPTIONAL(case_event, reason),
};
static const struct shape case_event_shape = SHAPE(case_event);

struct case_history {
    struct id id;
    const char *no;
    const char *flow;
    const char *state; /* now, or at the moment asked for */
    struct rows events;
};
static const struct field case_history_fields[] = {
    FIELD(case_history, id),
    FIELD(case_history, no),
    FIELD(case_history, flow),
    FIELD(case_history, state),
    FIELD(case_history, events, .shape = &case_event_shape),
};
const struct shape case_history_shape = SHAPE(case_history);

/* The household's own case stands in tables of its own. */
static struct err household_story(struct call *call,
                                  const struct case_timeline *ask,
                                  struct case_history *answer)
{
    const struct case_kind *kind = kind_of("household");
    struct case_given home;

    if (!kind || (!is_household(call, ask->id) && !(call->roles & kind->staff)))
        return fail(CODE_NOT_FOUND, "there is no case with this id");
    TRY(fetch(call, &SQL_household_as_case, FROM(case_timeline, ask),
              INTO(case_given, &home)));
    about(call, ask->id);
    answer->id = home.id;
    answer->no = home.no;
    answer->flow = kind->flow->name;
    return list(call, then(call, &SQL_household_history),
                FROM(case_timeline, ask), &case_event_shape, &answer->events);
}

static struct err matter_story(struct call *call,
                               const struct case_timeline *ask,
                               struct case_history *answer)
{
    struct matter matter;

    TRY(matter_look(call, NULL, ask->id, &matter));
    TRY(matter_may_see(call, &matter));
    answer->id = matter.id;
    answer->no = matter.no;
    answer->flow = matter.of->flow->name;
    return list(call, then(call, &SQL_matter_history), FROM(case_timeline, ask),
                &case_event_shape, &answer->events);
}

struct err cmd_case_timeline(struct call *call, const void *body)
{
    const struct case_timeline *ask = body;
    struct case_history answer = { 0 };
    struct err err = matter_story(call, ask, &answer);

    if (err.code == CODE_NOT_FOUND)
        err = household_story(call, ask, &answer);
    TRY(err);
    if (answer.events.count == 0)
        return fail_at("as_of", "lies before the case was opened");
    const struct case_event *events = answer.events.at;
    answer.state = events[answer.events.count - 1].to_state;
    return reply(call, FROM(case_history, &answer));
}

/* ------------------------------------------------------- whose case it is */

static struct err answer_given(struct call *call, const struct matter *matter)
{
    struct case_given answer = { matter->id, matter->no, matter->holder };

    return reply(call, FROM(case_given, &answer));
}

static struct err only_leads(const struct call *call,
                             const struct matter *matter)
{
    if (call->roles & matter->of->leads)
        return OK;
    return fail(CODE_DENIED, "the leads of its team give this case to "
                             "somebody");
}

struct case_assign {
    struct id id;
    struct id holder;
    const char *reason;
};
static const struct field case_assign_fields[] = {
    FIELD(case_assign, id),
    FIELD(case_assign, holder),
    OPTIONAL(case_assign, reason, .max = REASON_MAX),
};
const struct shape case_assign_shape = SHAPE(case_assign);

/* Whether the actor may, who sees it, and whether it would change anything. */
static struct err may_assign(const struct call *call,
                             const struct matter *matter, struct id holder)
{
    TRY(only_leads(call, matter));
    if (id_same(matter->holder, holder))
        return fail(CODE_CONFLICT, "this member already has the case");
    return OK;
}

struct err cmd_case_assign(struct call *call, const void *body)
{
    const struct case_assign *ask = body;
    struct matter matter;

    TRY(matter_take(call, NULL, ask->id, &matter));
    TRY(matter_may_see(call, &matter));
    TRY(may_assign(call, &matter, ask->holder));
    TRY(matter_give(call, &matter, ask->holder, "assign", ask->reason));
    return answer_given(call, &matter);
}

struct case_return {
    struct id id;
    const char *reason;
};
static const struct field case_return_fields[] = {
    FIELD(case_return, id),
    FIELD(case_return, reason, .max = REASON_MAX),
};
const struct shape case_return_shape = SHAPE(case_return);

struct err cmd_case_return(struct call *call, const void *body)
{
    const struct case_return *ask = body;
    struct matter matter;

    TRY(matter_take(call, NULL, ask->id, &matter));
    TRY(matter_may_see(call, &matter));
    if (!id_given(matter.holder))
        return fail(CODE_CONFLICT, "the case is in its team's queue already");
    if (!id_same(matter.holder, call->actor))
        return fail(CODE_DENIED, "only who has the case can give it back; its "
                                 "leads assign it");
    TRY(matter_give(call, &matter, (struct id){ "" }, "return", ask->reason));
    return answer_given(call, &matter);
}

/* ------------------------------------------------- many cases, each its row */

struct case_handed_row {
    struct id id;
    const char *no; /* NULL: there is no such case */
    bool done;
    const char *why; /* not */
};
static const struct field case_handed_row_fields[] = {
    FIELD(case_handed_row, id),
    OPTIONAL(case_handed_row, no),
    FIELD(case_handed_row, done),
    OPTIONAL(case_handed_row, why),
};
static const struct shape case_handed_row_shape = SHAPE(case_handed_row);

struct case_assign_all {
    struct ids ids;
    struct id holder;
    const char *reason;
};
static const struct field case_assign_all_fields[] = {
    FIELD(case_assign_all, ids, .max = MATTER_PAGE),
    FIELD(case_assign_all, holder),
    OPTIONAL(case_assign_all, reason, .max = REASON_MAX),
};
const struct shape case_assign_all_shape = SHAPE(case_assign_all);

struct case_assigned {
    struct rows cases;
};
static const struct field case_assigned_fields[] = {
    FIELD(case_assigned, cases, .shape = &case_handed_row_shape),
};
const struct shape case_assigned_shape = SHAPE(case_assigned);

/* What is refused is the row's; what breaks is the call's. */
static struct err assign_one(struct call *call,
                             const struct case_assign_all *ask, struct id id,
                             struct case_handed_row *row)
{
    struct matter matter;
    struct err err = matter_take(call, NULL, id, &matter);

    if (!err.code)
        err = matter_may_see(call, &matter);
    *row = (struct case_handed_row){ .id = id, .why = err.why };
    if (err.code)
        return err.code == CODE_NOT_FOUND ? OK : err;
    row->no = matter.no;
    err = may_assign(call, &matter, ask->holder);
    row->why = err.why;
    if (err.code)
        return OK;
    row->done = true;
    row->why = NULL;
    return matter_give(call, &matter, ask->holder, "assign", ask->reason);
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

struct err cmd_case_assign_all(struct call *call, const void *body)
{
    const struct case_assign_all *ask = body;
    size_t count = ask->ids.count;
    struct id *ids = arena_alloc(call->arena, sizeof *ids * (count + 1));
    struct case_handed_row *rows =
        arena_alloc(call->arena, sizeof *rows * (count + 1));
    struct case_assigned answer = { { rows, count } };

    if (count == 0)
        return fail_at("ids", "names none");
    memcpy(ids, ask->ids.at, sizeof *ids * count);
    qsort(ids, count, sizeof *ids, by_id); /* two calls lock in one order */
    for (size_t i = 0; i < count; i++)
        TRY(assign_one(call, ask, ids[i], &rows[i]));
    return reply(call, FROM(case_assigned, &answer));
}

/* ---------------------------------------------------------- case.hand_over */

struct case_hand_over {
    struct id from;
    struct id to;
    const char *reason;
    struct id after;
};
static const struct field case_hand_over_fields[] = {
    FIELD(case_hand_over, from),
    FIELD(case_hand_over, to),
    FIELD(case_hand_over, reason, .max = REASON_MAX),
    OPTIONAL(case_hand_over, after),
};
const struct shape case_hand_over_shape = SHAPE(case_hand_over);

struct case_handed {
    struct rows cases;
    struct id next;
};
static const struct field case_handed_fields[] = {
    FIELD(case_handed, cases, .shape = &case_handed_row_shape),
    OPTIONAL(case_handed, next),
};
const struct shape case_handed_shape = SHAPE(case_handed);

/* Somebody hands over what is his, a lead of its team what is anybody's. */
static struct err hand_over(struct call *call, const struct case_hand_over *ask,
                            struct matter *matter)
{
    if (!id_same(call->actor, ask->from))
        TRY(only_leads(call, matter));
    return matter_give(call, matter, ask->to, "hand_over", ask->reason);
}

struct err cmd_case_hand_over(struct call *call, const void *body)
{
    const struct case_hand_over *ask = body;
    struct matter matters[MATTER_PAGE];
    struct case_handed_row *rows =
        arena_alloc(call->arena, sizeof *rows * MATTER_PAGE);
    struct case_handed answer = { 0 };
    size_t found = 0;

    if (id_same(ask->from, ask->to))
        return fail_at("to", "has these cases already");
    TRY(matter_of_holder(call, FROM(case_hand_over, ask), matters, &found));
    size_t shown = 0;
    for (size_t i = 0; i < found; i++) {
        /* what must not be known of is not said here either */
        if (matter_may_see(call, &matters[i]).code)
            continue;
        struct err err = hand_over(call, ask, &matters[i]);
        if (err.code && err.code != CODE_DENIED)
            return err;
        rows[shown++] = (struct case_handed_row){
            .id = matters[i].id,
            .no = matters[i].no,
            .done = !err.code,
            .why = err.code ? err.why : NULL,
        };
    }
    answer.cases = (struct rows){ rows, shown };
    if (found == MATTER_PAGE)
        answer.next = matters[found - 1].id;
    return reply(call, FROM(case_handed, &answer));
}

/* -------------------------------------------------------------- case.tasks */

struct case_tasks {
    struct id holder;
    struct id household;
    bool late;
    int64_t limit;
    const char *flows; /* those that the actor may see */
    struct moment now;
};
static const struct field case_tasks_fields[] = {
    OPTIONAL(case_tasks, holder),
    OPTIONAL(case_tasks, household),
    OPTIONAL(case_tasks, late),
    OPTIONAL(case_tasks, limit, .least = 1, .most = TASKS_MAX),
    /* ONLY_BOUND from here on: never read from the wire */
    OPTIONAL(case_tasks, flows),
    OPTIONAL(case_tasks, now),
};
enum { ONLY_BOUND = 2 };
static const struct shape case_tasks_bound_shape = SHAPE(case_tasks);
const struct shape case_tasks_shape =
    SHAPE_PART("case_tasks", case_tasks, ONLY_BOUND);

struct case_task {
    struct id id;
    const char *no;
    const char *flow;
    const char *state;
    struct id household;
    struct id community;
    struct id holder;
    const char *clock;
    struct moment due_at;
    struct moment paused_at;
    bool late;
};
static const struct field case_task_fields[] = {
    FIELD(case_task, id),           FIELD(case_task, no),
    FIELD(case_task, flow),         FIELD(case_task, state),
    OPTIONAL(case_task, household), OPTIONAL(case_task, community),
    OPTIONAL(case_task, holder),    FIELD(case_task, clock),
    FIELD(case_task, due_at),       OPTIONAL(case_task, paused_at),
    FIELD(case_task, late),
};
static const struct shape case_task_shape = SHAPE(case_task);

struct case_task_page {
    struct rows tasks;
};
static const struct field case_task_page_fields[] = {
    FIELD(case_task_page, tasks, .shape = &case_task_shape),
};
const struct shape case_task_page_shape = SHAPE(case_task_page);

/* The flows of cases.matter whose staff the actor is of. */
static const char *flows_of(const struct call *call)
{
    const char *flows = "";

    for (size_t i = 0; kinds[i]; i++)
        if (kinds[i]->prefix && (kinds[i]->staff & call->roles))
            flows = arena_format(call->arena, "%s%s%s", flows,
                                 *flows ? "," : "", kinds[i]->flow->name);
    return flows;
}

static bool is_sealed_from(struct call *call, const char *flow, struct id id)
{
    const struct case_kind *kind = kind_of(flow);
    struct matter matter;

    return kind && kind->may_see
           && (matter_look(call, NULL, id, &matter).code
               || matter_may_see(call, &matter).code);
}

/* Leaves out what the kind seals from this actor. */
static void leave_sealed_out(struct call *call, struct rows *tasks)
{
    struct case_task *task = tasks->at;
    size_t kept = 0;

    for (size_t i = 0; i < tasks->count; i++)
        if (!is_sealed_from(call, task[i].flow, task[i].id))
            task[kept++] = task[i];
    tasks->count = kept;
}

struct err cmd_case_tasks(struct call *call, const void *body)
{
    struct case_tasks ask = *(const struct case_tasks *)body;
    struct case_task_page answer;

    if (ask.limit == 0)
        ask.limit = TASKS;
    ask.flows = flows_of(call);
    ask.now = call->now;
    TRY(list(call, &SQL_matter_tasks,
             (struct view){ &case_tasks_bound_shape, &ask }, &case_task_shape,
             &answer.tasks));
    leave_sealed_out(call, &answer.tasks);
    return reply(call, FROM(case_task_page, &answer));
}

/* --------------------------------------------------------------- case.held */

struct case_held {
    struct id holder;
    struct id after;
    const char *flows; /* those that the actor may see; never read from the
                          wire */
};
enum { HELD_BOUND = 1 };
static const struct field case_held_fields[] = {
    FIELD(case_held, holder),
    OPTIONAL(case_held, after),
    OPTIONAL(case_held, flows),
};
static const struct shape case_held_bound_shape = SHAPE(case_held);
const struct shape case_held_shape =
    SHAPE_PART("case_held", case_held, HELD_BOUND);

/* A case somebody has, and the next of its periods to end. */
struct held_case {
    struct id id;
    const char *no;
    const char *flow;
    const char *kind;
    const char *state;
    const char *household_no;
    struct moment opened_at;
    const char *clock;
    struct moment due_at;
};
static const struct field held_case_fields[] = {
    FIELD(held_case, id),        FIELD(held_case, no),
    FIELD(held_case, flow),      OPTIONAL(held_case, kind),
    FIELD(held_case, state),     OPTIONAL(held_case, household_no),
    FIELD(held_case, opened_at), OPTIONAL(held_case, clock),
    OPTIONAL(held_case, due_at),
};
static const struct shape held_case_shape = SHAPE(held_case);

/* An action that a joint meeting gave somebody; it stays his, since minutes
 * stand, until another meeting gives it to somebody else. */
struct held_action {
    struct id id;
    struct id problem;
    const char *no; /* of the problem */
    int64_t position;
    struct day due_on;
    struct moment done_at; /* it waits to be verified */
};
static const struct field held_action_fields[] = {
    FIELD(held_action, id),     FIELD(held_action, problem),
    FIELD(held_action, no),     FIELD(held_action, position),
    FIELD(held_action, due_on), OPTIONAL(held_action, done_at),
};
static const struct shape held_action_shape = SHAPE(held_action);

struct case_held_page {
    struct rows cases;
    struct rows actions; /* of the first page */
    struct id next;      /* none: that was all */
};
static const struct field case_held_page_fields[] = {
    FIELD(case_held_page, cases, .shape = &held_case_shape),
    FIELD(case_held_page, actions, .shape = &held_action_shape),
    OPTIONAL(case_held_page, next),
};
const struct shape case_held_page_shape = SHAPE(case_held_page);

static struct err held_actions(struct call *call, const struct case_held *ask,
                               struct rows *actions)
{
    size_t kept = 0;

    TRY(list(call, then(call, &SQL_matter_held_actions),
             (struct view){ &case_held_bound_shape, ask }, &held_action_shape,
             actions));
    struct held_action *held = actions->at;
    for (size_t i = 0; i < actions->count; i++)
        if (!is_sealed_from(call, "problem", held[i].problem))
            held[kept++] = held[i];
    actions->count = kept;
    return OK;
}

struct err cmd_case_held(struct call *call, const void *body)
{
    struct case_held ask = *(const struct case_held *)body;
    struct case_held_page answer = { 0 };
    size_t kept = 0;

    ask.flows = flows_of(call);
    TRY(list(call, then(call, &SQL_matter_held),
             (struct view){ &case_held_bound_shape, &ask }, &held_case_shape,
             &answer.cases));
    struct held_case *held = answer.cases.at;
    if (answer.cases.count == MATTER_PAGE)
        answer.next = held[MATTER_PAGE - 1].id;
    for (size_t i = 0; i < answer.cases.count; i++)
        if (!is_sealed_from(call, held[i].flow, held[i].id))
            held[kept++] = held[i];
    answer.cases.count = kept;
    if (!id_given(ask.after))
        TRY(held_actions(call, &ask, &answer.actions));
    return reply(call, FROM(case_held_page, &answer));
}
