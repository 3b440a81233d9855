/* kinds.h — what a kind of case tells the rooms that work for all kinds.
 *
 * Its table of moves, its periods, who may see its cases, and what a period
 * that is over does to a case.  `kinds` in main.c lists them. */
#pragma once

#include "common/service/service.h"
#include "services/cases/clock/rules.h"

struct matter;

struct case_kind {
    const struct flow *flow;
    const char *prefix;              /* of its numbers: "ES"; NULL: its cases
                                        are not in cases.matter (household)  */
    const struct clock_rule *clocks; /* or NULL */
    role_set staff;                  /* who of the office sees its cases,
                                        their history and their periods      */
    role_set leads;                  /* who gives its cases to somebody      */

    /* May this actor, of `staff`, see this case?  CODE_NOT_FOUND where it must
     * not be known that there is one (G-SEAL).  NULL: all of `staff` may. */
    struct err (*may_see)(struct call *call, const struct matter *matter);

    /* The period is over: move the case, or do nothing.  NULL: periods of this
     * kind only tell. */
    struct err (*due)(struct call *call, struct id subject,
                      const struct clock_rule *rule);
};

/* All kinds; ends with NULL. */
extern const struct case_kind *const kinds[];

/* The kind of that flow, or NULL. */
const struct case_kind *kind_of(const char *flow);
