/* redkite top — what the services do now, as a live table.
 *
 * Two answers to service.metrics, some time apart, make one picture: rates and
 * quantiles are those of the time between; the first counts since the start. */
#include "services/redkite/print.h"
#include "services/redkite/settings.h"

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
    SERVICES = 4,
    REFRESH_MS = 2000,
    ANSWER_MS = 1000,
    BUCKETS = 32,
    BUSIEST = 8,
    COMMANDS = 64 * SERVICES,
};

/* What was said, and when. */
struct glance {
    double at; /* seconds of a steady clock; 0: not yet */
    cJSON *said[SERVICES];
};

struct durations {
    double buckets[BUCKETS], all;
    const cJSON *bounds;
};

struct busy {
    const char *service, *name;
    double rate;
    struct durations took;
};

struct picture {
    struct run *run;
    struct glance before, now;
    double seconds; /* between the two */
    cJSON *json;    /* what is shown   */
};

static double steady(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static const cJSON *member(const cJSON *of, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(of, name);
}

static const char *text_of(const cJSON *of, const char *name)
{
    const char *text = cJSON_GetStringValue(member(of, name));

    return text ? text : "";
}

static double number_of(const cJSON *of, const char *name)
{
    const cJSON *number = member(of, name);

    return cJSON_IsNumber(number) ? number->valuedouble : 0;
}

/* -------------------------------------------------------------- the answers
 */

static const cJSON *points(const cJSON *said, const char *family)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, member(said, "families")) {
        if (strcmp(text_of(one, "name"), family) == 0)
            return member(one, "points");
    }
    return NULL;
}

/* The same point of an earlier answer, or NULL. */
static const cJSON *point_like(const cJSON *said, const char *family,
                               const cJSON *labels)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, points(said, family)) {
        if (cJSON_Compare(member(one, "labels"), labels, true))
            return one;
    }
    return NULL;
}

/* The sum over a family's points that bear a label's value (NULL: over all). */
static double total(const cJSON *said, const char *family, const char *label,
                    const char *wanted)
{
    const cJSON *one;
    double sum = 0;

    cJSON_ArrayForEach(one, points(said, family)) {
        if (!label
            || strcmp(text_of(member(one, "labels"), label), wanted) == 0)
            sum += number_of(one, "value");
    }
    return sum;
}

/* A service that was started anew counts from 0 again. */
static double grown(double before, double now)
{
    return now >= before ? now - before : now;
}

static const cJSON *first_bucket(const cJSON *point)
{
    const cJSON *buckets = point ? member(point, "buckets") : NULL;

    return buckets ? buckets->child : NULL;
}

static void add_durations(struct durations *to, const cJSON *before,
                          const cJSON *now)
{
    const cJSON *old = first_bucket(before), *fresh = first_bucket(now);

    for (size_t i = 0; fresh; fresh = fresh->next, i++) {
        double more = grown(old ? old->valuedouble : 0, fresh->valuedouble);
        if (i < BUCKETS)
            to->buckets[i] += more;
        to->all += more;
        old = old ? old->next : NULL;
    }
}

/* In milliseconds, by straight lines between the bounds; NAN for nothing. */
static double quantile(const struct durations *d, double share)
{
    double below = 0, lower = 0;
    const cJSON *bound = d->bounds ? d->bounds->child : NULL;

    if (d->all <= 0)
        return (double)NAN;
    for (size_t i = 0; bound && i < BUCKETS; i++, bound = bound->next) {
        if (below + d->buckets[i] >= share * d->all && d->buckets[i] > 0)
            return 1000
                   * (lower
                      + (bound->valuedouble - lower) * (share * d->all - below)
                            / d->buckets[i]);
        below += d->buckets[i];
        lower = bound->valuedouble;
    }
    return 1000 * lower;
}

/* -------------------------------------------------------------- the picture
 */

static void add_quantiles(cJSON *row, const struct durations *took)
{
    if (took->all <= 0)
        return;
    cJSON_AddNumberToObject(row, "p50_ms", quantile(took, 0.50));
    cJSON_AddNumberToObject(row, "p99_ms", quantile(took, 0.99));
}

static double rate(const struct picture *p, size_t i, const char *family,
                   const char *label, const char *wanted)
{
    return grown(total(p->before.said[i], family, label, wanted),
                 total(p->now.said[i], family, label, wanted))
           / p->seconds;
}

static void add_calls(const struct picture *p, size_t i, cJSON *row)
{
    static const char *const statuses[] = {
        "ok", "bad_request", "denied", "not_found", "conflict", "busy", "fault"
    };
    cJSON *calls = cJSON_AddObjectToObject(row, "calls_per_second");

    for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++)
        cJSON_AddNumberToObject(
            calls, statuses[s],
            rate(p, i, "redkite_calls_total", "status", statuses[s]));
}

static void add_lags(const struct picture *p, size_t i, cJSON *row)
{
    cJSON *lags = cJSON_AddObjectToObject(row, "lag_events");
    const cJSON *one;

    cJSON_ArrayForEach(one,
                       points(p->now.said[i], "redkite_follower_lag_events")) {
        cJSON_AddNumberToObject(lags, text_of(member(one, "labels"), "source"),
                                number_of(one, "value"));
    }
}

static void add_service(const struct picture *p, size_t i, cJSON *rows)
{
    static const char *const took = "redkite_call_duration_seconds";
    const cJSON *said = p->now.said[i], *one;
    struct durations all = { .bounds = member(said, "bounds") };
    cJSON *row = cJSON_CreateObject();

    cJSON_AddItemToArray(rows, row);
    cJSON_AddStringToObject(row, "service", service_names[i]);
    cJSON_AddBoolToObject(row, "up", said != NULL);
    if (!said)
        return;
    add_calls(p, i, row);
    cJSON_ArrayForEach(one, points(said, took)) {
        add_durations(
            &all, point_like(p->before.said[i], took, member(one, "labels")),
            one);
    }
    add_quantiles(row, &all);
    add_lags(p, i, row);
    cJSON_AddNumberToObject(row, "stuck_subjects",
                            total(said, "redkite_stuck_subjects", NULL, NULL));
    cJSON_AddNumberToObject(row, "alarms_overdue",
                            total(said, "redkite_alarms_overdue", NULL, NULL));
    cJSON_AddNumberToObject(
        row, "memory_bytes",
        total(said, "redkite_process_resident_memory_bytes", NULL, NULL));
    cJSON_AddNumberToObject(
        row, "cpu_share",
        rate(p, i, "redkite_process_cpu_seconds_total", NULL, NULL));
}

static int by_rate(const void *a, const void *b)
{
    const struct busy *one = a, *other = b;

    return (one->rate < other->rate) - (one->rate > other->rate);
}

static size_t list_busy(const struct picture *p, struct busy *busy)
{
    static const char *const took = "redkite_call_duration_seconds";
    const cJSON *one;
    size_t count = 0;

    for (size_t i = 0; i < SERVICES; i++) {
        cJSON_ArrayForEach(one, points(p->now.said[i], took)) {
            const cJSON *labels = member(one, "labels");
            struct busy b = { service_names[i], text_of(labels, "name") };
            b.took.bounds = member(p->now.said[i], "bounds");
            add_durations(&b.took, point_like(p->before.said[i], took, labels),
                          one);
            b.rate = b.took.all / p->seconds;
            if (b.rate > 0 && count < COMMANDS)
                busy[count++] = b;
        }
    }
    qsort(busy, count, sizeof *busy, by_rate);
    return count < BUSIEST ? count : BUSIEST;
}

static void draw(struct picture *p)
{
    struct busy busy[COMMANDS];

    cJSON_Delete(p->json);
    p->json = cJSON_CreateObject();
    cJSON_AddNumberToObject(p->json, "seconds", p->seconds);
    cJSON *rows = cJSON_AddArrayToObject(p->json, "services");
    for (size_t i = 0; i < SERVICES; i++)
        add_service(p, i, rows);
    size_t count = list_busy(p, busy);
    rows = cJSON_AddArrayToObject(p->json, "busiest");
    for (size_t i = 0; i < count; i++) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "service", busy[i].service);
        cJSON_AddStringToObject(row, "name", busy[i].name);
        cJSON_AddNumberToObject(row, "calls_per_second", busy[i].rate);
        add_quantiles(row, &busy[i].took);
        cJSON_AddItemToArray(rows, row);
    }
}

/* --------------------------------------------------------- for people to see
 */

static const char *ms_text(const struct run *run, const cJSON *row,
                           const char *name)
{
    const cJSON *ms = member(row, name);

    return cJSON_IsNumber(ms)
               ? arena_format(run->arena, "%.1f", ms->valuedouble)
               : "-";
}

static double refused(const cJSON *calls)
{
    double sum = 0;
    const cJSON *one;

    cJSON_ArrayForEach(one, calls) {
        if (strcmp(one->string, "ok") != 0 && strcmp(one->string, "fault") != 0
            && strcmp(one->string, "busy") != 0)
            sum += one->valuedouble;
    }
    return sum;
}

/* "cases 12, scheduling 0" is too wide: the sources' sum. */
static double lag_sum(const cJSON *row)
{
    double sum = 0;
    const cJSON *one;

    cJSON_ArrayForEach(one, member(row, "lag_events")) {
        sum += one->valuedouble;
    }
    return sum;
}

/* A count that should be 0. */
static void print_worry(const struct run *run, double count, int width)
{
    print_ink(run, count > 0 ? INK_BAD : INK_PLAIN);
    (void)printf(" %*.0f", width, count);
    print_ink(run, INK_PLAIN);
}

static void print_service(const struct run *run, const cJSON *row)
{
    const cJSON *calls = member(row, "calls_per_second");

    print_cell(text_of(row, "service"), 14);
    if (!cJSON_IsTrue(member(row, "up"))) {
        print_ink(run, INK_BAD);
        (void)printf("no answer\n");
        print_ink(run, INK_PLAIN);
        return;
    }
    (void)printf("%6.1f %6.1f %5.1f %5.1f", number_of(calls, "ok"),
                 refused(calls), number_of(calls, "busy"),
                 number_of(calls, "fault"));
    (void)printf(" %6s %6s", ms_text(run, row, "p50_ms"),
                 ms_text(run, row, "p99_ms"));
    print_worry(run, lag_sum(row), 5);
    print_worry(run, number_of(row, "stuck_subjects"), 5);
    print_worry(run, number_of(row, "alarms_overdue"), 4);
    (void)printf(" %4.0f %4.0f\n", number_of(row, "memory_bytes") / 1048576,
                 100 * number_of(row, "cpu_share"));
}

static void print_head(const struct run *run, const char *text)
{
    print_ink(run, INK_DIM);
    (void)printf("%s\n", text);
    print_ink(run, INK_PLAIN);
}

static void print_lags(const struct run *run, const cJSON *rows)
{
    const cJSON *row, *lag;
    const char *text = "";

    cJSON_ArrayForEach(row, rows) {
        cJSON_ArrayForEach(lag, member(row, "lag_events")) {
            if (lag->valuedouble > 0)
                text = arena_format(run->arena, "%s  %s<%s %.0f", text,
                                    text_of(row, "service"), lag->string,
                                    lag->valuedouble);
        }
    }
    (void)printf("\nlag, reader<source:%.58s\n", *text ? text : "  none");
}

static void print_people(const struct picture *p)
{
    const struct run *run = p->run;
    const cJSON *row;

    print_head(run, "calls/s           ok refuse  busy fault p50 ms p99 ms"
                    "   lag stuck late   MB cpu%");
    cJSON_ArrayForEach(row, member(p->json, "services")) {
        print_service(run, row);
    }
    print_lags(run, member(p->json, "services"));
    (void)putchar('\n');
    print_head(run, "busiest commands                       calls/s  p50 ms  "
                    "p99 ms");
    cJSON_ArrayForEach(row, member(p->json, "busiest")) {
        print_cell(text_of(row, "service"), 14);
        print_cell(text_of(row, "name"), 24);
        (void)printf("%8.1f %7s %7s\n", number_of(row, "calls_per_second"),
                     ms_text(run, row, "p50_ms"), ms_text(run, row, "p99_ms"));
    }
}

static void print_picture(const struct picture *p)
{
    if (p->run->output != FOR_JSON) {
        print_people(p);
        return;
    }
    char *text = cJSON_PrintUnformatted(p->json);
    (void)puts(text);
    cJSON_free(text);
}

/* ------------------------------------------------------------------ the loop
 */

static void forget(struct glance *glance)
{
    for (size_t i = 0; i < SERVICES; i++)
        cJSON_Delete(glance->said[i]);
    *glance = (struct glance){ 0 };
}

static void look(struct picture *p, struct client *const clients[SERVICES])
{
    struct arena *arena = arena_new();

    forget(&p->before);
    p->before = p->now;
    p->now = (struct glance){ .at = steady() };
    for (size_t i = 0; i < SERVICES; i++) {
        struct answer answer =
            client_ask(clients[i], "service.metrics", "{}", ANSWER_MS, arena);
        p->now.said[i] = answer.code ? NULL : cJSON_Parse(answer.body);
    }
    p->seconds = p->now.at - p->before.at;
    arena_destroy(&arena);
}

static volatile sig_atomic_t is_ended;

static void on_end(int number)
{
    (void)number;
    is_ended = 1;
}

/* False when somebody wants to end it. */
static bool wait_for(int ms)
{
    double until = steady() + ms / 1000.0;
    struct pollfd keys = { .fd = isatty(STDIN_FILENO) ? STDIN_FILENO : -1,
                           .events = POLLIN };
    char key;

    for (;;) {
        int left = (int)((until - steady()) * 1000);
        if (is_ended)
            return false;
        if (left <= 0)
            return true;
        if (poll(&keys, 1, left) > 0
            && (read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q'))
            return false;
    }
}

static void run_live(struct picture *p, struct client *const clients[SERVICES])
{
    bool screen = isatty(STDOUT_FILENO) && p->run->output == FOR_PEOPLE;

    while (wait_for(REFRESH_MS)) {
        look(p, clients);
        draw(p);
        if (screen)
            (void)printf("\033[H\033[2Jredkite top   every %d s, q ends\n\n",
                         REFRESH_MS / 1000);
        print_picture(p);
        if (fflush(stdout) != 0)
            return;
    }
}

/* A terminal that gives each key at once, and as it was before at the end. */
static void run_on_terminal(struct picture *p,
                            struct client *const clients[SERVICES])
{
    struct termios before, raw;
    bool has = tcgetattr(STDIN_FILENO, &before) == 0;
    struct sigaction end = { .sa_handler = on_end };

    sigaction(SIGINT, &end, NULL);
    sigaction(SIGTERM, &end, NULL);
    if (has) {
        raw = before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    run_live(p, clients);
    if (has)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

enum status act_top(struct run *run)
{
    struct picture p = { .run = run };
    struct client *clients[SERVICES];
    enum status status = DONE;

    for (size_t i = 0; i < SERVICES; i++)
        clients[i] = client_of(run, service_names[i]);
    look(&p, clients);
    if (given(run, "--once")) {
        if (wait_for(REFRESH_MS / 2))
            look(&p, clients);
        draw(&p);
        print_picture(&p);
    } else {
        run_on_terminal(&p, clients);
    }
    for (size_t i = 0; i < SERVICES; i++) {
        if (!p.now.said[i])
            status = FAILED;
        client_close(&clients[i]);
    }
    forget(&p.before);
    forget(&p.now);
    cJSON_Delete(p.json);
    return status;
}
