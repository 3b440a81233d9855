#include "services/cases/access/rules.h"

#include "common/base/calendar.h"

bool access_is_many(int64_t households)
{
    return households > ACCESS_MOST;
}

struct moment access_next(struct moment now)
{
    return moment_at(days_after(day_of(now), 1), ACCESS_MINUTE);
}
