/* redkite case story: what happened to a case, told from its timeline in
 * sentences, with the states in Chinese as the services tell them.
 * redkite deadline recount: page by page, until all are counted. */
#include "services/redkite/cli.h"
#include "services/redkite/print.h"

#include "common/base/calendar.h"

#include <stdio.h>
#include <string.h>

static const cJSON *get(const cJSON *from, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(from, name);
}

static const char *get_text(const cJSON *from, const char *name)
{
    return cJSON_GetStringValue(get(from, name));
}

/* The flow of that name among those that the service tells. */
static const cJSON *flow_of(const cJSON *told, const char *name)
{
    const cJSON *flow;

    cJSON_ArrayForEach(flow, get(told, "flows")) {
        if (strcmp(get_text(flow, "name"), name) == 0)
            return flow;
    }
    return NULL;
}

/* The Chinese of a state; the state itself when nobody tells it. */
static const char *label_of(const cJSON *flow, const char *state)
{
    const cJSON *one = get(flow, "states"), *label = get(flow, "labels");

    one = one ? one->child : NULL;
    label = label ? label->child : NULL;
    for (; one && label; one = one->next, label = label->next)
        if (strcmp(cJSON_GetStringValue(one), state) == 0)
            return cJSON_GetStringValue(label);
    return state;
}

/* "2026-11-25 17:05", in the district's time. */
static void print_time(const char *text)
{
    struct moment at;
    char local[VALUE_TEXT_MAX];

    if (!moment_parse(text, &at))
        return;
    moment_format_local(at, local);
    printf("%.10s %.5s", local, local + 11);
}

static void print_event(const cJSON *flow, const cJSON *event)
{
    const char *from = get_text(event, "from_state");
    const char *to = get_text(event, "to_state");
    const char *actor = get_text(event, "actor");
    const char *reason = get_text(event, "reason");

    print_time(get_text(event, "at"));
    printf("  %-16s ", get_text(event, "event"));
    if (strcmp(from, to) == 0)
        printf("仍为“%s”", label_of(flow, to));
    else
        printf("由“%s”到“%s”", label_of(flow, from), label_of(flow, to));
    printf("，%s%s", actor ? "经办 " : "系统按期限或未具名",
           actor ? actor : "");
    printf("%s%s。\n", reason ? "，理由：" : "", reason ? reason : "");
}

static void print_story(const cJSON *flow, const cJSON *story)
{
    const cJSON *event;

    printf("%s（%s）现为“%s”。\n", get_text(story, "no"),
           get_text(story, "flow"), label_of(flow, get_text(story, "state")));
    cJSON_ArrayForEach(event, get(story, "events")) {
        print_event(flow, event);
    }
}

enum status act_case_story(struct run *run)
{
    const char *body = args_body(run);

    if (!body)
        return FAILED;
    struct answer answer = ask(run, "cases", "case.timeline", body);
    if (answer.code)
        return say_problem(run, "case.timeline", answer);
    if (run->output == FOR_JSON) {
        print_answer(run, answer.body);
        return DONE;
    }
    struct answer words = ask(run, "cases", "service.describe", "{}");
    if (words.code)
        return say_problem(run, "service.describe", words);
    cJSON *story = cJSON_Parse(answer.body), *told = cJSON_Parse(words.body);
    print_story(flow_of(told, get_text(story, "flow")), story);
    cJSON_Delete(story);
    cJSON_Delete(told);
    return DONE;
}

/* -------------------------------------------------------- deadline recount */

enum status act_deadline_recount(struct run *run)
{
    const char *next = "";
    double moved = 0, stayed = 0;

    do {
        struct answer answer =
            ask(run, "cases", "deadline.recount",
                *next ? arena_format(run->arena, "{\"after\":\"%s\"}", next)
                      : "{}");
        if (answer.code)
            return say_problem(run, "deadline.recount", answer);
        cJSON *counted = cJSON_Parse(answer.body);
        moved += cJSON_GetNumberValue(get(counted, "moved"));
        stayed += cJSON_GetNumberValue(get(counted, "stayed"));
        next = get_text(counted, "next");
        next = next ? arena_text(run->arena, next) : "";
        cJSON_Delete(counted);
    } while (*next);
    print_answer(run,
                 arena_format(run->arena, "{\"moved\":%.0f,\"stayed\":%.0f}",
                              moved, stayed));
    return DONE;
}
