#include "common/service/socket.h"

#include <stdbool.h>
#include <string.h>
#include <zmq.h>

enum { NONE = -2 }; /* the option does not belong to this role */

enum {
    IO_THREADS = 1, /* a second one costs wake-ups: 3 % of a signing */
    SOCKETS_MAX = 1024,
    BIND_TRIES = 200,
    BIND_PAUSE_MS = 10
};

/* clang-format off */
static const struct {
    int type;
    bool binds;
} roles[] = {
    [SOCKET_SERVER]     = { ZMQ_ROUTER, true  },
    [SOCKET_CLIENT]     = { ZMQ_DEALER, false },
    [SOCKET_PUBLISHER]  = { ZMQ_PUB,    true  },
    [SOCKET_SUBSCRIBER] = { ZMQ_SUB,    false },
};

/* The socket sheet of reliability.md 2.  Times are milliseconds, but those of
 * TCP_KEEPALIVE_* are seconds.  A server lingers, so that the last answers of
 * a service that stops still leave it; and it waits for nobody: an answer that
 * a client does not fetch is dropped, and remembered for when it asks again. */
static const struct {
    int option;
    int value[4]; /* server, client, publisher, subscriber */
} sheet[] = {
    { ZMQ_LINGER,              {   2000,      0,      0,      0 } },
    { ZMQ_SNDHWM,              {   1000,   1000,   1000,   1000 } },
    { ZMQ_RCVHWM,              {   1000,   1000,   1000,   1000 } },
    { ZMQ_SNDTIMEO,            {      0,   1000,   1000,   1000 } },
    { ZMQ_RCVTIMEO,            {      0,     -1,     -1,     -1 } },
    { ZMQ_CONNECT_TIMEOUT,     {   1000,   1000,   1000,   1000 } },
    { ZMQ_HANDSHAKE_IVL,       {   2000,   2000,   2000,   2000 } },
    { ZMQ_HEARTBEAT_IVL,       {      0,      0,      0,      0 } },
    { ZMQ_RECONNECT_IVL,       {    100,    100,    100,    100 } },
    { ZMQ_RECONNECT_IVL_MAX,   {   2000,   2000,   2000,   2000 } },
    { ZMQ_TCP_KEEPALIVE,       {      1,      1,      1,      1 } },
    { ZMQ_TCP_KEEPALIVE_IDLE,  {      1,      1,      1,      1 } },
    { ZMQ_TCP_KEEPALIVE_INTVL, {      1,      1,      1,      1 } },
    { ZMQ_TCP_KEEPALIVE_CNT,   {      3,      3,      3,      3 } },
    { ZMQ_TCP_MAXRT,           {   2500,   2500,   2500,   2500 } },
    { ZMQ_IPV6,                {      0,      0,      0,      0 } },
    { ZMQ_ROUTER_MANDATORY,    {      1,   NONE,   NONE,   NONE } },
    { ZMQ_ROUTER_HANDOVER,     {      0,   NONE,   NONE,   NONE } },
    { ZMQ_IMMEDIATE,           {   NONE,      1,   NONE,   NONE } },
};
/* clang-format on */

/* Debian's zmq.h hides it among the drafts, its library has it. */
enum { ZAP_ENFORCE_DOMAIN = 93 };

static const int64_t message_max = 262144; /* bytes of one frame */

void socket_begin(void)
{
    zsys_handler_set(NULL);
    zsys_init();
    zsys_set_io_threads(IO_THREADS);
    zsys_set_max_sockets(SOCKETS_MAX);
}

static bool configure(void *raw, enum socket_role role)
{
    for (size_t i = 0; i < sizeof sheet / sizeof *sheet; i++) {
        const int *value = &sheet[i].value[role];
        if (*value != NONE
            && zmq_setsockopt(raw, sheet[i].option, value, sizeof *value) != 0)
            return false;
    }
    return zmq_setsockopt(raw, ZMQ_MAXMSGSIZE, &message_max, sizeof message_max)
           == 0;
}

static bool set_text(void *raw, int option, const char *text)
{
    return zmq_setsockopt(raw, option, text, strlen(text)) == 0;
}

/* ZAP_ENFORCE_DOMAIN is what keeps a server closed when there is no ZAP
 * handler, or it has died: without it anybody is let in (reliability.md 2). */
static bool set_curve(void *raw, bool serves, const struct curve *curve)
{
    static const int yes = 1;

    if (serves)
        return zmq_setsockopt(raw, ZMQ_CURVE_SERVER, &yes, sizeof yes) == 0
               && zmq_setsockopt(raw, ZAP_ENFORCE_DOMAIN, &yes, sizeof yes) == 0
               && set_text(raw, ZMQ_ZAP_DOMAIN, curve->domain)
               && set_text(raw, ZMQ_CURVE_PUBLICKEY, curve->own.public.text)
               && set_text(raw, ZMQ_CURVE_SECRETKEY, curve->own.secret.text);
    return set_text(raw, ZMQ_CURVE_PUBLICKEY, curve->own.public.text)
           && set_text(raw, ZMQ_CURVE_SECRETKEY, curve->own.secret.text)
           && set_text(raw, ZMQ_CURVE_SERVERKEY, curve->server.text);
}

static bool transport_known(const char *endpoint)
{
    return strncmp(endpoint, "tcp://", 6) == 0
           || strncmp(endpoint, "ipc://", 6) == 0;
}

static struct err refused(void)
{
    return fail(CODE_FAULT, zmq_strerror(zmq_errno()));
}

static struct err attach(void *raw, const char *endpoint, bool serves,
                         const struct curve *curve)
{
    if (!transport_known(endpoint))
        return fail(CODE_BAD_REQUEST, "an endpoint is tcp://… or ipc://…");
    if (!set_curve(raw, serves, curve))
        return fail(CODE_DENIED, "the socket does not take these keys");
    if ((serves ? zmq_bind : zmq_connect)(raw, endpoint) != 0)
        return refused();
    return OK;
}

static struct err make(enum socket_role role, zsock_t **socket)
{
    *socket = zsock_new(roles[role].type);
    if (!*socket)
        return fail(CODE_FAULT, "no more sockets");
    if (configure(zsock_resolve(*socket), role))
        return OK;
    struct err err = refused();
    zsock_destroy(socket);
    return err;
}

struct err socket_open(enum socket_role role, const char *endpoint,
                       const struct curve *curve, zsock_t **socket)
{
    TRY(make(role, socket));
    struct err err =
        attach(zsock_resolve(*socket), endpoint, roles[role].binds, curve);
    if (err.code)
        zsock_destroy(socket);
    return err;
}

struct err socket_subscriber(zsock_t **socket)
{
    return make(SOCKET_SUBSCRIBER, socket);
}

struct err socket_join(zsock_t *socket, const char *endpoint,
                       const struct curve *curve)
{
    void *raw = zsock_resolve(socket);

    (void)zmq_disconnect(raw, endpoint);
    return attach(raw, endpoint, false, curve);
}

/* The I/O thread closes the old listener in its own time. */
struct err socket_rekey(zsock_t *socket, const struct curve *curve)
{
    void *raw = zsock_resolve(socket);
    char endpoint[256];
    size_t size = sizeof endpoint;
    struct err err = OK;

    if (zmq_getsockopt(raw, ZMQ_LAST_ENDPOINT, endpoint, &size) != 0
        || zmq_unbind(raw, endpoint) != 0)
        return refused();
    for (int tries = 0; tries < BIND_TRIES; tries++) {
        err = attach(raw, endpoint, true, curve);
        if (!err.code)
            return OK;
        zclock_sleep(BIND_PAUSE_MS);
    }
    return err;
}
