/* parcel.h — the frames that have come, and those that go (design.md "Wire").
 *
 * In the house a request, and its answer beside it; with its client the request
 * that goes, or the answer that came.  Frames are kept as libzmq gave them: a
 * zmsg_t would keep a list, two allocations more for each of them.  One thread
 * at a time has it. */
#pragma once

#include <czmq.h>
#include <stdbool.h>

enum {
    PARCEL_IN = 5,  /* [client][RK1][command][meta][body], or
                       [RK1][code][meta][body]                          */
    PARCEL_OUT = 4, /* either without the client: who asked is answered */
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

/* The last frame of those that are kept; at least one has come. */
zmq_msg_t *parcel_last(struct parcel *parcel);

/* One frame more that has come: `size` bytes. */
void parcel_add(struct parcel *parcel, const void *bytes, size_t size);

/* Takes away what was laid. */
void parcel_begin(struct parcel *parcel);

/* One frame more that goes; of more than PARCEL_OUT nothing is laid. */
void parcel_lay(struct parcel *parcel, const char *text);

/* Sends what was laid, to the client of the first frame that came if any has,
 * and drops all of it, also when it cannot be sent.  It does not wait. */
void parcel_send(struct parcel **parcel, zsock_t *socket);

/* Of the same client, by the name that libzmq gave his connection. */
bool parcel_same_client(struct parcel *a, struct parcel *b);
