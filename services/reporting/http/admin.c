#include "services/reporting/http/admin.h"

#include "common/base/json.h"
#include "common/service/client.h"
#include "common/service/log.h"
#include "common/service/metric.h"
#include "services/reporting/http/door.h"
#include "services/reporting/http/expose.h"
#include "services/reporting/http/listen.h"

#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

enum { GUESTS_MAX = 16, GUEST_S = 10, ANSWER_MS = 1000, SERVICES = 4 };

#define OPENMETRICS "application/openmetrics-text"

struct visit {
    const struct room *room;
    struct MHD_Connection *connection;
    struct arena *arena;
};

/* -------------------------------------------------------- asking the house */

/* One service is asked by one thread, so that one that is away costs the
 * others no time. */
struct inquiry {
    struct party party;
    const char *command;
    struct arena *arena;
    cJSON *said; /* NULL: it did not answer, or refused */
    pthread_t thread;
    bool is_asked;
};

static void *inquire(void *args)
{
    struct inquiry *inquiry = args;
    const struct meta asker = {
        .actor = nobody,
        .roles = "",
    };
    struct client *client = client_open(&inquiry->party, &asker);
    struct answer told =
        client_ask(client, inquiry->command, "{}", ANSWER_MS, inquiry->arena);

    client_close(&client);
    if (!told.code)
        inquiry->said = cJSON_Parse(told.body);
    return NULL;
}

static void ask_house(const struct visit *visit, const char *command,
                      struct inquiry house[SERVICES])
{
    const struct http_settings *s = &http_settings;
    const char *const all[SERVICES][2] = {
        { "cases", s->REDKITE_CASES },
        { "scheduling", s->REDKITE_SCHEDULING },
        { "notifications", s->REDKITE_NOTIFICATIONS },
        { "reporting", s->REDKITE_REPORTING },
    };

    for (size_t i = 0; i < SERVICES; i++) {
        house[i] = (struct inquiry){
            .party = { all[i][0], all[i][1], visit->room->keys },
            .command = command,
        };
        house[i].arena = arena_new();
        house[i].is_asked =
            pthread_create(&house[i].thread, NULL, inquire, &house[i]) == 0;
    }
    for (size_t i = 0; i < SERVICES; i++)
        if (house[i].is_asked)
            pthread_join(house[i].thread, NULL);
}

static void dismiss_house(struct inquiry house[SERVICES])
{
    for (size_t i = 0; i < SERVICES; i++) {
        cJSON_Delete(house[i].said);
        arena_destroy(&house[i].arena);
    }
}

/* --------------------------------------------------------------- an answer */

static enum MHD_Result give(const struct visit *visit, unsigned status,
                            const char *type, const char *text)
{
    union {
        const char *in;
        void *out;
    } bytes = { text }; /* copied, not written: the library lacks const */
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(text), bytes.out, MHD_RESPMEM_MUST_COPY);

    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    enum MHD_Result queued =
        MHD_queue_response(visit->connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result give_text(const struct visit *visit, unsigned status,
                                 const char *text)
{
    return give(visit, status, "text/plain; charset=utf-8", text);
}

static enum MHD_Result give_live(const struct visit *visit)
{
    return give_text(visit, MHD_HTTP_OK, "live\n");
}

static enum MHD_Result give_version(const struct visit *visit)
{
    return give(visit, MHD_HTTP_OK, "application/json",
                "{\"name\":\"redkite\",\"version\":\"" REDKITE_VERSION
                "\",\"compiler\":\"" __VERSION__ "\"}\n");
}

/* ------------------------------------------------------------------- ready */

static const cJSON *member(const cJSON *of, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(of, name);
}

static const char *text_of(const cJSON *of, const char *name)
{
    const char *text = cJSON_GetStringValue(member(of, name));

    return text ? text : "";
}

/* A line for each check: "[+]cases/db ok: PostgreSQL answers". */
static const char *list_checks(const struct inquiry *inquiry, const char *text,
                               struct arena *arena)
{
    const cJSON *check;

    if (!inquiry->said)
        return arena_format(arena, "%s[-]%s/bus failed: no answer\n", text,
                            inquiry->party.name);
    cJSON_ArrayForEach(check, member(inquiry->said, "checks")) {
        bool ok = cJSON_IsTrue(member(check, "ok"));
        text = arena_format(arena, "%s[%c]%s/%s %s: %s\n", text, ok ? '+' : '-',
                            inquiry->party.name, text_of(check, "name"),
                            ok ? "ok" : "failed", text_of(check, "detail"));
    }
    return text;
}

static enum MHD_Result give_ready(const struct visit *visit)
{
    struct inquiry house[SERVICES];
    const char *text = "";
    bool ready = true;

    ask_house(visit, "service.ready", house);
    for (size_t i = 0; i < SERVICES; i++) {
        ready = ready && cJSON_IsTrue(member(house[i].said, "ready"));
        text = list_checks(&house[i], text, visit->arena);
    }
    dismiss_house(house);
    bool verbose =
        MHD_lookup_connection_value_n(visit->connection, MHD_GET_ARGUMENT_KIND,
                                      "verbose", 7, NULL, NULL)
        == MHD_YES;
    return give_text(visit, ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE,
                     arena_format(visit->arena, "%s%s\n", verbose ? text : "",
                                  ready ? "ready" : "not ready"));
}

/* ----------------------------------------------------------------- metrics */

static enum MHD_Result give_metrics(const struct visit *visit)
{
    const char *accept = MHD_lookup_connection_value(visit->connection,
                                                     MHD_HEADER_KIND, "Accept");
    bool is_open = accept && strstr(accept, OPENMETRICS);
    struct inquiry house[SERVICES];
    struct told told[SERVICES];

    ask_house(visit, "service.metrics", house);
    for (size_t i = 0; i < SERVICES; i++)
        told[i] = (struct told){ house[i].party.name, house[i].said };
    const char *text = expose(told, SERVICES, is_open, visit->arena);
    dismiss_house(house);
    return give(visit, MHD_HTTP_OK,
                is_open ? OPENMETRICS "; version=1.0.0; charset=utf-8"
                        : "text/plain; version=0.0.4; charset=utf-8",
                text);
}

/* ---------------------------------------------------------------- the door */

/* clang-format off */
static const struct {
    const char *path;
    enum MHD_Result (*give)(const struct visit *visit);
} routes[] = {
    { "/livez",   give_live },
    { "/readyz",  give_ready },
    { "/version", give_version },
    { "/metrics", give_metrics },
};
/* clang-format on */

static enum MHD_Result answer(const struct visit *visit, const char *method,
                              const char *path)
{
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return give_text(visit, MHD_HTTP_METHOD_NOT_ALLOWED, "GET or HEAD\n");
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (strcmp(routes[i].path, path) == 0)
            return routes[i].give(visit);
    return give_text(visit, MHD_HTTP_NOT_FOUND,
                     "/livez, /readyz?verbose, /version or /metrics\n");
}

/* NOLINTBEGIN(readability-*): the library's parameters */
static enum MHD_Result on_request(void *closure,
                                  struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *upload,
                                  size_t *upload_size, void **seen)
{
    struct visit visit = { closure, connection, arena_new() };
    enum MHD_Result result = MHD_YES;

    (void)version;
    (void)upload;
    if (!*seen)
        *seen = connection; /* the headers; the answer waits for the end */
    else if (*upload_size)
        result = MHD_NO; /* nothing here takes a body */
    else
        result = answer(&visit, method, path);
    arena_destroy(&visit.arena);
    return result;
}
/* NOLINTEND(readability-*) */

void admin_door(struct room *room)
{
    const char *place = http_settings.REDKITE_ADMIN_BIND;

    if (!place)
        return;
    struct arena *arena = arena_new();
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION
            | MHD_USE_POLL | MHD_USE_ITC,
        0, NULL, NULL, on_request, room, MHD_OPTION_LISTEN_SOCKET,
        listen_at(place, "REDKITE_ADMIN_BIND", arena),
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)GUESTS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)GUEST_S, MHD_OPTION_END);

    if (!daemon)
        log_fatal("cannot open the admin door", "libmicrohttpd does not start",
                  "see REDKITE_ADMIN_BIND");
    poll(&(struct pollfd){ .fd = room->stop, .events = POLLIN }, 1, -1);
    MHD_stop_daemon(daemon);
    arena_destroy(&arena);
}
