/* socket.h — the one function that makes every socket.
 *
 * What a socket must not be left to is written down once, in the table of
 * socket.c (reliability.md 2: no ZMQ_HEARTBEAT_*, bounded queues and messages,
 * TCP keepalive, connect and handshake time-outs).  Everything is set before
 * the bind or connect, and a test reads every option back.  Every socket is
 * CURVE; there is no other kind. */
#pragma once

#include "common/base/err.h"
#include "common/service/keys.h"

#include <czmq.h>

enum socket_role {
    SOCKET_SERVER,     /* ROUTER, binds: takes requests, sends replies  */
    SOCKET_CLIENT,     /* DEALER, connects: asks                        */
    SOCKET_PUBLISHER,  /* PUB, binds: rings the bell                    */
    SOCKET_SUBSCRIBER, /* SUB, connects: hears it; subscribe to topics  */
};

/* Once, first thing in main(), before any socket, actor or thread: the
 * context's own limits, and no signal handlers of czmq's. */
void socket_begin(void);

/* What a socket proves itself with, and to whom it listens. */
struct curve {
    struct key_pair own;
    struct key server;  /* of a client: the key that the server must have  */
    const char *domain; /* of a server: what the ZAP handler is asked about;
                           without a handler nobody is let in (gate.h)     */
};

/* A socket bound or connected to tcp://host:port or ipc://path.  A refusal (a
 * taken port, another transport, a bad name, no key) says why, in static or
 * the thread's text, and leaves *socket NULL.  End it with zsock_destroy(). */
struct err socket_open(enum socket_role role, const char *endpoint,
                       const struct curve *curve, zsock_t **socket);

/* A subscriber without any endpoint, to be joined to several. */
struct err socket_subscriber(zsock_t **socket);

/* One endpoint more for a subscriber, with the keys that hold there; when it
 * is joined to it already, it connects anew. */
struct err socket_join(zsock_t *socket, const char *endpoint,
                       const struct curve *curve);

/* Binds a server anew, with another key.  Who is connected stays so; who
 * connects from now on is met with the new key. */
struct err socket_rekey(zsock_t *socket, const struct curve *curve);
