/* eval.h — a checked formula and the facts of one household make a number, and
 * the text of the formula with the numbers in it. */
#pragma once

#include "common/formula/facts.h"

/* What a formula sees.  `row` is that of the list at hand. */
struct scope {
    const struct rule_pack *pack;
    const struct facts_of *facts;
    const struct number *lines; /* worked out so far, by their place */
    size_t row;
    const char *why; /* what could not be worked out, the first time */
};

/* Zero, with scope->why set, when it cannot be worked out: a number too large,
 * or outside a table. */
struct number formula_eval(struct scope *scope, const struct expr *expr);

/* "49.64 × 14260.00 × 1": values in place of names, the branch that was taken
 * in place of if(). */
void formula_write(struct scope *scope, const struct expr *expr,
                   struct sink *sink);

/* The parts of calendar months from a day up to, without, another: whole
 * months are 1, part months as the mode says; 0 when `to` is not later.  Each
 * part is counted at what `dated` gives for its first day, if given. */
struct number months_over(struct scope *scope, const struct parameter *dated,
                          const struct number span[2], unsigned mode);

/* Whole months from a day to another, as the Civil Code counts them. */
int64_t months_between(int64_t from, int64_t to);
