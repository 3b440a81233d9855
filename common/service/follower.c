/* The follower: take each event of each source once, in order.
 *
 * The reader's place moves in the transaction that holds the effect, so an
 * event takes effect once however often it is rung.  Whoever holds the place's
 * lock follows; other replicas pass by.  Events go in batches, what they write
 * in sets (bulk.c); when one of a batch is refused the batch is undone and run
 * again one by one, so that only the guilty one is set aside with its cause,
 * and the later events of its subject, whose order must hold, behind it
 * (parked.c).  The rest flows on.  An event that ends the process is found by
 * the counts that processes leave before their first steps. */
#include "common/service/bell.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"
#include "common/service/metric.h"
#include "common/service/reader.h"
#include "common/service/stuck.h"
#include "common/service/stuck_sql.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum {
    CALM_MS = 5000, /* between two looks, when all is calm */
    BATCH = 1000,
    HANDFUL = 32,   /* as many at once are a flood:                   */
    GATHER_MS = 40, /* it is cheaper to take in larger helpings       */
    REPLICAS = 2,   /* may begin at the same place, and none has died */
};

static const struct field place_fields[] = {
    FIELD(place, reader), FIELD(place, source),    OPTIONAL(place, topics),
    FIELD(place, seq),    FIELD(place, known),     FIELD(place, epoch),
    FIELD(place, batch),  FIELD(place, subject),   OPTIONAL(place, cause),
    FIELD(place, at),     FIELD(place, marked),    FIELD(place, attempts),
    FIELD(place, tries),  OPTIONAL(place, parked),
};
const struct shape place_shape = SHAPE(place);

struct place reader_place(const struct reader *reader,
                          const struct source *source)
{
    return (struct place){
        .reader = reader->frame->service->name,
        .source = source->name,
        .topics = source->topics,
        .at = moment_now(),
        .tries = STUCK_TRIES,
    };
}

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

/* What is refused is told of where it is decided what to do about it.  A batch
 * that is undone is told again when it is done again. */
static void log_event(const struct call *call, const struct source *source,
                      const struct event *news, struct err err)
{
    if (!err.code)
        log_info("event", "topic", news->topic, "status", "ok", "source",
                 source->name, "call", news->call.text, "trace", call->trace,
                 "subject", news->subject.text, NULL);
}

struct err reader_react(struct reader *reader, struct source *source,
                        const struct event *news, struct bulk *bulk)
{
    const struct reaction *reaction =
        find(reader->frame->service, source->name, news->topic);
    int64_t began = zclock_usecs();
    const void *body;

    if (!reaction)
        return OK;
    source->suspect = news->seq;
    struct call call = call_new(reader->frame, reader->db, reader->arena);
    call.roles = ROLE(SERVICE);
    call.now = news->at;
    call.id = news->event;
    call.seq = news->seq;
    call.actor = news->actor;
    call.trace = news->trace;
    call.bulk = bulk;
    if (bulk)
        bulk_about(bulk, news->subject);
    struct err err = call_body(&call, reaction->body, news->data.text, &body);
    if (!err.code)
        err = reaction->handle(&call, body);
    if (!err.code && !bulk)
        err = db_flush(reader->db);
    tally_count(&reactions_tally, news->topic, err.code,
                zclock_usecs() - began);
    log_event(&call, source, news, err);
    reader->told = reader->told || call.told;
    return err;
}

struct step {
    struct place here;
    bool anew; /* of another life than the last step */
    struct rows news;
    struct rows parked; /* the subjects of what is set aside */
    struct bulk *bulk;
};

static struct err apply(struct reader *reader, struct source *source,
                        const struct step *step, const struct event *news)
{
    const struct place *here = &step->here;

    if (is_parked(step->parked, news->subject))
        return parked_put(reader, here, news, 0,
                          "an earlier event of its subject is "
                          "set aside");
    if (source->guilty == news->seq)
        return parked_put(reader, here, news, source->attempts, source->cause);
    return reader_react(reader, source, news, step->bulk);
}

/* The stream began anew (a restore): what was read before, and what was set
 * aside, is another life. */
static struct err begin_anew(struct reader *reader, struct place *here)
{
    struct place anew;

    log_error("stream has a new epoch", "source", here->source, "err",
              "reading it from its beginning", "hint",
              "expected after a restore, and only then", NULL);
    here->seq = 0;
    return db_get(reader->db, &SQL_cursor_anew, FROM(place, here),
                  INTO(place, &anew));
}

static struct err list_news(struct reader *reader, struct step *step)
{
    return db_list(reader->db, &SQL_events_for, FROM(place, &step->here),
                   &event_shape, &step->news);
}

/* Locks the place and reads what comes next: in one trip when the place was
 * ours at the last look, from where we left it, which is where it stands unless
 * a replica moved it.  Who passes by reads nothing.  Only who holds the lock
 * sets aside and moves on, so while it stands there nothing was set aside that
 * the lock's own statement did not see. */
static struct err look(struct reader *reader, struct source *source,
                       struct step *step)
{
    struct place *here = &step->here, found;
    bool moved = !source->held, ahead = reader->ahead == source;

    here->seq = source->seq;
    reader->ahead = NULL;
    TRY(db_ask(reader->db, &SQL_cursor_lock, FROM(place, here)));
    TRY(moved || ahead ? db_flush(reader->db) : list_news(reader, step));
    if (ahead)
        TRY(db_list_ahead(reader->db, &event_shape, &step->news));
    source->held = db_kept(reader->db, INTO(place, &found));
    if (!source->held)
        return OK;
    step->anew = !id_same(found.known, found.epoch);
    moved = moved || step->anew || found.seq != here->seq
            || !id_same(found.known, source->epoch);
    here->seq = found.seq;
    here->epoch = found.epoch;
    source->parked = found.parked;
    if (step->anew)
        TRY(begin_anew(reader, here));
    if (moved)
        TRY(list_news(reader, step));
    return step->news.count > 0 && (moved || found.parked)
               ? db_list(reader->db, &SQL_parked_subjects, FROM(place, here),
                         &place_shape, &step->parked)
               : OK;
}

/* Of a full batch there is probably more: the store looks for it while this one
 * is read and reacted to.  Events do not change, and the next lock tells
 * whether they are still what comes next. */
static struct err look_ahead(struct reader *reader, const struct source *source,
                             const struct step *step)
{
    const struct event *news = step->news.at;
    struct place next = step->here;

    if (step->news.count == 0)
        return OK;
    next.seq = news[step->news.count - 1].seq;
    if (next.seq - step->here.seq < BATCH)
        return OK;
    TRY(db_ask_ahead(reader->db, &SQL_events_for, FROM(place, &next)));
    reader->ahead = source;
    return OK;
}

/* What the events do, and where they end. */
static struct err take(struct reader *reader, struct source *source,
                       struct step *step, size_t *taken)
{
    struct place *here = &step->here;
    const struct event *news = step->news.at;

    TRY(look_ahead(reader, source, step));
    for (size_t i = 0; i < step->news.count; i++) {
        TRY(apply(reader, source, step, &news[i]));
        *taken += (size_t)(news[i].seq - here->seq); /* they are dense */
        here->seq = news[i].seq;
    }
    return bulk_end(step->bulk);
}

/* Lock our place, take the next events, react, move on. */
static struct err step(struct reader *reader, struct source *source,
                       size_t *taken)
{
    struct step step = { .here = reader_place(reader, source) };
    struct place *here = &step.here;

    here->batch = source->careful ? 1 : BATCH;
    TRY(look(reader, source, &step));
    if (!source->held)
        return OK;       /* another replica is at it */
    source->done = true; /* unless it fails, or there is more */
    if (!source->careful)
        step.bulk = bulk_new(reader->db, reader->arena);
    TRY(take(reader, source, &step, taken));
    if (*taken > 0 || step.anew) {
        /* the row is locked: it is there, and the end needs no look before */
        TRY(db_run(reader->db, &SQL_cursor_move, FROM(place, here), false));
        TRY(db_commit(reader->db));
    }
    source->seq = here->seq;
    source->epoch = here->epoch;
    return OK;
}

struct err reader_alone(struct reader *reader, const struct statement *sql,
                        const struct place *given, struct place *found)
{
    struct err err = db_begin(reader->db);

    if (!err.code)
        err = found ? db_get(reader->db, sql, FROM(place, given),
                             INTO(place, found))
                    : db_run(reader->db, sql, FROM(place, given), false);
    if (!err.code)
        err = db_commit(reader->db);
    if (err.code)
        db_rollback(reader->db);
    return err;
}

static void accuse(struct source *source, int64_t seq, int64_t attempts)
{
    source->guilty = seq;
    source->attempts = attempts;
}

bool reader_blame(const struct reader *reader, struct source *source,
                  struct err err)
{
    if (!source->suspect || db_should_retry(reader->db))
        return false;
    snprintf(source->cause, sizeof source->cause, "%s%s%s",
             err.field ? err.field : "", err.field ? ": " : "", err.why);
    return true;
}

/* Others began here and never went on: they may have died of what comes next.
 * So it goes singly, and is set aside when too many did. */
static void count_processes(struct reader *reader, struct source *source)
{
    struct place here = reader_place(reader, source), found;

    here.marked = source->marked;
    if (reader_alone(reader, &SQL_cursor_try, &here, &found).code)
        return;
    source->marked = found.seq;
    if (found.attempts > REPLICAS && !source->careful)
        source->careful = BATCH;
    if (found.attempts <= STUCK_TRIES)
        return;
    snprintf(source->cause, sizeof source->cause,
             "%d processes ended while they took it", STUCK_TRIES);
    accuse(source, found.seq + 1, STUCK_TRIES);
}

/* What to do about a failure, and whether to do it at once: wait for the store;
 * or go on singly, and set aside the one that is refused alone. */
static bool consider(struct reader *reader, struct source *source,
                     struct err err)
{
    bool guilty = source->careful && reader_blame(reader, source, err);

    if (db_should_retry(reader->db) || (source->careful && !guilty)) {
        log_warn("events wait", "source", source->name, "err", err.why, "hint",
                 "tried again in a moment", NULL);
        return false;
    }
    if (guilty)
        accuse(source, source->suspect, 1);
    source->careful = BATCH;
    return true;
}

/* True when there may be more: what comes after a look is rung for. */
static bool advance(struct reader *reader, struct source *source)
{
    size_t taken = 0;

    source->suspect = 0;
    source->done = false;
    if (source->fresh)
        count_processes(reader, source);
    size_t wanted = source->careful ? 1 : BATCH;
    struct err err = db_begin(reader->db);
    if (!source->careful)
        log_hold(); /* what ends the process is taken singly, and told */
    if (!err.code)
        err = step(reader, source, &taken);
    log_release();
    if (err.code || taken == 0)
        db_rollback(reader->db);
    if (err.code)
        reader->ahead = NULL;
    bool more = err.code ? consider(reader, source, err) : taken == wanted;
    source->done = source->done && !err.code && !more;
    if (!err.code && taken) {
        reader->taken += taken;
        source->guilty = 0;
        source->careful -= source->careful > 0;
        source->fresh = source->fresh && source->careful;
    }
    arena_reset(reader->arena);
    return more;
}

static bool settle_in(struct reader *reader, struct source *source)
{
    const struct place here = reader_place(reader, source);

    if (!source->settled)
        source->settled =
            !reader_alone(reader, &SQL_cursor_add, &here, NULL).code;
    arena_reset(reader->arena);
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
    parked_again(reader);
    if (reader->taken)
        ring_sides(reader->frame);
    if (reader->told)
        frame_tell(reader->frame);
    if (reader->taken >= HANDFUL)
        zclock_sleep(GATHER_MS);
    reader->taken = 0;
    reader->told = false;
}

static void add_topic(struct source *source, const char *topic)
{
    size_t used = strlen(source->topics);
    size_t left = sizeof source->topics - used;

    if ((size_t)snprintf(source->topics + used, left, "%s%s", used ? "," : "",
                         topic)
        >= left)
        log_fatal("too many topics", source->name, "lengthen topics");
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
            reader->sources[reader->count++] = (struct source){
                .name = r->source, .fresh = true, .marked = -1
            };
        add_topic(&reader->sources[i], r->topic);
    }
}

/* NULL when nobody is heard: then there is a look once a second. */
static struct bell *listen_to(const struct reader *reader)
{
    const struct frame *frame = reader->frame;
    const char *names[SOURCES_MAX + 1] = { NULL };
    const char *from = frame->settings.REDKITE_EVENTS_FROM;
    struct bell *bell = NULL;

    if (!from) {
        log_warn("no bell to hear", "hint",
                 "REDKITE_EVENTS_FROM is not set: events come within a second",
                 NULL);
        return NULL;
    }
    for (size_t i = 0; i < reader->count; i++)
        names[i] = reader->sources[i].name;
    struct err err = bell_open(from, names, &frame->keys, &bell);
    if (err.code)
        log_fatal("cannot hear events", err.why, "see REDKITE_EVENTS_FROM");
    return bell;
}

/* Of each source the bell is heard and everything is done: by this process, so
 * that no other one can have died at it. */
static bool is_calm(const struct reader *reader, const struct bell *bell)
{
    const struct source *source = reader->sources;
    const struct source *end = source + reader->count;

    while (source < end && source->done && !source->parked
           && bell_is_heard(bell, source->name))
        source++;
    return source == end;
}

static void run(struct reader *reader, zsock_t *pipe, struct bell *bell)
{
    zpoller_t *poller = zpoller_new(pipe, bell_socket(bell), NULL);
    int64_t look_at = 0, looked_at = 0;
    bool rung = true;
    void *ready;

    do {
        int64_t now = zclock_mono();
        if (rung || (now >= look_at && !is_calm(reader, bell))
            || now - looked_at >= CALM_MS) {
            catch_up(reader, pipe);
            looked_at = now;
            look_at = reader->retry_at;
        } else if (now >= look_at) {
            look_at = now + LOOK_MS;
        }
        bell_tend(bell);
        int64_t rest = look_at - zclock_mono();
        ready = zpoller_wait(poller, rest > 0 ? (int)rest : 0);
        rung = ready == bell_socket(bell) && ready && bell_take(bell);
    } while (ready != pipe);
    zpoller_destroy(&poller);
}

/* Its commits are lazy: place and effect are lost together or not at all, and
 * what is lost is read again. */
void follower(zsock_t *pipe, void *args)
{
    const struct frame *frame = args;
    struct db_place place = frame->place;
    struct reader reader = { .frame = frame, .arena = arena_new() };

    place.manner = DB_LAZY;
    reader.db = db_open(&place, reader.arena);
    list_sources(&reader);
    struct bell *bell = listen_to(&reader);
    zsock_signal(pipe, 0);
    run(&reader, pipe, bell);

    bell_close(&bell);
    db_close(&reader.db);
    arena_destroy(&reader.arena);
}
