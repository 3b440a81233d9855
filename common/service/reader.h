/* reader.h — a reader of other services' events: its places in their streams,
 * what it takes there (follower.c), and what was set aside (parked.c); private
 * to common/service. */
#pragma once

#include "common/service/bulk.h"
#include "common/service/frame.h"

enum {
    LOOK_MS = 1000,
    SOURCES_MAX = 8,
};

/* What the statements of a reader are asked with, and what they tell. */
struct place {
    const char *reader;
    const char *source;
    const char *topics; /* that it reacts to, by commas */
    int64_t seq;
    struct id known; /* the epoch that seq belongs to */
    struct id epoch; /* the stream's epoch now        */
    int64_t batch;
    struct id subject;
    const char *cause;
    struct moment at;
    int64_t marked;   /* the place where this process counted itself last */
    int64_t attempts; /* so far                                           */
    int64_t tries;    /* the most there may be                            */
    bool parked;      /* something is set aside                           */
};
extern const struct shape place_shape;

/* One source, as this reader sees it. */
struct source {
    const char *name;
    char topics[1024]; /* that there are reactions to, by commas */
    bool settled;      /* the cursor's row is there                  */
    bool fresh;        /* no step yet: this process counts itself    */
    bool parked;       /* something is set aside                     */
    bool done;         /* it held the place last, and left nothing   */
    bool held;         /* the place was ours at the last look:       */
    int64_t seq;       /* where this process left it,                */
    struct id epoch;   /* and in which life                          */
    int64_t marked;    /* where it did so last                       */
    unsigned careful;  /* so many events are still taken singly      */
    int64_t suspect;   /* the event that reacted last in this step   */
    int64_t guilty;    /* the event to be set aside                  */
    int64_t attempts;  /* of it, so far                              */
    char cause[256];   /* why; outlives the arena                    */
};

struct reader {
    const struct frame *frame;
    struct db *db;
    struct arena *arena;
    struct source sources[SOURCES_MAX];
    size_t count;
    const struct source *ahead; /* whose next batch was asked for */
    size_t taken;               /* events, since the sides were last rung */
    bool told;                  /* a reaction has emitted                 */
    int64_t retry_at;           /* what is set aside, by the steady clock */
};

/* What a statement about one of its sources is asked with. */
struct place reader_place(const struct reader *reader,
                          const struct source *source);

/* One statement in a transaction of its own; `found` may be NULL. */
struct err reader_alone(struct reader *reader, const struct statement *sql,
                        const struct place *given, struct place *found);

/* Does what the service does about an event.  Without a bulk it is alone: its
 * writes are flushed, to know whose failure it is. */
struct err reader_react(struct reader *reader, struct source *source,
                        const struct event *news, struct bulk *bulk);

/* Whether a failure was the event's fault; source->cause says why then. */
bool reader_blame(const struct reader *reader, struct source *source,
                  struct err err);

/* Sets an event aside, in the transaction that moves the place on.  With
 * attempts it is the first of its subject; without, one that waits. */
struct err parked_put(struct reader *reader, const struct place *here,
                      const struct event *news, int64_t attempts,
                      const char *cause);

/* Tries again what is due of what was set aside: some at a time, so that the
 * stream is not kept waiting. */
void parked_again(struct reader *reader);
