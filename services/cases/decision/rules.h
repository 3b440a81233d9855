/* rules.h — what a decision against a household waits for, and the court after
 * it (Decree 590 art. 26-28; Administrative Coercion Law art. 53-54).
 *
 * Guards of the household's table of moves (household/rules.h), whose struct
 * standing they look at.  Pure. */
#pragma once

#include "common/base/flow.h"

/* The days to comment on the draft are over. */
extern const struct guard draft_commented;

/* Nobody can seek a remedy any more, or nobody did. */
extern const struct guard remedies_past;

/* Who was paid by a decision had its time to move; an agreement is never
 * enforced this way. */
extern const struct guard move_refused;

/* The days after the urging are over. */
extern const struct guard urge_past;

/* The months to apply to the court are not over. */
extern const struct guard court_in_time;

/* Who complained is not answered with a decision, an urging or the court: for
 * 180 days the district's panel has to allow it (G-NORETAL). */
extern const struct guard no_reprisal;
