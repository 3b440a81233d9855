/* frame.h — what the files of the frame share; private to common/service. */
#pragma once

#include "common/service/gate.h"
#include "common/service/request.h"
#include "common/service/seal.h"
#include "common/service/service.h"

#include <czmq.h>
#include <stdatomic.h>

enum {
    WORKERS_MAX = 64,
    GROUP_MAX = 128, /* calls in one transaction */
    SIDES_MAX = 8,
    BARE = 1 << 8, /* a command of the frame's own, without a transaction */
};

/* Every service's settings; the names are those of the environment. */
struct settings {
    const char *REDKITE_DATABASE_URL;
    const char *REDKITE_DATABASE_PASSWORD_FILE;
    const char *REDKITE_KEY_FILE;
    const char *REDKITE_KEYS;
    const char *REDKITE_BIND_COMMANDS;
    const char *REDKITE_BIND_EVENTS;
    const char *REDKITE_EVENTS_FROM;
    const char *REDKITE_FIELD_KEY_FILE;
    int64_t REDKITE_WORKERS;
    int64_t REDKITE_GROUP;
    int64_t REDKITE_REMEMBER_DAYS;
    int64_t REDKITE_OPEN_MONTHS;
    unsigned LOG_FORMAT; /* enum log_format */
};
extern const struct shape settings_shape;

struct frame {
    const struct service *service;
    struct settings settings;
    struct db_place place;
    struct key_place keys;
    struct gate *gate;
    struct seal *seal;
    atomic_bool *rung;    /* the relay is rung and has not looked yet */
    int news;             /* an eventfd: another thread than the door's has
                             emitted                                     */
    int bells[SIDES_MAX]; /* rung when the followers have moved; -1 ends them */
};

/* event.c — an event as it stands in the outbox: what emit() adds, the relay
 * rings, a follower reads and events.since tells.  Each takes what it needs. */
struct event {
    int64_t seq; /* its position, once it has one */
    struct id event;
    const char *source;
    const char *topic;
    struct id subject;
    struct id call;
    struct id actor;
    const char *trace;
    struct json data;
    struct moment at;
};
extern const struct shape event_shape;

/* settings.c — reads and checks all settings of a service, or ends the start.
 */
void settings_read(struct frame *frame, struct arena *arena);

/* call.c — a call is one transaction. */

/* A call's beginning: who, whose, when; the rest comes from its source. */
struct call call_new(const struct frame *frame, struct db *db,
                     struct arena *arena);

/* What is remembered of a call, and audited. */
struct handled {
    const char *service;
    struct id call;
    struct id actor;
    struct bytes asked; /* hash of the command's name and body */
    const char *answer;
    struct moment at;
    const char *command;
    struct id subject;
    const char *purpose;
};
extern const struct shape handled_shape;

/* A request that may be done: who asks, what, and how it will be remembered. */
struct errand {
    struct call call;
    const struct command *command;
    const void *body;
    struct moment deadline;
    struct handled mark;
};

/* Reads and checks a request; errand->call is call_new()'s. */
struct err call_accept(const struct frame *frame, struct errand *errand,
                       const struct request *request);

/* Runs it alone until it is answered, refused or past its deadline. */
struct err call_perform(const struct frame *frame, struct errand *errand);

/* Its parts, for the group: CODE_BUSY once the deadline has passed; the handler
 * and the memory of its answer; the answer that was given before. */
struct err call_in_time(const struct errand *errand);
struct err call_handle(struct errand *errand);
struct err call_again(struct errand *errand, const struct handled *before);

/* The command of that name in a table, or NULL. */
const struct command *command_find(const struct command *commands,
                                   const char *name);

/* A body from the outbox or an alarm, read by the shape of who wants it. */
struct err call_body(struct call *call, const struct shape *shape,
                     const char *text, const void **body);

/* Pause before try number `tries` of the same work: grows, with jitter. */
void call_pause(unsigned tries);

/* Seed of a trace: 32 hex digits in the arena. */
const char *trace_new(struct arena *arena);

/* past.c — a look at how things stood. */

/* What the command takes on the wire: its body, and "as_of" when it is of the
 * PAST; the frame's own member lies behind the handler's struct. */
const struct shape *past_body(const struct command *command,
                              struct arena *arena);

/* Sets call->as_of from what was decoded; of what is to come nothing is told.
 */
struct err past_read(struct call *call, const struct command *command,
                     struct view body);

/* Tells the store, for this transaction, which moment is looked at. */
struct err past_begin(struct call *call);

/* The same refusal, saying that it is one of then. */
struct err past_refused(const struct call *call, struct err err);

/* Tells the store, once in a transaction, the time of a call that writes: what
 * is written over stood until then. */
struct err past_tell_time(struct call *call);

/* memory.c — how long answers are remembered. */

/* Refuses a call whose answer may have been forgotten. */
struct err memory_admits(const struct frame *frame, const struct call *call);

/* Answers given before this moment may be forgotten. */
struct moment memory_ends(const struct frame *frame);

/* builtin.c — the commands that every service answers. */
extern const struct command builtin_commands[];

/* describe.c — what a service answers, tells, hears and waits for, and how it
 * is said on the wire, from the tables. */
struct err builtin_describe(const struct service *service, struct call *call);

/* relay.c — what is published of an event. */
extern const struct shape envelope_shape;

/* service.c — tells the door, from another thread, that events may have been
 * emitted. */
void frame_tell(const struct frame *frame);

/* Where the door lays a request for a worker, and finds the answer. */
struct desk {
    const struct frame *frame;
    zactor_t *worker;
    struct parcel *parcel; /* the door's, but the worker's from bell to
                              `done` */
    atomic_bool done;
    bool told;   /* the relay has work                                        */
    int bell;    /* an eventfd: the worker is asked; without a parcel: it goes,
                    and closes it                                             */
    int answers; /* the house's                                               */
};

/* The actors, and the loop that feeds the workers (its args are a desk). */
void worker(zsock_t *pipe, void *args);
void relay(zsock_t *pipe, void *args);
void follower(zsock_t *pipe, void *args);
void alarms(zsock_t *pipe, void *args);
void housekeeper(zsock_t *pipe, void *args);

struct house {
    const struct frame *frame;
    atomic_bool rung;
    zsock_t *requests;
    zactor_t *relay;
    zactor_t *follower; /* NULL when nothing is reacted to */
    zactor_t *alarms;   /* NULL when nothing is set        */
    zactor_t *housekeeper;
    int answers; /* an eventfd: a worker has one */
    struct desk desks[WORKERS_MAX];
    size_t worker_count;
};
void door(struct house *house);
