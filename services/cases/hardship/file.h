/* file.h — what a hardship case knows beside cases.matter, and how its papers
 * are written: sealed, in a table that the service's role cannot read. */
#pragma once

#include "services/cases/hardship/commands.h"
#include "services/cases/hardship/rules.h"
#include "services/cases/matter/matter.h"

/* A row of cases.hardship with its case. */
struct hardship {
    struct id id;
    struct id household;
    struct id social_worker;
    bool statutory;
    struct id consented_by;
    struct moment consented_at;
    struct moment locked_at;
    struct id planned_by;
    struct id reviewed_by;
    struct moment stable_from;
    struct moment stable_to;
    struct moment confirmed_at;
    struct moment fits_at;
    const char *ended;
    struct moment ended_at;
    struct moment erased_at;

    struct matter matter;
    struct hardship_facts facts;
    const char *document; /* of the resident's signed form, or NULL */
};
extern const struct shape hardship_shape;

/* What most commands name, and no more. */
struct hardship_id {
    struct id id;
};

/* Opens a case about a household by the event. */
struct err hardship_open(struct call *call, struct id household,
                         enum hardship_event event, struct hardship *h);

/* The case, locked, with the facts of who asks; CODE_NOT_FOUND also for those
 * who must not know that there is one. */
struct err hardship_take(struct call *call, struct id id, struct hardship *h);

/* The same to look at. */
struct err hardship_look(struct call *call, struct id id, struct hardship *h);

/* In a look at the past: as it stood then; may it be seen is asked before. */
struct err hardship_as_it_stood(struct call *call, struct hardship *h);

/* Moves the case, tells hardship.moved, and writes its row; the number of a
 * signed form stands with the move. */
struct err hardship_move(struct call *call, struct hardship *h,
                         enum hardship_event event);

/* Seals and writes a paper; that there is nothing to write is fine. */
struct err hardship_write(struct call *call, const struct hardship *h,
                          const char *part, const char *trigger,
                          const char *body);

/* Erases the papers, when the store agrees that it is time. */
struct err hardship_erase(struct call *call, struct id id);
