/* Rates that are published while households wait: an overrun may go by the
 * latest (domain.md 2.2, Zhejiang). */
#include "services/cases/transition/commands.h"
#include "services/cases/transition/store_sql.h"

enum { DOCUMENT_MAX = 100 };

struct transition_published {
    struct id project;
    struct day since;
    struct money rate;
    const char *document;
    struct id entered_by;
    struct moment entered_at;
};
static const struct field transition_price_fields[] = {
    FIELD(transition_published, project),
    FIELD(transition_published, since),
    FIELD(transition_published, rate),
    FIELD(transition_published, document, .max = DOCUMENT_MAX),
};
const struct shape transition_price_shape = {
    .name = "transition_price",
    .size = sizeof(struct transition_published),
    .fields = transition_price_fields,
    .count = sizeof transition_price_fields / sizeof *transition_price_fields,
};
static const struct field transition_published_fields[] = {
    FIELD(transition_published, project),
    FIELD(transition_published, since),
    FIELD(transition_published, rate),
    FIELD(transition_published, document),
    FIELD(transition_published, entered_by),
    FIELD(transition_published, entered_at),
};
static const struct shape transition_published_shape =
    SHAPE(transition_published);

struct transition_priced {
    struct id project;
    struct day since;
};
static const struct field transition_priced_fields[] = {
    FIELD(transition_priced, project),
    FIELD(transition_priced, since),
};
const struct shape transition_priced_shape = SHAPE(transition_priced);

struct err cmd_transition_price(struct call *call, const void *body)
{
    struct transition_published price =
        *(const struct transition_published *)body;

    if (price.rate.fen <= 0)
        return fail_at("rate", "is not above nothing");
    price.entered_by = call->actor;
    price.entered_at = call->now;
    TRY(store(call, &SQL_transition_price_add,
              FROM(transition_published, &price)));
    about(call, price.project);
    struct transition_priced answer = { price.project, price.since };
    return reply(call, FROM(transition_priced, &answer));
}
