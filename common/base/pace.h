/* pace.h — how soon to do again what costs as much for one as for many.
 *
 *   sleep_ms(pace_rest(&pace, now));
 *   count = do_all_that_has_come();
 *   pace_took(&pace, count, now);
 *
 * What comes alone, or at a pace that can be kept up one by one, is done at
 * once or as good as at once.  Of a stream larger helpings are taken, the
 * larger the denser it is.  Moments are in milliseconds, of a clock that nobody
 * sets. */
#pragma once

#include <stdint.h>

enum {
    PACE_MS = 4,         /* between two helpings, at least                */
    PACE_STREAM_MS = 80, /* and at most                                   */
    PACE_CALM = 220,     /* a second can be done one by one; from here to */
    PACE_STREAM = 300,   /* there the pause grows evenly                  */
    PACE_WINDOW_MS = 80  /* in which a stream is known for one            */
};

/* All zero at first. */
struct pace {
    int64_t took_at;
    int64_t pause_ms; /* from then on                              */
    int64_t rate;     /* thousandths of how many came a second, of
                         late                                      */
};

/* For how long to wait yet: 0 to PACE_STREAM_MS. */
int64_t pace_rest(const struct pace *pace, int64_t now);

/* So many were done, begun at `now`; 0 is fine. */
void pace_took(struct pace *pace, int64_t count, int64_t now);
