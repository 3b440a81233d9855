/* calendar.h — days as the law counts them (domain.md 1.1).
 *
 * The day of an event is not counted; a period ends with its last day, and
 * when that is a day off it ends with the next day that is not (Civil Code
 * art. 201-203).  Working days know the State Council's public holidays and
 * make-up working days, taken over from the yearly announcements.  Days beyond
 * the last announced year follow the week alone and are provisional.
 *
 * All of it is for the district's time, UTC+8 without summer time. */
#pragma once

#include "common/base/value.h"

#include <stdbool.h>

#define DISTRICT_OFFSET_US (8 * HOUR_US)

/* The day, and the minute within it (0 .. 1439), of a moment in the district.
 */
struct day day_of(struct moment moment);
int minute_of_day(struct moment moment);

/* The moment at which a day begins in the district, plus minutes. */
struct moment moment_at(struct day day, int minute);

/* 1 = Monday .. 7 = Sunday. */
int weekday(struct day day);

/* Calendar arithmetic.  Months end on the corresponding day, or on the month's
 * last when there is none (Civil Code art. 202).  day_from() is 0 when there is
 * no such day; sums stay within 0001-01-01 and 9999-12-31. */
struct day day_from(int year, int month, int date);
void day_split(struct day day, int *year, int *month, int *date);
struct day days_after(struct day day, int count);
struct day months_after(struct day day, int count);

/* Days from `a` to `b`; negative when b is earlier. */
int days_between(struct day a, struct day b);

/* A statutory holiday or a weekend that is not a make-up working day. */
bool is_day_off(struct day day);

/* A public holiday as announced (which includes the weekend days in it). */
bool is_public_holiday(struct day day);

/* The name of an announced day ("春节"), holiday or make-up day, or NULL. */
const char *holiday_name(struct day day);

/* A day of an announcement that came after this program was built. */
struct holiday {
    struct day day;
    bool off; /* free; else a make-up working day */
    const char *name;
};

/* The years that are announced. */
void announced_years(int *first, int *last);

/* Announcements of the years that are true in `years` (by the year less that of
 * the first one announced): they stand in place of what was built in for those
 * years, and replace those given before.  Days in any order; they are copied.
 * Others may count meanwhile; what they hold on to is never freed. */
enum { YEARS_MOST = 200 };
void calendar_announce(const struct holiday *days, size_t count,
                       const bool years[static YEARS_MOST]);

/* False beyond the announced years: what is counted there is provisional. */
bool is_announced(struct day day);

/* The last day of a period: `count` working days after `day`; `count`
 * calendar days, moved off days off.  *provisional is set, never cleared. */
struct day working_days_after(struct day day, int count, bool *provisional);
struct day period_end(struct day day, int count, bool *provisional);
