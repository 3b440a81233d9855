/* step.h — a household takes a step: the move, what follows it at once, and the
 * periods that end and begin with it.
 *
 * For the moves that rest on a paper, a payment or a period that is over; offer
 * and agreement have commands of their own, and use the parts. */
#pragma once

#include "common/service/service.h"
#include "services/cases/household/rules.h"
#include "services/cases/matter/kinds.h"

/* A household, its row locked, and all that its guards look at but what comes
 * with the step itself. */
struct home {
    struct id id;
    struct id project;
    struct id community;
    struct id offer;
    struct day day;     /* of the paper that the step rests on; none: today */
    struct standing at; /* its state changes with each step */
};

struct err home_take(struct call *call, struct id household, struct home *home);

/* The days of what was recorded of it, for the guards. */
struct err home_days(struct call *call, struct id household,
                     struct standing *at);

/* The move of the table, as the actor; or why not.  Written down, told as
 * household.moved, its periods set; `about` is the paper or the payment. */
struct err home_step(struct call *call, struct home *home, unsigned event,
                     struct id about);

/* After offer or agreement moved it by a record of their own: its periods, and
 * what follows at once. */
struct err home_turn(struct call *call, struct id household, unsigned event,
                     struct home *home);

/* The household's own kind of case, for the clocks. */
extern const struct case_kind household_kind;

extern const struct shape household_moved_shape;
