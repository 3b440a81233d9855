#include "services/cases/demolition/commands.h"

#include "common/base/text.h"
#include "services/cases/demolition/rules.h"
#include "services/cases/demolition/store_sql.h"

enum { TEXT_MAX = 100, PAGE = 100, ORDER_GIVEN = 3 };

/* ------------------------------------------------------- demolition.order */

struct demolition_order {
    struct id household;
    const char *document;
    const char *safety_note; /* the engineer's, on the neighbours */
    const char *engineer;    /* the firm and its certificate      */
    struct day from_day;
    /* ORDER_GIVEN by the register: */
    struct id id;
    struct id ordered_by;
    struct moment ordered_at;
};

static const struct field demolition_order_fields[] = {
    FIELD(demolition_order, household),
    FIELD(demolition_order, document, .max = TEXT_MAX),
    FIELD(demolition_order, safety_note, .max = TEXT_MAX),
    FIELD(demolition_order, engineer, .max = TEXT_MAX),
    FIELD(demolition_order, from_day),
    FIELD(demolition_order, id),
    FIELD(demolition_order, ordered_by),
    FIELD(demolition_order, ordered_at),
};
static const struct shape order_row_shape = SHAPE(demolition_order);
const struct shape demolition_order_shape =
    SHAPE_PART("demolition_order", demolition_order, ORDER_GIVEN);

struct demolition_ordered {
    struct id id;
};

static const struct field demolition_ordered_fields[] = {
    FIELD(demolition_ordered, id),
};
const struct shape demolition_ordered_shape = SHAPE(demolition_ordered);

struct ground {
    struct id project;
    bool vacated;
    bool held;
    bool in_remedy;
    bool ordered;
};

static const struct field ground_fields[] = {
    FIELD(ground, project),   FIELD(ground, vacated), FIELD(ground, held),
    FIELD(ground, in_remedy), FIELD(ground, ordered),
};
static const struct shape ground_shape = SHAPE(ground);

struct err cmd_demolition_order(struct call *call, const void *body)
{
    struct demolition_order row = *(const struct demolition_order *)body;
    struct ground ground;

    if (text_is_blank(row.safety_note))
        return fail_at("safety_note", "names the engineer's note on the "
                                      "neighbours' safety");
    TRY(fetch(call, &SQL_demolition_facts,
              (struct view){ &demolition_order_shape, body },
              INTO(ground, &ground)));
    TRY(demolition_may(&(struct demolition_facts){ ground.vacated, ground.held,
                                                   ground.in_remedy,
                                                   ground.ordered },
                       day_of(call->now), row.from_day));
    row.id = id_new(call->now);
    row.ordered_by = call->actor;
    row.ordered_at = call->now;
    TRY(store(call, &SQL_demolition_add,
              (struct view){ &order_row_shape, &row }));
    about(call, row.household);
    struct demolition_ordered answer = { row.id };
    return reply(call, FROM(demolition_ordered, &answer));
}

/* -------------------------------------------------------- demolition.list */

struct demolition_ask {
    struct id project;
    const char *after; /* the last number of the page before */
};

static const struct field demolition_ask_fields[] = {
    FIELD(demolition_ask, project),
    OPTIONAL(demolition_ask, after, .max = 40),
};
const struct shape demolition_ask_shape = SHAPE(demolition_ask);

struct demolition_line {
    const char *no;
    struct day from_day;
    const char *document;
    const char *safety_note;
};

static const struct field demolition_line_fields[] = {
    FIELD(demolition_line, no),
    FIELD(demolition_line, from_day),
    FIELD(demolition_line, document),
    FIELD(demolition_line, safety_note),
};
static const struct shape demolition_line_shape = SHAPE(demolition_line);

struct demolition_page {
    struct rows orders;
};

static const struct field demolition_page_fields[] = {
    FIELD(demolition_page, orders, .shape = &demolition_line_shape,
          .max = PAGE),
};
const struct shape demolition_page_shape = SHAPE(demolition_page);

struct err cmd_demolition_list(struct call *call, const void *body)
{
    struct demolition_page page;

    TRY(list(call, then(call, &SQL_demolition_list), FROM(demolition_ask, body),
             &demolition_line_shape, &page.orders));
    return reply(call, FROM(demolition_page, &page));
}
