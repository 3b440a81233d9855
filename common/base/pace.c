#include "common/base/pace.h"

#define ONE       INT64_C(1000)
#define RATE_MOST (ONE * 10 * PACE_STREAM) /* a flood is forgotten, too */

int64_t pace_rest(const struct pace *pace, int64_t now)
{
    int64_t rest = pace->took_at + pace->pause_ms - now;

    return rest > 0 ? rest : 0;
}

static int64_t between(int64_t least, int64_t value, int64_t most)
{
    return value < least ? least : value < most ? value : most;
}

/* What the rate asks for. */
static int64_t pause_of(int64_t rate)
{
    int64_t most = PACE_STREAM_MS - PACE_MS;
    int64_t over = rate - PACE_CALM * ONE;

    return PACE_MS
           + between(0, over * most / ((PACE_STREAM - PACE_CALM) * ONE), most);
}

/* The mean fades with time, not with helpings: of an even stream it is the same
 * in whatever helpings it is taken.  A few that come at once are no stream yet:
 * a pause at most doubles.  A stream that stops for a moment goes on: a pause
 * fades as the mean does. */
void pace_took(struct pace *pace, int64_t count, int64_t now)
{
    int64_t passed = now - pace->took_at, whole = PACE_WINDOW_MS + passed;
    int64_t last = pace->pause_ms > PACE_MS ? pace->pause_ms : PACE_MS;

    int64_t rate =
        pace->rate + (count * 1000 * ONE - pace->rate * passed) / whole;

    pace->rate = between(0, rate, RATE_MOST);
    pace->pause_ms =
        between(last * PACE_WINDOW_MS / whole, pause_of(pace->rate), 2 * last);
    pace->took_at = now;
}
