#include "services/cases/condition/commands.h"

#include "services/cases/condition/rules.h"
#include "services/cases/condition/store_sql.h"
#include "services/cases/household/commands.h"

enum { WAITING_PAGE = 500 };

/* ------------------------------------------------------- project.condition */

struct condition_set {
    struct id project;
    int64_t percent;
    struct day until;
    const char *document;
    /* SET_GIVEN by the register: */
    struct id set_by;
    struct moment set_at;
};
enum { SET_GIVEN = 2 };

static const struct field condition_set_fields[] = {
    FIELD(condition_set, project), FIELD(condition_set, percent),
    FIELD(condition_set, until),   FIELD(condition_set, document, .max = 100),
    FIELD(condition_set, set_by),  FIELD(condition_set, set_at),
};
static const struct shape set_row_shape = SHAPE(condition_set);
const struct shape condition_set_shape =
    SHAPE_PART("condition_set", condition_set, SET_GIVEN);

struct condition_kept {
    struct id project;
    struct moment counted_at;
};

static const struct field condition_kept_fields[] = {
    FIELD(condition_kept, project),
    FIELD(condition_kept, counted_at),
};
const struct shape condition_kept_shape = SHAPE(condition_kept);

struct condition_alarm {
    struct id project;
    struct id after; /* the last agreement of the page before */
};

static const struct field condition_alarm_fields[] = {
    FIELD(condition_alarm, project),
    OPTIONAL(condition_alarm, after),
};
const struct shape condition_alarm_shape = SHAPE(condition_alarm);

struct err cmd_project_condition(struct call *call, const void *body)
{
    struct condition_set row = *(const struct condition_set *)body;
    struct condition_alarm alarm = { .project = row.project };

    TRY(condition_check(row.percent, row.until, day_of(call->now)));
    row.set_by = call->actor;
    row.set_at = call->now;
    TRY(store(call, &SQL_condition_add, (struct view){ &set_row_shape, &row }));
    struct condition_kept answer = { row.project,
                                     moment_at(days_after(row.until, 1), 0) };
    TRY(alarm_set(call, "condition.due", row.project, answer.counted_at,
                  FROM(condition_alarm, &alarm)));
    about(call, row.project);
    return reply(call, FROM(condition_kept, &answer));
}

/* -------------------------------------------------- project.condition_show */

struct condition_key {
    struct id project;
};

static const struct field condition_key_fields[] = {
    FIELD(condition_key, project),
};
const struct shape condition_key_shape = SHAPE(condition_key);

struct condition_row {
    struct id project;
    int64_t percent;
    struct day until;
    const char *document;
    struct moment decided_at;
    bool met;
    int64_t signed_count;
    int64_t households;
};

static const struct field condition_row_fields[] = {
    FIELD(condition_row, project),       FIELD(condition_row, percent),
    FIELD(condition_row, until),         FIELD(condition_row, document),
    OPTIONAL(condition_row, decided_at), OPTIONAL(condition_row, met),
    FIELD(condition_row, signed_count),  FIELD(condition_row, households),
};
static const struct shape condition_row_shape = SHAPE(condition_row);

struct condition_shown {
    struct id project;
    int64_t percent;
    struct day until;
    const char *document;
    int64_t reached; /* at least so many percent, in steps of five */
    struct moment decided_at;
    bool met;
};

static const struct field condition_shown_fields[] = {
    FIELD(condition_shown, project), FIELD(condition_shown, percent),
    FIELD(condition_shown, until),   FIELD(condition_shown, document),
    FIELD(condition_shown, reached), OPTIONAL(condition_shown, decided_at),
    FIELD(condition_shown, met),
};
const struct shape condition_shown_shape = SHAPE(condition_shown);

struct err cmd_condition_show(struct call *call, const void *body)
{
    struct condition_row row;

    struct err err =
        fetch(call, then(call, &SQL_condition_show), FROM(condition_key, body),
              INTO(condition_row, &row));
    if (err.code == CODE_NOT_FOUND)
        return fail(CODE_NOT_FOUND, "agreements of this project wait for no "
                                    "share; each takes effect after its own "
                                    "seven days");
    TRY(err);
    struct condition_shown answer = {
        .project = row.project,
        .percent = row.percent,
        .until = row.until,
        .document = row.document,
        .reached = condition_told(row.signed_count, row.households),
        .decided_at = row.decided_at,
        .met = row.met,
    };
    return reply(call, FROM(condition_shown, &answer));
}

/* ------------------------------------------------------------ the day after */

struct condition_taken {
    struct id project;
    int64_t percent;
    struct day until;
    struct moment decided_at;
    bool met;
};

static const struct field condition_taken_fields[] = {
    FIELD(condition_taken, project), FIELD(condition_taken, percent),
    FIELD(condition_taken, until),   OPTIONAL(condition_taken, decided_at),
    OPTIONAL(condition_taken, met),
};
static const struct shape condition_taken_shape = SHAPE(condition_taken);

struct held {
    int64_t held;
};

static const struct field held_fields[] = {
    FIELD(held, held),
};
static const struct shape held_shape = SHAPE(held);

struct condition_share {
    int64_t signed_count;
    int64_t households;
};

static const struct field condition_share_fields[] = {
    FIELD(condition_share, signed_count),
    FIELD(condition_share, households),
};
static const struct shape condition_share_shape = SHAPE(condition_share);

struct condition_decided {
    struct id project;
    struct moment decided_at;
    int64_t signed_count;
    int64_t households;
    bool met;
};

static const struct field condition_decided_fields[] = {
    FIELD(condition_decided, project),
    FIELD(condition_decided, decided_at),
    FIELD(condition_decided, signed_count),
    FIELD(condition_decided, households),
    FIELD(condition_decided, met),
};
static const struct shape condition_decided_shape = SHAPE(condition_decided);

struct condition_news {
    struct id project;
    bool met;
};

static const struct field condition_news_fields[] = {
    FIELD(condition_news, project),
    FIELD(condition_news, met),
};
const struct shape condition_news_shape = SHAPE(condition_news);

static struct err go_on(struct call *call, struct id project, struct id after)
{
    struct condition_alarm alarm = { project, after };

    return alarm_set(call, "condition.effect", project, call->now,
                     FROM(condition_alarm, &alarm));
}

struct err on_condition_due(struct call *call, const void *body)
{
    const struct condition_alarm *alarm = body;
    struct condition_key key = { alarm->project };
    struct condition_taken taken;
    struct condition_share share;
    struct held held;

    TRY(fetch(call, &SQL_condition_take, FROM(condition_key, &key),
              INTO(condition_taken, &taken)));
    if (taken.decided_at.us)
        return OK;
    TRY(fetch(call, &SQL_condition_hold_still, FROM(condition_key, &key),
              INTO(held, &held)));
    TRY(fetch(call, &SQL_condition_count, FROM(condition_key, &key),
              INTO(condition_share, &share)));
    struct condition_decided decided = {
        .project = alarm->project,
        .decided_at = call->now,
        .signed_count = share.signed_count,
        .households = share.households,
        .met = condition_is_met(taken.percent, share.signed_count,
                                share.households),
    };
    TRY(store(call, &SQL_condition_decide, FROM(condition_decided, &decided)));
    struct condition_news news = { alarm->project, decided.met };
    TRY(emit(call, "project.condition_decided", alarm->project,
             FROM(condition_news, &news)));
    return decided.met ? go_on(call, alarm->project, (struct id){ 0 }) : OK;
}

struct waiting_ask {
    struct id project;
    struct id after;
    struct moment now;
};

static const struct field waiting_ask_fields[] = {
    FIELD(waiting_ask, project),
    OPTIONAL(waiting_ask, after),
    FIELD(waiting_ask, now),
};
static const struct shape waiting_ask_shape = SHAPE(waiting_ask);

struct waiting {
    struct id agreement;
};

static const struct field waiting_fields[] = {
    FIELD(waiting, agreement),
};
static const struct shape waiting_shape = SHAPE(waiting);

/* Each takes effect by the alarm that it would have had. */
struct err on_condition_effect(struct call *call, const void *body)
{
    const struct condition_alarm *alarm = body;
    struct waiting_ask ask = { alarm->project, alarm->after, call->now };
    struct rows found;

    TRY(list(call, &SQL_condition_waiting, FROM(waiting_ask, &ask),
             &waiting_shape, &found));
    const struct waiting *at = found.at;
    for (size_t i = 0; i < found.count; i++)
        TRY(alarm_set(call, "agreement.cooled", at[i].agreement, call->now,
                      FROM(waiting, &at[i])));
    return found.count == WAITING_PAGE
               ? go_on(call, alarm->project, at[found.count - 1].agreement)
               : OK;
}
