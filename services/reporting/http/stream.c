#include "services/reporting/http/stream.h"

#include "services/reporting/http/give.h"

#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

enum {
    PUSH_MS = 250,    /* between two messages                     */
    BEAT_MS = 15000,  /* a sign of life when there is no message  */
    AWAY_MS = 1000,   /* before asking an absent store again      */
    MESSAGES = 8,     /* a slower stream than that is closed      */
    BLOCK = 8 * 1024, /* copied at a time                         */
};

/* Something to be sent to streams, kept while one of them still reads it. */
struct message {
    struct arena *arena; /* of its text; NULL for those that never change */
    const char *text;
    size_t size;
    int64_t sequence; /* of the board */
    uint64_t number;  /* 1, 2, 3 ...  */
    unsigned readers;
};

struct stream {
    struct hall *hall;
    struct guest *guest; /* NULL: the place is free              */
    struct message *now; /* being sent; NULL = nothing           */
    size_t sent;         /* of it                                */
    int64_t sequence;    /* of the last board that it has        */
    bool asleep;
    bool beat; /* owes a sign of life */
};

struct streams {
    struct stream all[STREAMS_MAX];
    struct message hello, beat;
    struct message boards[MESSAGES];
    struct message *latest; /* of the boards; NULL = none yet      */
    uint64_t published;
    size_t count;
    int64_t push_ms, beat_ms; /* not before; by the steady clock   */
    bool ending;
};

static const char hello_text[] = "retry: 2000\n\n";
static const char beat_text[] = ": beat\n\n";

struct streams *streams_new(struct arena *arena)
{
    struct streams *streams = arena_alloc(arena, sizeof *streams);

    streams->hello =
        (struct message){ .text = hello_text, .size = sizeof hello_text - 1 };
    streams->beat =
        (struct message){ .text = beat_text, .size = sizeof beat_text - 1 };
    for (size_t i = 0; i < MESSAGES; i++)
        streams->boards[i].arena = arena_new();
    return streams;
}

void streams_destroy(struct streams *streams)
{
    for (size_t i = 0; i < MESSAGES; i++)
        arena_destroy(&streams->boards[i].arena);
}

size_t streams_count(const struct streams *streams)
{
    return streams->count;
}

/* --------------------------------------------------------------- messages */

/* One that nobody reads; the latest stays, for those who come. */
static struct message *free_message(struct streams *streams)
{
    for (size_t i = 0; i < MESSAGES; i++) {
        struct message *message = &streams->boards[i];
        if (message->readers == 0 && message != streams->latest)
            return message;
    }
    return NULL;
}

/* Whoever still reads the oldest message is too slow to be live. */
static void close_slowest(struct streams *streams)
{
    const struct message *oldest = streams->boards;

    for (size_t i = 1; i < MESSAGES; i++)
        if (streams->boards[i].number < oldest->number)
            oldest = &streams->boards[i];
    for (size_t i = 0; i < STREAMS_MAX; i++)
        if (streams->all[i].guest && streams->all[i].now == oldest)
            shutdown(streams->all[i].guest->fd, SHUT_RDWR);
}

/* Make the desk's board the latest message, unless it already is. */
static void publish(struct streams *streams, const struct desk *desk)
{
    int64_t sequence = desk_board(desk)->sequence;

    if (streams->latest && streams->latest->sequence == sequence)
        return;
    struct message *message = free_message(streams);
    if (!message) {
        close_slowest(streams);
        return;
    }
    arena_reset(message->arena);
    message->text = arena_format(
        message->arena, "event: progress\nid: %" PRId64 "\ndata: %s\n\n",
        sequence, desk_json(desk));
    message->size = strlen(message->text);
    message->sequence = sequence;
    message->number = ++streams->published;
    streams->latest = message;
}

/* ---------------------------------------------------------------- a stream */

static void take(struct stream *stream, struct message *message)
{
    stream->now = message;
    stream->sent = 0;
    message->readers++;
}

/* What comes next, if anything. */
static void next(struct stream *stream)
{
    struct streams *streams = stream->hall->streams;
    struct message *latest = streams->latest;

    if (latest && latest->sequence != stream->sequence) {
        take(stream, latest);
        stream->sequence = latest->sequence;
    } else if (stream->beat) {
        take(stream, &streams->beat);
    }
    stream->beat = false;
}

/* Called by the library when the connection can take more. */
static ssize_t read_stream(void *closure, uint64_t position, char *to,
                           size_t room)
{
    struct stream *stream = closure;

    (void)position;
    if (!stream->now)
        next(stream);
    if (!stream->now && stream->hall->streams->ending)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (!stream->now) {
        stream->asleep = true;
        MHD_suspend_connection(stream->guest->connection);
        return 0;
    }
    size_t size = stream->now->size - stream->sent;
    if (size > room)
        size = room;
    memcpy(to, stream->now->text + stream->sent, size);
    stream->sent += size;
    if (stream->sent == stream->now->size) {
        stream->now->readers--;
        stream->now = NULL;
    }
    return (ssize_t)size;
}

static void end_stream(void *closure)
{
    struct stream *stream = closure;

    if (stream->now)
        stream->now->readers--;
    stream->hall->streams->count--;
    stream->guest = NULL;
}

static struct stream *free_stream(struct streams *streams)
{
    for (size_t i = 0; i < STREAMS_MAX; i++)
        if (!streams->all[i].guest)
            return &streams->all[i];
    return NULL;
}

enum MHD_Result stream_begin(struct ask *ask, const char *last_id)
{
    static const struct header headers[] = {
        { "Content-Type", "text/event-stream" },
        { "Cache-Control", "no-store" },
        { "X-Accel-Buffering", "no" }, /* a proxy must pass it on at once */
        { 0 },
    };
    struct streams *streams = ask->hall->streams;
    struct stream *stream = free_stream(streams);

    if (!stream)
        return give_problem(ask, PROBLEM_CROWDED, NULL, NULL);
    publish(streams, ask->hall->desk);

    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, BLOCK, read_stream, stream, end_stream);
    if (!response)
        return MHD_NO;
    for (const struct header *h = headers; h->name; h++)
        MHD_add_response_header(response, h->name, h->value);
    *stream = (struct stream){
        .hall = ask->hall,
        .guest = ask->guest,
        .sequence = -1,
    };
    const struct message *latest = streams->latest;
    if (last_id && latest
        && strcmp(last_id,
                  arena_format(ask->arena, "%" PRId64, latest->sequence))
               == 0)
        stream->sequence = latest->sequence;
    if (streams->count++ == 0)
        streams->beat_ms = steady_ms() + BEAT_MS;
    take(stream, &streams->hello);
    ask->guest->deadline_ms = 0;
    return give_response(ask, MHD_HTTP_OK, response);
}

/* ------------------------------------------------------------- all of them */

static bool wake(struct stream *stream)
{
    if (!stream->asleep)
        return false;
    stream->asleep = false;
    MHD_resume_connection(stream->guest->connection);
    return true;
}

static bool has_news(const struct stream *stream, const struct message *latest)
{
    return stream->beat || (latest && stream->sequence != latest->sequence);
}

static bool wake_all(struct streams *streams)
{
    bool woken = false;

    for (size_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *stream = &streams->all[i];
        if (stream->guest
            && (streams->ending || has_news(stream, streams->latest)))
            woken = wake(stream) || woken;
    }
    return woken;
}

static void beat(struct streams *streams, int64_t now_ms)
{
    for (size_t i = 0; i < STREAMS_MAX; i++)
        streams->all[i].beat = streams->all[i].guest != NULL;
    streams->beat_ms = now_ms + BEAT_MS;
}

/* The read model moved: look, and say so; an absent store is asked later. */
static void push(struct hall *hall, int64_t now_ms)
{
    struct streams *streams = hall->streams;

    streams->push_ms = now_ms + PUSH_MS;
    if (desk_look(hall->desk, now_ms).code)
        streams->push_ms = now_ms + AWAY_MS;
    else
        publish(streams, hall->desk);
}

int64_t streams_tick(struct hall *hall, int64_t now_ms)
{
    struct streams *streams = hall->streams;

    if (streams->count == 0)
        return INT64_MAX;
    if (now_ms >= streams->beat_ms)
        beat(streams, now_ms);
    if (desk_is_rung(hall->desk) && now_ms >= streams->push_ms)
        push(hall, now_ms);
    /* The library sees to the woken when it runs next, not before. */
    if (wake_all(streams))
        return now_ms;
    if (desk_is_rung(hall->desk) && streams->push_ms < streams->beat_ms)
        return streams->push_ms;
    return streams->beat_ms;
}

void streams_end(struct hall *hall)
{
    hall->streams->ending = true;
    wake_all(hall->streams);
}
