#include "services/cases/publication/commands.h"

#include "common/base/text.h"
#include "services/cases/publication/store_sql.h"

enum { WHY_MAX = 200, PAGE = 100 };

enum source { PROBE, REPORTED };
static const char *const sources[] = { "probe", "reported", NULL };

struct outage {
    struct id id;
    struct id project; /* none: of all */
    struct moment since;
    struct moment until;
    const char *why;
    unsigned source;
    struct id entered_by;
    struct moment entered_at;
};
static const struct field outage_fields[] = {
    FIELD(outage, id),         OPTIONAL(outage, project),
    FIELD(outage, since),      FIELD(outage, until),
    FIELD(outage, why),        FIELD(outage, source, .names = sources),
    FIELD(outage, entered_by), FIELD(outage, entered_at),
};
static const struct shape outage_shape = SHAPE(outage);

/* ----------------------------------------------------- publication.outage */

struct outage_report {
    struct id project;
    struct moment since;
    struct moment until;
    const char *why;
};
static const struct field outage_report_fields[] = {
    OPTIONAL(outage_report, project),
    FIELD(outage_report, since),
    FIELD(outage_report, until),
    FIELD(outage_report, why, .max = WHY_MAX),
};
const struct shape outage_report_shape = SHAPE(outage_report);

struct outage_reported {
    struct id id;
};
static const struct field outage_reported_fields[] = {
    FIELD(outage_reported, id),
};
const struct shape outage_reported_shape = SHAPE(outage_reported);

/* Of all projects, or of one that there is. */
static struct err project_stands(struct call *call,
                                 const struct outage_report *ask)
{
    struct outage_reported found;
    struct err err = OK;

    if (id_given(ask->project))
        err = fetch(call, &SQL_outage_project, FROM(outage_report, ask),
                    INTO(outage_reported, &found));
    return err.code == CODE_NOT_FOUND
               ? fail_at("project", "there is no project with this id; "
                                    "project.list has them all")
               : err;
}

struct err cmd_publication_outage(struct call *call, const void *body)
{
    const struct outage_report *ask = body;

    if (text_is_blank(ask->why))
        return fail_at("why", "says what was not to be seen, and why");
    TRY(outage_may((struct outage_span){ ask->since, ask->until }, call->now));
    TRY(project_stands(call, ask));
    struct outage row = {
        .id = id_new(call->now),
        .project = ask->project,
        .since = ask->since,
        .until = ask->until,
        .why = ask->why,
        .source = REPORTED,
        .entered_by = call->actor,
        .entered_at = call->now,
    };
    TRY(store(call, &SQL_outage_add, FROM(outage, &row)));
    about(call, row.id);
    struct outage_reported answer = { row.id };
    return reply(call, FROM(outage_reported, &answer));
}

/* ------------------------------------------ reporting says: public.outage */

static const struct field public_outage_fields[] = {
    FIELD(outage_span, since),
    FIELD(outage_span, until),
};
const struct shape public_outage_shape = {
    .name = "public_outage",
    .size = sizeof(struct outage_span),
    .fields = public_outage_fields,
    .count = sizeof public_outage_fields / sizeof *public_outage_fields,
};

struct err on_public_outage(struct call *call, const void *body)
{
    const struct outage_span *span = body;
    struct outage row = {
        .id = call->id,
        .since = span->since,
        .until = span->until,
        .why = "公开网页无法访问",
        .source = PROBE,
        .entered_by = call->actor,
        .entered_at = call->now,
    };

    return store_any(call, &SQL_outage_add, FROM(outage, &row));
}

/* --------------------------------------------------------- what was lost */

struct outage_ask {
    struct id project;   /* none: of all that there are     */
    struct id before;    /* the last one of the page before */
    struct id household; /* of outages_of_board() alone     */
    struct moment since; /* of both, a moment               */
};
static const struct field outage_ask_fields[] = {
    OPTIONAL(outage_ask, project),
    OPTIONAL(outage_ask, before),
    OPTIONAL(outage_ask, household),
    OPTIONAL(outage_ask, since),
};
static const struct shape outage_key_shape = SHAPE(outage_ask);
const struct shape outage_ask_shape = SHAPE_PART("outage_ask", outage_ask, 2);

struct outage_row {
    struct id id;
    struct id project;
    struct moment since;
    struct moment until;
    const char *why;
    unsigned source;
    struct moment entered_at;
};
static const struct field outage_row_fields[] = {
    FIELD(outage_row, id),         OPTIONAL(outage_row, project),
    FIELD(outage_row, since),      FIELD(outage_row, until),
    FIELD(outage_row, why),        FIELD(outage_row, source, .names = sources),
    FIELD(outage_row, entered_at),
};
static const struct shape outage_row_shape = SHAPE(outage_row);

struct outage_list {
    struct rows outages;
};
static const struct field outage_list_fields[] = {
    FIELD(outage_list, outages, .shape = &outage_row_shape, .max = PAGE),
};
const struct shape outage_list_shape = SHAPE(outage_list);

struct err cmd_publication_outages(struct call *call, const void *body)
{
    struct outage_list page;

    TRY(list(call, &SQL_outage_page, FROM(outage_ask, body), &outage_row_shape,
             &page.outages));
    return reply(call, FROM(outage_list, &page));
}

struct err outages_since(struct call *call, struct id project, struct day plan,
                         struct day pack, struct rows *outages)
{
    struct day on = days_between(plan, pack) < 0 ? pack : plan;
    struct outage_ask key = { .project = project,
                              .since = moment_at(days_after(on, 1), 0) };

    return list(call, &SQL_outage_spans,
                (struct view){ &outage_key_shape, &key }, &public_outage_shape,
                outages);
}

struct err outages_of_board(struct call *call, struct id household,
                            struct day posted, struct rows *outages)
{
    struct outage_ask key = { .household = household,
                              .since = moment_at(days_after(posted, 1), 0) };

    return list(call, &SQL_outage_board,
                (struct view){ &outage_key_shape, &key }, &public_outage_shape,
                outages);
}
