/* number.h — exact numbers of a formula.
 *
 * A number is a fraction in lowest terms: a numerator of 128 bits over a
 * denominator of 63.  Not a decimal of some fixed scale: an area divided by
 * three heads and multiplied by three again is the area, so nothing is ever
 * rounded but where a pack says so, and whoever checks us with the fractions
 * of another language gets the same.  What does not fit is refused, never
 * wrapped. */
#pragma once

#include "common/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef __int128 wide;

struct number {
    wide num;
    int64_t den; /* above 0 */
};

enum rounding_mode {
    ROUND_HALF_UP, /* at the half away from zero, as in 四舍五入 */
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_DOWN, /* towards zero */
    ROUND_UP,   /* away from zero */
    ROUNDING_MODES,
};
extern const char *const rounding_mode_names[]; /* "half_up", ... ; NULL */

enum { NUMBER_TEXT_MAX = 72 };

/* The most that a number written in a pack or among facts may be, on either
 * side of zero: so much that every fen of it is exact in a double, too. */
#define NUMBER_BOUND INT64_C(10000000000000)

struct number number_of(int64_t whole);

/* "-12.34", of at most `places` decimals, within the bound. */
struct err number_parse(const char *text, size_t size, unsigned places,
                        struct number *number);

/* False when the result does not fit; division also when `b` is zero. */
bool number_add(struct number a, struct number b, struct number *sum);
bool number_subtract(struct number a, struct number b, struct number *rest);
bool number_multiply(struct number a, struct number b, struct number *product);
bool number_divide(struct number a, struct number b, struct number *quotient);

/* Below, at or above 0, as a is to b. */
int number_compare(struct number a, struct number b);

/* The nearest multiple of `step`, which is above zero. */
bool number_round(struct number number, struct number step,
                  enum rounding_mode mode, struct number *rounded);

/* Within the bound of what a line of a statement may come to. */
bool number_is_bounded(struct number number);

/* As a decimal with at least so many places, or as "1/3" when there is none;
 * the length of the text. */
size_t number_format(struct number number, unsigned places,
                     char text[static NUMBER_TEXT_MAX]);
