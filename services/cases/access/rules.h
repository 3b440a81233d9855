/* rules.h — when somebody opens more households than a day's work explains
 * (domain.md §8 R-SNOOP). */
#pragma once

#include "common/base/value.h"

#include <stdbool.h>

enum {
    ACCESS_MOST = 30,   /* different households, a person and day           */
    ACCESS_MINUTE = 15, /* of the next day, when it is looked at            */
};

/* Is it told to the privacy officer? */
bool access_is_many(int64_t households);

/* When the days up to today are over and looked at. */
struct moment access_next(struct moment now);
