#include "services/cases/publication/rules.h"

/* Lost from one moment to another; when the end runs on, it does so by what is
 * lost, and an outage that began in time counts whole. */
static int64_t lost_us(struct moment from, struct moment until, bool runs_on,
                       struct rows outages)
{
    const struct outage_span *at = outages.at;
    int64_t seen = from.us, sum = 0;

    for (size_t i = 0; i < outages.count; i++) {
        int64_t end = until.us + (runs_on ? sum : 0);
        int64_t since = at[i].since.us > seen ? at[i].since.us : seen;
        int64_t last = at[i].until.us;

        if (since >= end)
            break;
        if (!runs_on && last > end)
            last = end;
        if (last > since) {
            sum += last - since;
            seen = last;
        }
    }
    return sum;
}

struct moment published_until(struct day on, int days, struct rows outages)
{
    struct moment from = moment_at(days_after(on, 1), 0);
    struct moment until = moment_at(days_after(on, days + 1), 0);

    if (lost_us(from, until, false, outages) > OUTAGE_TOLERATED_H * HOUR_US)
        until.us += lost_us(from, until, true, outages);
    return until;
}

struct err outage_may(struct outage_span span, struct moment now)
{
    if (span.until.us > now.us)
        return fail_at("until", "is still to come; report an outage when it is "
                                "over, or up to now");
    if (span.until.us <= span.since.us)
        return fail_at("until", "is not after its beginning (since)");
    if (span.until.us - span.since.us > OUTAGE_DAYS_MOST * DAY_US)
        return fail_at("since", "makes it longer than 90 days; report it in "
                                "parts");
    if (now.us - span.since.us > OUTAGE_DAYS_BACK * DAY_US)
        return fail_at("since", "is more than 366 days ago, and no publication "
                                "runs from then");
    return OK;
}
