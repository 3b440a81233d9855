#include "common/service/parcel.h"

#include <stdlib.h>
#include <string.h>

struct parcel *parcel_new(void)
{
    struct parcel *parcel = malloc(sizeof *parcel);

    if (!parcel)
        abort();
    parcel->came = parcel->laid = 0;
    return parcel;
}

static size_t kept(const struct parcel *parcel)
{
    return parcel->came < PARCEL_IN ? parcel->came : PARCEL_IN;
}

void parcel_drop(struct parcel **parcel)
{
    if (!*parcel)
        return;
    for (size_t i = 0; i < kept(*parcel); i++)
        (void)zmq_msg_close(&(*parcel)->in[i]);
    parcel_begin(*parcel);
    free(*parcel);
    *parcel = NULL;
}

static void copy_to(zmq_msg_t *frame, const void *bytes, size_t size)
{
    if (zmq_msg_init_size(frame, size) != 0)
        abort();
    memcpy(zmq_msg_data(frame), bytes, size);
}

void parcel_add(struct parcel *parcel, const void *bytes, size_t size)
{
    if (parcel->came < PARCEL_IN)
        copy_to(&parcel->in[parcel->came], bytes, size);
    parcel->came++;
}

/* True when another one follows. */
static bool take(struct parcel *parcel, zmq_msg_t *frame)
{
    bool more = zmq_msg_more(frame);

    if (parcel->came < PARCEL_IN) {
        (void)zmq_msg_init(&parcel->in[parcel->came]);
        (void)zmq_msg_move(&parcel->in[parcel->came], frame);
    }
    parcel->came++;
    return more;
}

struct parcel *parcel_receive(zsock_t *socket)
{
    void *from = zsock_resolve(socket);
    struct parcel *parcel = NULL;
    zmq_msg_t frame;

    (void)zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, from, ZMQ_DONTWAIT) >= 0) {
        parcel = parcel_new();
        while (take(parcel, &frame)
               && zmq_msg_recv(&frame, from, ZMQ_DONTWAIT) >= 0)
            ;
    }
    (void)zmq_msg_close(&frame);
    return parcel;
}

zmq_msg_t *parcel_last(struct parcel *parcel)
{
    return &parcel->in[kept(parcel) - 1];
}

void parcel_begin(struct parcel *parcel)
{
    for (size_t i = 0; i < parcel->laid; i++)
        (void)zmq_msg_close(&parcel->out[i]);
    parcel->laid = 0;
}

void parcel_lay(struct parcel *parcel, const char *text)
{
    if (parcel->laid < PARCEL_OUT)
        copy_to(&parcel->out[parcel->laid++], text, strlen(text));
}

static bool put(zmq_msg_t *frame, void *to, bool more)
{
    return zmq_msg_send(frame, to, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0))
           >= 0;
}

void parcel_send(struct parcel **parcel, zsock_t *socket)
{
    struct parcel *sent = *parcel;
    void *to = zsock_resolve(socket);
    bool good = sent->came == 0 || put(&sent->in[0], to, true);

    for (size_t i = 0; good && i < sent->laid; i++)
        good = put(&sent->out[i], to, i + 1 < sent->laid);
    parcel_drop(parcel);
}

bool parcel_same_client(struct parcel *a, struct parcel *b)
{
    size_t size = zmq_msg_size(&a->in[0]);

    return size == zmq_msg_size(&b->in[0])
           && memcmp(zmq_msg_data(&a->in[0]), zmq_msg_data(&b->in[0]), size)
                  == 0;
}
