#include "common/service/metric.h"

#include "common/service/log.h"

#include <string.h>

enum { TALLIES_MAX = 8 };

const int64_t tally_bounds_us[TALLY_BOUNDS] = {
    250,    500,    1000,   2500,    5000,    10000,   25000,    50000,
    100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000,
};

/* In the order of enum code. */
static const struct column statuses[] = {
    [CODE_OK] = { { "ok" } },
    [CODE_BAD_REQUEST] = { { "bad_request" } },
    [CODE_DENIED] = { { "denied" } },
    [CODE_NOT_FOUND] = { { "not_found" } },
    [CODE_CONFLICT] = { { "conflict" } },
    [CODE_BUSY] = { { "busy" } },
    [CODE_FAULT] = { { "fault" } },
};
enum { STATUSES = sizeof statuses / sizeof *statuses };

struct tally calls_tally = {
    .counter = "redkite_calls_total",
    .counter_help = "Commands answered, by how they ended.",
    .duration = "redkite_call_duration_seconds",
    .duration_help = "Time from taking a command to its answer.",
    .row_label = "name",
    .column_labels = { "status" },
    .columns = statuses,
    .column_count = STATUSES,
};

struct tally reactions_tally = {
    .counter = "redkite_reactions_total",
    .counter_help = "Events reacted to, each try, by how it ended.",
    .duration = "redkite_reaction_duration_seconds",
    .duration_help = "Time of a reaction, without the commit of its batch.",
    .row_label = "topic",
    .column_labels = { "status" },
    .columns = statuses,
    .column_count = STATUSES,
};

struct tally alarms_tally = {
    .counter = "redkite_alarms_total",
    .counter_help = "Alarms fired, each try, by how it ended.",
    .duration = "redkite_alarm_duration_seconds",
    .duration_help = "Time of an alarm's call, without what it does outside.",
    .row_label = "topic",
    .column_labels = { "status" },
    .columns = statuses,
    .column_count = STATUSES,
};

static struct tally *tallies[TALLIES_MAX];
static _Atomic size_t tally_total;
static _Atomic uint64_t counters[METRICS];

void tally_row(struct tally *tally, const char *name)
{
    for (size_t i = 0; i < tally->row_count; i++)
        if (strcmp(tally->rows[i], name) == 0)
            return;
    if (tally->row_count == TALLY_ROWS)
        log_fatal("too many names to count by", name, "raise TALLY_ROWS");
    tally->rows[tally->row_count++] = name;
}

void tally_open(struct tally *tally)
{
    size_t place = atomic_load(&tally_total);

    tally->rows[tally->row_count] = "unknown";
    if (place == TALLIES_MAX)
        log_fatal("too many tallies", tally->counter, "raise TALLIES_MAX");
    else
        tallies[place] = tally;
    atomic_store(&tally_total, place + 1);
}

const struct tally *tally_nth(size_t n)
{
    return n < atomic_load(&tally_total) ? tallies[n] : NULL;
}

static void add(_Atomic uint64_t *counter, uint64_t more)
{
    atomic_fetch_add_explicit(counter, more, memory_order_relaxed);
}

void tally_count(struct tally *tally, const char *row, size_t column,
                 int64_t us)
{
    size_t at = 0, bucket = 0;

    while (at < tally->row_count && strcmp(tally->rows[at], row) != 0)
        at++;
    while (bucket < TALLY_BOUNDS && us > tally_bounds_us[bucket])
        bucket++;
    add(&tally->lines[at].ends[column], 1);
    add(&tally->lines[at].buckets[bucket], 1);
    add(&tally->lines[at].sum_us, us > 0 ? (uint64_t)us : 0);
}

void metric_add(enum metric metric)
{
    add(&counters[metric], 1);
}

uint64_t metric_now(enum metric metric)
{
    return atomic_load_explicit(&counters[metric], memory_order_relaxed);
}
