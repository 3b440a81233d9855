/* The alarm clock: deadlines are rows, and fire once as calls.
 *
 * A machine that was off at midnight fires them when it is back.  A try is
 * counted, and put off to the next, before it is made: a crash counts as well,
 * and a second replica leaves it alone.  The row goes in the transaction of its
 * handler.  After TRIES it is stuck with its cause, for an operator.
 *
 * Many that are due at once go in one transaction; when one of them is refused
 * it is undone, and each goes alone.  Those that do something outside the store
 * always go alone. */
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"
#include "common/service/metric.h"

#include <string.h>

enum { LOOK_MS = 1000, SETTLE_TRIES = 10, TRIES = 10 };

struct due {
    struct id id;
    const char *service;
    const char *topic;
    struct id subject;
    struct moment at;
    struct json body;
    struct id actor;
    const char *trace;
    int64_t attempts;
    int64_t tries; /* the most there may be */
    const char *cause;
    const char *topics; /* that go together, by commas */
};

static const struct field due_fields[] = {
    FIELD(due, id),      FIELD(due, service), FIELD(due, topic),
    FIELD(due, subject), FIELD(due, at),      FIELD(due, body),
    FIELD(due, actor),   FIELD(due, trace),   FIELD(due, attempts),
    FIELD(due, tries),   FIELD(due, cause),   OPTIONAL(due, topics),
};
static const struct shape due_shape = SHAPE(due);

struct clock {
    const struct frame *frame;
    struct db *db;
    struct arena *arena;
    const char *topics;
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

/* Alone, CODE_NOT_FOUND when it was taken back, or set anew. */
static struct err react(struct clock *clock, struct firing *f, bool alone)
{
    TRY(db_run(clock->db, &SQL_alarm_take, FROM(due, &f->due), true));
    if (alone)
        TRY(db_flush(clock->db));
    f->call = call_new(clock->frame, clock->db, clock->arena);
    f->call.roles = ROLE(SERVICE);
    f->call.id = f->due.id;
    f->call.actor = f->due.actor;
    f->call.trace = f->due.trace;
    about(&f->call, f->due.subject);

    f->alarm = find(clock->frame->service, f->due.topic);
    if (!f->alarm)
        return fail(CODE_FAULT, "nothing handles this alarm");
    TRY(call_body(&f->call, f->alarm->body, f->due.body.text, &f->body));
    return f->alarm->handle(&f->call, f->body);
}

/* One or many, in one transaction. */
static struct err handle(struct clock *clock, struct firing *f, size_t count)
{
    TRY(db_begin(clock->db));
    for (size_t i = 0; i < count; i++)
        TRY(react(clock, &f[i], count == 1));
    return db_commit(clock->db);
}

/* One statement in a transaction of its own. */
static struct err alone(struct clock *clock, const struct statement *sql,
                        struct due *given, struct due *found)
{
    struct err err = db_begin(clock->db);

    if (!err.code)
        err = found ? db_get(clock->db, sql, FROM(due, given), INTO(due, found))
                    : db_run(clock->db, sql, FROM(due, given), false);
    if (!err.code)
        err = db_commit(clock->db);
    if (err.code)
        db_rollback(clock->db);
    return err;
}

/* The next try is put off already. */
static void note(struct clock *clock, struct firing *f, struct err why)
{
    bool tried = !db_should_retry(clock->db);

    f->due.cause = why.why;
    (void)alone(clock, tried ? &SQL_alarm_cause : &SQL_alarm_uncount, &f->due,
                NULL);
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
                  f->due.attempts < TRIES ? "tried again with growing pauses"
                                          : "stuck; see: redkite stuck list",
                  NULL);
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
        f->call.timed = false;
        err = db_begin(clock->db);
        if (!err.code)
            err = f->alarm->settle(&f->call, f->body, acted);
        if (!err.code)
            err = db_commit(clock->db);
        if (err.code)
            db_rollback(clock->db);
    } while (err.code && db_should_retry(clock->db) && ++tries < SETTLE_TRIES);
    if (err.code)
        log_alarm(f, err);
}

static void fire(struct clock *clock, struct firing *f)
{
    int64_t began = zclock_usecs();
    struct err err = handle(clock, f, 1);

    if (err.code)
        db_rollback(clock->db);
    if (err.code && db_culprit(clock->db) == &SQL_alarm_take
        && err.code == CODE_NOT_FOUND)
        return;
    tally_count(&alarms_tally, f->due.topic, err.code, zclock_usecs() - began);
    log_alarm(f, err);
    if (err.code) {
        note(clock, f, err);
        return;
    }
    if (f->alarm->act && f->call.prepared)
        settle(clock, f, f->alarm->act(clock->arena, f->call.prepared));
    clock->told = clock->told || f->call.told;
}

static struct due due_now(const struct clock *clock)
{
    return (struct due){ .service = clock->frame->service->name,
                         .topics = clock->topics,
                         .at = moment_now(),
                         .tries = TRIES };
}

/* Fires one; false when none is due. */
static bool fire_next(struct clock *clock)
{
    struct due now = due_now(clock);
    struct firing f = { .due = { .topic = NULL } };

    struct err err = alone(clock, &SQL_alarm_claim, &now, &f.due);
    if (!err.code)
        fire(clock, &f);
    arena_reset(clock->arena);
    return !err.code;
}

static struct err claim_fresh(struct clock *clock, struct rows *found)
{
    struct due now = due_now(clock);

    TRY(db_begin(clock->db));
    TRY(db_list(clock->db, &SQL_alarm_claim_fresh, FROM(due, &now), &due_shape,
                found));
    return found->count ? db_commit(clock->db) : OK;
}

/* True when the transaction of all of them has ended well. */
static bool fire_together(struct clock *clock, struct firing *f, size_t count)
{
    int64_t began = zclock_usecs();

    if (handle(clock, f, count).code) {
        db_rollback(clock->db);
        return false;
    }
    int64_t each = (zclock_usecs() - began) / (int64_t)count;
    for (size_t i = 0; i < count; i++) {
        tally_count(&alarms_tally, f[i].due.topic, CODE_OK, each);
        log_alarm(&f[i], OK);
        clock->told = clock->told || f[i].call.told;
    }
    return true;
}

/* Fires some that were never tried; false when there are none. */
static bool fire_fresh(struct clock *clock)
{
    struct rows found = { NULL, 0 };
    bool failed = claim_fresh(clock, &found).code;

    if (failed || found.count == 0)
        db_rollback(clock->db);
    size_t count = failed ? 0 : found.count;
    struct firing *f = arena_alloc(clock->arena, (count + 1) * sizeof *f);
    for (size_t i = 0; i < count; i++)
        f[i].due = ((const struct due *)found.at)[i];
    if (count > 0 && !fire_together(clock, f, count))
        for (size_t i = 0; i < count; i++)
            fire(clock, &f[i]);
    arena_reset(clock->arena);
    return count > 0;
}

/* The topics of what stays within the store. */
static const char *topics_of(const struct service *service, struct arena *arena)
{
    const char *topics = "";

    for (const struct alarm *a = service->alarms; a->topic; a++)
        if (!a->act)
            topics = arena_format(arena, "%s%s%s", topics, *topics ? "," : "",
                                  a->topic);
    return topics;
}

void alarms(zsock_t *pipe, void *args)
{
    struct clock clock = { .frame = args, .arena = arena_new() };
    struct arena *names = arena_new();
    zpoller_t *poller = zpoller_new(pipe, NULL);

    clock.topics = topics_of(clock.frame->service, names);
    clock.db = db_open(&clock.frame->place, clock.arena);
    zsock_signal(pipe, 0);
    do {
        while ((fire_fresh(&clock) || fire_next(&clock))
               && !(zsock_events(pipe) & ZMQ_POLLIN))
            ;
        if (clock.told)
            frame_tell(clock.frame);
        clock.told = false;
    } while (!zpoller_wait(poller, LOOK_MS));

    zpoller_destroy(&poller);
    db_close(&clock.db);
    arena_destroy(&clock.arena);
    arena_destroy(&names);
}
