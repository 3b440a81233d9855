#include "services/cases/stock/commands.h"

#include "common/base/calendar.h"
#include "services/cases/stock/rules.h"
#include "services/cases/stock/store_sql.h"

#include <string.h>

enum { LINES_MAX = 100 };

/* What a line of a list says of a flat, what is known of it, and what is told.
 */
#define FLAT                                                                   \
    const char *building, *unit, *door, *rooms, *facing;                       \
    int64_t floor;                                                             \
    struct area area;                                                          \
    struct money price;                                                        \
    unsigned site
/* clang-format off */
#define FLAT_FIELDS(type)                                                      \
    FIELD(type, building, .max = 40),                                          \
    FIELD(type, unit, .max = 20),                                              \
    FIELD(type, floor),                                                        \
    FIELD(type, door, .max = 20),                                              \
    FIELD(type, area),                                                         \
    OPTIONAL(type, rooms, .max = 40),                                          \
    OPTIONAL(type, facing, .max = 20),                                         \
    FIELD(type, price),                                                        \
    FIELD(type, site, .names = site_names)
/* clang-format on */

/* ----------------------------------------------------------- stock.import */

struct stock_line {
    int64_t line; /* of the file */
    FLAT;
};

static const struct field stock_line_fields[] = {
    FIELD(stock_line, line),
    FLAT_FIELDS(stock_line),
};
static const struct shape stock_line_shape = SHAPE(stock_line);

struct stock_import {
    struct id project;
    struct rows lines;
};

static const struct field stock_import_fields[] = {
    FIELD(stock_import, project),
    FIELD(stock_import, lines, .shape = &stock_line_shape, .max = LINES_MAX),
};
const struct shape stock_import_shape = SHAPE(stock_import);

enum verdict { TAKEN, KNOWN, CORRECTED, REFUSED };
static const char *const verdict_names[] = { "taken", "known", "corrected",
                                             "refused", NULL };

struct stock_result {
    int64_t line;
    unsigned verdict;
    const char *field;
    const char *why;
};

static const struct field stock_result_fields[] = {
    FIELD(stock_result, line),
    FIELD(stock_result, verdict, .names = verdict_names),
    OPTIONAL(stock_result, field),
    OPTIONAL(stock_result, why),
};
static const struct shape stock_result_shape = SHAPE(stock_result);

struct stock_report {
    struct rows results;
};

static const struct field stock_report_fields[] = {
    FIELD(stock_report, results, .shape = &stock_result_shape),
};
const struct shape stock_report_shape = SHAPE(stock_report);

struct flat_key {
    struct id project;
    const char *building;
    const char *unit;
    int64_t floor;
    const char *door;
};

static const struct field flat_key_fields[] = {
    FIELD(flat_key, project), FIELD(flat_key, building), FIELD(flat_key, unit),
    FIELD(flat_key, floor),   FIELD(flat_key, door),
};
static const struct shape flat_key_shape = SHAPE(flat_key);

struct flat_known {
    struct id id;
    FLAT;
    bool committed;
};

static const struct field flat_known_fields[] = {
    FIELD(flat_known, id),
    FLAT_FIELDS(flat_known),
    FIELD(flat_known, committed),
};
static const struct shape flat_known_shape = SHAPE(flat_known);

struct flat_row {
    struct id id;
    struct id project;
    FLAT;
    struct id imported_by;
    struct moment imported_at;
};

static const struct field flat_row_fields[] = {
    FIELD(flat_row, id),          FIELD(flat_row, project),
    FLAT_FIELDS(flat_row),        FIELD(flat_row, imported_by),
    FIELD(flat_row, imported_at),
};
static const struct shape flat_row_shape = SHAPE(flat_row);

static struct flat flat_of(const struct stock_line *line)
{
    return (struct flat){
        line->building, line->unit,   line->door,  line->floor, line->area,
        line->rooms,    line->facing, line->price, line->site,
    };
}

static struct err put(struct call *call, struct id project,
                      const struct stock_line *line)
{
    struct flat_row row = {
        .id = id_new(call->now),
        .project = project,
        .building = line->building,
        .unit = line->unit,
        .floor = line->floor,
        .door = line->door,
        .area = line->area,
        .rooms = line->rooms,
        .facing = line->facing,
        .price = line->price,
        .site = line->site,
        .imported_by = call->actor,
        .imported_at = call->now,
    };

    return store(call, &SQL_flat_put, FROM(flat_row, &row));
}

/* A line that names the same flat as one before it in the call. */
static bool is_twice(const struct stock_line *lines, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (lines[k].floor == lines[i].floor
            && strcmp(lines[k].building, lines[i].building) == 0
            && strcmp(lines[k].unit, lines[i].unit) == 0
            && strcmp(lines[k].door, lines[i].door) == 0)
            return true;
    return false;
}

static struct err look_up(struct call *call, struct id project,
                          const struct stock_line *line, struct rows *found)
{
    struct flat_key key = { project, line->building, line->unit, line->floor,
                            line->door };

    return list(call, &SQL_flat_known, FROM(flat_key, &key), &flat_known_shape,
                found);
}

static struct err judge(struct call *call, struct id project,
                        const struct stock_line *line, bool twice,
                        struct stock_result *result)
{
    struct flat flat = flat_of(line);
    struct err err = flat_check(&flat);
    struct rows found;

    *result = (struct stock_result){ .line = line->line, .verdict = TAKEN };
    if (!err.code && twice)
        err = fail_at("door", "is that of a line before");
    TRY(look_up(call, project, line, &found));
    const struct flat_known *known = found.at;
    if (!err.code && found.count) {
        struct flat before = {
            known->building, known->unit,  known->door,
            known->floor,    known->area,  known->rooms,
            known->facing,   known->price, known->site,
        };
        result->verdict = flat_same(&flat, &before) ? KNOWN : CORRECTED;
        if (result->verdict == CORRECTED && known->committed)
            err =
                fail_at("door", "a draw was committed to this flat as it was; "
                                "it cannot be changed any more");
    }
    if (err.code) {
        *result =
            (struct stock_result){ line->line, REFUSED, err.field, err.why };
        return OK;
    }
    return result->verdict == KNOWN ? OK : put(call, project, line);
}

struct err cmd_stock_import(struct call *call, const void *body)
{
    const struct stock_import *ask = body;
    const struct stock_line *lines = ask->lines.at;
    struct stock_result *results =
        arena_alloc(call->arena, (ask->lines.count + 1) * sizeof *results);

    for (size_t i = 0; i < ask->lines.count; i++)
        TRY(judge(call, ask->project, &lines[i], is_twice(lines, i),
                  &results[i]));
    about(call, ask->project);
    struct stock_report report = { { results, ask->lines.count } };
    return reply(call, FROM(stock_report, &report));
}

/* ------------------------------------------------------------- stock.list */

struct stock_ask {
    struct id project;
    struct id after; /* the last flat of the page before */
    const char *building;
    bool free; /* those alone that nobody has chosen */
};

static const struct field stock_ask_fields[] = {
    FIELD(stock_ask, project),
    OPTIONAL(stock_ask, after),
    OPTIONAL(stock_ask, building, .max = 40),
    OPTIONAL(stock_ask, free),
};
const struct shape stock_ask_shape = SHAPE(stock_ask);

struct stock_row {
    struct id id;
    FLAT;
    const char *state; /* free, drawn, chosen, handed */
    unsigned progress;
};

static const struct field stock_row_fields[] = {
    FIELD(stock_row, id),
    FLAT_FIELDS(stock_row),
    FIELD(stock_row, state),
    FIELD(stock_row, progress, .names = progress_names),
};
static const struct shape stock_row_shape = SHAPE(stock_row);

struct stock_page {
    struct rows flats;
};

static const struct field stock_page_fields[] = {
    FIELD(stock_page, flats, .shape = &stock_row_shape, .max = LINES_MAX),
};
const struct shape stock_page_shape = SHAPE(stock_page);

struct err cmd_stock_list(struct call *call, const void *body)
{
    struct stock_page page;

    TRY(list(call, then(call, &SQL_stock_page), FROM(stock_ask, body),
             &stock_row_shape, &page.flats));
    return reply(call, FROM(stock_page, &page));
}

/* --------------------------------------------------------- stock.progress */

struct stock_progress {
    struct id project;
    const char *building;
    unsigned progress;
    struct day day;
    const char *document;
    /* PROGRESS_GIVEN by the register: */
    struct id id;
    struct id recorded_by;
    struct moment recorded_at;
};
enum { PROGRESS_GIVEN = 3 };

static const struct field stock_progress_fields[] = {
    FIELD(stock_progress, project),
    FIELD(stock_progress, building, .max = 40),
    FIELD(stock_progress, progress, .names = progress_names),
    FIELD(stock_progress, day),
    FIELD(stock_progress, document, .max = 100),
    FIELD(stock_progress, id),
    FIELD(stock_progress, recorded_by),
    FIELD(stock_progress, recorded_at),
};
static const struct shape progress_row_shape = SHAPE(stock_progress);
const struct shape stock_progress_shape =
    SHAPE_PART("stock_progress", stock_progress, PROGRESS_GIVEN);

struct stock_progressed {
    const char *building;
    unsigned progress;
};

static const struct field stock_progressed_fields[] = {
    FIELD(stock_progressed, building),
    FIELD(stock_progressed, progress, .names = progress_names),
};
const struct shape stock_progressed_shape = SHAPE(stock_progressed);

struct building {
    bool known;
};

static const struct field building_fields[] = {
    FIELD(building, known),
};
static const struct shape building_shape = SHAPE(building);

struct err cmd_stock_progress(struct call *call, const void *body)
{
    struct stock_progress row = *(const struct stock_progress *)body;
    struct building building;

    if (days_between(row.day, day_of(call->now)) < 0)
        return fail_at("day", "is still to come");
    TRY(fetch(call, &SQL_building_known,
              (struct view){ &stock_progress_shape, body },
              INTO(building, &building)));
    if (!building.known)
        return fail_at("building", "has no flats in this project; stock.list "
                                   "shows those that do");
    row.id = id_new(call->now);
    row.recorded_by = call->actor;
    row.recorded_at = call->now;
    TRY(store(call, &SQL_progress_add,
              (struct view){ &progress_row_shape, &row }));
    about(call, row.project);
    struct stock_progressed answer = { row.building, row.progress };
    return reply(call, FROM(stock_progressed, &answer));
}
