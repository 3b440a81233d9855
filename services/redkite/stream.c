/* A new epoch for each service's stream: for the one restore that the store
 * cannot see by itself, files copied back as they were. */
#include "services/redkite/print.h"
#include "services/redkite/settings.h"

static enum status renew(struct run *run, const char *service, cJSON *rows)
{
    struct answer answer = ask(run, service, "stream.renew", "{}");

    if (answer.code)
        return say_problem(run, "stream.renew", answer);
    cJSON *row = cJSON_Parse(answer.body);
    cJSON_AddStringToObject(row, "service", service);
    cJSON_AddItemToArray(rows, row);
    return DONE;
}

enum status act_stream_renew(struct run *run)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(answer, "streams");
    enum status status = DONE;

    for (size_t i = 0; service_names[i]; i++)
        if (renew(run, service_names[i], rows))
            status = FAILED;
    char *text = cJSON_PrintUnformatted(answer);
    print_answer(run, text);
    cJSON_free(text);
    cJSON_Delete(answer);
    return status;
}
