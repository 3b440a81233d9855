/* What happens, as it happens: the bell says that there is something, and
 * events.since says what, so that nothing is missed and nothing told twice. */
#include "common/service/bell.h"

#include "services/redkite/print.h"
#include "services/redkite/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SOURCES_MAX = 4,
    LOOK_MS = 1000, /* without a bell, look this often              */
    WAIT_MS = 2000, /* for one source, so that the others are told */
    BATCH = 100,
};

struct source {
    const char *service;
    struct client *client;
    struct id epoch;
    int64_t after;
    bool away; /* and it was said */
};

struct tail {
    struct run *run;
    struct source sources[SOURCES_MAX];
    size_t count;
    struct arena *arena; /* of one look */
    struct bell *bell;   /* NULL when nobody rings */
};

/* ----------------------------------------------------------------- one look */

static struct answer since(struct tail *tail, struct source *source, int limit)
{
    const char *epoch =
        id_given(source->epoch)
            ? arena_format(tail->arena, ",\"epoch\":\"%s\"", source->epoch.text)
            : "";

    return client_ask(source->client, "events.since",
                      arena_format(tail->arena,
                                   "{\"after\":%ld,\"limit\":%d%s}",
                                   source->after, limit, epoch),
                      tail->run->timeout_ms, tail->arena);
}

static int64_t number(const cJSON *object, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text ? strtoll(text, NULL, 10)
                : (int64_t)cJSON_GetNumberValue(
                    cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool is_wanted(const struct tail *tail, const cJSON *event)
{
    const char *topic = given(tail->run, "--topic");
    const char *has =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, "topic"));

    return has && (!topic || strncmp(has, topic, strlen(topic)) == 0);
}

static void print_event(const struct tail *tail, const struct source *source,
                        cJSON *event)
{
    static const char *const shown[] = { "seq", "at", "topic", "subject" };
    static const int widths[] = { 7, 27, 24, 0 };

    if (tail->run->output == FOR_JSON) {
        cJSON_AddStringToObject(event, "source", source->service);
        char *text = cJSON_PrintUnformatted(event);
        (void)puts(text);
        cJSON_free(text);
        return;
    }
    bool plain = tail->run->output == FOR_PLAIN;
    print_cell(source->service, plain ? 0 : 13);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        (void)putchar(plain ? '\t' : ' ');
        print_cell(value_text(cJSON_GetObjectItemCaseSensitive(event, shown[i]),
                              tail->arena),
                   plain ? 0 : widths[i]);
    }
    (void)putchar('\n');
}

/* Another epoch: the stream has another life, and is told from its start. */
static void check_epoch(struct source *source, const cJSON *answer)
{
    struct id epoch;
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "epoch"));

    if (!text || !id_parse(text, &epoch))
        return;
    if (id_given(source->epoch) && !id_same(source->epoch, epoch)) {
        say("the stream of %s began anew: starting over", source->service);
        source->after = 0;
    }
    source->epoch = epoch;
}

static bool was_answered(struct source *source, struct answer answer)
{
    if (answer.code && !source->away)
        say("%s does not answer; waiting for it", source->service);
    source->away = answer.code != CODE_OK;
    return !source->away;
}

/* The next events of one source; how many there were, -1 without an answer. */
static int read_batch(struct tail *tail, struct source *source)
{
    struct answer answer = since(tail, source, BATCH);
    cJSON *event;
    int count = 0;

    if (!was_answered(source, answer))
        return -1;
    cJSON *whole = cJSON_Parse(answer.body);
    check_epoch(source, whole);
    cJSON_ArrayForEach(event,
                       cJSON_GetObjectItemCaseSensitive(whole, "events")) {
        source->after = number(event, "seq");
        count++;
        if (is_wanted(tail, event))
            print_event(tail, source, event);
    }
    (void)fflush(stdout);
    cJSON_Delete(whole);
    return count;
}

/* Everything there is now; false when a source did not answer. */
static bool look(struct tail *tail)
{
    bool good = true;

    for (size_t i = 0; i < tail->count; i++) {
        int count = BATCH;
        while (count == BATCH)
            count = read_batch(tail, &tail->sources[i]);
        good = good && count >= 0;
    }
    arena_reset(tail->arena);
    return good;
}

/* ----------------------------------------------------------------- the bell */

/* Where a service rings: by the house's ports, one above its commands. */
static const char *bell_of(const struct tail *tail, const char *service)
{
    const char *endpoint = setting_endpoint(service);
    const char *colon = strrchr(endpoint, ':');

    if (strncmp(endpoint, "tcp://", 6) != 0)
        return NULL;
    return arena_format(tail->run->arena, "%.*s:%ld", (int)(colon - endpoint),
                        endpoint, strtol(colon + 1, NULL, 10) + 1);
}

/* Without a bell there is a look once a second. */
static void open_bell(struct tail *tail)
{
    struct key_place keys = setting_keys();
    const char *from = "";

    for (size_t i = 0; i < tail->count; i++) {
        const char *service = tail->sources[i].service;
        const char *endpoint = bell_of(tail, service);
        if (endpoint)
            from = arena_format(tail->run->arena, "%s%s%s=%s", from,
                                *from ? "," : "", service, endpoint);
    }
    (void)bell_open(from, NULL, &keys, &tail->bell);
}

/* A service rings when it has numbered events, and once more when they may be
 * told: what is heard of is looked for with each ring until it was told. */
static bool is_behind(const struct tail *tail)
{
    for (size_t i = 0; i < tail->count; i++)
        if (bell_head(tail->bell, tail->sources[i].service)
            > tail->sources[i].after)
            return true;
    return false;
}

/* Until it rings, or it is time to look all the same. */
static void wait_for_bell(const struct tail *tail)
{
    zmq_pollitem_t item = { NULL, -1, ZMQ_POLLIN, 0 };
    int64_t look_at = zclock_mono() + LOOK_MS, now;

    bell_tend(tail->bell);
    if (tail->bell)
        item.socket = zsock_resolve(bell_socket(tail->bell));
    while ((now = zclock_mono()) < look_at)
        if (zmq_poll(&item, tail->bell ? 1 : 0, (long)(look_at - now)) > 0
            && (bell_take(tail->bell) || is_behind(tail)))
            return;
}

/* ----------------------------------------------------------------- the verb */

static bool from_given(struct tail *tail)
{
    const char *from = given(tail->run, "--from");
    char *end = NULL;
    int64_t first = from ? strtoll(from, &end, 10) : 1;

    if (from && (!*from || *end || first < 1))
        return false;
    for (size_t i = 0; i < tail->count; i++)
        tail->sources[i].after = first - 1;
    return true;
}

/* Without --from the tale begins now: at the head of each stream. */
static void begin_at_head(struct tail *tail)
{
    for (size_t i = 0; i < tail->count; i++) {
        struct source *source = &tail->sources[i];
        struct answer answer = since(tail, source, 1);
        if (!was_answered(source, answer))
            continue;
        cJSON *whole = cJSON_Parse(answer.body);
        source->after = number(whole, "head");
        check_epoch(source, whole);
        cJSON_Delete(whole);
    }
}

static void open_sources(struct tail *tail)
{
    const char *one = given(tail->run, "SERVICE");

    for (size_t i = 0; service_names[i]; i++)
        if (!one || strcmp(one, service_names[i]) == 0)
            tail->sources[tail->count++] = (struct source){
                .service = service_names[i],
                .client = client_of(tail->run, service_names[i]),
            };
}

static enum status follow(struct tail *tail)
{
    bool once = given(tail->run, "--once");

    if (!from_given(tail))
        return say_usage(tail->run, "--from wants a number, 1 or more");
    open_bell(tail);
    if (!given(tail->run, "--from"))
        begin_at_head(tail);
    for (;;) {
        bool good = look(tail);
        if (once)
            return good ? DONE : FAILED;
        wait_for_bell(tail);
    }
}

enum status act_events(struct run *run)
{
    struct tail tail = { .run = run, .arena = arena_new() };
    const char *one = given(run, "SERVICE");

    if (one && !setting_endpoint(one)) {
        arena_destroy(&tail.arena);
        return say_usage(run, "there is no service \"%s\"", one);
    }
    if (run->timeout_ms > WAIT_MS)
        run->timeout_ms = WAIT_MS;
    open_sources(&tail);
    enum status status = follow(&tail);
    bell_close(&tail.bell);
    for (size_t i = 0; i < tail.count; i++)
        client_close(&tail.sources[i].client);
    arena_destroy(&tail.arena);
    return status;
}

/* -------------------------------------------------------------------- peek */

static bool is_count(const struct run *run, const char *name)
{
    const char *text = given(run, name);

    return !text || (*text && text[strspn(text, "0123456789")] == '\0');
}

/* What is stored, as it stands: one page, without following. */
enum status act_events_peek(struct run *run)
{
    struct tail tail = { .run = run, .arena = run->arena };
    struct source source = { .service = given(run, "SERVICE") };
    const char *after = given(run, "--after"), *limit = given(run, "--limit");
    cJSON *event;

    if (!is_count(run, "--after") || !is_count(run, "--limit"))
        return say_usage(run, "--after and --limit want numbers");
    struct answer answer =
        ask(run, source.service, "events.since",
            arena_format(run->arena, "{\"after\":%s,\"limit\":%s}",
                         after ? after : "0", limit ? limit : "20"));
    if (answer.code)
        return say_problem(run, "events.since", answer);
    cJSON *whole = cJSON_Parse(answer.body);
    cJSON_ArrayForEach(event,
                       cJSON_GetObjectItemCaseSensitive(whole, "events")) {
        print_event(&tail, &source, event);
    }
    cJSON_Delete(whole);
    return DONE;
}

/* ------------------------------------------------------------------ replay */

enum status act_events_replay(struct run *run)
{
    const char *service = given(run, "SERVICE");

    if (!setting_endpoint(service))
        return say_usage(run, "there is no service \"%s\"", service);
    say("%s forgets what it has read, and reads all events again", service);
    if (!confirm(run, service))
        return FAILED;
    struct answer answer = ask(run, service, "events.replay", "{}");
    if (answer.code)
        return say_problem(run, "events.replay", answer);
    print_answer(run, answer.body);
    say("next: redkite lag %s", service);
    return DONE;
}
