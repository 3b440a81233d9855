/* record.h — how a move of a household is written down.
 *
 * Two statements: the household's new standing, and the entry in its timeline,
 * which is only ever longer (R-EDIT). */
#pragma once

#include "common/service/service.h"
#include "services/cases/household/rules.h"

struct record {
    struct id household;
    unsigned event;
    unsigned from_state;
    unsigned to_state;
    struct id offer;     /* the statement on offer from now on      */
    struct id agreement; /* the agreement that stands, or none      */
    struct id about;     /* the statement or agreement of the entry */
    struct moment at;    /* these three are the call's              */
    struct id actor;
    struct id call;
};

/* The entry and the new standing.  The caller holds the household's row. */
struct err record_move(struct call *call, struct record record);

/* The entry alone, for what moves nothing. */
struct err record_entry(struct call *call, struct record record);

/* What the events about a household say; what is empty is left out. */
struct household_news {
    struct id household;
    struct id project;
    struct id community;
    unsigned state;
    struct id statement;
    struct moment sign_from;
    struct id agreement;
    struct moment cooling_until;
};
extern const struct shape household_news_shape;
