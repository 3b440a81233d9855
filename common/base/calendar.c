#include "common/base/calendar.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* One day of an announcement: what it is called, and whether it is free. */
struct announced {
    int number;
    bool off;
    const char *name;
};

#include "common/base/holidays.h" /* made by tools/embed-holidays */

enum {
    EPOCH_DAY = 719163, /* 1970-01-01                                        */
    LAST_DAY = 3652059, /* 9999-12-31                                        */
    ERA_DAYS = 146097,  /* 400 years, after which the calendar repeats       */
    MARCH_DAYS = 306,   /* 0000-03-01 to 0001-01-01: years counted from March
                           end with the leap day                             */
};

struct day day_of(struct moment moment)
{
    int64_t us = moment.us + DISTRICT_OFFSET_US;
    return (
        struct day){ (int32_t)(us / DAY_US - (us % DAY_US < 0) + EPOCH_DAY) };
}

int minute_of_day(struct moment moment)
{
    int64_t us = (moment.us + DISTRICT_OFFSET_US) % DAY_US;
    return (int)((us < 0 ? us + DAY_US : us) / (60 * MICROSECONDS));
}

struct moment moment_at(struct day day, int minute)
{
    return (struct moment){ (day.number - EPOCH_DAY) * DAY_US
                            - DISTRICT_OFFSET_US
                            + INT64_C(60) * minute * MICROSECONDS };
}

int weekday(struct day day)
{
    return (day.number + 6) % 7 + 1; /* 0001-01-01 was a Monday */
}

static int month_length(int year, int month)
{
    static const int length[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return length[month - 1] + (month == 2 && leap);
}

struct day day_from(int year, int month, int date)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || date < 1
        || date > month_length(year, month))
        return (struct day){ 0 };

    int y = month > 2 ? year : year - 1, m = (month + 9) % 12;
    return (struct day){ 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5
                         + date - MARCH_DAYS };
}

void day_split(struct day day, int *year, int *month, int *date)
{
    int days = day.number - 1 + MARCH_DAYS;
    int era = (days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS;
    int d = days - era * ERA_DAYS;
    int y = (d - d / 1460 + d / 36524 - d / (ERA_DAYS - 1)) / 365;
    int of_year = d - (365 * y + y / 4 - y / 100);
    int m = (5 * of_year + 2) / 153;

    *date = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = era * 400 + y + (*month <= 2);
}

struct day days_after(struct day day, int count)
{
    int64_t number = (int64_t)day.number + count;

    if (number > LAST_DAY)
        number = LAST_DAY;
    return (struct day){ (int32_t)(number < 1 ? 1 : number) };
}

struct day months_after(struct day day, int count)
{
    int year, month, date;

    day_split(day, &year, &month, &date);
    int64_t months = year * INT64_C(12) + month - 1 + count;
    if (months < 12)
        return (struct day){ 1 };
    if (months >= 10000 * INT64_C(12))
        return (struct day){ LAST_DAY };

    year = (int)(months / 12);
    month = (int)(months % 12) + 1;
    int most = month_length(year, month);
    return day_from(year, month, date < most ? date : most);
}

int days_between(struct day a, struct day b)
{
    return b.number - a.number;
}

/* What holds now.  A table that was replaced is kept: who reads it may still be
 * at it, and announcements are few. */
struct table {
    const struct announced *at;
    size_t count;
    int from, until; /* days, of the announced years */
    struct table *before;
};
static struct table built = {
    .at = announced,
    .count = sizeof announced / sizeof *announced,
    .from = ANNOUNCED_FROM,
    .until = ANNOUNCED_UNTIL,
};
static _Atomic(struct table *) current = &built;

static int year_of(int number)
{
    int year, month, date;

    day_split((struct day){ number }, &year, &month, &date);
    return year;
}

void announced_years(int *first, int *last)
{
    const struct table *table = atomic_load(&current);

    *first = year_of(table->from);
    *last = year_of(table->until);
}

static int by_day(const void *a, const void *b)
{
    int left = ((const struct announced *)a)->number;
    int right = ((const struct announced *)b)->number;
    return (left > right) - (left < right);
}

static bool is_given(const struct holiday *days, size_t count, int number)
{
    for (size_t i = 0; i < count; i++)
        if (days[i].day.number == number)
            return true;
    return false;
}

void calendar_announce(const struct holiday *days, size_t count,
                       const bool years[static YEARS_MOST])
{
    struct table *table = malloc(sizeof *table);
    struct announced *at = malloc((built.count + count + 1) * sizeof *at);
    int first = year_of(built.from), last = year_of(built.until);

    if (!table || !at)
        abort();
    *table = (struct table){ .at = at, .from = built.from };
    for (size_t i = 0; i < built.count; i++) {
        int year = year_of(built.at[i].number) - first;
        bool replaced = year >= 0 && year < YEARS_MOST && years[year];
        if (!replaced && !is_given(days, count, built.at[i].number))
            at[table->count++] = built.at[i];
    }
    for (size_t i = 0; i < count; i++)
        at[table->count++] =
            (struct announced){ days[i].day.number, days[i].off,
                                strdup(days[i].name) };
    qsort(at, table->count, sizeof *at, by_day);
    while (last + 1 - first < YEARS_MOST && years[last + 1 - first])
        last++;
    table->until = day_from(last, 12, 31).number;
    table->before = atomic_load(&current);
    atomic_store(&current, table);
}

static int by_number(const void *key, const void *entry)
{
    int number = ((const struct day *)key)->number;
    int other = ((const struct announced *)entry)->number;
    return (number > other) - (number < other);
}

static const struct announced *announcement(struct day day)
{
    const struct table *table = atomic_load(&current);

    return bsearch(&day, table->at, table->count, sizeof *table->at, by_number);
}

bool is_day_off(struct day day)
{
    const struct announced *found = announcement(day);
    return found ? found->off : weekday(day) > 5;
}

bool is_public_holiday(struct day day)
{
    const struct announced *found = announcement(day);
    return found && found->off;
}

const char *holiday_name(struct day day)
{
    const struct announced *found = announcement(day);
    return found ? found->name : NULL;
}

bool is_announced(struct day day)
{
    const struct table *table = atomic_load(&current);

    return day.number >= table->from && day.number <= table->until;
}

struct day working_days_after(struct day day, int count, bool *provisional)
{
    while (count > 0 && day.number < LAST_DAY) {
        day.number++;
        *provisional |= !is_announced(day);
        count -= !is_day_off(day);
    }
    return day;
}

struct day period_end(struct day day, int count, bool *provisional)
{
    day = days_after(day, count);
    *provisional |= !is_announced(day);
    while (is_day_off(day) && day.number < LAST_DAY) {
        day.number++;
        *provisional |= !is_announced(day);
    }
    return day;
}
