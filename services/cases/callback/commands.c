#include "services/cases/callback/commands.h"

#include "services/cases/callback/store_sql.h"
#include "services/cases/grievance/commands.h"
#include "services/cases/problem/record.h"

#include <string.h>

/* ------------------------------------------------------------ callback.list */

struct callback_ask {
    struct id project;
    struct id actor; /* ASK_GIVEN */
};
enum { ASK_GIVEN = 1 };
static const struct field callback_ask_fields[] = {
    FIELD(callback_ask, project),
    FIELD(callback_ask, actor),
};
static const struct shape callback_bound_shape = SHAPE(callback_ask);
const struct shape callback_ask_shape =
    SHAPE_PART("callback_ask", callback_ask, ASK_GIVEN);

struct callback_row {
    struct id id;
    const char *flow;
    struct id matter;
    const char *no;
    const char *kind;
    struct id household; /* none: the case names the person */
    struct id community;
    struct moment ended_at;
    int64_t tries;
    struct moment tried_at;
};
static const struct field callback_row_fields[] = {
    FIELD(callback_row, id),           FIELD(callback_row, flow),
    FIELD(callback_row, matter),       FIELD(callback_row, no),
    FIELD(callback_row, kind),         OPTIONAL(callback_row, household),
    OPTIONAL(callback_row, community), FIELD(callback_row, ended_at),
    FIELD(callback_row, tries),        OPTIONAL(callback_row, tried_at),
};
static const struct shape callback_row_shape = SHAPE(callback_row);

struct callback_page {
    struct rows callbacks;
};
static const struct field callback_page_fields[] = {
    FIELD(callback_page, callbacks, .shape = &callback_row_shape),
};
const struct shape callback_page_shape = SHAPE(callback_page);

struct err cmd_callback_list(struct call *call, const void *body)
{
    struct callback_ask ask = *(const struct callback_ask *)body;
    struct callback_page page;

    ask.actor = call->actor;
    TRY(list(call, &SQL_callback_page,
             (struct view){ &callback_bound_shape, &ask }, &callback_row_shape,
             &page.callbacks));
    return reply(call, FROM(callback_page, &page));
}

/* ---------------------------------------------------------- callback.record */

struct callback_record {
    struct id id;
    bool reached;
    unsigned said;
    unsigned asked_to_withdraw;
    int64_t score;
};
static const struct field callback_record_fields[] = {
    FIELD(callback_record, id),
    OPTIONAL(callback_record, reached),
    OPTIONAL(callback_record, said, .names = callback_said_names),
    OPTIONAL(callback_record, asked_to_withdraw,
             .names = callback_pressed_names),
    OPTIONAL(callback_record, score, .least = 1, .most = 5),
};
const struct shape callback_record_shape = SHAPE(callback_record);

struct callback_key {
    struct id id;
    struct id actor;
};
static const struct field callback_key_fields[] = {
    FIELD(callback_key, id),
    FIELD(callback_key, actor),
};
static const struct shape callback_key_shape = SHAPE(callback_key);

struct callback_taken {
    struct id id;
    struct id matter;
    const char *state;
    int64_t tries;
    struct moment tried_at;
    const char *flow;
    struct id project;
    struct id community;
    struct id household;
    bool handled;
};
static const struct field callback_taken_fields[] = {
    FIELD(callback_taken, id),           FIELD(callback_taken, matter),
    FIELD(callback_taken, state),        FIELD(callback_taken, tries),
    OPTIONAL(callback_taken, tried_at),  FIELD(callback_taken, flow),
    FIELD(callback_taken, project),      OPTIONAL(callback_taken, community),
    OPTIONAL(callback_taken, household), FIELD(callback_taken, handled),
};
static const struct shape callback_taken_shape = SHAPE(callback_taken);

struct callback_put {
    struct id id;
    const char *state;
    struct moment now;
    struct id actor;
    unsigned said;
    unsigned pressed;
    int64_t score;
};
static const struct field callback_put_fields[] = {
    FIELD(callback_put, id),
    FIELD(callback_put, state),
    FIELD(callback_put, now),
    FIELD(callback_put, actor),
    FIELD(callback_put, said, .names = callback_said_names),
    FIELD(callback_put, pressed, .names = callback_pressed_names),
    FIELD(callback_put, score),
};
static const struct shape callback_put_shape = SHAPE(callback_put);

struct callback_news {
    struct id project;
    const char *flow;
    const char *outcome;
    int64_t score; /* 0: not reached */
    bool asked_to_withdraw;
};
static const struct field callback_news_fields[] = {
    FIELD(callback_news, project),           FIELD(callback_news, flow),
    FIELD(callback_news, outcome),           FIELD(callback_news, score),
    FIELD(callback_news, asked_to_withdraw),
};
const struct shape callback_news_shape = SHAPE(callback_news);

struct callback_recorded {
    struct id id;
    const char *state;
    bool reopened;
    bool grievance; /* filed in his name */
};
static const struct field callback_recorded_fields[] = {
    FIELD(callback_recorded, id),
    FIELD(callback_recorded, state),
    FIELD(callback_recorded, reopened),
    FIELD(callback_recorded, grievance),
};
const struct shape callback_recorded_shape = SHAPE(callback_recorded);

/* The state after this call, or why it may not be made. */
static struct err move(struct call *call, const struct callback_taken *taken,
                       const struct callback_answer *answer, unsigned *to)
{
    struct callback_facts facts = { call->now, taken->tried_at,
                                    taken->handled };
    struct stand at = { .roles = call->roles, .facts = &facts };

    if (!flow_state(&callback_flow, taken->state, &at.state))
        return fail(CODE_FAULT, "the call-back is in a state that its table "
                                "does not know");
    return flow_move(&callback_flow, &at, callback_event(answer, taken->tries),
                     to, call->arena);
}

static struct err tell(struct call *call, const struct callback_taken *taken,
                       const struct callback_answer *answer, const char *state)
{
    struct callback_news news = {
        .project = taken->project,
        .flow = taken->flow,
        .outcome = state,
        .score = answer->score,
        .asked_to_withdraw = answer->pressed == PRESSED_YES,
    };

    return emit(call, "callback.ended", taken->id, FROM(callback_news, &news));
}

static struct err act(struct call *call, const struct callback_taken *taken,
                      struct callback_effect effect)
{
    struct grievance_home home = { taken->project, taken->community,
                                   taken->household };

    if (effect.reopens)
        TRY(problem_begin_again(call, taken->matter));
    return effect.grievance ? grievance_called(call, &home, effect.grievance)
                            : OK;
}

struct err cmd_callback_record(struct call *call, const void *body)
{
    const struct callback_record *ask = body;
    struct callback_answer answer = { ask->reached, ask->said,
                                      ask->asked_to_withdraw, ask->score };
    struct callback_key key = { ask->id, call->actor };
    struct callback_taken taken;
    unsigned to;

    TRY(callback_check(&answer));
    TRY(fetch(call, &SQL_callback_take, FROM(callback_key, &key),
              INTO(callback_taken, &taken)));
    TRY(move(call, &taken, &answer, &to));
    struct callback_put put = {
        .id = taken.id,
        .state = callback_flow.states[to],
        .now = call->now,
        .actor = call->actor,
        .said = answer.said,
        .pressed = answer.pressed,
        .score = answer.score,
    };
    TRY(store(call, &SQL_callback_put, FROM(callback_put, &put)));
    struct callback_effect effect =
        callback_effect(&answer, strcmp(taken.flow, "problem") == 0);
    TRY(act(call, &taken, effect));
    if (to != CB_DUE)
        TRY(tell(call, &taken, &answer, put.state));
    about(call, taken.id);
    struct callback_recorded said = { taken.id, put.state, effect.reopens,
                                      effect.grievance != NULL };
    return reply(call, FROM(callback_recorded, &said));
}
