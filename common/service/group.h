/* group.h — calls that travel together.
 *
 * Whatever has arrived goes in one transaction on one connection: the reads of
 * all calls in one trip, decisions in C, the writes of all and the commit in
 * one trip, answers after the commit.  There is no timer: a lone call waits for
 * nothing, a flood gets cheaper a call.
 *
 * A handler knows nothing of it.  When it asks for a row that is not there yet
 * it is stopped, the row is fetched, and the handler is run again from its
 * first line with everything that it asked before at hand: it owns nothing and
 * asks no clock, so that running it twice is running it once.
 *
 * A group is a fast path and never the last word.  Whatever is not plain (the
 * store refuses something, the connection ends, a commit's outcome is unknown,
 * a handler reads after it has written) is handed back to be done alone, by a
 * worker, which knows how (call.c).  So only the guilty call fails.
 *
 * The calls of a group have the effect of having run one after the other: their
 * subjects differ (service.h), and so do their ids.
 *
 * The group's owner never waits for it: it polls trip_events() of the group's
 * connection, and calls group_work(). */
#pragma once

#include "common/service/frame.h"

#include <poll.h>

enum {
    GROUP_LANES = 2, /* groups under way at once */
    SEATS = 512,
};

struct groups;

/* Where a request sits from its arrival to its answer. */
struct seat {
    struct request request;
    struct errand errand;
    int64_t began_us, took_us; /* the owner's,  */
    void *ticket;              /* and this, too */
    bool foretold;             /* what he was told while the store committed
                                  is how it ended */

    struct err err; /* when it is over: how it ended ...              */
    bool alone;     /* ... or that it has to be done again, by itself */
};

/* A group of at most `most` calls at once.  Opens no connection yet.  While the
 * store commits, `foretell` (NULL: nobody) is told of each call that will be
 * over if it does: the answer can be made ready. */
struct groups *group_open(const struct frame *frame, size_t most,
                          void (*foretell)(struct seat *seat));
void group_close(struct groups **group);

/* A free seat with a fresh call and arena, or NULL: all are taken. */
struct seat *group_seat(struct groups *group);

/* The seat's errand is accepted: it waits for the next group. */
void group_join(struct groups *group, struct seat *seat);

/* The seat is free again, and what is in its arena gone. */
void group_leave(struct groups *group, struct seat *seat);

/* What to poll for it: a socket of each lane (-1: none yet). */
void group_polls(struct groups *group, struct pollfd place[GROUP_LANES]);

/* That socket has something. */
void group_wake(struct groups *group, size_t lane);

/* Goes on as far as it can without waiting; the next call that is over, or
 * NULL. */
struct seat *group_work(struct groups *group);

/* True when there is a connection: else the owner has requests done alone. */
bool group_is_open(const struct groups *group);

/* True when it wants to be worked now and then though its socket is silent: a
 * connection is being made, or an answer is waited for. */
bool group_wants_time(const struct groups *group);

/* True when nobody sits: nothing is under way. */
bool group_is_empty(const struct groups *group);

/* ---- The verbs of a handler in a group (verbs.c). */
struct task;
struct err task_fetch(struct task *task, const struct statement *sql,
                      struct view given, struct slot into);
struct err task_list(struct task *task, const struct statement *sql,
                     struct view given, const struct shape *row,
                     struct rows *rows);
struct err task_store(struct task *task, const struct statement *sql,
                      struct view given, bool must);
struct err task_store_rows(struct task *task, const struct statement *sql,
                           const struct shape *row, struct rows rows);
