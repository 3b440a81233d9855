/* The relay: give committed events their position, ring every reader's bell,
 * and tell them to the world.
 *
 * The outbox is the truth; a published message only says "there is news".  A
 * lost message therefore loses nothing: its reader will look again.  Numbers
 * are dense and rise in the order of visibility, because one transaction at a
 * time gives them, under a lock that ends with it (reliability.md 3.1).
 *
 * Nobody waits for the disk to see a number: what a power cut takes back of
 * them it takes back of the followers' places too, which were written later
 * into the same log.  Those without the store would remember; so events are
 * told to them (published, and answered by events.since) only when a commit
 * has brought their positions to the disk: bus.told. */
#include "common/base/pace.h"
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"
#include "common/service/socket.h"

#include <inttypes.h>

enum {
    BEAT_MS = 250,
    LOOK_BEATS = 4,
    BATCH = 500,
    TELL_MS = 20, /* from a position to the world's knowledge of it     */
    BIND_TRIES = 200,
    BIND_PAUSE_MS = 10,
};

/* A CloudEvents 1.0 envelope (design.md "Wire"). */
struct envelope {
    const char *specversion;
    struct id id;
    const char *source;
    const char *type;
    struct id subject;
    struct moment time;
    const char *sequence;
    struct id partitionkey;
    const char *traceparent;
    const char *datacontenttype;
    struct json data;
};

static const struct field envelope_fields[] = {
    FIELD(envelope, specversion), FIELD(envelope, id),
    FIELD(envelope, source),      FIELD(envelope, type),
    FIELD(envelope, subject),     FIELD(envelope, time),
    FIELD(envelope, sequence),    FIELD(envelope, partitionkey),
    FIELD(envelope, traceparent), FIELD(envelope, datacontenttype),
    FIELD(envelope, data),
};
const struct shape envelope_shape = SHAPE(envelope);

struct stream {
    const char *source;
    struct id epoch;
    int64_t seq;  /* the head: the last position given    */
    int64_t told; /* so far the world may know of it      */
};

static const struct field stream_fields[] = {
    FIELD(stream, source),
    FIELD(stream, epoch),
    FIELD(stream, seq),
    FIELD(stream, told),
};
static const struct shape stream_shape = SHAPE(stream);

/* Numbered together, and not told yet. */
struct batch {
    struct batch *next;
    struct rows events;
};

/* Of one relay: its connection, the stream, and what is still to be told, which
 * lies in the arena. */
struct teller {
    struct db *db;
    struct arena *arena;
    struct stream stream;
    struct batch *first, **last;
    int64_t tell_at; /* mono */
};

static void ring(zsock_t *bell, const struct stream *stream,
                 const struct event *event, struct arena *arena)
{
    const char *seq = arena_format(arena, "%" PRId64, event->seq);
    struct envelope envelope = {
        .specversion = "1.0",
        .id = event->event,
        .source = arena_format(arena, "/redkite/%s", stream->source),
        .type = arena_format(arena, "redkite.%s.v1", event->topic),
        .subject = event->subject,
        .time = event->at,
        .sequence = seq,
        .partitionkey = event->subject,
        .traceparent =
            arena_format(arena, "00-%s-%.16s-01", event->trace, event->trace),
        .datacontenttype = "application/json",
        .data = event->data,
    };
    zstr_sendx(bell, event->topic, stream->epoch.text, seq,
               shape_to_json(FROM(envelope, &envelope), arena), NULL);
}

/* Where the stream ends, as far as it was numbered: by a replica, too. */
static struct err find_head(struct db *db, struct stream *stream)
{
    struct rows head;

    TRY(db_begin(db));
    TRY(db_list_commit(db, &SQL_stream_head, FROM(stream, stream),
                       &stream_shape, &head));
    if (head.count == 0)
        return fail(CODE_NOT_FOUND, "there is no such stream");
    const struct stream *found = head.at;
    stream->epoch = found->epoch;
    stream->seq = found->seq;
    stream->told = found->told;
    return OK;
}

/* The lock is waited for, the rows are moved and all is committed in one
 * trip. */
static struct err number(struct db *db, struct stream *stream,
                         struct rows *fresh)
{
    TRY(db_begin(db));
    TRY(db_run(db, &SQL_relay_lock, FROM(stream, stream), false));
    TRY(db_list_commit(db, &SQL_relay_number, FROM(stream, stream),
                       &event_shape, fresh));
    const struct event *events = fresh->at;
    if (fresh->count)
        stream->seq = events[fresh->count - 1].seq;
    return fresh->count == 0 || !id_given(stream->epoch) ? find_head(db, stream)
                                                         : OK;
}

static void forget(struct teller *teller)
{
    arena_reset(teller->arena);
    teller->first = NULL;
    teller->last = &teller->first;
}

/* It may be another store now: the stream is looked up anew. */
static void give_up(struct teller *teller)
{
    db_rollback(teller->db);
    forget(teller);
    teller->stream.epoch = (struct id){ "" };
}

/* True when there may be more. */
static bool number_some(struct teller *teller)
{
    struct rows fresh = { NULL, 0 };

    if (number(teller->db, &teller->stream, &fresh).code) {
        give_up(teller);
        return false;
    }
    if (fresh.count) {
        struct batch *batch = arena_alloc(teller->arena, sizeof *batch);
        *batch = (struct batch){ .events = fresh };
        if (!teller->first)
            teller->tell_at = zclock_mono() + TELL_MS;
        *teller->last = batch;
        teller->last = &batch->next;
    } else if (!teller->first) {
        arena_reset(teller->arena);
    }
    return fresh.count == BATCH;
}

/* It says that the relay lives, and where the stream ends.  Our followers hear
 * nothing else; the events themselves are for those without the store, who may
 * hear of a head that they cannot fetch yet: they hear of it again. */
static void beat(zsock_t *bell, const struct stream *stream)
{
    char seq[VALUE_TEXT_MAX];

    snprintf(seq, sizeof seq, "%" PRId64, stream->seq);
    zstr_sendx(bell, "~", stream->epoch.text, seq, stream->source, NULL);
}

static struct err bring_to_disk(struct db *db, const struct stream *stream)
{
    TRY(db_begin(db));
    TRY(db_run(db, &SQL_stream_tell, FROM(stream, stream), false));
    return db_commit(db);
}

/* What is numbered goes to the disk, where a replica may have brought it
 * already, and out.  A relay that ended in between has left events untold: then
 * it is the beat that brings the world here. */
static void tell(struct teller *teller, zsock_t *bell)
{
    struct stream *stream = &teller->stream;
    bool is_behind = stream->told < stream->seq;

    if (!id_given(stream->epoch) || (!is_behind && !teller->first))
        return;
    if (is_behind && bring_to_disk(teller->db, stream).code) {
        give_up(teller);
        return;
    }
    stream->told = stream->seq;
    for (const struct batch *batch = teller->first; batch;
         batch = batch->next) {
        const struct event *events = batch->events.at;
        for (size_t i = 0; i < batch->events.count; i++)
            ring(bell, stream, &events[i], teller->arena);
    }
    forget(teller);
    beat(bell, stream);
}

static bool told_to_stop(zsock_t *pipe)
{
    char *word = zstr_recv(pipe); /* "RING" or "$TERM" */
    bool stop = !word || streq(word, "$TERM");

    zstr_free(&word);
    return stop;
}

/* The bell, and which turn of the keys it was opened in. */
struct tower {
    const struct frame *frame;
    zsock_t *bell;
    unsigned turns;
};

/* After a turn the old socket's port is free in a moment. */
static void open_bell(struct tower *tower, int tries)
{
    struct gate *gate = tower->frame->gate;
    struct err err;

    tower->turns = gate_turns(gate);
    struct curve curve = gate_curve(gate);
    while ((err = socket_open(SOCKET_PUBLISHER,
                              tower->frame->settings.REDKITE_BIND_EVENTS,
                              &curve, &tower->bell))
               .code
           && --tries > 0)
        zclock_sleep(BIND_PAUSE_MS);
    if (err.code)
        log_fatal("cannot bind the events' socket", err.why,
                  "is another copy running? see REDKITE_BIND_EVENTS");
}

/* A PUB socket does not know who hears it: when a key was taken back, all must
 * come in again. */
static zsock_t *bell_of(struct tower *tower)
{
    if (gate_turns(tower->frame->gate) != tower->turns) {
        zsock_destroy(&tower->bell);
        open_bell(tower, BIND_TRIES);
    }
    return tower->bell;
}

/* A lone event goes at once.  Those that follow close on it go together: a
 * transaction here, and one in each follower, for some rather than for one. */
static void gather(const struct pace *pace)
{
    int64_t rest = pace_rest(pace, zclock_mono());

    if (rest > 0)
        zclock_sleep((int)rest);
}

/* A ring, or the time to beat or to tell.  False: it is the end. */
static bool await_ring(zpoller_t *poller, zsock_t *pipe, int64_t until,
                       bool *rung)
{
    int64_t rest = until - zclock_mono();

    *rung = zpoller_wait(poller, rest > 0 ? (int)rest : 0) == pipe;
    return !*rung || !told_to_stop(pipe);
}

/* Many at once are told as they are numbered, so that few are held. */
static void number_all(struct teller *teller, zsock_t *bell)
{
    while (number_some(teller))
        tell(teller, bell);
}

static int64_t next_time(const struct teller *teller, int64_t beat_at)
{
    return teller->first && teller->tell_at < beat_at ? teller->tell_at
                                                      : beat_at;
}

/* What has come is numbered and rung for; the beat is beaten, and what has
 * waited long enough is told.  Returns how many got a number. */
static int64_t work(struct teller *teller, zsock_t *bell, bool looks,
                    bool is_beat)
{
    int64_t head = teller->stream.seq;

    if (looks)
        number_all(teller, bell);
    int64_t count = teller->stream.seq - head;
    if (is_beat || count)
        beat(bell, &teller->stream);
    if (is_beat || zclock_mono() >= teller->tell_at)
        tell(teller, bell);
    return count;
}

static void run(zsock_t *pipe, struct tower *tower, struct teller *teller)
{
    zpoller_t *poller = zpoller_new(pipe, NULL);
    struct pace pace = { 0 };
    int64_t beat_at = 0;
    unsigned beats = 0;
    bool rung;

    while (await_ring(poller, pipe, next_time(teller, beat_at), &rung)) {
        zsock_t *bell = bell_of(tower);
        if (rung)
            gather(&pace);
        atomic_store(tower->frame->rung, false); /* before the look */
        int64_t now = zclock_mono();
        bool is_beat = now >= beat_at;
        bool looks = rung || (is_beat && beats++ % LOOK_BEATS == 0);
        int64_t count = work(teller, bell, looks, is_beat);
        if (rung)
            pace_took(&pace, count, now);
        if (is_beat)
            beat_at = zclock_mono() + BEAT_MS;
    }
    zpoller_destroy(&poller);
}

void relay(zsock_t *pipe, void *args)
{
    const struct frame *frame = args;
    struct db_place place = frame->place;
    struct teller teller = { .arena = arena_new(),
                             .stream = { .source = frame->service->name },
                             .last = &teller.first };
    struct tower tower = { .frame = frame };

    place.manner = DB_LAZY;
    teller.db = db_open(&place, teller.arena);
    open_bell(&tower, 1);
    zsock_signal(pipe, 0);
    run(pipe, &tower, &teller);

    zsock_destroy(&tower.bell);
    db_close(&teller.db);
    arena_destroy(&teller.arena);
}
