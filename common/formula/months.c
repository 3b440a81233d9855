#include "common/base/calendar.h"
#include "common/formula/eval.h"
#include "common/formula/function.h"

static struct day day_of_number(int64_t number)
{
    return (struct day){ (int32_t)number };
}

int64_t months_between(int64_t from, int64_t to)
{
    int year[2], month[2], date;
    bool backward = to < from;
    struct day first = day_of_number(backward ? to : from);
    struct day last = day_of_number(backward ? from : to);

    day_split(first, &year[0], &month[0], &date);
    day_split(last, &year[1], &month[1], &date);
    int count = (year[1] - year[0]) * 12 + month[1] - month[0];
    if (months_after(first, count).number > last.number)
        count--;
    return backward ? -count : count;
}

/* What `covered` of the days of a month count. */
static struct number part_of(int covered, int days, unsigned mode)
{
    if (covered == days || mode == MONTH_WHOLE)
        return number_of(1);
    if (mode == MONTH_HALF)
        return covered * 2 <= days ? (struct number){ 1, 2 } : number_of(1);
    struct number part = number_of(0);
    number_divide(number_of(covered), number_of(days), &part);
    return part;
}

static struct number worth(struct scope *scope, const struct parameter *dated,
                           struct day day)
{
    const struct band *band =
        dated ? parameter_on(dated, number_of(day.number)) : NULL;

    if (!dated)
        return number_of(1);
    if (!band)
        scope->why = "a parameter has no value yet on a day that is asked for";
    return band ? band->value : number_of(0);
}

struct number months_over(struct scope *scope, const struct parameter *dated,
                          const struct number span[2], unsigned mode)
{
    struct number sum = number_of(0);
    struct day at = day_of_number((int64_t)span[0].num);
    struct day end = day_of_number((int64_t)span[1].num);
    int year, month, date;

    while (at.number < end.number && !scope->why) {
        day_split(at, &year, &month, &date);
        struct day first = days_after(at, 1 - date);
        struct day next = months_after(first, 1);
        struct day stop = next.number < end.number ? next : end;
        struct number part =
            part_of(days_between(at, stop), days_between(first, next), mode);
        struct number value = worth(scope, dated, at);
        if (!number_multiply(part, value, &part)
            || !number_add(sum, part, &sum))
            scope->why = "a number is too large to be kept exactly";
        at = stop;
    }
    return sum;
}
