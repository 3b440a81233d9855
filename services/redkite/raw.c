/* redkite ask: any command, word for word. */
#include "common/base/json.h"

#include "services/redkite/print.h"

#include <string.h>

enum status act_ask(struct run *run)
{
    const char *service = given(run, "SERVICE");
    const char *command = given(run, "COMMAND");
    const char *body = given(run, "BODY");

    if (!body)
        body = "{}";
    else if (strcmp(body, "-") == 0)
        body = read_whole(run, "-", JSON_BODY_MAX);
    if (!body)
        return FAILED;

    struct err err = json_check(body, strlen(body));
    if (err.code)
        return say_usage(run, "BODY: %s at %s", err.why,
                         err.field ? err.field : "its end");
    struct answer answer = ask(run, service, command, body);
    if (answer.code)
        return say_problem(run, command, answer);
    print_answer(run, answer.body);
    return DONE;
}
