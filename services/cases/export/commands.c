#include "services/cases/export/commands.h"

#include "common/base/calendar.h"
#include "common/base/text.h"
#include "services/cases/export/store_sql.h"
#include "services/cases/household/rules.h"

#include <string.h>

/* ---------------------------------------------------------- one that stands */

struct export_look_up {
    struct id id;
    struct ids households;
};
static const struct field export_look_up_fields[] = {
    FIELD(export_look_up, id),
    OPTIONAL(export_look_up, households),
};
static const struct shape export_look_up_shape = SHAPE(export_look_up);

struct export_taken {
    const char *no;
    unsigned list;
    struct id project;
    struct id community;
    int64_t rows;
    struct id asked_by;
    struct moment approved_at;
    struct moment until;
    int64_t shown; /* of households in all, with those that were named */
    bool within;
};
static const struct field export_taken_fields[] = {
    FIELD(export_taken, no),
    FIELD(export_taken, list, .names = export_lists),
    FIELD(export_taken, project),
    OPTIONAL(export_taken, community),
    FIELD(export_taken, rows),
    FIELD(export_taken, asked_by),
    OPTIONAL(export_taken, approved_at),
    OPTIONAL(export_taken, until),
    FIELD(export_taken, shown),
    FIELD(export_taken, within),
};
static const struct shape export_taken_shape = SHAPE(export_taken);

static struct err take(struct call *call, struct id id, struct ids households,
                       struct export_taken *taken)
{
    struct export_look_up key = { id, households };

    struct err err = fetch(call, &SQL_export_take, FROM(export_look_up, &key),
                           INTO(export_taken, taken));
    if (err.code == CODE_NOT_FOUND)
        return fail(CODE_NOT_FOUND,
                    "没有这份导出；export.ask 申请，export.list 查看");
    TRY(err);
    about(call, taken->project);
    return OK;
}

static struct export_standing standing_of(const struct export_taken *taken,
                                          unsigned list)
{
    return (struct export_standing){
        .asked_by = taken->asked_by,
        .approved_at = taken->approved_at,
        .until = taken->until,
        .rows = taken->rows,
        .same_list = taken->list == list,
        .within = taken->within,
    };
}

/* -------------------------------------------------------- a list is counted */

struct export_meter {
    struct id actor;
    unsigned list;
    struct day day;
    struct ids households;
};
static const struct field export_meter_fields[] = {
    FIELD(export_meter, actor),
    FIELD(export_meter, list, .names = export_lists),
    FIELD(export_meter, day),
    FIELD(export_meter, households),
};
static const struct shape export_meter_shape = SHAPE(export_meter);

struct export_shown {
    int64_t shown;
};
static const struct field export_shown_fields[] = {
    FIELD(export_shown, shown),
};
static const struct shape export_shown_shape = SHAPE(export_shown);

static struct err show_of_the_day(struct call *call,
                                  const struct export_look *look)
{
    struct export_meter meter = { call->actor, look->list, day_of(call->now),
                                  look->households };
    struct export_shown shown;

    TRY(fetch(call, &SQL_export_meter_take, FROM(export_meter, &meter),
              INTO(export_shown, &shown)));
    TRY(export_may_show(look->list, shown.shown));
    return store(call, &SQL_export_meter_add, FROM(export_meter, &meter));
}

struct export_use {
    struct id id;
    struct ids households;
    struct moment now;
};
static const struct field export_use_fields[] = {
    FIELD(export_use, id),
    OPTIONAL(export_use, households),
    FIELD(export_use, now),
};
static const struct shape export_use_shape = SHAPE(export_use);

static struct err show_by_export(struct call *call,
                                 const struct export_look *look,
                                 const char **watermark)
{
    struct export_use use = { look->by, look->households, call->now };
    struct export_taken taken;
    char at[VALUE_TEXT_MAX];

    TRY(take(call, look->by, look->households, &taken));
    struct export_standing standing = standing_of(&taken, look->list);
    TRY(export_may_use(&standing, call->actor, call->now, taken.shown,
                       look->state != NONE));
    moment_format_local(call->now, at);
    *watermark = arena_format(call->arena, "导出编号 %s，使用人 %s，时间 %s",
                              taken.no, call->actor.text, at);
    return store(call, &SQL_export_use, FROM(export_use, &use));
}

struct err export_show(struct call *call, const struct export_look *look,
                       const char **watermark)
{
    *watermark = NULL;
    if (id_given(look->by))
        return show_by_export(call, look, watermark);
    if (look->list == EXPORT_HOUSEHOLDS)
        TRY(export_may_page((int64_t)look->households.count));
    return export_is_counted(look) ? show_of_the_day(call, look) : OK;
}

struct ids export_whose(struct arena *arena, const struct id *first,
                        size_t count, size_t apart)
{
    struct id *ids = arena_alloc(arena, sizeof *ids * (count + 1));

    for (size_t i = 0; i < count; i++)
        ids[i] = *(const struct id *)((const char *)first + i * apart);
    return (struct ids){ ids, count };
}

/* --------------------------------------------------------------- export.ask */

struct export_ask {
    unsigned list;
    struct id project;
    struct id community; /* none: all of the project */
    int64_t rows;
    /* ASK_GIVEN by the service: */
    struct id id;
    const char *purpose; /* of the call */
    struct id asked_by;
    struct moment asked_at;
};
enum { ASK_GIVEN = 4 };
static const struct field export_ask_fields[] = {
    FIELD(export_ask, list, .names = export_lists),
    FIELD(export_ask, project),
    OPTIONAL(export_ask, community),
    FIELD(export_ask, rows, .least = EXPORT_ROWS + 1, .most = EXPORT_MOST),
    FIELD(export_ask, id),
    FIELD(export_ask, purpose),
    FIELD(export_ask, asked_by),
    FIELD(export_ask, asked_at),
};
static const struct shape export_row_shape = SHAPE(export_ask);
const struct shape export_ask_shape =
    SHAPE_PART("export_ask", export_ask, ASK_GIVEN);

struct export_asked {
    struct id id;
    const char *no;
};
static const struct field export_asked_fields[] = {
    OPTIONAL(export_asked, id),
    FIELD(export_asked, no),
};
const struct shape export_asked_shape = SHAPE(export_asked);

struct err cmd_export_ask(struct call *call, const void *body)
{
    struct export_ask ask = *(const struct export_ask *)body;
    struct export_asked asked;

    if (text_is_blank(call->purpose))
        return fail_at("meta.purpose", "请写明用途");
    ask.purpose = call->purpose;
    ask.id = id_new(call->now);
    ask.asked_by = call->actor;
    ask.asked_at = call->now;
    TRY(fetch(call, &SQL_export_add, (struct view){ &export_row_shape, &ask },
              INTO(export_asked, &asked)));
    asked.id = ask.id;
    about(call, ask.project);
    return reply(call, FROM(export_asked, &asked));
}

/* ----------------------------------------------------------- export.approve */

struct export_key {
    struct id id;
};
static const struct field export_key_fields[] = {
    FIELD(export_key, id),
};
const struct shape export_key_shape = SHAPE(export_key);

struct export_approval {
    struct id id;
    struct id actor;
    struct moment now;
    struct moment until;
};
static const struct field export_approval_fields[] = {
    FIELD(export_approval, id),
    FIELD(export_approval, actor),
    FIELD(export_approval, now),
    FIELD(export_approval, until),
};
static const struct shape export_approval_shape = SHAPE(export_approval);

struct export_approved {
    const char *no;
    struct moment until;
};
static const struct field export_approved_fields[] = {
    FIELD(export_approved, no),
    FIELD(export_approved, until),
};
const struct shape export_approved_shape = SHAPE(export_approved);

struct err cmd_export_approve(struct call *call, const void *body)
{
    struct id id = ((const struct export_key *)body)->id;
    struct export_taken taken;

    TRY(take(call, id, (struct ids){ 0 }, &taken));
    struct export_standing standing = standing_of(&taken, taken.list);
    TRY(export_may_approve(&standing, call->actor));
    struct export_approval approval = {
        id, call->actor, call->now, { call->now.us + EXPORT_HOURS * HOUR_US }
    };
    TRY(store(call, &SQL_export_approve, FROM(export_approval, &approval)));
    struct export_approved answer = { taken.no, approval.until };
    return reply(call, FROM(export_approved, &answer));
}

/* -------------------------------------------------------------- export.list */

struct export_listed {
    struct id project;
    struct id after; /* the last of the page before: the newest come first */
};
static const struct field export_listed_fields[] = {
    FIELD(export_listed, project),
    OPTIONAL(export_listed, after),
};
const struct shape export_listed_shape = SHAPE(export_listed);

struct export_line {
    struct id id;
    const char *no;
    unsigned list;
    struct id project;
    struct id community;
    int64_t rows;
    const char *purpose;
    struct id asked_by;
    struct moment asked_at;
    struct id approved_by;
    struct moment approved_at;
    struct moment until;
    int64_t shown;
    struct moment used_at; /* the last time */
};
static const struct field export_line_fields[] = {
    FIELD(export_line, id),
    FIELD(export_line, no),
    FIELD(export_line, list, .names = export_lists),
    FIELD(export_line, project),
    OPTIONAL(export_line, community),
    FIELD(export_line, rows),
    FIELD(export_line, purpose),
    FIELD(export_line, asked_by),
    FIELD(export_line, asked_at),
    OPTIONAL(export_line, approved_by),
    OPTIONAL(export_line, approved_at),
    OPTIONAL(export_line, until),
    FIELD(export_line, shown),
    OPTIONAL(export_line, used_at),
};
static const struct shape export_line_shape = SHAPE(export_line);

struct export_page {
    struct rows exports;
};
static const struct field export_page_fields[] = {
    FIELD(export_page, exports, .shape = &export_line_shape),
};
const struct shape export_page_shape = SHAPE(export_page);

struct err cmd_export_list(struct call *call, const void *body)
{
    struct export_page page;

    TRY(list(call, &SQL_export_page, FROM(export_listed, body),
             &export_line_shape, &page.exports));
    return reply(call, FROM(export_page, &page));
}
