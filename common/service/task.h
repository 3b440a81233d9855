/* task.h — one call in a group: what it wants to read and to write.
 *
 * Private to task.c, where its handler runs, and group.c, which sends what the
 * tasks of a group want. */
#pragma once

#include "common/service/group.h"

#include <libpq-fe.h>

enum { WANTS_MAX = 8 };

/* A read.  What was asked is kept, to see that a handler that is run again asks
 * the same again. */
struct want {
    const struct statement *sql;
    const char **values;
    bool single;      /* one row is wanted: it may travel in a set */
    PGresult *result; /* NULL: not there yet                      */
    bool shared;      /* the result is of many calls, and then:    */
    int row;          /* which row of it is ours; -1: none        */
};

/* A write. */
struct deed {
    struct deed *next;
    const struct statement *sql;
    const char **values;
    bool many; /* the values are arrays already */
    bool must; /* it must write a row           */
};

struct task {
    struct seat seat; /* first: a task is a seat */
    struct arena *arena;
    uint64_t subject; /* hashes, to compare quickly */
    uint64_t id;

    struct want wants[WANTS_MAX];
    size_t known; /* wants whose results are there     */
    size_t asked; /* in this run of the handler        */
    bool stopped; /* it wants wants[known]             */
    bool over;
    struct deed *deeds, **last;
};

/* Runs the handler from its first line, until it is over or wants a row. */
void task_run(struct task *task);

/* Forgets what it read and wrote. */
void task_reset(struct task *task);
