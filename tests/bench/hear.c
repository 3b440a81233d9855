/* hear — so many subscribers of a service, each with a connection of its own,
 * who take every event it publishes.
 *
 *   hear SERVICE=ENDPOINT SUBSCRIBERS
 *
 * The keys are those of REDKITE_KEY_FILE and REDKITE_KEYS.  Says "hearing" once
 * all are let in and have heard a beat; ends by SIGTERM. */
#include "common/service/socket.h"
#include "tests/party.h"

#include <stdio.h>

enum { MOST = 64 };

static zsock_t *subscriber(const struct party *party)
{
    struct key_file own, theirs;
    struct curve curve = { 0 };
    zsock_t *socket = NULL;

    if (key_secret_read(party->keys.file, &own).code
        || key_public_read(party->keys.folder, party->name, &theirs).code)
        return NULL;
    curve.own = own.pair;
    curve.server = theirs.pair.public;
    struct err err =
        socket_open(SOCKET_SUBSCRIBER, party->endpoint, &curve, &socket);
    if (err.code)
        fprintf(stderr, "hear: %s\n", err.why);
    else
        zsock_set_subscribe(socket, "");
    return socket;
}

/* Takes what has come, frame by frame; true when something had.  It shares the
 * machine with what is measured: so it does no more than that. */
static bool drain(void *socket)
{
    zmq_msg_t frame;
    bool came = false;

    zmq_msg_init(&frame);
    while (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) >= 0)
        came = true;
    zmq_msg_close(&frame);
    return came;
}

static void hear(zsock_t **sockets, size_t count)
{
    zmq_pollitem_t items[MOST] = { 0 };
    bool heard[MOST] = { false };
    size_t hearing = 0;

    for (size_t i = 0; i < count; i++) {
        items[i].socket = zsock_resolve(sockets[i]);
        items[i].events = ZMQ_POLLIN;
    }
    while (zmq_poll(items, (int)count, -1) >= 0) {
        for (size_t i = 0; i < count; i++) {
            if (!drain(items[i].socket) || heard[i])
                continue;
            heard[i] = true;
            if (++hearing == count)
                puts("hearing");
        }
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    zsock_t *sockets[MOST];

    if (count < 1 || count > MOST) {
        fputs("usage: hear SERVICE=ENDPOINT SUBSCRIBERS\n", stderr);
        return 2;
    }
    struct party party = party_of(argv[1]);
    socket_begin();
    for (size_t i = 0; i < count; i++) {
        sockets[i] = subscriber(&party);
        if (!sockets[i])
            return 1;
    }
    hear(sockets, count);
    return 0;
}
