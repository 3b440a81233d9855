/* redkite case hand-over-list: all that a member has, for whoever takes it over
 * and for the file: cases with their next periods, what meetings gave him to
 * do, and visits to come. */
#include "services/redkite/cli.h"
#include "services/redkite/csv.h"
#include "services/redkite/print.h"

#include <cjson/cJSON.h>
#include <string.h>

enum {
    COLUMNS = 6,
    VISITS = 200,  /* of a page of visit.list */
    DAY_TEXT = 10, /* "2026-11-25" */
};

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

static void write_action(const struct run *run, const cJSON *row)
{
    const cJSON *position = cJSON_GetObjectItemCaseSensitive(row, "position");

    csv_row(stdout,
            (const char *const[]){
                "action", text_of(row, "no"),
                arena_format(run->arena, "议定事项%d",
                             cJSON_IsNumber(position) ? position->valueint : 0),
                *text_of(row, "done_at") ? "done" : "open", "",
                text_of(row, "due_on") },
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

/* The answer, to be deleted; NULL when there is none, and said why. */
static cJSON *page_of(struct run *run, const char *service, const char *command,
                      const char *body)
{
    struct answer answer = ask(run, service, command, body);

    if (answer.code) {
        (void)say_problem(run, command, answer);
        return NULL;
    }
    return cJSON_Parse(answer.body);
}

static void write_rows(const struct run *run, const cJSON *page,
                       const char *list,
                       void (*write)(const struct run *, const cJSON *))
{
    const cJSON *row;

    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(page, list)) {
        write(run, row);
    }
}

static enum status write_cases(struct run *run, const char *member)
{
    const char *after = "";

    do {
        cJSON *page = page_of(
            run, "cases", "case.held",
            arena_format(run->arena, "{\"holder\":\"%s\"%s}", member, after));
        if (!page)
            return FAILED;
        write_rows(run, page, "actions", write_action);
        write_rows(run, page, "cases", write_case);
        const char *next = text_of(page, "next");
        after =
            *next ? arena_format(run->arena, ",\"after\":\"%s\"", next) : "";
        cJSON_Delete(page);
    } while (*after);
    return DONE;
}

/* A page has no cursor but its days: what it has of its last day comes again
 * with the next, from that day on.  Nobody has a page of visits a day. */
static const char *leave_last_day(const struct run *run, cJSON *visits)
{
    int last = cJSON_GetArraySize(visits) - 1;
    const char *day =
        local(run, text_of(cJSON_GetArrayItem(visits, last), "start"));

    for (; last >= 0; last--) {
        const cJSON *visit = cJSON_GetArrayItem(visits, last);
        if (strncmp(local(run, text_of(visit, "start")), day, DAY_TEXT) != 0)
            break;
        cJSON_DeleteItemFromArray(visits, last);
    }
    return day;
}

static enum status write_visits(struct run *run, const char *member)
{
    char today[VALUE_TEXT_MAX];
    const char *from = today;
    bool more;

    moment_format_local(moment_now(), today);
    do {
        cJSON *page = page_of(
            run, "scheduling", "visit.list",
            arena_format(run->arena, "{\"member\":\"%s\",\"from\":\"%.*s\"}",
                         member, DAY_TEXT, from));
        if (!page)
            return FAILED;
        cJSON *visits = cJSON_GetObjectItemCaseSensitive(page, "visits");
        more = cJSON_GetArraySize(visits) >= VISITS;
        if (more)
            from = leave_last_day(run, visits);
        write_rows(run, page, "visits", write_visit);
        cJSON_Delete(page);
    } while (more);
    return DONE;
}

enum status act_hand_over_list(struct run *run)
{
    static const char *const heads[COLUMNS] = {
        "类别", "编号", "事项", "状态", "户编号", "期限或时间"
    };
    const char *member = given(run, "MEMBER");
    struct id id;

    if (!id_parse(member, &id))
        return say_usage(run, "MEMBER: %s is no id", member);
    csv_begin(stdout);
    csv_row(stdout, heads, COLUMNS);
    enum status status = write_cases(run, member);
    return status == DONE ? write_visits(run, member) : status;
}
