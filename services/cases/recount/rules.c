#include "services/cases/recount/rules.h"

#include "common/base/calendar.h"

#include <string.h>

enum { NIGHT = 2 * 60 }; /* minutes of the day */

const char *const verdict_names[] = {
    "same", "differs", "less", "more", "facts", "new", "cannot", NULL,
};

enum verdict recount_verdict(const struct recounted *r)
{
    if (r->stored && (!r->again || strcmp(r->stored, r->again) != 0))
        return DIFFERS;
    if (!r->today)
        return CANNOT;
    if (!r->offered)
        return FRESH;
    if (r->today_total.fen != r->offer_total.fen)
        return r->today_total.fen < r->offer_total.fen ? LESS : MORE;
    return r->stored && strcmp(r->stored, r->today) == 0 ? SAME : FACTS;
}

struct moment next_night(struct moment now)
{
    struct moment night = moment_at(day_of(now), NIGHT);

    return night.us > now.us ? night
                             : moment_at(days_after(day_of(now), 1), NIGHT);
}
