/* The commands that every service answers. */
#include "common/service/audit.h"
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/metric.h"
#include "common/service/stuck.h"

#include <inttypes.h>
#include <sys/statvfs.h>

enum { DISK_LEAST_MB = 64, LAG_MOST = 10000, BATCH_MAX = 200 };

/* ----------------------------------------------------------- service.live */

struct live {
    const char *service;
    bool live;
};

static const struct field live_fields[] = {
    FIELD(live, service),
    FIELD(live, live),
};
static const struct shape live_shape = SHAPE(live);

static struct err cmd_live(struct call *call, const void *body)
{
    struct live answer = { call->service, true };

    (void)body;
    return reply(call, FROM(live, &answer));
}

/* ---------------------------------------------------------- service.ready */

struct check {
    const char *name;
    bool ok;
    const char *detail;
};

static const struct field check_fields[] = {
    FIELD(check, name),
    FIELD(check, ok),
    FIELD(check, detail),
};
static const struct shape check_shape = SHAPE(check);

struct ready {
    const char *service;
    bool ready;
    struct rows checks;
};

static const struct field ready_fields[] = {
    FIELD(ready, service),
    FIELD(ready, ready),
    FIELD(ready, checks, .shape = &check_shape),
};
static const struct shape ready_shape = SHAPE(ready);

/* What the two questions to the store are asked with and answered by. */
struct probe {
    const char *service;
    int64_t number;
    int64_t lag;
};

static const struct field probe_fields[] = {
    FIELD(probe, service),
    FIELD(probe, number),
    FIELD(probe, lag),
};
static const struct shape probe_shape = SHAPE(probe);

static struct err ask_store(struct call *call, const struct statement *sql,
                            struct probe *probe)
{
    struct probe asked = { .service = call->service };

    struct err err = db_begin(call->db);
    if (!err.code)
        err = db_get(call->db, sql, FROM(probe, &asked), INTO(probe, probe));
    db_rollback(call->db);
    return err;
}

static struct check check_db(struct call *call)
{
    struct probe probe;
    struct err err = ask_store(call, &SQL_ready_lag, &probe);

    return (struct check){ "db", !err.code,
                           err.code ? err.why : "PostgreSQL answers" };
}

static struct check check_schema(struct call *call)
{
    struct probe probe = { 0 };
    struct err err = ask_store(call, &SQL_ready_schema, &probe);

    if (err.code)
        return (struct check){ "schema", false,
                               "not migrated; run: redkite migrate" };
    return (struct check){ "schema", probe.number > 0,
                           arena_format(call->arena, "at %04" PRId64,
                                        probe.number) };
}

static struct check check_lag(struct call *call)
{
    struct probe probe = { 0 };
    struct err err = ask_store(call, &SQL_ready_lag, &probe);

    return (struct check){
        "lag", !err.code && probe.lag < LAG_MOST,
        arena_format(call->arena, "%" PRId64 " events behind", probe.lag)
    };
}

static struct check check_disk(struct call *call)
{
    struct statvfs disk;
    uint64_t mb = 0;

    if (statvfs(".", &disk) == 0)
        mb = (uint64_t)disk.f_bavail * disk.f_frsize >> 20;
    return (
        struct check){ "disk", mb >= DISK_LEAST_MB,
                       arena_format(call->arena, "%" PRIu64 " MB free", mb) };
}

/* Asking over the bus has shown that the bus answers. */
static struct err cmd_ready(struct call *call, const void *body)
{
    struct check checks[] = {
        check_db(call),
        check_schema(call),
        { "bus", true, "commands are answered" },
        check_lag(call),
        check_disk(call),
    };
    struct ready answer = {
        .service = call->service,
        .ready = true,
        .checks = { checks, sizeof checks / sizeof *checks },
    };

    (void)body;
    for (size_t i = 0; i < answer.checks.count; i++)
        answer.ready = answer.ready && checks[i].ok;
    return reply(call, FROM(ready, &answer));
}

/* ------------------------------------------------------- service.describe */

/* The frame answers it, since only the frame has the service's tables. */
static struct err cmd_describe(struct call *call, const void *body)
{
    (void)call;
    (void)body;
    return fail(CODE_FAULT, "describe is answered by the frame");
}

/* ------------------------------------------------------------ events.since */

struct since {
    struct id epoch; /* of `after`; another epoch's number means nothing */
    int64_t after;
    int64_t limit;
};

static const struct field since_fields[] = {
    OPTIONAL(since, epoch),
    FIELD(since, after, .fallback = "0", .least = 0, .most = INT64_MAX),
    FIELD(since, limit, .fallback = "100", .least = 1, .most = BATCH_MAX),
};
static const struct shape since_shape = SHAPE(since);

struct reading {
    const char *source;
    int64_t seq;
    int64_t batch;
};

static const struct field reading_fields[] = {
    FIELD(reading, source),
    FIELD(reading, seq),
    FIELD(reading, batch),
};
static const struct shape reading_shape = SHAPE(reading);

struct stream {
    struct id epoch;
    int64_t seq;
};

static const struct field stream_fields[] = {
    FIELD(stream, epoch),
    FIELD(stream, seq),
};
static const struct shape stream_shape = SHAPE(stream);

struct stretch {
    struct id epoch;
    int64_t head;
    struct rows events;
};

static const struct field stretch_fields[] = {
    FIELD(stretch, epoch),
    FIELD(stretch, head),
    FIELD(stretch, events, .shape = &event_shape),
};
static const struct shape stretch_shape = SHAPE(stretch);

/* A reader that brings another epoch starts over: it gets the stream from its
 * beginning, and sees by the answer's epoch that it does. */
static struct err cmd_since(struct call *call, const void *body)
{
    const struct since *ask = body;
    struct reading from = { call->service, ask->after, ask->limit };
    struct stretch answer = { .head = 0 };
    struct stream stream;

    TRY(fetch(call, &SQL_stream_told, FROM(reading, &from),
              INTO(stream, &stream)));
    if (id_given(ask->epoch) && !id_same(ask->epoch, stream.epoch))
        from.seq = 0;
    TRY(list(call, &SQL_events_after, FROM(reading, &from), &event_shape,
             &answer.events));
    answer.epoch = stream.epoch;
    answer.head = stream.seq;
    return reply(call, FROM(stretch, &answer));
}

/* ------------------------------------------------------------ stream.renew */

static struct err cmd_renew(struct call *call, const void *body)
{
    const struct reading whose = { .source = call->service };
    struct stream stream;

    (void)body;
    TRY(store_any(call, &SQL_stream_renew, FROM(reading, &whose)));
    TRY(fetch(call, &SQL_stream_told, FROM(reading, &whose),
              INTO(stream, &stream)));
    return reply(call, FROM(stream, &stream));
}

/* clang-format off */
const struct command builtin_commands[] = {
    { "service.live",     ROLE_ANYONE, &nothing_shape, cmd_live,
      READS | BARE, &live_shape },
    { "service.ready",    ROLE_ANYONE, &nothing_shape, cmd_ready,
      READS | BARE, &ready_shape },
    { "service.describe", ROLE_ANYONE, &nothing_shape, cmd_describe,
      READS | BARE, NULL },
    { "service.metrics",  ROLE_ANYONE, &nothing_shape, cmd_metrics,
      READS | BARE, NULL },
    { "events.since",     ROLE_ANYONE, &since_shape,   cmd_since,
      READS, &stretch_shape },
    { "stream.renew",     ROLE(IT_OPERATOR), &nothing_shape, cmd_renew,
      0, &stream_shape },
    { "events.replay",    ROLE(IT_OPERATOR), &nothing_shape, cmd_events_replay,
      .answer = &replayed_shape },
    { "service.lag",      ROLE_ANYONE, &nothing_shape, cmd_service_lag,
      READS, &lag_shape },
    { "stuck.list",  ROLE(IT_OPERATOR), &nothing_shape,    cmd_stuck_list,
      READS, &stuck_list_shape },
    { "stuck.show",  ROLE(IT_OPERATOR), &stuck_name_shape, cmd_stuck_show,
      READS, &stuck_subject_shape },
    { "stuck.retry", ROLE(IT_OPERATOR), &stuck_name_shape, cmd_stuck_retry,
      .answer = &stuck_name_shape },
    { "stuck.drop",  ROLE(IT_OPERATOR), &stuck_drop_shape, cmd_stuck_drop,
      .answer = &stuck_drop_shape },
    { "audit.head",   ROLE_ANYONE, &nothing_shape, cmd_audit_head,
      READS, &audit_head_shape },
    { "audit.verify", ROLE(SEC_AUDITOR) | ROLE(IT_OPERATOR), &audit_look_shape,
      cmd_audit_verify, READS, &audit_found_shape },
    { 0 },
};
/* clang-format on */
