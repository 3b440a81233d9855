/* The alarm clock: deadlines are rows, and fire once as calls.
 *
 * A machine that was off at midnight fires them when it is back.  The row goes
 * in the transaction of its handler; one that is refused waits, with growing
 * pauses, and says why. */
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"
#include "common/service/metric.h"

#include <string.h>

enum { LOOK_MS = 1000, BATCH = 100, LAST_PAUSE = 10 };

struct due {
    struct id id;
    const char *service;
    const char *topic;
    struct id subject;
    struct moment at;
    struct moment due;
    struct json body;
    struct id actor;
    const char *trace;
    int64_t attempts;
    const char *cause;
};

static const struct field due_fields[] = {
    FIELD(due, id),       FIELD(due, service),  FIELD(due, topic),
    FIELD(due, subject),  FIELD(due, at),       FIELD(due, due),
    FIELD(due, body),     FIELD(due, actor),    FIELD(due, trace),
    FIELD(due, attempts), OPTIONAL(due, cause),
};
static const struct shape due_shape = SHAPE(due);

struct clock {
    const struct frame *frame;
    struct db *db;
    struct arena *arena;
    bool told;
};

static const struct alarm *find(const struct service *service,
                                const char *topic)
{
    for (const struct alarm *a = service->alarms; a->topic; a++)
        if (streq(a->topic, topic))
            return a;
    return NULL;
}

/* One that fires: what it is, and the call that it is. */
struct firing {
    struct due due;
    const struct alarm *alarm;
    const void *body;
    struct call call;
};

/* CODE_NOT_FOUND when another replica has it, or it was taken back. */
static struct err handle(struct clock *clock, struct firing *f)
{
    struct due wanted = { .id = f->due.id, .at = moment_now() };

    TRY(db_begin(clock->db));
    TRY(db_get(clock->db, &SQL_alarm_take, FROM(due, &wanted),
               INTO(due, &f->due)));
    TRY(db_run(clock->db, &SQL_alarm_done, FROM(due, &wanted), true));
    f->call = call_new(clock->frame, clock->db, clock->arena);
    f->call.id = f->due.id;
    f->call.actor = f->due.actor;
    f->call.trace = f->due.trace;
    about(&f->call, f->due.subject);

    f->alarm = find(clock->frame->service, f->due.topic);
    if (!f->alarm)
        return fail(CODE_FAULT, "nothing handles this alarm");
    TRY(call_body(&f->call, f->alarm->body, f->due.body.text, &f->body));
    TRY(f->alarm->handle(&f->call, f->body));
    return db_commit(clock->db);
}

static struct moment later(struct moment now, int64_t attempts)
{
    int64_t shift = attempts < LAST_PAUSE ? attempts : LAST_PAUSE;

    return (struct moment){ now.us + (MICROSECONDS << shift) };
}

static void put_off(struct clock *clock, struct firing *f, struct err why)
{
    f->due.due = later(moment_now(), f->due.attempts);
    f->due.cause = why.why;
    struct err err = db_begin(clock->db);
    if (!err.code)
        err = db_run(clock->db, &SQL_alarm_later, FROM(due, &f->due), false);
    if (!err.code)
        err = db_commit(clock->db);
    if (err.code)
        db_rollback(clock->db);
}

static void log_alarm(const struct firing *f, struct err err)
{
    if (!err.code)
        log_info("alarm", "topic", f->due.topic, "status", "ok", "call",
                 f->due.id.text, "trace", f->due.trace, "subject",
                 f->due.subject.text, NULL);
    else
        log_error("alarm", "topic", f->due.topic, "status", code_name(err.code),
                  "call", f->due.id.text, "trace", f->due.trace, "subject",
                  f->due.subject.text, "err", err.why, "hint",
                  "tried again with growing pauses", NULL);
}

/* What was done outside is on record, whatever it takes: not done again. */
static void settle(struct clock *clock, struct firing *f, struct err acted)
{
    struct err err;
    unsigned tries = 0;

    do {
        if (tries)
            call_pause(tries);
        f->call.now = moment_now();
        err = db_begin(clock->db);
        if (!err.code)
            err = f->alarm->settle(&f->call, f->body, acted);
        if (!err.code)
            err = db_commit(clock->db);
        if (err.code)
            db_rollback(clock->db);
    } while (err.code && db_should_retry(clock->db) && ++tries < LAST_PAUSE);
    if (err.code)
        log_alarm(f, err);
}

static void fire(struct clock *clock, struct id id)
{
    struct firing f = { .due = { .id = id } };
    int64_t began = zclock_usecs();

    struct err err = handle(clock, &f);
    if (err.code)
        db_rollback(clock->db);
    if (!f.due.topic) /* gone, or the store is */
        return;
    tally_count(&alarms_tally, f.due.topic, err.code, zclock_usecs() - began);
    log_alarm(&f, err);
    if (err.code) {
        put_off(clock, &f, err);
        return;
    }
    if (f.alarm->act && f.call.prepared)
        settle(clock, &f, f.alarm->act(clock->arena, f.call.prepared));
    clock->told = clock->told || f.call.told;
}

/* The ids of what is due now; true when there may be more. */
static bool look(struct clock *clock)
{
    struct due now = { .service = clock->frame->service->name,
                       .at = moment_now() };
    struct rows rows = { NULL, 0 };
    struct id ids[BATCH];

    struct err err = db_begin(clock->db);
    if (!err.code)
        err = db_list(clock->db, &SQL_alarm_due, FROM(due, &now), &due_shape,
                      &rows);
    db_rollback(clock->db);
    size_t count = err.code ? 0 : rows.count;
    for (size_t i = 0; i < count; i++)
        ids[i] = ((const struct due *)rows.at)[i].id;
    arena_reset(clock->arena);

    for (size_t i = 0; i < count; i++) {
        fire(clock, ids[i]);
        arena_reset(clock->arena);
    }
    return count == BATCH;
}

void alarms(zsock_t *pipe, void *args)
{
    struct clock clock = { .frame = args, .arena = arena_new() };
    zpoller_t *poller = zpoller_new(pipe, NULL);

    clock.db = db_open(&clock.frame->place, clock.arena);
    zsock_signal(pipe, 0);
    do {
        while (look(&clock) && !(zsock_events(pipe) & ZMQ_POLLIN))
            ;
        if (clock.told)
            zstr_send(pipe, "RING");
        clock.told = false;
    } while (!zpoller_wait(poller, LOOK_MS));

    zpoller_destroy(&poller);
    db_close(&clock.db);
    arena_destroy(&clock.arena);
}
