#include "services/redkite/print.h"
#include "services/redkite/settings.h"

#include <stdio.h>
#include <string.h>

enum { WAIT_MS = 3000 }; /* a health check must answer sooner than its reader */

/* The names of what is wrong, each with its detail. */
static const char *wrong_checks(const struct run *run, const cJSON *ready)
{
    const cJSON *check;
    const char *text = "";

    cJSON_ArrayForEach(check,
                       cJSON_GetObjectItemCaseSensitive(ready, "checks")) {
        if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(check, "ok")))
            continue;
        text = arena_format(
            run->arena, "%s%s%s: %s", text, *text ? "; " : "",
            value_text(cJSON_GetObjectItemCaseSensitive(check, "name"),
                       run->arena),
            value_text(cJSON_GetObjectItemCaseSensitive(check, "detail"),
                       run->arena));
    }
    return text;
}

/* One service's row: {service, ready, why}; the checks as it gave them. */
static cJSON *ask_ready(struct run *run, const char *service)
{
    struct answer answer = ask(run, service, "service.ready", "{}");
    cJSON *said = cJSON_Parse(answer.body);
    cJSON *row = cJSON_CreateObject();
    bool ready =
        !answer.code
        && cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(said, "ready"));
    const cJSON *why = cJSON_GetObjectItemCaseSensitive(said, "why");

    cJSON_AddStringToObject(row, "service", service);
    cJSON_AddBoolToObject(row, "ready", ready);
    cJSON_AddStringToObject(row, "why",
                            why ? value_text(why, run->arena)
                                : wrong_checks(run, said));
    cJSON *checks = cJSON_DetachItemFromObjectCaseSensitive(said, "checks");
    if (checks)
        cJSON_AddItemToObject(row, "checks", checks);
    cJSON_Delete(said);
    return row;
}

static void print_row(const struct run *run, const cJSON *row)
{
    bool ready = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(row, "ready"));
    bool plain = run->output == FOR_PLAIN;

    print_cell(value_text(cJSON_GetObjectItemCaseSensitive(row, "service"),
                          run->arena),
               plain ? 0 : 15);
    (void)putchar(plain ? '\t' : ' ');
    print_ink(run, ready ? INK_GOOD : INK_BAD);
    (void)fputs(ready ? "ready" : "not ready", stdout);
    print_ink(run, INK_PLAIN);
    (void)putchar(plain ? '\t' : ' ');
    print_cell(
        value_text(cJSON_GetObjectItemCaseSensitive(row, "why"), run->arena),
        0);
    (void)putchar('\n');
}

static void print_rows(const struct run *run, const cJSON *answer)
{
    const cJSON *row;

    if (run->output == FOR_JSON) {
        char *text = cJSON_PrintUnformatted(answer);
        (void)puts(text);
        cJSON_free(text);
        return;
    }
    cJSON_ArrayForEach(row, answer->child) {
        print_row(run, row);
    }
}

enum status act_health(struct run *run)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(answer, "services");
    bool all = !given(run, "SERVICE");
    const char *service;
    enum status status = DONE;

    if (run->timeout_ms > WAIT_MS)
        run->timeout_ms = WAIT_MS;
    for (size_t i = 0;
         (service = all ? service_names[i] : given_nth(run, "SERVICE", i));
         i++) {
        if (!setting_endpoint(service)) {
            cJSON_Delete(answer);
            return say_usage(run, "there is no service \"%s\"", service);
        }
        cJSON *row = ask_ready(run, service);
        if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(row, "ready")))
            status = FAILED;
        cJSON_AddItemToArray(rows, row);
    }
    print_rows(run, answer);
    cJSON_Delete(answer);
    return status;
}
