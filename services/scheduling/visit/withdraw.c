#include "services/scheduling/visit/withdraw.h"

#include "services/scheduling/contact/commands.h"
#include "services/scheduling/visit/shapes.h"
#include "services/scheduling/visit/store_sql.h"

static const char *const topics_names[] = { "all", "signing", "service",
                                            "not_statutory", NULL };

struct which {
    struct id household;
    struct id member;
    unsigned topics;
    struct moment before;
    struct moment now;
    bool asked_too;
};

static const struct field which_fields[] = {
    FIELD(which, household),
    OPTIONAL(which, member),
    FIELD(which, topics, .names = topics_names),
    OPTIONAL(which, before),
    FIELD(which, now),
    FIELD(which, asked_too),
};
static const struct shape which_shape = SHAPE(which);

struct planned {
    struct id visit;
    struct id household;
    struct moment start;
    unsigned topic;
    struct ids visitors;
};

static const struct field planned_fields[] = {
    FIELD(planned, visit),    FIELD(planned, household),
    FIELD(planned, start),    FIELD(planned, topic, .names = contact_topics),
    FIELD(planned, visitors),
};
static const struct shape planned_shape = SHAPE(planned);

struct cancel_row {
    struct id visit;
    struct moment at;
    unsigned by;
};

static const struct field cancel_row_fields[] = {
    FIELD(cancel_row, visit),
    FIELD(cancel_row, at),
    FIELD(cancel_row, by, .names = visit_sides),
};
static const struct shape cancel_row_shape = SHAPE(cancel_row);

struct err visit_withdraw(struct call *call, const struct visit_withdraw *w)
{
    struct which which = { w->household, w->member, w->topics,
                           w->before,    call->now, w->asked_too };
    struct rows found;

    TRY(list(call, &SQL_visit_planned, FROM(which, &which), &planned_shape,
             &found));
    if (found.count == 0)
        return OK;

    const struct planned *planned = found.at;
    size_t count = found.count;
    struct cancel_row *row = arena_alloc(call->arena, count * sizeof *row);
    struct visit_cancelled *said =
        arena_alloc(call->arena, count * sizeof *said);
    struct id *subject = arena_alloc(call->arena, count * sizeof *subject);
    for (size_t i = 0; i < count; i++) {
        const struct planned *p = &planned[i];
        row[i] = (struct cancel_row){ p->visit, call->now, w->by };
        said[i] = (struct visit_cancelled){
            .visit = p->visit,
            .household = p->household,
            .start = p->start,
            .topic = p->topic,
            .by = w->by,
            .late = visit_cancelled_late(p->start, w->by, call->now),
            .visitors = p->visitors,
        };
        subject[i] = p->household;
    }
    TRY(store_rows(call, &SQL_visit_cancel_all, &cancel_row_shape,
                   (struct rows){ row, count }));
    return emit_rows(call, "visit.cancelled", (struct ids){ subject, count },
                     &visit_cancelled_shape, (struct rows){ said, count });
}
