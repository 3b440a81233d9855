#include "common/base/pace.h"

enum { ONE = 1000 };

int64_t pace_rest(const struct pace *pace, int64_t now)
{
    int64_t rest = pace->took_at + pace->pause_ms - now;

    return rest > 0 ? rest : 0;
}

static int64_t pause_of(int64_t rate)
{
    int64_t most = PACE_STREAM_MS - PACE_MS;
    int64_t more =
        (rate - PACE_CALM * ONE) * most / ((PACE_STREAM - PACE_CALM) * ONE);

    return PACE_MS + (more < 0 ? 0 : more < most ? more : most);
}

/* The mean fades with time, not with helpings: of an even stream it is the
 * same in whatever helpings it is taken. */
void pace_took(struct pace *pace, int64_t count, int64_t now)
{
    int64_t passed = now - pace->took_at;

    pace->rate +=
        (count * 1000 * ONE - pace->rate * passed) / (PACE_WINDOW_MS + passed);
    pace->pause_ms = pause_of(pace->rate);
    pace->took_at = now;
}
