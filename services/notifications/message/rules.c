#include "services/notifications/message/rules.h"

#include "common/base/calendar.h"

enum { WEEK = 7 };

const struct contact_policy peace_rules = {
    .quiet_from = 20 * 60,
    .quiet_until = 8 * 60 + 30,
    .a_day = 1,
    .a_week = 3,
};

static struct moment after_quiet(struct moment at,
                                 const struct contact_policy *policy)
{
    struct day day = day_of(at);
    int minute = minute_of_day(at);

    if (minute >= policy->quiet_from)
        return moment_at(days_after(day, 1), policy->quiet_until);
    if (minute < policy->quiet_until)
        return moment_at(day, policy->quiet_until);
    return at;
}

/* `at` itself when the caps allow it, else a later moment to look at. */
static struct moment next_try(struct moment at, struct history earlier,
                              const struct contact_policy *policy)
{
    const struct day today = day_of(at);
    const int64_t week_ago = at.us - WEEK * DAY_US;
    struct moment first = { INT64_MAX };
    size_t that_day = 0, that_week = 0;

    for (size_t i = 0; i < earlier.count; i++) {
        struct moment mailed = earlier.at[i].at;
        if (day_of(mailed).number >= today.number)
            that_day++;
        if (mailed.us <= week_ago)
            continue;
        that_week++;
        if (mailed.us < first.us)
            first = mailed;
    }
    if (that_day >= policy->a_day)
        return moment_at(days_after(today, 1), policy->quiet_until);
    if (that_week >= policy->a_week)
        return (struct moment){ first.us + WEEK * DAY_US };
    return at;
}

struct moment delivery_time(enum mail_class class, struct moment due,
                            struct moment now, struct history earlier,
                            const struct contact_policy *policy)
{
    if (class == MAIL_EMERGENCY)
        return now;

    const struct moment soonest = after_quiet(now, policy);
    if (class != MAIL_NOTICE)
        return soonest;

    struct moment at = soonest, next = next_try(at, earlier, policy);
    while (next.us != at.us) {
        at = after_quiet(next, policy);
        next = next_try(at, earlier, policy);
    }
    const struct moment latest = { due.us - DAY_US };
    if (due.us == 0 || at.us <= latest.us)
        return at;
    return latest.us > soonest.us ? after_quiet(latest, policy) : soonest;
}
