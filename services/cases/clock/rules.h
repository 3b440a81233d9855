/* rules.h — periods that run, and when they end (domain.md 1.1, 4.7).
 *
 * A rule says how long and by what law; its ladder says who is told before the
 * end and after it.  Pure: moments go in, moments come out.  What is counted
 * beyond the announced holidays is provisional, and is counted again when the
 * next year's are known (deadline.recount).
 *
 * A period ends with its last day: its end is the first moment that no longer
 * belongs to it. */
#pragma once

#include "common/base/arena.h"
#include "common/base/calendar.h"
#include "common/base/role.h"

enum clock_unit { HOURS, DAYS, WORKING_DAYS, MONTHS };
extern const char *const clock_unit_names[];

/* How long. */
struct clock_length {
    int count;
    unsigned unit;
};

enum { STEPS_MAX = 8 };

/* A step of a ladder: `count` units after the end, below zero before it (then
 * in hours or days); 0 is the end itself. */
struct clock_step {
    int count;
    unsigned unit;
    role_set tell;
};

/* The first step may tell nobody; after it, a step that tells nobody is where
 * the ladder ends.  { { 0 } } is a ladder of the end alone. */
struct clock_rule {
    const char *name;           /* "T-COOL"; NULL ends a table             */
    struct clock_length length; /* { 7, DAYS }                             */
    const char *source;         /* the law and its article, or a section   */
    struct clock_step steps[STEPS_MAX]; /* rising; the end is one          */
};

/* The end of a period that begins at a moment.  Hours are counted to the
 * microsecond; days, working days and months from the next day on, and when
 * the last is a day off the next working day is the last (Civil Code
 * art. 201-203).  The time for which it was paused is added, in whole days
 * where days are counted.  *provisional is set, never cleared. */
struct moment clock_end(struct moment from, struct clock_length length,
                        int64_t paused_us, bool *provisional);

/* How many steps a ladder has, and when one is taken. */
unsigned clock_steps(const struct clock_rule *rule);
struct moment clock_step_at(const struct clock_rule *rule, unsigned step,
                            struct moment end);

/* The rule of that name in a table, or NULL. */
const struct clock_rule *clock_rule_of(const struct clock_rule *rules,
                                       const char *name);

/* The first fault of a table, or NULL: no length, no source, a ladder that
 * does not rise or has no end in it, a name twice.  For tests. */
const char *clock_fault(const struct clock_rule *rules, struct arena *arena);
