/* rules.h — a year's announcement of holidays, as its file says it.
 *
 *     { "year": 2027, "days": [ { "name": "元旦", "date": "2027-01-01",
 *                                 "isOffDay": true }, ... ] }
 *
 * Periods of months rest on these days, so that a file is taken whole or not at
 * all (domain.md 1.1). */
#pragma once

#include "common/base/calendar.h"
#include "common/formula/tree.h"

/* The year that a file announces, or what is wrong with it, with its line and
 * column.  `first` and `last` are the years that are known: no year may be
 * missing in between. */
struct err holiday_file_read(struct source source, int first, int last,
                             struct arena *arena, int *year);
