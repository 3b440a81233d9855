/* parcel.h — the frames of a request on their way through the house, and those
 * of its answer (design.md "Wire").
 *
 * As libzmq gave them: a zmsg_t would keep a list of frames, two allocations
 * more for each of them.  One thread at a time has it. */
#pragma once

#include <czmq.h>
#include <stdbool.h>

enum {
    PARCEL_IN = 5,  /* [client][RK1][command][meta][body]          */
    PARCEL_OUT = 4, /* [RK1][code][meta][body], behind the client's */
};

struct parcel {
    zmq_msg_t in[PARCEL_IN];
    size_t came; /* frames; of what is more than PARCEL_IN nothing is kept */
    zmq_msg_t out[PARCEL_OUT];
    size_t laid;
};

/* An empty one, to be ended with parcel_drop(). */
struct parcel *parcel_new(void);
void parcel_drop(struct parcel **parcel);

/* What has arrived, or NULL: it does not wait. */
struct parcel *parcel_receive(zsock_t *socket);

/* The last frame of those that are kept, at least one has come. */
zmq_msg_t *parcel_last(struct parcel *parcel);

/* One frame more of the request: `size` bytes. */
void parcel_add(struct parcel *parcel, const void *bytes, size_t size);

/* One frame more of the answer; before the first, what was laid is taken
 * away. */
void parcel_begin(struct parcel *parcel);
void parcel_lay(struct parcel *parcel, const char *text);

/* Sends the answer to who asked, unless he has gone, and drops all of it. */
void parcel_send(struct parcel **parcel, zsock_t *socket);

/* Of the same client, by the name that libzmq gave his connection. */
bool parcel_same_client(struct parcel *a, struct parcel *b);
