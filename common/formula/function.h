/* function.h — the functions of the formula language: one table for the
 * parser, the check, the engine and the text that residents read. */
#pragma once

#include <stddef.h>

enum function_id {
    FN_MIN,
    FN_MAX,
    FN_CLAMP,
    FN_IF,
    FN_ROUND,
    FN_TIER,
    FN_MARGINAL,
    FN_PICK,
    FN_AT,
    FN_SUM,
    FN_MOST,
    FN_BEFORE,
    FN_DAYS,
    FN_MONTHS,
    FN_MONTHS_OVER,
    FN_MONTHLY,
    FN_ADD_MONTHS,
    FN_ADD_DAYS,
    FN_MONTH_START,
    FN_MONTH_END,
};

/* What a part month counts: its days, one, or half up to half its days. */
enum month_mode { MONTH_ACTUAL, MONTH_WHOLE, MONTH_HALF, MONTH_MODES };
extern const char *const month_mode_names[];

/* `args` has a letter for each argument:
 *   n a number             s one of the type of the first such
 *   b yes or no            d a day          c a choice
 *   m months               y days (天)      L a list, whose rows are gone over
 *   e a number of each row T bands          K a table
 *   P a dated parameter    R how to round   M what a part month counts */
struct function {
    const char *name;
    const char *args;
    enum function_id id;
    const char *label; /* in the text with numbers; NULL: its result alone */
};

/* The function of a name, or NULL. */
const struct function *function_find(const char *name);
