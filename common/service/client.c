#include "common/service/client.h"

#include "common/base/json.h"
#include "common/service/socket.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
    FIRST_PAUSE_MS = 1000, /* before an unanswered ask is sent again */
    SEND_WAIT_MS = 1000,   /* for a connection to send it by         */
    SENT_LIFE_S = 30,      /* deadline of client_send()              */
    LOOK_MS = 1000,        /* at the key files, at most this often   */
    FRAMES = 4,            /* [RK1][code][meta][body]                */
};

#define PROTOCOL "RK1"

struct client {
    struct arena *arena; /* what lives as long as the client */
    struct arena *brief; /* what lives as long as a sending  */
    struct party party;
    struct meta asker;
    struct curve curve; /* that the socket was opened with         */
    int64_t looked_at;  /* at the key files (mono)                 */
    bool given_up;      /* no connection came about: open it anew  */
    zsock_t *socket;
    struct err broken; /* why there is no socket */
};

struct reply_meta {
    struct id id;
};

static const struct field reply_meta_fields[] = {
    FIELD(reply_meta, id),
};
static const struct shape reply_meta_shape = SHAPE(reply_meta);

struct problem {
    const char *code;
    const char *why;
};

static const struct field problem_fields[] = {
    FIELD(problem, code),
    FIELD(problem, why),
};
static const struct shape problem_shape = SHAPE(problem);

static const char *copy(struct arena *arena, const char *text)
{
    return text ? arena_text(arena, text) : NULL;
}

/* ------------------------------------------------------------- connecting */

static struct err read_keys(const struct party *party, struct curve *curve)
{
    struct key_file file;

    memset(curve, 0, sizeof *curve);
    TRY(key_secret_read(party->keys.file, &file));
    curve->own = file.pair;
    TRY(key_public_read(party->keys.folder, party->name, &file));
    curve->server = file.pair.public;
    return OK;
}

static bool curve_same(const struct curve *a, const struct curve *b)
{
    return key_same(&a->own.public, &b->own.public)
           && key_same(&a->server, &b->server);
}

/* Looks at the key files now and then.  libzmq gives up on a server that has
 * refused our key, or that we refused: only a new socket tries again. */
static void tend(struct client *client)
{
    int64_t now = zclock_mono();
    struct curve curve;

    if (client->looked_at && now - client->looked_at < LOOK_MS)
        return;
    client->looked_at = now;
    struct err err = read_keys(&client->party, &curve);
    if (err.code && client->socket)
        return; /* a file on its way: what stands goes on */
    if (client->socket && !client->given_up
        && curve_same(&curve, &client->curve))
        return;
    client->given_up = false;
    client->curve = curve;
    zsock_destroy(&client->socket);
    client->broken = err;
    if (!err.code)
        client->broken = socket_open(SOCKET_CLIENT, client->party.endpoint,
                                     &client->curve, &client->socket);
}

struct client *client_open(const struct party *party, const struct meta *asker)
{
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        abort();

    client->arena = arena_new();
    client->brief = arena_new();
    client->party = (struct party){
        .name = copy(client->arena, party->name),
        .endpoint = copy(client->arena, party->endpoint),
        .keys = { copy(client->arena, party->keys.file),
                  copy(client->arena, party->keys.folder) },
    };
    client->asker = *asker;
    client->asker.roles = copy(client->arena, asker->roles);
    client->asker.purpose = copy(client->arena, asker->purpose);
    client->asker.traceparent.text =
        copy(client->arena, asker->traceparent.text);
    tend(client);
    return client;
}

void client_close(struct client **client)
{
    if (!*client)
        return;
    zsock_destroy(&(*client)->socket);
    arena_destroy(&(*client)->arena);
    arena_destroy(&(*client)->brief);
    free(*client);
    *client = NULL;
}

/* ------------------------------------------------------------ one frame set */

/* A new trace (W3C): its id is the call's, its span is random. */
static const char *trace_new(struct id call, struct arena *arena)
{
    unsigned char span[8];
    char trace[33] = { 0 }, hex[17];
    size_t used = 0;

    for (const char *c = call.text; *c && used < 32; c++)
        if (*c != '-')
            trace[used++] = *c;
    randombytes_buf(span, sizeof span);
    sodium_bin2hex(hex, sizeof hex, span, sizeof span);
    return arena_format(arena, "\"00-%s-%s-01\"", trace, hex);
}

static const char *meta_text(const struct client *client, struct id call,
                             struct moment deadline, struct arena *arena)
{
    struct meta meta = client->asker;

    meta.id = call;
    meta.deadline = deadline;
    if (!meta.traceparent.text)
        meta.traceparent.text = trace_new(call, arena);
    return shape_to_json(FROM(meta, &meta), arena);
}

/* Waits no longer than wait_ms, and does not ask zmq_poll() what the socket
 * knows: that costs several system calls. */
static bool is_ready(zsock_t *socket, short events, int wait_ms)
{
    zmq_pollitem_t item = { zsock_resolve(socket), 0, events, 0 };

    return (zsock_events(socket) & events)
           || (wait_ms > 0 && zmq_poll(&item, 1, wait_ms) > 0);
}

/* Waits for a connection, no longer than wait_ms; a request that finds none
 * is not kept: the asker sends it again. */
static void put(struct client *client, const char *command, const char *meta,
                const char *body, int wait_ms)
{
    client->given_up = !is_ready(client->socket, ZMQ_POLLOUT, wait_ms);
    if (client->given_up)
        return;
    struct parcel *request = parcel_new();
    parcel_lay(request, PROTOCOL);
    parcel_lay(request, command);
    parcel_lay(request, meta);
    parcel_lay(request, body);
    parcel_send(&request, client->socket);
}

static const char *text_of(zmq_msg_t *frame, struct arena *arena)
{
    return arena_slice(arena, zmq_msg_data(frame), zmq_msg_size(frame));
}

/* A later service may say more in it than this client knows. */
static bool read_meta(const char *text, struct reply_meta *meta,
                      struct arena *arena)
{
    if (json_check(text, strlen(text)).code)
        return false;
    cJSON *json = cJSON_Parse(text);
    struct err err = shape_from_event(INTO(reply_meta, meta), json, arena);
    cJSON_Delete(json);
    return !err.code;
}

bool client_read(struct parcel *came, struct id *call, struct answer *answer,
                 struct arena *arena)
{
    zmq_msg_t *in = came->in;
    struct reply_meta meta;

    if (came->came != FRAMES || strcmp(text_of(&in[0], arena), PROTOCOL) != 0
        || !read_meta(text_of(&in[2], arena), &meta, arena))
        return false;
    answer->code = code_from_name(text_of(&in[1], arena));
    answer->body = text_of(&in[3], arena);
    *call = meta.id;
    return true;
}

static struct answer problem(enum code code, const char *why,
                             struct arena *arena)
{
    struct problem problem = { .code = code_name(code), .why = why };

    return (struct answer){
        .code = code,
        .body = shape_to_json(FROM(problem, &problem), arena),
    };
}

/* --------------------------------------------------------------- the halves */

zsock_t *client_socket(const struct client *client)
{
    return client->socket;
}

void client_send(struct client *client, struct id call, const char *command,
                 const char *body)
{
    struct moment deadline = client->asker.deadline;

    tend(client);
    if (!deadline.us)
        deadline.us = moment_now().us + SENT_LIFE_S * MICROSECONDS;
    if (client->socket)
        put(client, command, meta_text(client, call, deadline, client->brief),
            body, SEND_WAIT_MS);
    arena_reset(client->brief);
}

bool client_receive(struct client *client, int timeout_ms, struct id *call,
                    struct answer *answer, struct arena *arena)
{
    int64_t end = zclock_mono() + timeout_ms;
    int left = timeout_ms;

    while (client->socket) {
        if (!is_ready(client->socket, ZMQ_POLLIN, left))
            return false;
        struct parcel *came = parcel_receive(client->socket);
        bool good = came && client_read(came, call, answer, arena);
        parcel_drop(&came);
        if (good)
            return true;
        left = (int)(end - zclock_mono());
    }
    return false;
}

/* ------------------------------------------------------------------ one ask */

/* Waits for the answer to this very ask; those to older asks are dropped.
 * `until` is of the monotonic clock: somebody may set the other one. */
static bool await(struct client *client, struct id call, int64_t until,
                  struct answer *answer, struct arena *arena)
{
    for (;;) {
        int left = (int)(until - zclock_mono());
        struct id from;

        if (left < 0 || !client_receive(client, left, &from, answer, arena))
            return false;
        if (id_same(from, call))
            return true;
    }
}

static struct answer no_socket(const struct client *client, struct arena *arena)
{
    return problem(client->broken.code,
                   arena_format(arena, "%s at %s: %s", client->party.name,
                                client->party.endpoint, client->broken.why),
                   arena);
}

static struct answer no_answer(const struct client *client, int timeout_ms,
                               struct arena *arena)
{
    return problem(CODE_BUSY,
                   arena_format(arena, "no answer from %s within %d ms%s",
                                client->party.endpoint, timeout_ms,
                                client->given_up
                                    ? "; it is away, or does not know this key"
                                    : ""),
                   arena);
}

struct answer client_ask_as(struct client *client, struct id call,
                            const char *command, const char *body,
                            int timeout_ms, struct arena *arena)
{
    struct moment deadline = { moment_now().us + timeout_ms * INT64_C(1000) };
    int64_t now = zclock_mono(), end = now + timeout_ms;
    int64_t pause = FIRST_PAUSE_MS;
    struct answer answer;

    const char *meta = meta_text(client, call, deadline, arena);
    for (; now < end; now = zclock_mono(), pause *= 2) {
        int64_t until = now + pause < end ? now + pause : end;
        int64_t left = end - now;

        tend(client);
        if (!client->socket)
            return no_socket(client, arena);
        put(client, command, meta, body,
            left < SEND_WAIT_MS ? (int)left : SEND_WAIT_MS);
        if (await(client, call, until, &answer, arena))
            return answer;
    }
    return no_answer(client, timeout_ms, arena);
}

struct answer client_ask(struct client *client, const char *command,
                         const char *body, int timeout_ms, struct arena *arena)
{
    return client_ask_as(client, id_new(moment_now()), command, body,
                         timeout_ms, arena);
}
