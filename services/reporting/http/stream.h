/* stream.h — live streams of the board (server-sent events).
 *
 * Each time the read model has moved, at most four times a second, the board
 * goes out as one message to all streams.  A stream that has nothing to send
 * sleeps; one that cannot keep up over several messages is closed, and its
 * browser comes again by itself.  The number of streams is bounded. */
#pragma once

#include "services/reporting/http/hall.h"

struct streams *streams_new(struct arena *arena);
void streams_destroy(struct streams *streams);

/* Begin a stream in answer to a request; a problem when all are taken.
 * `last_id` (may be NULL) is the last message that the client has seen. */
enum MHD_Result stream_begin(struct ask *ask, const char *last_id);

/* Send what there is to send.  Returns when to be called again, by the steady
 * clock; INT64_MAX when there is nothing to wait for. */
int64_t streams_tick(struct hall *hall, int64_t now_ms);

/* End all streams: each says goodbye when the loop runs next. */
void streams_end(struct hall *hall);

size_t streams_count(const struct streams *streams);
