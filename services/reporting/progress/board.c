#include "services/reporting/progress/board.h"

#include "services/reporting/progress/csv.h"
#include "services/reporting/progress/rules.h"
#include "services/reporting/progress/store_sql.h"

#include <inttypes.h>
#include <string.h>

static const char *const stage_names[] = { "registered", "offered", "effective",
                                           NULL };
static const char *const stage_labels[] = { "已建档", "已提供方案",
                                            "协议生效" };
static const char *const showing_names[] = { "count", "share", "few", "not",
                                             NULL };

/* Domain.md 7.2, I01 and its way there.  `version` rises when a text or the
 * arithmetic changes. */
static const char definition[] =
    "{\"code\":\"I01\",\"version\":1,"
    "\"numerator\":\"已到达该阶段的户数：已建档＝入户调查已登记；已提供方案＝"
    "已收到补偿方案，包括已签约但仍在冷静期、可以撤回的户；协议生效＝冷静期已过、"
    "协议已生效的户\","
    "\"denominator\":\"该社区（或全部社区）已建档的户数；不满 5 户的社区不计入\","
    "\"formula\":\"占比＝该阶段户数÷已建档户数，向下取整到 1%\","
    "\"privacy\":\"为使任何人都不能由此推算某一户是否签约：户数按每 5 户一档"
    "向下取整（全部到达时为准确数）；不足 5 户不显示；占比达到 90% 后只显示占比，"
    "每 5 个百分点一档\"}";

/* clang-format off */
static const struct field step_fields[] = {
    FIELD(step, stage, .names = stage_names),
    FIELD(step, label),
    FIELD(step, shown, .names = showing_names),
    OPTIONAL(step, reached),
    OPTIONAL(step, percent),
    FIELD(step, text),
};
static const struct shape step_shape = SHAPE(step);

/* A community is a place without places in it. */
static const struct field community_fields[] = {
    FIELD(place, id),
    OPTIONAL(place, code),
    FIELD(place, name),
    FIELD(place, stages, .shape = &step_shape),
};
static const struct shape community_shape = {
    "community", sizeof(struct place), community_fields,
    sizeof community_fields / sizeof *community_fields,
};

static const struct field place_fields[] = {
    FIELD(place, id),
    OPTIONAL(place, track),
    FIELD(place, name),
    FIELD(place, stages, .shape = &step_shape),
    OPTIONAL(place, documents),
    FIELD(place, communities, .shape = &community_shape),
};
static const struct shape place_shape = SHAPE(place);

static const struct field board_fields[] = {
    OPTIONAL(board, as_of),
    FIELD(board, sequence),
    FIELD(board, definition),
    FIELD(board, projects, .shape = &place_shape),
};
const struct shape board_shape = SHAPE(board);

/* A row of the read model: a community with its true numbers. */
struct count {
    int64_t sequence;
    struct moment as_of;
    struct id project;
    const char *project_name;
    const char *track;
    struct json documents;
    struct id community;
    const char *code;
    const char *name;
    int64_t registered, offered, signed_cooling, effective;
};

static const struct field count_fields[] = {
    FIELD(count, sequence),
    OPTIONAL(count, as_of),
    OPTIONAL(count, project),
    OPTIONAL(count, project_name),
    OPTIONAL(count, track),
    OPTIONAL(count, documents),
    OPTIONAL(count, community),
    OPTIONAL(count, code),
    OPTIONAL(count, name),
    FIELD(count, registered),
    FIELD(count, offered),
    FIELD(count, signed_cooling),
    FIELD(count, effective),
};
static const struct shape count_shape = SHAPE(count);
/* clang-format on */

/* ------------------------------------------------------------ what is shown */

static const char *share_text(struct figure figure, struct arena *arena)
{
    switch (figure.showing) {
    case SHOW_COUNT:
        return arena_format(arena, "%d%%", figure.percent);
    case SHOW_SHARE:
        return arena_format(arena, "≥%d%%", figure.percent);
    case SHOW_FEW:
        return arena_format(arena, "不足 %d 户", HOUSEHOLDS_STEP);
    default:
        return "暂不显示";
    }
}

static struct rows steps_of(const struct line *line, struct arena *arena)
{
    struct step *steps = arena_alloc(arena, STAGE_COUNT * sizeof *steps);

    for (unsigned stage = 0; stage < STAGE_COUNT; stage++) {
        struct figure figure = line->reached[stage];
        bool has_count = figure.showing == SHOW_COUNT;
        bool has_share = has_count || figure.showing == SHOW_SHARE;
        steps[stage] = (struct step){
            .stage = stage,
            .label = stage_labels[stage],
            .shown = figure.showing,
            .text = share_text(figure, arena),
        };
        if (has_count)
            steps[stage].reached.text =
                arena_format(arena, "%" PRId64, figure.count);
        if (has_share)
            steps[stage].percent.text =
                arena_format(arena, "%d", figure.percent);
    }
    return (struct rows){ steps, STAGE_COUNT };
}

/* One project, from its rows: `count` of them, the first with or without a
 * community. */
static struct place project_of(const struct count *rows, size_t count,
                               struct arena *arena)
{
    struct place *communities = arena_alloc(arena, count * sizeof *communities);
    struct tally *tallies = arena_alloc(arena, count * sizeof *tallies);
    struct line *lines = arena_alloc(arena, count * sizeof *lines);
    struct line total;

    if (count == 1 && !id_given(rows->community))
        count = 0;
    for (size_t i = 0; i < count; i++)
        tallies[i] = tally_of((int64_t[]){
            [STATE_REGISTERED] = rows[i].registered,
            [STATE_OFFERED] = rows[i].offered,
            [STATE_SIGNED_COOLING] = rows[i].signed_cooling,
            [STATE_EFFECTIVE] = rows[i].effective,
        });
    progress_publish(tallies, count, lines, &total);
    for (size_t i = 0; i < count; i++)
        communities[i] = (struct place){
            .id = rows[i].community,
            .code = rows[i].code,
            .name = rows[i].name,
            .stages = steps_of(&lines[i], arena),
        };
    return (struct place){
        .id = rows->project,
        .track = rows->track,
        .name = rows->project_name,
        .stages = steps_of(&total, arena),
        .documents = rows->documents,
        .communities = { communities, count },
    };
}

static struct rows projects_of(const struct count *rows, size_t count,
                               struct arena *arena)
{
    struct place *projects = arena_alloc(arena, count * sizeof *projects);
    size_t n = 0;

    if (!id_given(rows->project))
        return (struct rows){ projects, 0 };
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1;
             to < count && id_same(rows[to].project, rows[from].project);)
            to++;
        projects[n++] = project_of(&rows[from], to - from, arena);
    }
    return (struct rows){ projects, n };
}

struct err board_read(struct db *db, struct arena *arena, struct board *board)
{
    static const struct nothing all = { 0 };
    struct rows rows;

    TRY(db_list(db, &SQL_progress_board, FROM(nothing, &all), &count_shape,
                &rows));
    if (rows.count == 0)
        return fail(CODE_FAULT, "the read model has no clock");

    const struct count *first = rows.at;
    *board = (struct board){
        .sequence = first->sequence,
        .definition = { definition },
        .projects = projects_of(first, rows.count, arena),
    };
    if (first->as_of.us) {
        char *text = arena_alloc(arena, VALUE_TEXT_MAX);
        moment_format_local(first->as_of, text);
        board->as_of = text;
    }
    return OK;
}

struct err board_only(struct board *board, struct id project)
{
    struct place *projects = board->projects.at;

    if (!id_given(project))
        return OK;
    for (size_t i = 0; i < board->projects.count; i++) {
        if (id_same(projects[i].id, project)) {
            board->projects = (struct rows){ &projects[i], 1 };
            return OK;
        }
    }
    return fail(CODE_NOT_FOUND, "there is no project with this id");
}

/* --------------------------------------------------------------- as a CSV */

static const char *number(struct json json)
{
    return json.text ? json.text : "";
}

static void write_place(struct csv *csv, const struct place *project,
                        const struct place *place, const char *as_of)
{
    const struct step *steps = place->stages.at;

    csv_cell(csv, project->name);
    csv_cell(csv, place->code ? place->code : "");
    csv_cell(csv, place == project ? "全部社区" : place->name);
    csv_cell(csv, number(steps[STAGE_REGISTERED].reached));
    for (unsigned stage = STAGE_OFFERED; stage < STAGE_COUNT; stage++) {
        csv_cell(csv, number(steps[stage].reached));
        csv_cell(csv, steps[stage].text);
    }
    csv_cell(csv, as_of ? as_of : "");
    csv_line(csv);
}

const char *board_sheet(const struct board *board, struct arena *arena)
{
    static const char *const heads[] = {
        "项目",         "社区编号",       "社区",
        "已建档户数",   "已提供方案户数", "已提供方案占比",
        "协议生效户数", "协议生效占比",   "数据截至",
    };
    struct csv *csv = csv_new(arena);

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        csv_cell(csv, heads[i]);
    csv_line(csv);
    for (size_t p = 0; p < board->projects.count; p++) {
        const struct place *project =
            (const struct place *)board->projects.at + p;
        const struct place *communities = project->communities.at;
        write_place(csv, project, project, board->as_of);
        for (size_t c = 0; c < project->communities.count; c++)
            write_place(csv, project, &communities[c], board->as_of);
    }
    return csv_text(csv);
}
