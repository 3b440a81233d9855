/* redkite case hand-over-list: all that a member has, for whoever takes it over
 * and for the file: cases with their next periods, and visits to come. */
#include "services/redkite/cli.h"
#include "services/redkite/csv.h"
#include "services/redkite/print.h"

#include <cjson/cJSON.h>
#include <string.h>

enum { COLUMNS = 6 };

static const char *text_of(const cJSON *row, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));

    return text ? text : "";
}

/* "2026-11-25 17:05" in the district, as spreadsheets like it; "" for none. */
static const char *local(const struct run *run, const char *text)
{
    char at[VALUE_TEXT_MAX];
    struct moment moment;

    if (!moment_parse(text, &moment))
        return "";
    moment_format_local(moment, at);
    return arena_format(run->arena, "%.10s %.5s", at, at + 11);
}

static void write_case(const struct run *run, const cJSON *row)
{
    csv_row(stdout,
            (const char *const[]){ text_of(row, "flow"), text_of(row, "no"),
                                   text_of(row, "kind"), text_of(row, "state"),
                                   text_of(row, "household_no"),
                                   local(run, text_of(row, "due_at")) },
            COLUMNS);
}

static void write_visit(const struct run *run, const cJSON *row)
{
    if (strcmp(text_of(row, "state"), "planned") == 0)
        csv_row(stdout,
                (const char *const[]){ "visit", text_of(row, "visit"),
                                       text_of(row, "topic"), "planned", "",
                                       local(run, text_of(row, "start")) },
                COLUMNS);
}

static enum status write_rows(struct run *run, const char *service,
                              const char *command, const char *body,
                              const char *list, const char **next)
{
    void (*write)(const struct run *, const cJSON *) =
        strcmp(list, "visits") == 0 ? write_visit : write_case;
    struct answer answer = ask(run, service, command, body);
    const cJSON *row;

    if (answer.code)
        return say_problem(run, command, answer);
    cJSON *page = cJSON_Parse(answer.body);
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(page, list)) {
        write(run, row);
    }
    *next = arena_text(run->arena, text_of(page, "next"));
    cJSON_Delete(page);
    return DONE;
}

static enum status write_cases(struct run *run, const char *member)
{
    enum status status = DONE;
    const char *next = "";

    do {
        const char *body =
            *next ? arena_format(run->arena,
                                 "{\"holder\":\"%s\",\"after\":\"%s\"}", member,
                                 next)
                  : arena_format(run->arena, "{\"holder\":\"%s\"}", member);
        status = write_rows(run, "cases", "case.held", body, "cases", &next);
    } while (status == DONE && *next);
    return status;
}

enum status act_hand_over_list(struct run *run)
{
    static const char *const heads[COLUMNS] = {
        "类别", "编号", "事项", "状态", "户编号", "期限或时间"
    };
    const char *member = given(run, "MEMBER"), *unused;
    char today[VALUE_TEXT_MAX];
    struct id id;

    if (!id_parse(member, &id))
        return say_usage(run, "MEMBER: %s is no id", member);
    csv_begin(stdout);
    csv_row(stdout, heads, COLUMNS);
    enum status status = write_cases(run, member);
    if (status != DONE)
        return status;
    moment_format_local(moment_now(), today);
    return write_rows(run, "scheduling", "visit.list",
                      arena_format(run->arena,
                                   "{\"member\":\"%s\",\"from\":\"%.10s\"}",
                                   member, today),
                      "visits", &unused);
}
