/* The loop of the door, and who stands in it.
 *
 * libmicrohttpd's own time-out starts anew with each byte, so that one byte a
 * second holds a connection for ever (reliability.md §0.9).  Ours does not:
 * headers have five seconds from the first moment, a request thirty, a
 * connection between two requests fifteen; then the socket is shut. */
#include "services/reporting/http/door.h"

#include "common/service/log.h"
#include "services/reporting/http/count.h"
#include "services/reporting/http/give.h"
#include "services/reporting/http/listen.h"
#include "services/reporting/http/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    HEADERS_MS = 5000,
    REQUEST_MS = 30000,
    BETWEEN_MS = 15000,
    UNSENT_MS = 30000, /* what we sent and nobody took        */
    GOODBYE_MS = 1000, /* for streams to end, when we stop    */
};

static const struct field http_settings_fields[] = {
    FIELD(http_settings, REDKITE_HTTP_BIND, .fallback = "127.0.0.1:8080"),
    OPTIONAL(http_settings, REDKITE_ADMIN_BIND),
    FIELD(http_settings, REDKITE_CASES, .fallback = "tcp://127.0.0.1:5551"),
    FIELD(http_settings, REDKITE_SCHEDULING,
          .fallback = "tcp://127.0.0.1:5553"),
    FIELD(http_settings, REDKITE_NOTIFICATIONS,
          .fallback = "tcp://127.0.0.1:5555"),
    FIELD(http_settings, REDKITE_REPORTING, .fallback = "tcp://127.0.0.1:5557"),
};
const struct shape http_settings_shape = SHAPE(http_settings);
struct http_settings http_settings;

int64_t steady_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* -------------------------------------------------------------- who is here */

static struct guest *seat(struct hall *hall)
{
    for (size_t i = 0; i < GUESTS_MAX; i++)
        if (!hall->guests[i].connection)
            return &hall->guests[i];
    return NULL;
}

static void welcome(struct hall *hall, struct MHD_Connection *connection,
                    void **context)
{
    static const int on = 1;
    static const unsigned unsent = UNSENT_MS;
    struct guest *guest = seat(hall);
    int fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
            ->connect_fd;

    *context = guest;
    if (!guest) {
        shutdown(fd, SHUT_RDWR);
        return;
    }
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unsent, sizeof unsent);
    *guest = (struct guest){
        .connection = connection,
        .fd = fd,
        .deadline_ms = steady_ms() + HEADERS_MS,
    };
}

static void on_connection(void *closure, struct MHD_Connection *connection,
                          void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct guest *guest = *context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        welcome(closure, connection, context);
    else if (guest)
        guest->connection = NULL;
}

static struct guest *guest_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection,
                                   MHD_CONNECTION_INFO_SOCKET_CONTEXT)
        ->socket_context;
}

/* Shut whoever is past the deadline; when is the next one due? */
static int64_t turn_out(struct hall *hall, int64_t now_ms)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < GUESTS_MAX; i++) {
        struct guest *guest = &hall->guests[i];
        if (!guest->connection || !guest->deadline_ms)
            continue;
        if (guest->deadline_ms <= now_ms) {
            shutdown(guest->fd, SHUT_RDWR);
            guest->deadline_ms = 0;
        } else if (guest->deadline_ms < next) {
            next = guest->deadline_ms;
        }
    }
    return next;
}

/* ---------------------------------------------------------------- a request */

/* Its size alone: what is in it belongs to the guest. */
static void *on_address(void *closure, const char *address,
                        struct MHD_Connection *connection)
{
    struct guest *guest = guest_of(connection);

    (void)closure;
    if (guest)
        guest->address_size = strlen(address);
    return NULL;
}

static const char *method_word(const char *method)
{
    static const char *const known[] = { "GET",    "HEAD",    "POST", "PUT",
                                         "DELETE", "OPTIONS", "PATCH" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], method) == 0)
            return known[i];
    return "other";
}

/* The headers have come.  What is answered here and now ends the connection
 * (the library's rule), so only refusals are; the rest is answered when the
 * library says that the request has come to its end. */
static enum MHD_Result arrive(struct ask *ask)
{
    struct guest *guest = ask->guest;

    guest->began_ms = steady_ms();
    guest->deadline_ms = guest->began_ms + REQUEST_MS;
    guest->method = method_word(ask->method);
    guest->route = "(none)";
    guest->status = 0;
    guest->body_size = 0;
    return route_refuse(ask);
}

/* The body is taken off the wire and not looked at: no route wants one. */
static enum MHD_Result swallow(struct guest *guest, size_t *size)
{
    guest->body_size += *size;
    *size = 0;
    return guest->body_size > BODY_MAX ? MHD_NO : MHD_YES;
}

/* NOLINTNEXTLINE(readability-function-size): the library's parameters */
static enum MHD_Result on_request(void *closure,
                                  struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *upload,
                                  size_t *upload_size, void **seen)
{
    struct hall *hall = closure;
    struct ask ask = {
        .hall = hall,
        .guest = guest_of(connection),
        .connection = connection,
        .method = method,
        .path = path,
        .arena = hall->scratch,
    };
    enum MHD_Result result;

    (void)version;
    (void)upload;
    if (!ask.guest)
        return MHD_NO;
    if (*seen && *upload_size)
        return swallow(ask.guest, upload_size);
    result = *seen ? route_answer(&ask) : arrive(&ask);
    *seen = ask.guest;
    arena_reset(hall->scratch);
    return result;
}

/* One line a request: what was asked by its template, never by its words. */
static void on_done(void *closure, struct MHD_Connection *connection,
                    void **seen, enum MHD_RequestTerminationCode how)
{
    struct hall *hall = closure;
    struct guest *guest = *seen;

    (void)connection;
    (void)how;
    if (!guest)
        return;
    int64_t now = steady_ms();
    guest->deadline_ms = now + BETWEEN_MS;
    count_request(guest, now);
    log_info("http", "method", guest->method, "route", guest->route, "code",
             arena_format(hall->scratch, "%u", guest->status), "ms",
             arena_format(hall->scratch, "%d", (int)(now - guest->began_ms)),
             NULL);
    arena_reset(hall->scratch);
}

/* ---------------------------------------------------------------- the library
 */

static struct MHD_Daemon *open_daemon(struct hall *hall, int listener)
{
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request,
        hall, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)GUESTS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)POOL_MAX, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, on_address, hall,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, hall,
        MHD_OPTION_NOTIFY_COMPLETED, on_done, hall, MHD_OPTION_END);

    if (!daemon)
        log_fatal("cannot open the HTTP door", "libmicrohttpd does not start",
                  "is it 0.9.75 with epoll?");
    return daemon;
}

/* ------------------------------------------------------------------ the loop
 */

/* How long to wait: until the library, a guest or a stream needs a hand. */
static int patience(struct hall *hall)
{
    MHD_UNSIGNED_LONG_LONG library_ms;
    int64_t now = steady_ms();
    int64_t until = turn_out(hall, now);
    int64_t tick = streams_tick(hall, now);

    if (tick < until)
        until = tick;
    if (MHD_get_timeout(hall->daemon, &library_ms) == MHD_YES
        && library_ms < (MHD_UNSIGNED_LONG_LONG)BETWEEN_MS
        && now + (int64_t)library_ms < until)
        until = now + (int64_t)library_ms;
    if (until == INT64_MAX)
        return -1;
    return until > now ? (int)(until - now) : 0;
}

static void serve(struct hall *hall)
{
    struct pollfd watched[] = {
        { .fd = MHD_get_daemon_info(hall->daemon, MHD_DAEMON_INFO_EPOLL_FD)
                    ->epoll_fd,
          .events = POLLIN },
        { .fd = hall->room->bell, .events = POLLIN },
        { .fd = hall->room->stop, .events = POLLIN },
    };
    uint64_t rings;

    while (!watched[2].revents) {
        poll(watched, 3, patience(hall));
        if (watched[1].revents && read(hall->room->bell, &rings, sizeof rings))
            desk_ring(hall->desk);
        MHD_run(hall->daemon);
    }
}

/* No new guests; streams say goodbye; then the door shuts. */
static void close_up(struct hall *hall)
{
    int64_t until = steady_ms() + GOODBYE_MS;
    int listener = MHD_quiesce_daemon(hall->daemon);
    int epoll =
        MHD_get_daemon_info(hall->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;

    do {
        streams_end(hall);
        MHD_run(hall->daemon);
        poll(&(struct pollfd){ .fd = epoll, .events = POLLIN }, 1, 20);
    } while (streams_count(hall->streams) && steady_ms() < until);
    streams_end(hall);
    MHD_run(hall->daemon);
    MHD_stop_daemon(hall->daemon);
    close(listener);
}

void http_door(struct room *room)
{
    struct arena *arena = arena_new();
    struct hall *hall = arena_alloc(arena, sizeof *hall);

    *hall = (struct hall){
        .room = room,
        .arena = arena,
        .scratch = arena_new(),
        .desk = desk_new(room, arena),
        .streams = streams_new(arena),
    };
    count_open();
    hall->daemon = open_daemon(hall, listen_at(http_settings.REDKITE_HTTP_BIND,
                                               "REDKITE_HTTP_BIND", arena));
    serve(hall);
    close_up(hall);
    streams_destroy(hall->streams);
    arena_destroy(&hall->scratch);
    arena_destroy(&arena);
}
