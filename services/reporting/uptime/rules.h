/* rules.h — for how long the public door was not there (domain.md 1.1, R-PUB).
 *
 * Whoever looks each minute and finds the door answering, marks the time.  When
 * a mark comes late, nobody has seen the door meanwhile: that time is lost for
 * what was to be seen there. */
#pragma once

#include "common/base/value.h"

#include <stdbool.h>

enum {
    LOOK_S = 60,   /* between two looks                               */
    AGAIN_S = 10,  /* after one in vain                               */
    LATE_S = 150,  /* a look left out, and then some: no mark in time */
    TELL_S = 3600, /* what is lost while it does not answer, is told  */
};

/* What was lost before `now`, in microseconds; 0 when the mark is in time, or
 * when the door does not answer yet and there is nothing to tell so soon.
 * `steady_us` is the time since the last mark by a clock that is never set, or
 * -1 when another process made that mark: a clock that is put right is no
 * outage. */
int64_t uptime_lost_us(struct moment seen, struct moment now, int64_t steady_us,
                       bool answers);
