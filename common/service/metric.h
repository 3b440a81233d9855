/* metric.h — what a service counts about itself (conventions.md 15, 16).
 *
 * A tally is a table that is full from the start: its rows are names that the
 * service's own tables hold, its columns how things end.  What comes from
 * outside can choose a cell but never add one ("unknown" is the last row), so
 * the tables cannot grow.  Any thread counts, without a lock; `service.metrics`
 * tells (measure.c). */
#pragma once

#include "common/service/service.h"

#include <stdatomic.h>

#define REDKITE_VERSION "1.0.0"

enum { TALLY_ROWS = 255, TALLY_COLUMNS = 40, TALLY_BOUNDS = 15, LABELS = 2 };

/* Upper bounds of the buckets of every duration, in microseconds. */
extern const int64_t tally_bounds_us[TALLY_BOUNDS];

/* A way to end: {"ok"}, {"GET", "200"}. */
struct column {
    const char *values[LABELS];
};

struct tally {
    const char *counter, *counter_help;   /* "redkite_calls_total"           */
    const char *duration, *duration_help; /* "redkite_call_duration_seconds" */
    const char *row_label;                /* "name"                          */
    const char *column_labels[LABELS];    /* "status"                        */
    const struct column *columns;         /* TALLY_COLUMNS at most           */
    size_t column_count;
    const char *rows[TALLY_ROWS + 1];
    size_t row_count;
    struct {
        _Atomic uint64_t ends[TALLY_COLUMNS];
        _Atomic uint64_t buckets[TALLY_BOUNDS + 1]; /* the last: longer yet */
        _Atomic uint64_t sum_us;
    } lines[TALLY_ROWS + 1];
};

/* What every service counts; a column is an enum code. */
extern struct tally calls_tally, reactions_tally, alarms_tally;

/* Add a row, before the tally is opened; a name that is there stays once. */
void tally_row(struct tally *tally, const char *name);

/* Let it be told from now on; it lives as long as the process. */
void tally_open(struct tally *tally);

/* One more of it, which took so long. */
void tally_count(struct tally *tally, const char *row, size_t column,
                 int64_t us);

/* Counters that stand alone. */
enum metric { METRIC_STORE_CONNECTS, METRIC_RETRIES, METRIC_GROUPED, METRICS };

/* One more. */
void metric_add(enum metric metric);

/* How often so far. */
uint64_t metric_now(enum metric metric);

/* The open tallies, from 0; NULL after the last. */
const struct tally *tally_nth(size_t n);

/* Opens what every service counts, by its tables.  Before any thread. */
void metric_open(const struct service *service);

/* A figure that stands in the store: asked when service.metrics is, of rows
 * {first, second, value} as text; `first` and `second` are the labels' values
 * and left out where there are none.  :service and :at are given. */
struct measure {
    const char *name, *help;
    bool counts; /* only ever grows */
    const struct statement *sql;
    const char *labels[LABELS];
};

/* The answer to service.metrics. */
struct err cmd_metrics(struct call *call, const void *body);
