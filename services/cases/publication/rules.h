/* rules.h — how long something has to be on view before anything follows from
 * it, and what is added when it was not there to be seen (domain.md 1.1,
 * R-PUB).
 *
 * A period of publication is a floor.  Outages of the page or of the notice
 * that come to more than 24 hours within it are added to it, those of the time
 * that was added as well. */
#pragma once

#include "common/base/calendar.h"
#include "common/base/err.h"
#include "common/base/shape.h"

enum {
    OUTAGE_TOLERATED_H = 24, /* in all, within one period           */
    OUTAGE_DAYS_MOST = 90,   /* that a person may report at once    */
    OUTAGE_DAYS_BACK = 366,  /* that it may have begun before today */
};

/* From when until when something was not to be seen. */
struct outage_span {
    struct moment since;
    struct moment until;
};

/* The first moment after `days` whole days on view, the day of publication not
 * counted.  `outages` are outage_span by their beginning; what overlaps counts
 * once. */
struct moment published_until(struct day on, int days, struct rows outages);

/* Whether a person may report an outage now: it is over, and no longer and no
 * older than the numbers above. */
struct err outage_may(struct outage_span span, struct moment now);
