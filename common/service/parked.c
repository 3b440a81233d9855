/* Events that were set aside: tried again, with growing pauses, each try
 * counted before it is made, while the later events of their subjects wait
 * behind. */
#include "common/service/frame_sql.h"
#include "common/service/log.h"
#include "common/service/reader.h"
#include "common/service/stuck.h"
#include "common/service/stuck_sql.h"

enum { RETRIES = 64 }; /* before the stream goes on */

struct err parked_put(struct reader *reader, const struct place *here,
                      const struct event *news, int64_t attempts,
                      const char *cause)
{
    struct place away = *here;

    away.seq = news->seq;
    away.subject = news->subject;
    away.cause = cause;
    away.attempts = attempts;
    log_error("event set aside", "source", here->source, "topic", news->topic,
              "subject", news->subject.text, "call", news->call.text, "trace",
              news->trace, "err", cause, "hint",
              "its subject's later events wait with it; redkite stuck list",
              NULL);
    return db_run(reader->db, &SQL_event_park, FROM(place, &away), false);
}

/* The first of its subject; the next one takes its place.  The reader's place
 * is locked, so that none of the subject can overtake it. */
static struct err take_up(struct reader *reader, struct source *source,
                          const struct place *first)
{
    struct place here = reader_place(reader, source), found;
    struct event news;

    here.seq = first->seq;
    TRY(db_begin(reader->db));
    TRY(db_get(reader->db, &SQL_cursor_wait, FROM(place, &here),
               INTO(place, &found)));
    TRY(db_get(reader->db, &SQL_parked_event, FROM(place, &here),
               INTO(event, &news)));
    TRY(reader_react(reader, source, &news, NULL));
    TRY(db_get(reader->db, &SQL_unpark, FROM(place, &here),
               INTO(place, &found)));
    TRY(db_commit(reader->db));
    log_info("event taken up", "source", source->name, "topic", news.topic,
             "subject", news.subject.text, "trace", news.trace, NULL);
    return OK;
}

/* The claim has put off the next try already.  False when the store, or a
 * replica, keeps us from trying anything. */
static bool put_back(struct reader *reader, struct source *source,
                     struct place *first, struct err err)
{
    bool tried = reader_blame(reader, source, err);

    first->reader = reader->frame->service->name;
    first->source = source->name;
    first->cause = source->cause;
    (void)reader_alone(reader, tried ? &SQL_parked_cause : &SQL_parked_uncount,
                       first, NULL);
    if (tried && first->attempts == STUCK_TRIES)
        log_error("subject stuck", "source", source->name, "subject",
                  first->subject.text, "err", source->cause, "hint",
                  "mend the cause, then: redkite stuck retry", NULL);
    return tried;
}

/* True when there may be more. */
static bool retry(struct reader *reader, struct source *source)
{
    const struct place here = reader_place(reader, source);
    struct place first;

    source->suspect = 0;
    struct err err = reader_alone(reader, &SQL_parked_claim, &here, &first);
    bool more = !err.code;
    if (more)
        err = take_up(reader, source, &first);
    if (more && err.code) {
        db_rollback(reader->db);
        more = put_back(reader, source, &first, err);
    }
    reader->taken += !err.code;
    arena_reset(reader->arena);
    return more;
}

void parked_again(struct reader *reader)
{
    bool more = false;

    if (zclock_mono() < reader->retry_at)
        return;
    for (size_t i = 0; i < reader->count; i++) {
        unsigned count = 0;
        while (reader->sources[i].parked && count < RETRIES
               && retry(reader, &reader->sources[i]))
            count++;
        more = more || count == RETRIES;
    }
    reader->retry_at = more ? 0 : zclock_mono() + LOOK_MS;
}
