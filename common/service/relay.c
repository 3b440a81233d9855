/* The relay: give committed events their position, then ring every reader's
 * bell.
 *
 * The outbox is the truth; a published message only says "there is news".  A
 * lost message therefore loses nothing: its reader will look again.  Numbers
 * are dense and rise in the order of visibility, because one transaction at a
 * time gives them, under a lock that ends with it (reliability.md 3.1). */
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"
#include "common/service/socket.h"

#include <inttypes.h>

enum {
    BEAT_MS = 250,
    LOOK_BEATS = 4,
    BATCH = 500,
    GATHER_MS = 4, /* between two numberings, when there is much to do   */
    HANDFUL = 32,  /* numbered at once, they are a flood: then it is so  */
    FLOOD_MS = 20,
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
    int64_t seq; /* the head: the last position given */
};

static const struct field stream_fields[] = {
    FIELD(stream, source),
    FIELD(stream, epoch),
    FIELD(stream, seq),
};
static const struct shape stream_shape = SHAPE(stream);

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
    return fresh->count == 0 || !id_given(stream->epoch) ? find_head(db, stream)
                                                         : OK;
}

/* True when there may be more. */
static bool publish(struct db *db, zsock_t *bell, struct stream *stream,
                    struct arena *arena)
{
    struct rows fresh = { NULL, 0 };

    if (number(db, stream, &fresh).code) {
        db_rollback(db);
        arena_reset(arena);
        stream->epoch = (struct id){ "" }; /* it may be another store now */
        return false;
    }
    const struct event *events = fresh.at;
    for (size_t i = 0; i < fresh.count; i++) {
        ring(bell, stream, &events[i], arena);
        stream->seq = events[i].seq;
    }
    arena_reset(arena);
    return fresh.count == BATCH;
}

/* It says that the relay lives, and where the stream ends.  Our followers hear
 * nothing else; the events themselves are for those without the store. */
static void beat(zsock_t *bell, const struct stream *stream)
{
    char seq[VALUE_TEXT_MAX];

    snprintf(seq, sizeof seq, "%" PRId64, stream->seq);
    zstr_sendx(bell, "~", stream->epoch.text, seq, stream->source, NULL);
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
static void gather(int64_t *numbered_at, int64_t count)
{
    int64_t pause = count < HANDFUL ? GATHER_MS : FLOOD_MS;
    int64_t rest = *numbered_at + pause - zclock_mono();

    if (rest > 0)
        zclock_sleep((int)rest);
    *numbered_at = zclock_mono();
}

/* A ring, or the next beat's time.  False: it is the end. */
static bool await_ring(zpoller_t *poller, zsock_t *pipe, int64_t beat_at,
                       bool *rung)
{
    int64_t rest = beat_at - zclock_mono();

    *rung = zpoller_wait(poller, rest > 0 ? (int)rest : 0) == pipe;
    return !*rung || !told_to_stop(pipe);
}

static void run(zsock_t *pipe, struct tower *tower, struct db *db,
                struct stream *stream, struct arena *arena)
{
    zpoller_t *poller = zpoller_new(pipe, NULL);
    int64_t numbered_at = 0, beat_at = 0, count = 0;
    unsigned beats = 0;
    bool rung;

    while (await_ring(poller, pipe, beat_at, &rung)) {
        bool is_beat = zclock_mono() >= beat_at;
        zsock_t *bell = bell_of(tower);
        if (rung)
            gather(&numbered_at, count);
        atomic_store(tower->frame->rung, false); /* before the look */
        int64_t head = stream->seq;
        if (rung || (is_beat && beats++ % LOOK_BEATS == 0))
            while (publish(db, bell, stream, arena))
                ;
        count = stream->seq - head;
        if (is_beat || count)
            beat(bell, stream);
        if (is_beat)
            beat_at = zclock_mono() + BEAT_MS;
    }
    zpoller_destroy(&poller);
}

void relay(zsock_t *pipe, void *args)
{
    const struct frame *frame = args;
    struct stream stream = { .source = frame->service->name };
    struct arena *arena = arena_new();
    struct db *db = db_open(&frame->place, arena);
    struct tower tower = { .frame = frame };

    open_bell(&tower, 1);
    zsock_signal(pipe, 0);
    run(pipe, &tower, db, &stream, arena);

    zsock_destroy(&tower.bell);
    db_close(&db);
    arena_destroy(&arena);
}
