/* redkite export: more than a little of a list is asked for, approved by
 * another person, and written into a file whose lines say by whom. */
#include "services/redkite/csv.h"
#include "services/redkite/print.h"

#include <cjson/cJSON.h>
#include <unistd.h>

enum { COLUMNS = 5, PAGE = 200 };

static const char *text_of(const cJSON *row, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));

    return text ? text : "";
}

/* ------------------------------------------------------------- export write */

struct writing {
    struct run *run;
    const char *project, *export, *community;
    const char *after; /* the cursor; "" at the first page and after the last */
    FILE *csv;
    size_t rows;
};

static const char *page_body(const struct writing *w)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "project", w->project);
    cJSON_AddStringToObject(body, "export", w->export);
    cJSON_AddNumberToObject(body, "limit", PAGE);
    if (w->community)
        cJSON_AddStringToObject(body, "community", w->community);
    if (*w->after)
        cJSON_AddStringToObject(body, "after", w->after);
    char *heap = cJSON_PrintUnformatted(body);
    const char *text = arena_text(w->run->arena, heap);
    cJSON_free(heap);
    cJSON_Delete(body);
    return text;
}

static void write_rows(struct writing *w, const cJSON *page)
{
    const char *watermark = text_of(page, "watermark");
    const cJSON *row;

    cJSON_ArrayForEach(row,
                       cJSON_GetObjectItemCaseSensitive(page, "households")) {
        csv_row(w->csv,
                (const char *const[]){
                    text_of(row, "no"), text_of(row, "community_name"),
                    text_of(row, "registered_area"),
                    text_of(row, "measured_area"), watermark },
                COLUMNS);
        w->rows++;
    }
}

/* The file is made when the first page is there: a refusal leaves none. */
static enum status write_page(struct writing *w, const char *path)
{
    static const char *const heads[COLUMNS] = { "户编号", "社区",
                                                "登记面积(㎡)", "实测面积(㎡)",
                                                "导出标记" };
    struct answer answer = ask(w->run, "cases", "household.list", page_body(w));

    if (answer.code)
        return say_problem(w->run, "household.list", answer);
    if (!w->csv) {
        w->csv = csv_create(path);
        if (!w->csv) {
            say("%s cannot be written", path);
            return FAILED;
        }
        csv_row(w->csv, heads, COLUMNS);
    }
    cJSON *page = cJSON_Parse(answer.body);
    write_rows(w, page);
    w->after = arena_text(w->run->arena, text_of(page, "next"));
    cJSON_Delete(page);
    return DONE;
}

static enum status end_file(struct writing *w, const char *path,
                            enum status status)
{
    if (!w->csv)
        return status;
    bool good = !ferror(w->csv);
    if (fclose(w->csv) != 0)
        good = false;
    if (status == DONE && !good) {
        say("%s cannot be written to its end", path);
        status = FAILED;
    }
    if (status == DONE)
        say("%s: %zu households", path, w->rows);
    else
        (void)unlink(path); /* half a list is none */
    return status;
}

static enum status act_export_write(struct run *run)
{
    const char *path = given(run, "--into"),
               *community = given(run, "--community");
    struct writing w = { .run = run,
                         .export = given(run, "EXPORT"),
                         .after = "" };
    enum status status;

    w.project = find_project(run, given(run, "--project"));
    if (community)
        w.community = find_community(run, community);
    if (!w.project || (community && !w.community))
        return FAILED;
    do
        status = write_page(&w, path);
    while (status == DONE && *w.after);
    return end_file(&w, path, status);
}

/* clang-format off */
#define PROJECT { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }
#define EXPORT  { "EXPORT", "id", ARG_ID, NEEDED, NULL, "its id" }
#define END     { 0 }

static const struct arg export_ask_args[] = {
    { "LIST", "list", ARG_TEXT, NEEDED, NULL, "household.list, household.search, survey.alike or recount.results" },
    { "--rows", "rows", ARG_NUMBER, NEEDED, "N", "households at most: 51 to 5000" },
    { "--community", "community", ARG_COMMUNITY, 0, "NAME", "of this one alone: a name, code or id" },
    PROJECT, END,
};
static const struct arg export_approve_args[] = { EXPORT, END };
static const struct arg export_list_args[] = {
    PROJECT,
    { "--after", "after", ARG_ID, 0, "ID", "go on after the last of the page before" },
    END,
};
static const struct arg export_write_args[] = {
    { "EXPORT", NULL, ARG_ID, NEEDED, NULL, "its id; of household.list" },
    { "--into", NULL, ARG_TEXT, NEEDED, "FILE", "the file (.csv); each line says by whom" },
    { "--community", NULL, ARG_COMMUNITY, 0, "NAME", "the one that it is for: a name, code or id" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" },
    END,
};

static const struct arg access_list_args[] = {
    { "--since", "since", ARG_DAY, NEEDED, "DAY", "the first day" }, END,
};

const struct verb export_verbs[] = {
    { "access", "list", "List who opened the personal data of many households on a day",
      "access list --since 2026-11-01", "cases", "access.list", access_list_args,
      .columns = "member day households told_at", .stuck = "export list" },
    { "export", "ask", "Ask for more than fifty households of a list",
      "export ask household.list --rows 300 --purpose \"the register is checked\"",
      "cases", "export.ask", export_ask_args,
      .personal = true, .next = "export approve ID (the privacy officer)", .stuck = "project list" },
    { "export", "approve", "Approve an export that somebody else asked for",
      "export approve ID", "cases", "export.approve", export_approve_args,
      .next = "export write ID --into FILE (who asked, within 24 hours)", .stuck = "export list" },
    { "export", "list", "List exports: who asked, who approved, what was shown",
      "export list", "cases", "export.list", export_list_args,
      .columns = "id no list rows purpose asked_by asked_at approved_by until shown used_at", .stuck = "project list" },
    { "export", "write", "Write the households of an approved export into a file",
      "export write ID --into list.csv", .service = "cases", .args = export_write_args,
      .act = act_export_write, .stuck = "export list" },
    { 0 },
};
/* clang-format on */
