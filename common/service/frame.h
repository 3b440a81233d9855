/* frame.h — what the files of the frame share; private to common/service. */
#pragma once

#include "common/service/gate.h"
#include "common/service/seal.h"
#include "common/service/service.h"

#include <czmq.h>

enum {
    WORKERS_MAX = 64,
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

/* One command, run until it is answered, refused or past its deadline. */
struct err call_command(const struct frame *frame, struct call *call,
                        const char *name, const char *meta_text,
                        const char *text);

/* A body from the outbox or an alarm, read by the shape of who wants it. */
struct err call_body(struct call *call, const struct shape *shape,
                     const char *text, const void **body);

/* Pause before try number `tries` of the same work: grows, with jitter. */
void call_pause(unsigned tries);

/* Seed of a trace: 32 hex digits in the arena. */
const char *trace_new(struct arena *arena);

/* builtin.c — the commands that every service answers. */
extern const struct command builtin_commands[];

/* What a service answers, hears and waits for, told from its tables. */
struct err builtin_describe(const struct service *service, struct call *call);

/* The actors, and the loop that feeds the workers.  An actor that says "RING"
 * has emitted events, or may have. */
void worker(zsock_t *pipe, void *args);
void relay(zsock_t *pipe, void *args);
void follower(zsock_t *pipe, void *args);
void alarms(zsock_t *pipe, void *args);

struct house {
    const struct frame *frame;
    zsock_t *requests;
    zactor_t *relay;
    zactor_t *follower; /* NULL when nothing is reacted to */
    zactor_t *alarms;   /* NULL when nothing is set        */
    zactor_t *workers[WORKERS_MAX];
    size_t worker_count;
};
void door(struct house *house);
