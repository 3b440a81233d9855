/* client.h — ask a service a command, from outside or from a side thread.
 *
 * One DEALER socket to one service, for one thread.  An ask has a deadline; it
 * is sent again with the same call id when no answer came, so that it takes
 * effect once however often it was sent.  The service proves itself by the key
 * of its name in the folder of public keys.  When a key file has changed, or no
 * connection comes about, the socket is opened anew: keys change without a
 * stop. */
#pragma once

#include "common/service/keys.h"
#include "common/service/parcel.h"
#include "common/service/service.h"

struct client;

struct answer {
    enum code code;
    const char *body; /* the answer's JSON, or a problem {code, why, field} */
};

/* A service as its clients know it. */
struct party {
    const char *name; /* "cases" */
    const char *endpoint;
    struct key_place keys;
};

/* Never fails; a service that is away is found again.  `asker` is what goes in
 * each request's meta but id, deadline and trace. */
struct client *client_open(const struct party *party, const struct meta *asker);
void client_close(struct client **client);

/* One command with a new call id, answered or CODE_BUSY within timeout_ms.
 * The answer's text is in the arena. */
struct answer client_ask(struct client *client, const char *command,
                         const char *body, int timeout_ms, struct arena *arena);

/* As client_ask(), under a call id of the caller: to repeat an earlier ask. */
struct answer client_ask_as(struct client *client, struct id call,
                            const char *command, const char *body,
                            int timeout_ms, struct arena *arena);

/* The client's socket, to wait for answers on many clients at once. */
zsock_t *client_socket(const struct client *client);

/* The two halves, for many asks in flight: send one, and receive any answer
 * (false when none came in timeout_ms; *call says to which ask). */
void client_send(struct client *client, struct id call, const char *command,
                 const char *body);
bool client_receive(struct client *client, int timeout_ms, struct id *call,
                    struct answer *answer, struct arena *arena);

/* Of what came, an answer; false when it is none.  The text is in the arena.
 * client_receive() reads by it, and so does a fuzzer. */
bool client_read(struct parcel *came, struct id *call, struct answer *answer,
                 struct arena *arena);
