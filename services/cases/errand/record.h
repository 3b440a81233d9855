/* record.h — an errand as it stands in the store, and how it is moved. */
#pragma once

#include "services/cases/errand/rules.h"
#include "services/cases/matter/matter.h"

struct errand {
    struct id id;
    struct bytes text;
    struct bytes person;
    bool two;
    bool money;
    struct day authorised_until;
    bool may_submit;
    bool may_hold_papers;
    bool may_handle_money;
    struct moment authorised_at;
    struct id second;
    const char *outcome;
    struct bytes answer;
    struct moment delivered_at;
    int64_t rating; /* 0: not rated */
    struct id rated_by;
    const char *rated_channel;
    int64_t originals_out; /* only read, as the next */
    bool ran;              /* the actor did something in it for the office */

    struct matter matter;
    struct errand_facts facts;
};

/* What a command asks for that needs nothing but the errand. */
struct errand_id {
    struct id id;
};

extern const struct case_kind errand_case;

/* What the events about an errand say: ids and a state. */
extern const struct shape errand_news_shape;

/* The errand with the facts for its guards, its case locked or only looked
 * at. */
struct err errand_take(struct call *call, struct id id, struct errand *errand);
struct err errand_look(struct call *call, struct id id, struct errand *errand);

/* Open one whose matter, text and person are filled in. */
struct err errand_open(struct call *call, struct errand *errand,
                       const char *text, const char *person);

/* Write the errand, do the move and what hangs on it: its periods, its event.
 */
struct err errand_do(struct call *call, struct errand *errand, unsigned event,
                     const char *reason);

/* The same, by the system. */
struct err errand_do_itself(struct call *call, struct errand *errand,
                            unsigned event);
