/* The answer to service.metrics: {"service", "bounds", "families": [{"name",
 * "type", "help", "points": [{"labels", "value"} or {"labels", "buckets",
 * "sum"}]}]}.  Buckets hold their own observations only; there is one more of
 * them than bounds. */
#include "common/service/frame.h"
#include "common/service/frame_sql.h"
#include "common/service/metric.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct service *told; /* whose tables and measures these are */
static double started;

/* clang-format off */
static const struct measure frame_measures[] = {
    { "redkite_follower_lag_events", "Events of a source not yet taken.",
      false, &SQL_measure_lag_events, { "source" } },
    { "redkite_follower_lag_seconds", "Age of the oldest event not yet taken.",
      false, &SQL_measure_lag_seconds, { "source" } },
    { "redkite_stuck_subjects", "Subjects whose events are set aside.",
      false, &SQL_measure_stuck, { NULL } },
    { "redkite_alarms_overdue", "Alarms ten seconds or more past their time.",
      false, &SQL_measure_overdue, { NULL } },
    { 0 },
};

static const char *const counter_texts[METRICS][2] = {
    [METRIC_STORE_CONNECTS] = { "redkite_store_connects_total",
        "Connections made to the store; one a thread unless some were lost." },
    [METRIC_GROUPED] = { "redkite_grouped_calls_total",
        "Calls answered by a group: none for long means that it is not used." },
    [METRIC_RETRIES] = { "redkite_retries_total",
        "Calls run again: a lost race, or a lost connection." },
};
/* clang-format on */

void metric_open(const struct service *service)
{
    told = service;
    started = (double)moment_now().us / 1e6;
    for (const struct command *c = service->commands; c && c->name; c++)
        tally_row(&calls_tally, c->name);
    for (const struct command *c = builtin_commands; c->name; c++)
        tally_row(&calls_tally, c->name);
    for (const struct reaction *r = service->reactions; r && r->source; r++)
        tally_row(&reactions_tally, r->topic);
    for (const struct alarm *a = service->alarms; a && a->topic; a++)
        tally_row(&alarms_tally, a->topic);
    tally_open(&calls_tally);
    if (reactions_tally.row_count)
        tally_open(&reactions_tally);
    if (alarms_tally.row_count)
        tally_open(&alarms_tally);
}

/* ------------------------------------------------------------ the pieces */

/* A family's points, to add to. */
static cJSON *family(cJSON *families, const char *name, const char *type,
                     const char *help)
{
    cJSON *one = cJSON_CreateObject();

    cJSON_AddStringToObject(one, "name", name);
    cJSON_AddStringToObject(one, "type", type);
    cJSON_AddStringToObject(one, "help", help);
    cJSON_AddItemToArray(families, one);
    return cJSON_AddArrayToObject(one, "points");
}

static cJSON *point(cJSON *points)
{
    cJSON *one = cJSON_CreateObject();

    cJSON_AddObjectToObject(one, "labels");
    cJSON_AddItemToArray(points, one);
    return one;
}

static void label(cJSON *point, const char *name, const char *value)
{
    if (name)
        cJSON_AddStringToObject(
            cJSON_GetObjectItemCaseSensitive(point, "labels"), name, value);
}

static void single(cJSON *families, const char *name, const char *type,
                   const char *help, double value)
{
    cJSON *points = family(families, name, type, help);

    cJSON_AddNumberToObject(point(points), "value", value);
}

/* --------------------------------------------------------------- a tally */

static double counted(const _Atomic uint64_t *counter)
{
    return (double)atomic_load_explicit(counter, memory_order_relaxed);
}

/* A cell of a service's own name is told from the start, even as 0, where it
 * is the only label beside the name: so that the first failure is a step. */
static void tell_ends(const struct tally *t, cJSON *points)
{
    bool always = !t->column_labels[1];

    for (size_t row = 0; row <= t->row_count; row++) {
        for (size_t i = 0; i < t->column_count; i++) {
            double value = counted(&t->lines[row].ends[i]);
            if (value == 0 && (!always || row == t->row_count))
                continue;
            cJSON *one = point(points);
            label(one, t->row_label, t->rows[row]);
            for (size_t l = 0; l < LABELS; l++)
                label(one, t->column_labels[l], t->columns[i].values[l]);
            cJSON_AddNumberToObject(one, "value", value);
        }
    }
}

static void tell_durations(const struct tally *t, cJSON *points)
{
    for (size_t row = 0; row <= t->row_count; row++) {
        double all = 0, buckets[TALLY_BOUNDS + 1];
        for (size_t i = 0; i <= TALLY_BOUNDS; i++) {
            buckets[i] = counted(&t->lines[row].buckets[i]);
            all += buckets[i];
        }
        if (all == 0)
            continue;
        cJSON *one = point(points);
        label(one, t->row_label, t->rows[row]);
        cJSON_AddItemToObject(
            one, "buckets", cJSON_CreateDoubleArray(buckets, TALLY_BOUNDS + 1));
        cJSON_AddNumberToObject(one, "sum",
                                counted(&t->lines[row].sum_us) / 1e6);
    }
}

static void tell_tallies(cJSON *families)
{
    const struct tally *tally;

    for (size_t n = 0; (tally = tally_nth(n)); n++) {
        tell_ends(tally, family(families, tally->counter, "counter",
                                tally->counter_help));
        tell_durations(tally, family(families, tally->duration, "histogram",
                                     tally->duration_help));
    }
}

/* ------------------------------------------------------------- the store */

struct sample {
    const char *service;
    struct moment at;
    const char *first, *second, *value;
};

static const struct field sample_fields[] = {
    OPTIONAL(sample, service), OPTIONAL(sample, at),    OPTIONAL(sample, first),
    OPTIONAL(sample, second),  OPTIONAL(sample, value),
};
static const struct shape sample_shape = SHAPE(sample);

static struct err tell_measure(struct call *call, const struct measure *m,
                               cJSON *families)
{
    struct sample asked = { .service = call->service, .at = call->now };
    struct rows rows = { NULL, 0 };

    TRY(db_list(call->db, m->sql, FROM(sample, &asked), &sample_shape, &rows));
    cJSON *points =
        family(families, m->name, m->counts ? "counter" : "gauge", m->help);
    const struct sample *found = rows.at;
    for (size_t i = 0; i < rows.count; i++) {
        const char *values[LABELS] = { found[i].first, found[i].second };
        cJSON *one = point(points);
        for (size_t l = 0; l < LABELS; l++)
            label(one, m->labels[l], values[l]);
        cJSON_AddRawToObject(one, "value", found[i].value);
    }
    return OK;
}

/* What the store could not be asked is left out, not told as 0. */
static void tell_measures(struct call *call, cJSON *families)
{
    const struct measure *tables[2] = { frame_measures, told->measures };

    struct err err = db_begin(call->db);
    for (size_t i = 0; i < 2; i++)
        for (const struct measure *m = tables[i]; m && m->name && !err.code;
             m++)
            err = tell_measure(call, m, families);
    db_rollback(call->db);
    single(families, "redkite_store_up", "gauge",
           "Whether the store answers this service.", !err.code);
}

/* ----------------------------------------------------------- the process */

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double resident_bytes(void)
{
    char line[128] = ""; /* "size resident ...", in pages */
    FILE *file = fopen("/proc/self/statm", "re");

    if (file) {
        if (!fgets(line, sizeof line, file))
            line[0] = '\0';
        (void)fclose(file);
    }
    char *rest = strchr(line, ' ');
    return (rest ? strtod(rest, NULL) : 0) * (double)sysconf(_SC_PAGESIZE);
}

static double open_files(void)
{
    DIR *files = opendir("/proc/self/fd");
    double count = -3; /* ".", ".." and the folder itself */

    while (files && readdir(files))
        count++;
    if (files)
        closedir(files);
    return count > 0 ? count : 0;
}

static void tell_process(cJSON *families)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    single(families, "redkite_process_resident_memory_bytes", "gauge",
           "Memory in use.", resident_bytes());
    single(families, "redkite_process_cpu_seconds_total", "counter",
           "Processor time used.",
           seconds(used.ru_utime) + seconds(used.ru_stime));
    single(families, "redkite_process_start_time_seconds", "gauge",
           "When it was started, since 1970.", started);
    single(families, "redkite_process_open_fds", "gauge",
           "Open file descriptors.", open_files());
    cJSON *info = point(family(families, "redkite_build_info", "gauge",
                               "What is running; always 1."));
    label(info, "version", REDKITE_VERSION);
    label(info, "compiler", __VERSION__);
    cJSON_AddNumberToObject(info, "value", 1);
}

/* -------------------------------------------------------------- all of it */

struct err cmd_metrics(struct call *call, const void *body)
{
    cJSON *json = cJSON_CreateObject();
    double bounds[TALLY_BOUNDS];

    (void)body;
    for (size_t i = 0; i < TALLY_BOUNDS; i++)
        bounds[i] = (double)tally_bounds_us[i] / 1e6;
    cJSON_AddStringToObject(json, "service", call->service);
    cJSON_AddStringToObject(json, "version", REDKITE_VERSION);
    cJSON_AddItemToObject(json, "bounds",
                          cJSON_CreateDoubleArray(bounds, TALLY_BOUNDS));
    cJSON *families = cJSON_AddArrayToObject(json, "families");
    tell_tallies(families);
    for (size_t i = 0; i < METRICS; i++)
        single(families, counter_texts[i][0], "counter", counter_texts[i][1],
               (double)metric_now((enum metric)i));
    tell_measures(call, families);
    tell_process(families);

    char *heap = cJSON_PrintUnformatted(json);
    call->answer = arena_text(call->arena, heap);
    free(heap);
    cJSON_Delete(json);
    return OK;
}
