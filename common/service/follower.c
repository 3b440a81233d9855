/* The follower: take each event of each source once, in order.
 *
 * The reader's place moves in the transaction that holds the effect, so an
 * event takes effect once however often it is rung.  Events go in batches; when
 * one of a batch is refused the batch is undone and run again one by one, so
 * that only the guilty one waits.  After TRIES it is set aside with its cause,
 * and so are the later events of its subject, whose order must hold. */
#include "common/service/bell.h"
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum {
    LOOK_MS = 1000,
    BATCH = 500,
    HANDFUL = 32,   /* as many at once are a flood:                 */
    GATHER_MS = 10, /* it is cheaper to take in larger helpings     */
    TRIES = 5,
    SOURCES_MAX = 8,
};

struct place {
    const char *reader;
    const char *source;
    int64_t seq;
    struct id known; /* the epoch that seq belongs to */
    struct id epoch; /* the stream's epoch now        */
    int64_t batch;
    struct id subject;
    const char *cause;
    struct moment at;
};

static const struct field place_fields[] = {
    FIELD(place, reader),  FIELD(place, source),   FIELD(place, seq),
    FIELD(place, known),   FIELD(place, epoch),    FIELD(place, batch),
    FIELD(place, subject), OPTIONAL(place, cause), FIELD(place, at),
};
static const struct shape place_shape = SHAPE(place);

/* One source, as this reader sees it. */
struct source {
    const char *name;
    bool settled;     /* the cursor's row is there              */
    unsigned tries;   /* of the event after the cursor          */
    unsigned careful; /* so many events are still taken singly  */
    bool refused;     /* the last try was, by the event's reaction */
    char cause[256];  /* why; outlives the arena                   */
};

struct reader {
    const struct frame *frame;
    struct db *db;
    struct arena *arena;
    struct source sources[SOURCES_MAX];
    size_t count;
    size_t taken; /* events, since the sides were last rung */
    bool told;    /* a reaction has emitted                 */
};

static const struct reaction *find(const struct service *service,
                                   const char *source, const char *topic)
{
    for (const struct reaction *r = service->reactions; r->source; r++)
        if (streq(r->source, source) && streq(r->topic, topic))
            return r;
    return NULL;
}

static bool is_parked(struct rows subjects, struct id subject)
{
    const struct place *parked = subjects.at;

    for (size_t i = 0; i < subjects.count; i++)
        if (id_same(parked[i].subject, subject))
            return true;
    return false;
}

static struct err park(struct reader *reader, const struct place *here,
                       const struct event *news, const char *cause)
{
    struct place away = *here;

    away.seq = news->seq;
    away.subject = news->subject;
    away.cause = cause;
    away.at = moment_now();
    log_error("event set aside", "source", here->source, "topic", news->topic,
              "subject", news->subject.text, "call", news->call.text, "trace",
              news->trace, "err", cause, "hint",
              "its subject's later events wait with it", NULL);
    return db_run(reader->db, &SQL_event_park, FROM(place, &away), false);
}

static struct err react(struct reader *reader, struct source *source,
                        const struct event *news)
{
    const struct reaction *reaction =
        find(reader->frame->service, source->name, news->topic);
    const void *body;

    if (!reaction)
        return OK;
    struct call call = call_new(reader->frame, reader->db, reader->arena);
    call.now = news->at;
    call.id = news->event;
    call.seq = news->seq;
    call.actor = news->actor;
    call.trace = news->trace;
    struct err err = call_body(&call, reaction->body, news->data.text, &body);
    if (!err.code)
        err = reaction->handle(&call, body);
    if (!err.code && source->careful)
        err = db_flush(reader->db); /* to know whose failure it is */
    reader->told = reader->told || call.told;
    source->refused = err.code && !db_should_retry(reader->db);
    if (err.code)
        snprintf(source->cause, sizeof source->cause, "%s%s%s",
                 err.field ? err.field : "", err.field ? ": " : "", err.why);
    return err;
}

static struct err apply(struct reader *reader, struct source *source,
                        const struct place *here, struct rows parked,
                        const struct event *news)
{
    if (is_parked(parked, news->subject))
        return park(reader, here, news,
                    "an earlier event of its subject is "
                    "set aside");
    if (source->tries >= TRIES)
        return park(reader, here, news, source->cause);
    return react(reader, source, news);
}

/* The stream began anew (a restore): what was read before is another life. */
static void begin_anew(struct place *here)
{
    log_error("stream has a new epoch", "source", here->source, "err",
              "reading it from its beginning", "hint",
              "expected after a restore, and only then", NULL);
    here->seq = 0;
}

/* Lock our place, take the next events, react, move on. */
static struct err step(struct reader *reader, struct source *source,
                       size_t *taken)
{
    struct place here = { .reader = reader->frame->service->name,
                          .source = source->name };
    struct place found;
    struct rows parked, rows;

    TRY(db_get(reader->db, &SQL_cursor_lock, FROM(place, &here),
               INTO(place, &found)));
    here.seq = found.seq;
    here.epoch = found.epoch;
    if (!id_same(found.known, found.epoch))
        begin_anew(&here);
    here.batch = source->careful ? 1 : BATCH;
    TRY(db_list(reader->db, &SQL_parked_subjects, FROM(place, &here),
                &place_shape, &parked));
    TRY(db_list(reader->db, &SQL_events_after, FROM(place, &here), &event_shape,
                &rows));

    const struct event *news = rows.at;
    for (size_t i = 0; i < rows.count; i++) {
        TRY(apply(reader, source, &here, parked, &news[i]));
        here.seq = news[i].seq;
    }
    *taken = rows.count;
    if (rows.count == 0)
        return OK;
    TRY(db_run(reader->db, &SQL_cursor_move, FROM(place, &here), true));
    return db_commit(reader->db);
}

/* What to do about a failure, and whether to do it at once: wait for the store;
 * or go on singly, and count the tries of the one that is refused alone. */
static bool consider(struct reader *reader, struct source *source,
                     struct err err)
{
    bool alone = source->careful && source->refused;

    if (db_should_retry(reader->db) || (source->careful && !alone)) {
        log_warn("events wait", "source", source->name, "err", err.why, "hint",
                 "tried again in a moment", NULL);
        return false;
    }
    if (alone) {
        log_warn("event refused", "source", source->name, "err", source->cause,
                 "hint", "set aside after five tries", NULL);
        call_pause(++source->tries);
    }
    source->careful = BATCH;
    return true;
}

/* True when there may be more: what comes after a look is rung for. */
static bool advance(struct reader *reader, struct source *source)
{
    size_t taken = 0, wanted = source->careful ? 1 : BATCH;

    source->refused = false;
    struct err err = db_begin(reader->db);
    if (!err.code)
        err = step(reader, source, &taken);
    if (err.code || taken == 0)
        db_rollback(reader->db);
    bool more = err.code ? consider(reader, source, err) : taken == wanted;
    if (!err.code && taken) {
        reader->taken += taken;
        source->tries = 0;
        source->careful -= source->careful > 0;
    }
    arena_reset(reader->arena);
    return more;
}

static bool settle_in(struct reader *reader, struct source *source)
{
    struct place here = { .reader = reader->frame->service->name,
                          .source = source->name };

    if (source->settled)
        return true;
    struct err err = db_begin(reader->db);
    if (!err.code)
        err = db_run(reader->db, &SQL_cursor_add, FROM(place, &here), false);
    if (!err.code)
        err = db_commit(reader->db);
    if (err.code)
        db_rollback(reader->db);
    arena_reset(reader->arena);
    source->settled = !err.code;
    return source->settled;
}

/* Tells the side threads that what they show has moved. */
static void ring_sides(const struct frame *frame)
{
    static const uint64_t one = 1;

    for (size_t i = 0; i < SIDES_MAX && frame->bells[i] >= 0; i++)
        (void)!write(frame->bells[i], &one, sizeof one);
}

static void catch_up(struct reader *reader, zsock_t *pipe)
{
    for (size_t i = 0; i < reader->count; i++) {
        struct source *source = &reader->sources[i];
        while (settle_in(reader, source) && advance(reader, source)
               && !(zsock_events(pipe) & ZMQ_POLLIN))
            ;
    }
    if (reader->taken)
        ring_sides(reader->frame);
    if (reader->told)
        zstr_send(pipe, "RING");
    if (reader->taken >= HANDFUL)
        zclock_sleep(GATHER_MS);
    reader->taken = 0;
    reader->told = false;
}

static void list_sources(struct reader *reader)
{
    for (const struct reaction *r = reader->frame->service->reactions;
         r->source; r++) {
        size_t i = 0;
        while (i < reader->count && !streq(reader->sources[i].name, r->source))
            i++;
        if (i == SOURCES_MAX)
            log_fatal("too many sources", r->source, "raise SOURCES_MAX");
        if (i == reader->count)
            reader->sources[reader->count++].name = r->source;
    }
}

/* NULL when nobody is heard: then there is a look once a second. */
static struct bell *listen_to(const struct frame *frame)
{
    const char *from = frame->settings.REDKITE_EVENTS_FROM;
    struct bell *bell = NULL;

    if (!from) {
        log_warn("no bell to hear", "hint",
                 "REDKITE_EVENTS_FROM is not set: events come within a second",
                 NULL);
        return NULL;
    }
    struct err err = bell_open(from, &frame->keys, &bell);
    if (err.code)
        log_fatal("cannot hear events", err.why, "see REDKITE_EVENTS_FROM");
    return bell;
}

static void run(struct reader *reader, zsock_t *pipe, struct bell *bell)
{
    zpoller_t *poller = zpoller_new(pipe, bell_socket(bell), NULL);
    int64_t look_at = 0;

    for (;;) {
        int64_t now = zclock_mono();
        if (now >= look_at) {
            catch_up(reader, pipe);
            bell_tend(bell);
            look_at = zclock_mono() + LOOK_MS;
        }
        void *ready = zpoller_wait(
            poller, (int)(look_at - now > 0 ? look_at - now : LOOK_MS));
        if (ready == pipe)
            break;
        if (ready && bell_take(bell))
            look_at = 0;
    }
    zpoller_destroy(&poller);
}

/* Its commits are lazy: place and effect are lost together or not at all, and
 * what is lost is read again. */
void follower(zsock_t *pipe, void *args)
{
    const struct frame *frame = args;
    struct db_place place = frame->place;
    struct reader reader = { .frame = frame, .arena = arena_new() };
    struct bell *bell = listen_to(frame);

    place.lazy = true;
    reader.db = db_open(&place, reader.arena);
    list_sources(&reader);
    zsock_signal(pipe, 0);
    run(&reader, pipe, bell);

    bell_close(&bell);
    db_close(&reader.db);
    arena_destroy(&reader.arena);
}
