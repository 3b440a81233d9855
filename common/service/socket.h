/* socket.h — the one function that makes every socket.
 *
 * What a socket must not be left to is written down once, in the table of
 * socket.c (reliability.md 2: no ZMQ_HEARTBEAT_*, bounded queues and messages,
 * TCP keepalive, connect and handshake time-outs).  Everything is set before
 * the bind or connect, and a test reads every option back. */
#pragma once

#include "common/base/err.h"

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

/* A socket bound or connected to tcp://host:port or ipc://path.  A refusal (a
 * taken port, another transport, a bad name) says why, in static or the
 * thread's text, and leaves *socket NULL.  End it with zsock_destroy(). */
struct err socket_open(enum socket_role role, const char *endpoint,
                       zsock_t **socket);

/* One endpoint more for a socket that connects: one subscriber hears many. */
struct err socket_join(zsock_t *socket, const char *endpoint);
