/* lane.h — one group of calls under way: a connection, and how far it is.
 *
 * Private to group.c, which says who is in it.  While one lane waits for the
 * store another one works, so that neither processor waits for the other. */
#pragma once

#include "common/service/db.h"
#include "common/service/task.h"

enum stage {
    IDLE,
    ASKING,   /* what the handlers want to read is on its way    */
    CHECKING, /* what they write, to see that all of it was there */
    COMMITTING,
    ROLLING_BACK,
};

/* The calls that are over, and how many of them group_work() has told. */
struct over {
    struct task *task[SEATS];
    size_t count, told;
};

static inline void over_add(struct over *over, struct task *task)
{
    over->task[over->count++] = task;
}

struct lane {
    struct over *over;
    void (*foretell)(struct seat *seat); /* or NULL (group.h) */
    struct db_place place;
    struct db *db;
    struct arena *arena; /* of this group's sets */
    enum stage stage;
    bool open;  /* there is a connection                                  */
    bool awake; /* its socket has something                               */
    bool first; /* the first trip: it has brought who was answered before */
    bool check; /* a write may turn out to have written nothing           */
    int64_t replan_ms, replan_pause_ms;
    int64_t heard_ms; /* the store said something, or a trip departed */

    struct task *task[GROUP_MAX]; /* this group */
    size_t count;

    PGresult *seen;   /* the answers given before  */
    struct set *sets; /* what was read for many at once, the last one first */
};

/* A lane over a connection of its own, which is made by lane_ready(). */
void lane_open(struct lane *lane, const struct frame *frame, struct over *over,
               void (*foretell)(struct seat *seat));
void lane_close(struct lane *lane);

/* True when a group may set out; takes the making of the connection further. */
bool lane_ready(struct lane *lane);

/* The tasks that were put into it set out. */
void lane_start(struct lane *lane);

/* Goes on with what has arrived.  Tasks that are over stand in `over`. */
void lane_go_on(struct lane *lane);
