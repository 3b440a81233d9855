#include "common/service/stuck.h"

#include "common/service/stuck_sql.h"

#include <string.h>

/* Whose, which, and since when; what the statements are asked with. */
struct stuck {
    const char *id; /* "reporting/cases/<subject>": for people to copy */
    const char *reader;
    const char *source;
    struct id subject;
    int64_t seq;
    const char *topic;
    const char *cause;
    int64_t attempts;
    struct moment at;
    struct moment due;
    struct moment since;
    int64_t waiting;
};

static const struct field stuck_fields[] = {
    OPTIONAL(stuck, id),    FIELD(stuck, reader),      FIELD(stuck, source),
    FIELD(stuck, subject),  OPTIONAL(stuck, seq),      OPTIONAL(stuck, topic),
    OPTIONAL(stuck, cause), OPTIONAL(stuck, attempts), OPTIONAL(stuck, at),
    OPTIONAL(stuck, due),   OPTIONAL(stuck, since),    OPTIONAL(stuck, waiting),
};
static const struct shape stuck_shape = SHAPE(stuck);

static bool is_alarm(const char *source)
{
    return strcmp(source, "alarm") == 0;
}

/* -------------------------------------------------------------- stuck.list */

struct stuck_list {
    struct rows stuck;
};

static const struct field stuck_list_fields[] = {
    FIELD(stuck_list, stuck, .shape = &stuck_shape),
};
const struct shape stuck_list_shape = SHAPE(stuck_list);

static struct rows joined(struct call *call, struct rows a, struct rows b)
{
    struct stuck *all =
        arena_alloc(call->arena, (a.count + b.count + 1) * sizeof *all);

    if (a.count)
        memcpy(all, a.at, a.count * sizeof *all);
    if (b.count)
        memcpy(all + a.count, b.at, b.count * sizeof *all);
    return (struct rows){ all, a.count + b.count };
}

struct err cmd_stuck_list(struct call *call, const void *body)
{
    const struct stuck mine = { .reader = call->service };
    struct rows events, alarms;

    (void)body;
    TRY(list(call, &SQL_stuck_events, FROM(stuck, &mine), &stuck_shape,
             &events));
    TRY(list(call, &SQL_stuck_alarms, FROM(stuck, &mine), &stuck_shape,
             &alarms));
    struct stuck_list answer = { joined(call, events, alarms) };
    return reply(call, FROM(stuck_list, &answer));
}

/* -------------------------------------------------------------- stuck.show */

struct stuck_name {
    const char *source;
    struct id subject; /* of an alarm, its own id */
};

static const struct field stuck_name_fields[] = {
    FIELD(stuck_name, source, .max = 64),
    FIELD(stuck_name, subject),
};
const struct shape stuck_name_shape = SHAPE(stuck_name);

struct waiting {
    int64_t seq;
    const char *topic;
    struct id subject;
    struct moment at;
    struct id call;
    const char *trace;
    const char *cause;
    int64_t attempts;
    struct moment due;
};

static const struct field waiting_fields[] = {
    FIELD(waiting, seq),   FIELD(waiting, topic),    OPTIONAL(waiting, subject),
    FIELD(waiting, at),    FIELD(waiting, call),     FIELD(waiting, trace),
    FIELD(waiting, cause), FIELD(waiting, attempts), OPTIONAL(waiting, due),
};
static const struct shape waiting_shape = SHAPE(waiting);

struct stuck_subject {
    const char *reader;
    const char *source;
    struct id subject;
    struct rows events;
};

static const struct field stuck_subject_fields[] = {
    FIELD(stuck_subject, reader),
    FIELD(stuck_subject, source),
    FIELD(stuck_subject, subject),
    FIELD(stuck_subject, events, .shape = &waiting_shape),
};
const struct shape stuck_subject_shape = SHAPE(stuck_subject);

static struct stuck named(const struct call *call, const char *source,
                          struct id subject)
{
    return (struct stuck){
        .reader = call->service,
        .source = source,
        .subject = subject,
        .at = call->now,
    };
}

static struct err none(void)
{
    return fail(CODE_NOT_FOUND, "nothing of that name is stuck");
}

struct err cmd_stuck_show(struct call *call, const void *body)
{
    const struct stuck_name *ask = body;
    const struct stuck which = named(call, ask->source, ask->subject);
    struct stuck_subject answer = {
        which.reader, which.source, which.subject, { NULL, 0 }
    };

    TRY(list(call,
             is_alarm(ask->source) ? &SQL_stuck_alarm : &SQL_stuck_subject,
             FROM(stuck, &which), &waiting_shape, &answer.events));
    if (answer.events.count == 0)
        return none();
    return reply(call, FROM(stuck_subject, &answer));
}

/* ------------------------------------------------------------- stuck.retry */

/* Whom an alarm is about, for the audit; its own id would say nothing. */
static struct err about_alarm(struct call *call, const struct stuck *which)
{
    struct waiting alarm;

    TRY(fetch(call, &SQL_stuck_alarm, FROM(stuck, which),
              INTO(waiting, &alarm)));
    about(call, alarm.subject);
    return OK;
}

struct err cmd_stuck_retry(struct call *call, const void *body)
{
    const struct stuck_name *ask = body;
    const struct stuck which = named(call, ask->source, ask->subject);

    if (is_alarm(ask->source)) {
        TRY(about_alarm(call, &which));
        TRY(store(call, &SQL_stuck_retry_alarm, FROM(stuck, &which)));
    } else {
        about(call, ask->subject);
        TRY(store(call, &SQL_stuck_retry, FROM(stuck, &which)));
    }
    return reply(call, FROM(stuck_name, ask));
}

/* -------------------------------------------------------------- stuck.drop */

struct stuck_drop {
    const char *source;
    struct id subject;
    int64_t seq; /* of the event that is given up; an alarm has none */
};

static const struct field stuck_drop_fields[] = {
    FIELD(stuck_drop, source, .max = 64),
    FIELD(stuck_drop, subject),
    FIELD(stuck_drop, seq, .least = 0, .most = INT64_MAX),
};
const struct shape stuck_drop_shape = SHAPE(stuck_drop);

/* What is behind it must be asked for again, by somebody who has looked. */
static struct err drop_event(struct call *call, struct stuck which)
{
    struct stuck freed;

    which.attempts = STUCK_TRIES;
    about(call, which.subject);
    TRY(fetch(call, &SQL_unpark, FROM(stuck, &which), INTO(stuck, &freed)));
    if (!id_same(freed.subject, which.subject))
        return fail(CODE_CONFLICT, "that is not the first event that waits; "
                                   "look again");
    return OK;
}

struct err cmd_stuck_drop(struct call *call, const void *body)
{
    const struct stuck_drop *ask = body;
    struct stuck which = named(call, ask->source, ask->subject);

    which.seq = ask->seq;
    if (is_alarm(ask->source)) {
        TRY(about_alarm(call, &which));
        TRY(store(call, &SQL_stuck_drop_alarm, FROM(stuck, &which)));
    } else {
        TRY(drop_event(call, which));
    }
    return reply(call, FROM(stuck_drop, ask));
}

/* ------------------------------------------------------------- service.lag */

struct source_lag {
    const char *source; /* or "alarm"                                    */
    int64_t behind;     /* events not taken yet; alarms overdue          */
    int64_t seconds;    /* since the oldest of them                      */
    int64_t stuck;      /* subjects, or alarms, that were tried in vain  */
};

static const struct field source_lag_fields[] = {
    FIELD(source_lag, source),
    FIELD(source_lag, behind),
    FIELD(source_lag, seconds),
    FIELD(source_lag, stuck),
};
static const struct shape source_lag_shape = SHAPE(source_lag);

struct lag {
    const char *service;
    struct rows sources;
    struct rows alarms;
};

static const struct field lag_fields[] = {
    FIELD(lag, service),
    FIELD(lag, sources, .shape = &source_lag_shape),
    FIELD(lag, alarms, .shape = &source_lag_shape),
};
const struct shape lag_shape = SHAPE(lag);

struct err cmd_service_lag(struct call *call, const void *body)
{
    const struct stuck mine = { .reader = call->service, .at = call->now };
    struct lag answer = { .service = call->service };

    (void)body;
    TRY(list(call, &SQL_lag_sources, FROM(stuck, &mine), &source_lag_shape,
             &answer.sources));
    TRY(list(call, &SQL_lag_alarms, FROM(stuck, &mine), &source_lag_shape,
             &answer.alarms));
    return reply(call, FROM(lag, &answer));
}

/* ----------------------------------------------------------- events.replay */

struct replayed {
    const char *service;
    int64_t sources;
};

static const struct field replayed_fields[] = {
    FIELD(replayed, service),
    FIELD(replayed, sources),
};
const struct shape replayed_shape = SHAPE(replayed);

/* The places are locked first, so that no follower adds to what is emptied. */
struct err cmd_events_replay(struct call *call, const void *body)
{
    const struct stuck mine = { .reader = call->service };
    struct rows sources;

    (void)body;
    if (!call->read_model)
        return fail(CODE_CONFLICT, "what this service does by its events "
                                   "cannot be done again");
    TRY(list(call, &SQL_replay_sources, FROM(stuck, &mine), &stuck_shape,
             &sources));
    TRY(store_any(call, call->read_model, FROM(stuck, &mine)));
    struct replayed answer = { call->service, (int64_t)sources.count };
    return reply(call, FROM(replayed, &answer));
}
