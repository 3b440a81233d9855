/* redkite lag: how far behind each reader of each source is, and the alarms. */
#include "services/redkite/print.h"
#include "services/redkite/settings.h"

#include <stdlib.h>
#include <string.h>

enum { BEHIND_MOST = 10000, SECONDS_MOST = 60 };

struct limits {
    long behind;
    long seconds;
};

static bool read_limit(const struct run *run, const char *name, long *limit)
{
    const char *text = given(run, name);
    char *end;

    if (!text)
        return true;
    *limit = strtol(text, &end, 10);
    return *text && !*end && *limit >= 0;
}

static double number(const cJSON *row, const char *name)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(row, name);

    return cJSON_IsString(value) ? strtod(value->valuestring, NULL)
                                 : cJSON_GetNumberValue(value);
}

static bool is_fine(const cJSON *row, const struct limits *most)
{
    return number(row, "stuck") < 1
           && number(row, "behind") <= (double)most->behind
           && number(row, "seconds") <= (double)most->seconds;
}

/* One service's rows, each with its reader's name, under the whole's. */
static bool take_rows(cJSON *rows, cJSON *list, const char *reader,
                      const struct limits *most)
{
    bool fine = true;

    while (list && list->child) {
        cJSON *taken = cJSON_DetachItemViaPointer(list, list->child);
        cJSON *row = cJSON_CreateObject();

        fine = is_fine(taken, most) && fine;
        cJSON_AddStringToObject(row, "reader", reader);
        while (taken->child) {
            cJSON *member = cJSON_DetachItemViaPointer(taken, taken->child);
            cJSON_AddItemToObject(row, member->string, member);
        }
        cJSON_Delete(taken);
        cJSON_AddItemToArray(rows, row);
    }
    return fine;
}

static bool ask_lag(struct run *run, const char *service, cJSON *rows,
                    const struct limits *most)
{
    struct answer answer = ask(run, service, "service.lag", "{}");

    if (answer.code) {
        say("%s:", service);
        (void)say_problem(run, "service.lag", answer);
        return false;
    }
    cJSON *said = cJSON_Parse(answer.body);
    bool events = take_rows(
        rows, cJSON_GetObjectItemCaseSensitive(said, "sources"), service, most);
    bool alarms = take_rows(
        rows, cJSON_GetObjectItemCaseSensitive(said, "alarms"), service, most);
    cJSON_Delete(said);
    return events && alarms;
}

enum status act_lag(struct run *run)
{
    struct limits most = { BEHIND_MOST, SECONDS_MOST };
    const char *one = given(run, "SERVICE");

    if (!read_limit(run, "--behind", &most.behind)
        || !read_limit(run, "--seconds", &most.seconds))
        return say_usage(run, "--behind and --seconds want numbers");
    if (one && !setting_endpoint(one))
        return say_usage(run, "there is no service \"%s\"", one);

    cJSON *whole = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(whole, "lag");
    bool fine = true;
    for (size_t i = 0; service_names[i]; i++)
        if (!one || strcmp(one, service_names[i]) == 0)
            fine = ask_lag(run, service_names[i], rows, &most) && fine;
    char *text = cJSON_PrintUnformatted(whole);
    print_answer(run, text);
    cJSON_free(text);
    cJSON_Delete(whole);
    if (!fine)
        say("something is stuck or far behind; try: redkite stuck list");
    return fine ? DONE : FAILED;
}
