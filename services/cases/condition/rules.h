/* rules.h — agreements on condition that enough have signed (domain.md 4.6
 * G-THRESHOLD, Zhejiang Regulations art. 31).
 *
 * The share counts once, on the day after the last day of signing, over the
 * households of the project.  What is told of it goes in steps of five percent,
 * so that nobody can see who is missing (R-THRESH). */
#pragma once

#include "common/base/calendar.h"
#include "common/base/err.h"

enum condition {
    CONDITION_NONE,
    CONDITION_OPEN,
    CONDITION_MET,
    CONDITION_MISSED
};
extern const char *const condition_names[];

/* That a condition may be set: for a share, until a day to come. */
struct err condition_check(int64_t percent, struct day until, struct day today);

/* Whether so many of so many are the share that was asked for; of none, no. */
bool condition_is_met(int64_t percent, int64_t signed_count,
                      int64_t households);

/* What may be told: whole steps of five percent that were reached. */
int64_t condition_told(int64_t signed_count, int64_t households);
