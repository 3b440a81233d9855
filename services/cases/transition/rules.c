#include "services/cases/transition/rules.h"

#include "common/base/calendar.h"
#include "common/formula/number.h"

#define ONCE 1000000 /* millionths */

const char *const transition_starts[] = { "vacated", "next_day", "month",
                                          NULL };
const char *const transition_parts[] = { "days", "half", "whole", NULL };
const char *const transition_bases[] = { "agreed", "latest", NULL };

struct err transition_check(const struct transition_terms *terms)
{
    if (terms->area.centi <= 0 || terms->area.centi > TRANSITION_AREA_MAX)
        return fail_at("area", "is not an area that somebody lives in");
    if (terms->rate.fen <= 0 || terms->rate.fen > TRANSITION_RATE_MAX)
        return fail_at("rate", "is not a rate of yuan a square metre");
    for (size_t i = 0; i < terms->stage_count; i++) {
        const struct transition_stage *stage = &terms->stages[i];
        const struct transition_stage *before = i ? stage - 1 : NULL;
        if (stage->from_month <= (before ? before->from_month : 0))
            return fail_at("stages", "rise by from_month, which counts from 1");
        if (stage->multiplier.millionths
            < (before ? before->multiplier.millionths : ONCE))
            return fail_at("stages", "pay at least the rate, and never less "
                                     "than the stage before");
    }
    return OK;
}

struct err transition_may_confirm(bool confirmed, bool by_maker)
{
    if (confirmed)
        return fail(CODE_CONFLICT, "these terms were confirmed, and stand");
    if (by_maker)
        return fail(CODE_DENIED, "another person than who entered the terms "
                                 "confirms them");
    return OK;
}

struct day transition_first(const struct transition_terms *terms,
                            struct day vacated)
{
    int year, month, date;

    if (terms->start == START_NEXT_DAY)
        return days_after(vacated, 1);
    if (terms->start == START_VACATED)
        return vacated;
    day_split(vacated, &year, &month, &date);
    return day_from(year, month, 1);
}

struct day transition_overrun(const struct transition_terms *terms,
                              struct day vacated)
{
    return months_after(transition_first(terms, vacated), (int)terms->months);
}

struct day transition_stop(const struct transition_terms *terms,
                           struct day handed_over)
{
    if (!handed_over.number)
        return handed_over;
    return months_after(handed_over, (int)terms->stop_months);
}

/* How many times the rate, in the nth month of the overrun. */
static struct rate multiplier_of(const struct transition_terms *terms,
                                 int64_t overrun)
{
    struct rate found = { ONCE };

    if (!overrun)
        return (struct rate){ terms->prepaid || terms->turnover ? 0 : ONCE };
    if (terms->turnover || (terms->liability_required && !terms->liable))
        return found; /* Shandong Regulations art. 28; Qingdao art. 29 */
    for (size_t i = 0; i < terms->stage_count; i++)
        if (terms->stages[i].from_month <= overrun)
            found = terms->stages[i].multiplier;
    return found;
}

static struct money rate_of(const struct transition_terms *terms,
                            int64_t overrun, struct day from)
{
    struct money rate = terms->rate;

    if (overrun && terms->basis == BASIS_LATEST)
        for (size_t i = 0; i < terms->price_count; i++)
            if (terms->prices[i].since.number <= from.number)
                rate = terms->prices[i].rate;
    return rate;
}

/* What a month counts of which `lived` of its days are owed. */
static struct number part_of(const struct transition_terms *terms, int days,
                             int lived)
{
    struct number part = number_of(1);

    if (terms->part == PART_DAYS)
        (void)number_divide(number_of(lived), number_of(days), &part);
    else if (terms->part == PART_HALF && lived * 2 <= days)
        part = (struct number){ 1, 2 };
    return part;
}

/* Area × rate × multiplier × part of the month, rounded half up to the fen. */
static struct money fee(const struct transition_terms *terms,
                        const struct transition_month *month,
                        struct number part)
{
    struct number sum = number_of(terms->area.centi);

    (void)(number_multiply(sum, number_of(month->rate.fen), &sum)
           && number_divide(sum, number_of(100), &sum)
           && number_multiply(sum, number_of(month->multiplier.millionths),
                              &sum)
           && number_divide(sum, number_of(ONCE), &sum)
           && number_multiply(sum, part, &sum)
           && number_round(sum, number_of(1), ROUND_HALF_UP, &sum));
    return (struct money){ (int64_t)sum.num };
}

bool transition_month(const struct transition_terms *terms, struct day first,
                      int64_t n, struct day stop,
                      struct transition_month *month)
{
    struct day from = months_after(first, (int)n - 1);
    struct day to = months_after(first, (int)n);
    struct number part = number_of(1);

    if (stop.number && stop.number <= from.number)
        return false;
    if (stop.number && stop.number < to.number) {
        part = part_of(terms, days_between(from, to), days_between(from, stop));
        to = stop;
    }
    *month = (struct transition_month){
        .from = from,
        .to = to,
        .overrun = n > terms->months ? n - terms->months : 0,
    };
    month->multiplier = multiplier_of(terms, month->overrun);
    month->rate = rate_of(terms, month->overrun, from);
    month->amount = fee(terms, month, part);
    return true;
}
