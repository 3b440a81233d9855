/* pace.h — how soon to do again what costs as much for one as for many.
 *
 *   sleep_ms(pace_rest(&pace, now));
 *   count = do_all_that_has_come();
 *   pace_took(&pace, count, now);
 *
 * What comes alone is done at once.  What comes close on it waits a moment and
 * is done together; of a stream, or of many at once, ever larger helpings are
 * taken, until it has been calm again.  Moments are in milliseconds, of a clock
 * that nobody sets. */
#pragma once

#include <stdint.h>

enum {
    PACE_MS = 4,         /* between two helpings, at least              */
    PACE_STREAM_MS = 80, /* and at most: of a stream, in which for long */
                         /* more than one has come in PACE_MS           */
};

/* Everything that is done owes PACE_MS of quiet, half of which is waited for
 * before the next helping.  All zero at first. */
struct pace {
    int64_t took_at;
    int64_t owed_ms; /* at that moment */
};

/* For how long to wait yet: 0 to PACE_STREAM_MS. */
int64_t pace_rest(const struct pace *pace, int64_t now);

/* So many were done, begun at `now`; 0 is fine. */
void pace_took(struct pace *pace, int64_t count, int64_t now);
