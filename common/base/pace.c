#include "common/base/pace.h"

enum { OWED_MOST_MS = 2 * PACE_STREAM_MS };

int64_t pace_rest(const struct pace *pace, int64_t now)
{
    int64_t pause = pace->owed_ms / 2 > PACE_MS ? pace->owed_ms / 2 : PACE_MS;
    int64_t rest = pace->took_at + pause - now;

    return rest > 0 ? rest : 0;
}

void pace_took(struct pace *pace, int64_t count, int64_t now)
{
    int64_t owed = pace->owed_ms - (now - pace->took_at);

    owed = (owed > 0 ? owed : 0) + count * PACE_MS;
    pace->owed_ms = owed < OWED_MOST_MS ? owed : OWED_MOST_MS;
    pace->took_at = now;
}
