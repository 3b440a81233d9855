/* redkite stock, redkite choice: the flats of a project, by lists as offices
 * write them, and who chooses which. */
#include "services/redkite/import/sheet_file.h"
#include "services/redkite/print.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 100 };

enum column {
    BUILDING,
    UNIT,
    FLOOR,
    DOOR,
    AREA,
    ROOMS,
    FACING,
    PRICE,
    SITE,
    COLUMNS,
};

static const struct sheet_column columns[COLUMNS + 1] = {
    [BUILDING] = { "楼栋", "building", true },
    [UNIT] = { "单元", "unit", true },
    [FLOOR] = { "楼层", "floor", true },
    [DOOR] = { "房号", "door", true },
    [AREA] = { "建筑面积(㎡)", "area", true },
    [ROOMS] = { "户型", "rooms", false },
    [FACING] = { "朝向", "facing", false },
    [PRICE] = { "单价(元/㎡)", "price", true },
    [SITE] = { "位置", "site", true },
};

/* One list on its way: a hundred lines to a call. */
struct bringing {
    struct run *run;
    const char *path, *project;
    cJSON *lines;
    size_t taken, known, corrected, refused;
};

static void refuse(struct bringing *b, long line, const char *title,
                   const char *why)
{
    say("%s:%ld: %s%s%s", b->path, line, title, *title ? ": " : "", why);
    b->refused++;
}

static const char *title_of(const char *name)
{
    for (const struct sheet_column *column = columns; column->title; column++)
        if (name && strcmp(column->name, name) == 0)
            return column->title;
    return name ? name : "";
}

/* ---------------------------------------------------------------- one line */

/* "就地" and "异地", or the words of the wire. */
static const char *site_of(const char *cell)
{
    if (strcmp(cell, "就地") == 0)
        return "on_site";
    return strcmp(cell, "异地") == 0 ? "off_site" : cell;
}

static bool add_number(cJSON *line, const char *cell)
{
    char *end;
    long number = strtol(cell, &end, 10);

    if (end == cell || *end)
        return false;
    cJSON_AddNumberToObject(line, "floor", (double)number);
    return true;
}

/* The line for the wire; NULL after it was said what is wrong. */
static cJSON *read_flat(struct bringing *b, const struct sheet_record *record)
{
    cJSON *line = cJSON_CreateObject();

    cJSON_AddNumberToObject(line, "line", (double)record->line);
    for (int i = 0; i < COLUMNS; i++) {
        const char *cell = record->cells[i];
        const char *why = NULL;

        if (!cell && columns[i].required)
            why = "不能为空，请补填";
        else if (cell && i == FLOOR && !add_number(line, cell))
            why = "应是整数";
        else if (cell && i != FLOOR)
            cJSON_AddStringToObject(line, columns[i].name,
                                    i == SITE ? site_of(cell) : cell);
        if (why) {
            refuse(b, (long)record->line, columns[i].title, why);
            cJSON_Delete(line);
            return NULL;
        }
    }
    return line;
}

/* ------------------------------------------------------------- the service */

static void take_result(struct bringing *b, const cJSON *result)
{
    const char *verdict = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(result, "verdict"));

    if (!verdict || strcmp(verdict, "refused") == 0)
        refuse(b,
               (long)cJSON_GetNumberValue(
                   cJSON_GetObjectItemCaseSensitive(result, "line")),
               title_of(cJSON_GetStringValue(
                   cJSON_GetObjectItemCaseSensitive(result, "field"))),
               cJSON_GetStringValue(
                   cJSON_GetObjectItemCaseSensitive(result, "why")));
    else if (strcmp(verdict, "known") == 0)
        b->known++;
    else if (strcmp(verdict, "corrected") == 0)
        b->corrected++;
    else
        b->taken++;
}

/* What is on its way, to the service; a line that the wire itself refuses is
 * named by its place in the call. */
static enum status send_lines(struct bringing *b)
{
    cJSON *body = cJSON_CreateObject();
    const cJSON *result;

    cJSON_AddStringToObject(body, "project", b->project);
    cJSON_AddItemToObject(body, "lines", b->lines);
    b->lines = cJSON_CreateArray();
    char *text = cJSON_PrintUnformatted(body);
    struct answer answer = ask(b->run, "cases", "stock.import", text);
    cJSON_free(text);
    cJSON_Delete(body);
    if (answer.code)
        return say_problem(b->run, "stock.import", answer);
    cJSON *whole = cJSON_Parse(answer.body);
    cJSON_ArrayForEach(result,
                       cJSON_GetObjectItemCaseSensitive(whole, "results")) {
        take_result(b, result);
    }
    cJSON_Delete(whole);
    return DONE;
}

static enum status take_line(struct bringing *b,
                             const struct sheet_record *record)
{
    cJSON *line = read_flat(b, record);

    if (line)
        cJSON_AddItemToArray(b->lines, line);
    return cJSON_GetArraySize(b->lines) == LINES ? send_lines(b) : DONE;
}

static enum status send_all(struct bringing *b, struct sheet *sheet)
{
    struct sheet_record record = { .line = 1 };
    enum status status = DONE;
    struct err err = sheet_check(sheet);

    while (!err.code && status == DONE && record.line) {
        err = sheet_next(sheet, &record);
        if (!err.code && record.line)
            status = take_line(b, &record);
    }
    if (err.code)
        say("%s: %s%s%s", b->path, err.field ? err.field : "",
            err.field ? ": " : "", err.why);
    else if (status == DONE && cJSON_GetArraySize(b->lines) > 0)
        status = send_lines(b);
    return err.code ? FAILED : status;
}

enum status act_stock_import(struct run *run)
{
    struct bringing b = { .run = run,
                          .path = given(run, "FILE"),
                          .project =
                              find_project(run, given(run, "--project")) };
    FILE *file = b.project ? sheet_file_open(b.path) : NULL;

    if (b.project && !file)
        say("%s cannot be read", b.path);
    if (!file)
        return FAILED;
    b.lines = cJSON_CreateArray();
    struct sheet *sheet =
        sheet_open(sheet_file_rows(run, file, run->arena), columns, run->arena);
    enum status status = send_all(&b, sheet);
    sheet_close(&sheet);
    (void)fclose(file);
    cJSON_Delete(b.lines);
    say("%s: %zu taken, %zu corrected, %zu known before, %zu refused", b.path,
        b.taken, b.corrected, b.known, b.refused);
    return status != DONE || b.refused ? FAILED : DONE;
}

/* --------------------------------------------------------------- the table */

/* clang-format off */
#define PROJECT { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }
#define WHERE   { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" }
#define DRAW    { "DRAW", "draw", ARG_ID, NEEDED, NULL, "the draw's id" }
#define CHOICE  { "CHOICE", "choice", ARG_ID, NEEDED, NULL, "its id (choice roll)" }
#define HOUSEHOLD { "--household", "household", ARG_HOUSEHOLD, NEEDED, "HOUSEHOLD", "who chooses" }
#define END     { 0 }

static const struct arg stock_import_args[] = {
    { "FILE", NULL, ARG_TEXT, NEEDED, NULL, "the list (CSV or XLSX) with the columns 楼栋, 单元, 楼层, 房号, 建筑面积(㎡), 户型, 朝向, 单价(元/㎡), 位置 (就地 or 异地); - is stdin" },
    PROJECT,
    { "--sheet", NULL, ARG_TEXT, 0, "NAME", "of a workbook the sheet of that name" }, END,
};
static const struct arg stock_list_args[] = {
    PROJECT,
    { "--building", "building", ARG_TEXT, 0, "NAME", "of this one only" },
    { "--free", "free", ARG_FLAG, 0, NULL, "those alone that nobody has chosen" },
    { "--after", "after", ARG_ID, 0, "ID", "the last flat of the page before" }, END,
};
static const struct arg stock_progress_args[] = {
    { "BUILDING", "building", ARG_TEXT, NEEDED, NULL, "its name" },
    { "PROGRESS", "progress", ARG_TEXT, NEEDED, NULL, "planned, started, topped_out, accepted or ready" },
    { "--day", "day", ARG_DAY, NEEDED, "DAY", "since when" },
    { "--document", "document", ARG_TEXT, NEEDED, "TEXT", "the paper that says so" },
    PROJECT, END,
};
static const struct arg choice_open_args[] = {
    DRAW, { "--minutes", "minutes", ARG_NUMBER, NEEDED, "N", "of each turn: 5 to 10080" }, END,
};
static const struct arg choice_take_args[] = {
    DRAW, HOUSEHOLD, { "--flat", "flat", ARG_ID, NEEDED, "ID", "which (stock list)" }, WHERE, END,
};
static const struct arg choice_decline_args[] = { DRAW, HOUSEHOLD, WHERE, END };
static const struct arg choice_args[] = { CHOICE, END };
static const struct arg choice_hand_args[] = {
    CHOICE, { "--day", "day", ARG_DAY, NEEDED, "DAY", "when the keys were given" },
    { "--measured-area", "measured_area", ARG_TEXT, NEEDED, "M2", "as measured: 85.01" }, END,
};
static const struct arg choice_roll_args[] = {
    DRAW, { "--from", "from", ARG_NUMBER, 0, "N", "the place to begin with; 0 is the first" }, END,
};

const struct verb stock_verbs[] = {
    { "stock", "import", "Take over a list of flats, line by line", "stock import flats.csv",
      .args = stock_import_args, .act = act_stock_import, .service = "cases", .next = "draw commit", .stuck = "stock list" },
    { "stock", "list", "List the flats: size, price, building progress, what is free", "stock list --free",
      "cases", "stock.list", stock_list_args,
      .columns = "id building unit floor door area price site state progress" },
    { "stock", "progress", "Note how far a building is", "stock progress 1号楼 topped_out --day 2026-11-01 --document 监理月报",
      "cases", "stock.progress", stock_progress_args, .stuck = "stock list" },
    { "choice", "open", "Let the turns of a draw begin", "choice open DRAW --minutes 1440",
      "cases", "choice.open", choice_open_args, .next = "choice roll DRAW", .stuck = "draw show DRAW" },
    { "choice", "take", "Write down which flat a household chooses", "choice take DRAW --household QH-0001 --flat ID",
      "cases", "choice.take", choice_take_args, .next = "choice roll DRAW", .stuck = "choice roll DRAW" },
    { "choice", "back", "Give a choice back, while it is the household's turn", "choice back CHOICE",
      "cases", "choice.back", choice_args, .stuck = "choice roll DRAW" },
    { "choice", "decline", "A household wants none of these now", "choice decline DRAW --household QH-0001",
      "cases", "choice.decline", choice_decline_args, .stuck = "choice roll DRAW" },
    { "choice", "roll", "Show whose turn was, is and will be, and what they chose", "choice roll DRAW",
      "cases", "choice.roll", choice_roll_args,
      .columns = "seq no again began_at until how line choice", .stuck = "draw list" },
    { "choice", "hand", "Note that the keys were given", "choice hand CHOICE --day 2026-12-10 --measured-area 85.01",
      "cases", "choice.hand", choice_hand_args, .next = "the household says so itself (choice.receive)", .stuck = "stock list" },
    { 0 },
};
/* clang-format on */
