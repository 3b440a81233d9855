/* The housekeeper: opens the months ahead, archives those long over, forgets
 * answers that nobody may ask for any more, links the audit's new rows to its
 * chain; gives back what a crowd of clients left of the heap (each costs pages
 * of its own, wherever the heap had room).
 *
 * The store decides what is to be done and does it (schema/0002_months.sql):
 * here is only the clock, each minute and at the start.  Two that come at the
 * same time do no harm: one works, the other finds nothing to do.  What cannot
 * be done now, is done in a minute. */
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/holidays.h"
#include "common/service/log.h"

#include <inttypes.h>
#include <malloc.h>

enum { TICK_MS = 10 * 1000, ROUND_TICKS = 6, HELPING = 1000 };

struct chore {
    const char *service;
    struct moment at; /* what is older may be forgotten */
    int64_t most;     /* rows at once                   */
    int64_t months;   /* that stay open                 */
    const char *done; /* what was done, or NULL         */
    int64_t gone;     /* rows that were worked off      */
};

static const struct field chore_fields[] = {
    FIELD(chore, service), FIELD(chore, at),      FIELD(chore, most),
    FIELD(chore, months),  OPTIONAL(chore, done), OPTIONAL(chore, gone),
};
static const struct shape chore_shape = SHAPE(chore);

static struct err run(struct db *db, const struct statement *sql,
                      struct chore *chore)
{
    TRY(db_begin(db));
    TRY(db_run(db, &SQL_house_patience, FROM(chore, chore), false));
    TRY(db_get(db, sql, FROM(chore, chore), INTO(chore, chore)));
    return db_commit(db);
}

/* One chore in a transaction of its own; what it did is left in *chore. */
static bool do_chore(struct db *db, const struct statement *sql,
                     struct chore *chore)
{
    struct err err = run(db, sql, chore);

    if (err.code) {
        db_rollback(db);
        log_warn("housekeeping waits", "chore", sql->name, "err", err.why,
                 "hint", "tried again in a minute", NULL);
    } else if (chore->done) {
        log_info("housekeeping", "chore", sql->name, "done", chore->done, NULL);
    }
    return !err.code;
}

/* Until there is nothing left, or the service ends. */
static void do_all(struct db *db, zsock_t *pipe, const struct statement *sql,
                   const struct chore *round)
{
    struct chore chore;

    do
        chore = *round;
    while (do_chore(db, sql, &chore) && chore.gone == round->most
           && !(zsock_events(pipe) & ZMQ_POLLIN));
}

static void do_round(const struct frame *frame, struct db *db, zsock_t *pipe)
{
    const struct chore round = {
        .service = frame->service->name,
        .at = memory_ends(frame),
        .most = HELPING,
        .months = frame->settings.REDKITE_OPEN_MONTHS,
    };
    struct chore chore = round;

    do_chore(db, &SQL_house_open, &chore);
    chore = round;
    do_chore(db, &SQL_house_archive, &chore);
    do_all(db, pipe, &SQL_house_forget, &round);
    do_all(db, pipe, &SQL_house_link, &round);
}

/* A connection is worth more to others than to us: it is closed after. */
static void keep_house(const struct frame *frame, zsock_t *pipe,
                       struct arena *arena)
{
    struct db *db = db_open(&frame->place, arena);

    do_round(frame, db, pipe);
    db_close(&db);
    arena_reset(arena);
}

/* A store that is away is tried again at the next tick. */
static void look_at_calendar(const struct frame *frame, struct arena *arena)
{
    struct db *db = db_open(&frame->place, arena);

    (void)holidays_look(db, arena);
    db_close(&db);
    arena_reset(arena);
}

void housekeeper(zsock_t *pipe, void *args)
{
    const struct frame *frame = args;
    struct arena *arena = arena_new();
    zpoller_t *poller = zpoller_new(pipe, NULL);

    look_at_calendar(frame, arena);
    zsock_signal(pipe, 0);
    unsigned ticks = 0;
    do {
        if (ticks)
            look_at_calendar(frame, arena);
        if (ticks++ % ROUND_TICKS == 0)
            keep_house(frame, pipe, arena);
        malloc_trim(0);
    } while (!zpoller_wait(poller, TICK_MS));

    zpoller_destroy(&poller);
    arena_destroy(&arena);
}
