/* service.h — the frame every service runs in.
 *
 * A service is a few tables: the commands it answers, the events it reacts to,
 * the alarms it set.  The frame owns everything around a handler: sockets,
 * threads, the transaction, the arena, the role check, the decoding, resends,
 * the reply, the event log.  What is left for a handler is the business, from
 * top to bottom: fetch, decide, store, emit, reply.
 *
 * A handler owns nothing, asks no clock, speaks to nobody while its
 * transaction is open, and never knows how it is run: a call may be run again
 * from the start when the store lost it. */
#pragma once

#include "common/base/flow.h"
#include "common/base/role.h"
#include "common/base/shape.h"
#include "common/service/db.h"
#include "common/service/keys.h"

/* Who asks, as the second frame of a request says (design.md "Wire"). */
struct meta {
    struct id id;            /* the call; the same on a resend          */
    struct id actor;         /* a member, a resident, or a service      */
    const char *roles;       /* names of role.h, by commas              */
    const char *purpose;     /* why personal data is read; may be NULL  */
    struct moment deadline;  /* dropped when it has passed; 0 = none    */
    struct json traceparent; /* W3C; what is not one starts a new trace */
};
extern const struct shape meta_shape;

struct call {
    const char *service; /* whose code this is                         */
    struct db *db;       /* inside this call's transaction             */
    struct arena *arena; /* gone when the call is over                 */
    struct moment now;   /* the time of the call; never ask again      */
    struct moment as_of; /* a look at how it stood then; 0: as it is   */
    struct id id;        /* the request's, event's or alarm's own id   */
    int64_t seq;         /* an event's position in its source, or 0    */
    struct id actor;     /* who asks, or who caused the event          */
    role_set roles;      /* what the actor may be here; in a reaction
                            and an alarm: ROLE(SERVICE)                */
    const char *purpose; /* as given in meta, or NULL                  */
    const char *trace;   /* 32 hex digits                              */
    struct id subject;   /* set by emit() or about(): for log and audit */
    const char *answer;  /* set by reply(): JSON                       */
    bool told;           /* set by emit(): the relay has work          */
    bool timed;          /* the store knows the time of the call, or need not */
    const struct seal *seal; /* the field keys, or NULL                    */
    const void *prepared;    /* an alarm's handler to its act, see below    */
    struct task *task;       /* its place in a group, or NULL               */
    struct bulk *bulk;       /* its place in a follower's batch, or NULL    */
    const struct statement *read_model; /* of the service, see there        */
    const struct tiding *events;        /* that it may emit, of the service */

    const struct grant *grant; /* what the key that it came by may say */
};

typedef struct err handler(struct call *call, const void *body);

/* How a command touches the world; what is not said is the strictest. */
enum {
    READS = 1 << 0,    /* changes nothing: no memory of the answer is kept */
    PERSONAL = 1 << 1, /* shows personal data: wants meta.purpose, audited */
    SECRET = 1 << 2,   /* its answer is for the asker's eyes alone: what is
                          remembered of it for a resend is sealed          */
    PAST = 1 << 3,     /* reads, and takes "as_of" beside its body: a moment
                          that is not to come, or bad_request              */
};

/* A command that names a subject may be done in one transaction with calls of
 * other subjects (group.h).  To name one is to say: whatever rows this command
 * reads in order to decide and then writes, or that another command with a
 * subject does, belong to that subject. */
struct command {
    const char *name;         /* "visit.book"                      */
    role_set roles;           /* any of these may                  */
    const struct shape *body; /* what the wire must carry          */
    handler *handle;
    unsigned how;               /* READS, PERSONAL                   */
    const struct shape *answer; /* what reply() gives; for describe  */
    const char *subject;        /* the body's member that names it, an id;
                                   NULL: it is done alone            */
};

/* An event that a service emits.  emit() of what is not in its table is a
 * fault, so that the table tells all (docs/bus.asyncapi.yaml). */
struct tiding {
    const char *topic; /* "visit.booked" */
    const struct shape *body;
};

struct reaction {
    const char *source;       /* the service that said it      */
    const char *topic;        /* "visit.booked"                */
    const struct shape *body; /* the members this reader needs */
    handler *handle;
};

/* An alarm is a deadline that fires once as a call.  When `act` is given the
 * alarm also does something outside the store (sends a mail): `handle` commits
 * the intent and leaves what is needed for it in call->prepared (in the arena,
 * which lives until settle is over); `act` runs without a transaction; `settle`
 * is a call of its own that commits what came of it.  With nothing prepared,
 * act and settle are left out.  Settle may be run again when the store lost it,
 * act never.  A process that dies in between leaves the intent on record; it is
 * for the service to say what that means.  `act` says no by its err, which
 * `settle` is given.  The alarm is gone when handle runs, so that handle and
 * settle may set it anew. */
struct alarm {
    const char *topic;        /* "agreement.cooled"           */
    const struct shape *body; /* as given to alarm_set()      */
    handler *handle;
    struct err (*act)(struct arena *arena, const void *prepared);
    struct err (*settle)(struct call *call, const void *body, struct err acted);
};

/* A thread of the service's own (the HTTP door).  It runs until `stop` is
 * readable; `bell` becomes readable (an eventfd) whenever the service's
 * followers have moved.  `db` is this thread's alone. */
struct room {
    const char *service;
    struct db *db;
    struct arena *arena;
    int bell;
    int stop;
    struct key_place keys; /* to ask other services with (client.h) */
};

struct measure; /* metric.h */

struct side {
    const char *name;
    void (*run)(struct room *room);
};

struct service {
    const char *name;
    const struct command *commands;   /* end with a null name   */
    const struct reaction *reactions; /* end with a null source */
    const struct tiding *events;      /* end with a null topic  */
    const struct alarm *alarms;       /* end with a null topic  */
    const struct flow *const *flows;  /* its kinds of case; end with NULL */
    const struct side *sides;         /* end with a null name   */
    const struct measure *measures;   /* end with a null name */
    struct slot settings;             /* the service's own REDKITE_*, or {0} */
    /* Empties all that the reactions wrote, so that the events can be taken
     * once more (events.replay).  NULL: they must not be, since a reaction does
     * what cannot be done again, as mail. */
    const struct statement *read_model;
};

/* Run until SIGTERM; returns the exit status. */
int service_main(const struct service *service);

/* True once SIGTERM has come: for an alarm's act that takes long.  What it
 * then cannot finish within a few seconds is cut off. */
bool service_is_stopping(void);

/* ---- The verbs of a handler, all inside the call's transaction. ---------- */

/* Read one row; CODE_NOT_FOUND when there is none. */
struct err fetch(struct call *call, const struct statement *sql,
                 struct view given, struct slot into);

/* Read rows into an array in the arena: rows->at is `row` structs. */
struct err list(struct call *call, const struct statement *sql,
                struct view given, const struct shape *row, struct rows *rows);

/* The statement as a look "as of" says it: its `then`, when the call is one.
 * Who may see a thing is asked of the present, so without this. */
const struct statement *then(const struct call *call,
                             const struct statement *sql);

/* Write.  The statement may be sent later than it is said; that it was refused
 * or, for an update or delete, wrote nothing (CODE_NOT_FOUND), may become known
 * at the next fetch or at the commit, and then ends the call all the same. */
struct err store(struct call *call, const struct statement *sql,
                 struct view given);

/* Write and do not mind when nothing was there to write. */
struct err store_any(struct call *call, const struct statement *sql,
                     struct view given);

/* Write many: each parameter is the array of that field over all rows, for
 * `from unnest(:id::uuid[], :name::text[], ...)`.  No rows is fine. */
struct err store_rows(struct call *call, const struct statement *sql,
                      const struct shape *row, struct rows rows);

/* Append an event about a subject; it is published after the commit. */
struct err emit(struct call *call, const char *topic, struct id subject,
                struct view body);

/* Events of one topic about many subjects, in one statement: `ids` are the
 * subjects, one a row. */
struct err emit_rows(struct call *call, const char *topic, struct ids subjects,
                     const struct shape *row, struct rows rows);

/* Set a deadline: fires as a call of the alarm table's `topic` once `at` has
 * passed.  One alarm stands per topic and subject: setting it again moves it.
 */
struct err alarm_set(struct call *call, const char *topic, struct id subject,
                     struct moment at, struct view body);

/* Take a deadline back; that there is none is fine. */
struct err alarm_cancel(struct call *call, const char *topic,
                        struct id subject);

/* Seal a text for the store, and open it again; no text is no bytes.  `place`
 * is "table.column", `row` the id of its row (seal.h).  CODE_FAULT without the
 * field key, or when it is another one than then. */
struct err seal_field(const struct call *call, const char *place, struct id row,
                      const char *text, struct bytes *sealed);
struct err open_field(const struct call *call, const char *place, struct id row,
                      struct bytes sealed, const char **text);

/* Set the answer. */
struct err reply(struct call *call, struct view answer);

/* Say whom or what the call is about, for log and audit, when it emits nothing.
 */
void about(struct call *call, struct id subject);
