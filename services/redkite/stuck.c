/* redkite stuck: what a reader could not apply, one subject at a time.  Its
 * name is "reader/source/subject", as stuck list prints it. */
#include "services/redkite/print.h"
#include "services/redkite/settings.h"

#include <string.h>

struct name {
    const char *reader; /* the service that is asked */
    const char *source;
    const char *subject;
};

static bool name_of(struct run *run, struct name *name)
{
    const char *text = given(run, "ID");
    const char *source = strchr(text, '/');
    const char *subject = source ? strchr(source + 1, '/') : NULL;
    struct id id;

    if (!subject || !id_parse(subject + 1, &id))
        return false;
    name->reader = arena_slice(run->arena, text, (size_t)(source - text));
    name->source =
        arena_slice(run->arena, source + 1, (size_t)(subject - source - 1));
    name->subject = subject + 1;
    return setting_endpoint(name->reader) && !strpbrk(name->source, "\"\\");
}

static enum status say_form(const struct run *run)
{
    return say_usage(run, "ID is READER/SOURCE/SUBJECT, as redkite stuck list "
                          "prints it");
}

/* {"source", "subject"} and what else is said. */
static const char *body_of(const struct run *run, const struct name *name,
                           const char *more)
{
    return arena_format(run->arena, "{\"source\":\"%s\",\"subject\":\"%s\"%s}",
                        name->source, name->subject, more);
}

/* -------------------------------------------------------------------- list */

/* Moves the rows of one service's answer into the whole; false when it did not
 * answer. */
static bool gather(struct run *run, const char *service, cJSON *rows)
{
    struct answer answer = ask(run, service, "stuck.list", "{}");

    if (answer.code) {
        say("%s:", service);
        (void)say_problem(run, "stuck.list", answer);
        return false;
    }
    cJSON *said = cJSON_Parse(answer.body);
    cJSON *all = cJSON_GetObjectItemCaseSensitive(said, "stuck");
    while (all && all->child)
        cJSON_AddItemToArray(rows, cJSON_DetachItemViaPointer(all, all->child));
    cJSON_Delete(said);
    return true;
}

enum status act_stuck_list(struct run *run)
{
    const char *one = given(run, "SERVICE");
    cJSON *whole = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(whole, "stuck");
    enum status status = DONE;

    if (one && !setting_endpoint(one)) {
        cJSON_Delete(whole);
        return say_usage(run, "there is no service \"%s\"", one);
    }
    for (size_t i = 0; service_names[i]; i++)
        if ((!one || strcmp(one, service_names[i]) == 0)
            && !gather(run, service_names[i], rows))
            status = FAILED;
    char *text = cJSON_PrintUnformatted(whole);
    print_answer(run, text);
    if (rows->child)
        say("next: redkite stuck show ID");
    cJSON_free(text);
    cJSON_Delete(whole);
    return status;
}

/* ------------------------------------------------------- show, retry, drop */

static enum status ask_about(struct run *run, const char *command)
{
    struct name name;

    if (!name_of(run, &name))
        return say_form(run);
    struct answer answer =
        ask(run, name.reader, command, body_of(run, &name, ""));
    if (answer.code)
        return say_problem(run, command, answer);
    print_answer(run, answer.body);
    return DONE;
}

enum status act_stuck_show(struct run *run)
{
    return ask_about(run, "stuck.show");
}

enum status act_stuck_retry(struct run *run)
{
    enum status status = ask_about(run, "stuck.retry");

    if (status == DONE)
        say("it is taken up within a second; then: redkite stuck list");
    return status;
}

/* The first event as it is shown is the one that is given up: when another has
 * become the first meanwhile, the service refuses. */
static enum status drop_first(struct run *run, const struct name *name,
                              const cJSON *first)
{
    const char *topic = value_text(
        cJSON_GetObjectItemCaseSensitive(first, "topic"), run->arena);
    const char *seq =
        value_text(cJSON_GetObjectItemCaseSensitive(first, "seq"), run->arena);

    say("%s %s (%s) will never take effect in %s", topic, seq,
        value_text(cJSON_GetObjectItemCaseSensitive(first, "cause"),
                   run->arena),
        name->reader);
    if (!confirm(run, topic))
        return FAILED;
    struct answer answer =
        ask(run, name->reader, "stuck.drop",
            body_of(run, name, arena_format(run->arena, ",\"seq\":%s", seq)));
    if (answer.code)
        return say_problem(run, "stuck.drop", answer);
    print_answer(run, answer.body);
    say("what is behind it still waits; next: redkite stuck retry %s",
        given(run, "ID"));
    return DONE;
}

enum status act_stuck_drop(struct run *run)
{
    struct name name;

    if (!name_of(run, &name))
        return say_form(run);
    struct answer answer =
        ask(run, name.reader, "stuck.show", body_of(run, &name, ""));
    if (answer.code)
        return say_problem(run, "stuck.show", answer);
    cJSON *shown = cJSON_Parse(answer.body);
    enum status status =
        drop_first(run, &name,
                   cJSON_GetArrayItem(
                       cJSON_GetObjectItemCaseSensitive(shown, "events"), 0));
    cJSON_Delete(shown);
    return status;
}
