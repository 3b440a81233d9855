/* period.h — the clocks of a household, as its moves start and stop them. */
#pragma once

#include "common/service/service.h"

struct standing; /* household/rules.h */

/* After a move by `event` to where `at` stands: what may not run there stops,
 * what begins with the event starts, counted from its day. */
struct err periods_turn(struct call *call, struct id household,
                        const struct standing *at, unsigned event);

/* The offer's period stands still or runs on, as the household uses a right or
 * does not (G-TOLL): after a paper or a grievance that says so. */
struct err periods_toll(struct call *call, struct id household);
