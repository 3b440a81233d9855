/* check.h — the static check of the formulas of a pack.
 *
 * Finds for every name what it is, for every part its type, and an order in
 * which the lines can be worked out.  Refuses: unknown names, units that do not
 * come out, lines in a circle, a division whose divisor is not certain to be
 * above zero.  What passes cannot fail later but by its size, or by a fact
 * outside a table. */
#pragma once

#include "common/formula/pack.h"

struct err check_lines(struct rule_pack *pack, struct arena *arena);

/* What is certain of a number for all facts that a pack allows. */
enum sign { SIGN_ANY, SIGN_NOT_NEGATIVE, SIGN_POSITIVE };

enum sign sign_of(const struct rule_pack *pack, const struct expr *expr);
