#include "services/redkite/cli.h"
#include "services/redkite/settings.h"

#include <string.h>

/* ------------------------------------------------------------------- asking */

struct client *client_of(const struct run *run, const char *service)
{
    struct party party = { .name = service,
                           .endpoint = setting_endpoint(service),
                           .keys = setting_keys() };
    struct meta asker = { .purpose = run->purpose };
    struct key_file key;

    if (!party.endpoint) {
        say("there is no service \"%s\": cases, scheduling, notifications, "
            "reporting",
            service);
        return NULL;
    }
    (void)key_secret_read(party.keys.file, &key); /* or the answer says why */
    asker.roles = run->roles ? run->roles : key.roles;
    if (!id_parse(run->actor ? run->actor : key.actor, &asker.actor))
        asker.actor = nobody;
    return client_open(&party, &asker);
}

struct answer ask(const struct run *run, const char *service,
                  const char *command, const char *body)
{
    struct client *client = client_of(run, service);
    if (!client)
        return (struct answer){ CODE_BAD_REQUEST, "{}" };

    struct answer answer =
        client_ask(client, command, body, run->timeout_ms, run->arena);
    client_close(&client);
    return answer;
}

/* --------------------------------------------- ids by what people call them */

static const char *text_of(const cJSON *row, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));
}

static bool is_called(const cJSON *row, const char *member, const char *text)
{
    const char *name = text_of(row, member);

    return name && strcmp(name, text) == 0;
}

/* The rows of an answer, or NULL after the refusal was said; delete *whole. */
static const cJSON *ask_rows(struct run *run, const char *command,
                             const char *body, const char *member,
                             cJSON **whole)
{
    struct answer answer = ask(run, "cases", command, body);

    if (answer.code) {
        (void)say_problem(run, command, answer);
        return NULL;
    }
    *whole = cJSON_Parse(answer.body);
    return cJSON_GetObjectItemCaseSensitive(*whole, member);
}

static const char *only_project(const struct run *run, const cJSON *rows)
{
    const cJSON *row;

    if (cJSON_GetArraySize(rows) == 1)
        return arena_text(run->arena, text_of(rows->child, "id"));
    say(cJSON_GetArraySize(rows) ? "say which: --project ID"
                                 : "there is no project yet: redkite project "
                                   "open");
    cJSON_ArrayForEach(row, rows) {
        say("  %s %s", text_of(row, "id"), text_of(row, "name"));
    }
    return NULL;
}

const char *find_project(struct run *run, const char *text)
{
    const char *found = NULL;
    cJSON *whole = NULL;
    struct id id;

    if (text && id_parse(text, &id))
        return text;
    if (text) {
        say("--project: \"%s\" is not an id (a uuid)", text);
        return NULL;
    }
    const cJSON *rows = ask_rows(run, "project.list", "{}", "projects", &whole);
    if (rows)
        found = only_project(run, rows);
    cJSON_Delete(whole);
    return found;
}

static const char *project_of(struct run *run)
{
    return find_project(run, given(run, "--project"));
}

const char *find_community(struct run *run, const char *text)
{
    const char *found = NULL, *project;
    cJSON *whole = NULL;
    const cJSON *row;
    struct id id;

    if (id_parse(text, &id))
        return text;
    project = project_of(run);
    if (!project)
        return NULL;
    const cJSON *rows =
        ask_rows(run, "community.list",
                 arena_format(run->arena, "{\"project\":\"%s\"}", project),
                 "communities", &whole);
    cJSON_ArrayForEach(row, rows) {
        if (is_called(row, "code", text) || is_called(row, "name", text))
            found = arena_text(run->arena, text_of(row, "id"));
    }
    if (rows && !found)
        say("there is no community \"%s\": try redkite community list", text);
    cJSON_Delete(whole);
    return found;
}

const char *find_household(struct run *run, const char *text)
{
    const char *project;
    struct id id;

    if (id_parse(text, &id))
        return text;
    project = project_of(run);
    if (!project)
        return NULL;
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "project", project);
    cJSON_AddStringToObject(body, "no", text);
    char *heap = cJSON_PrintUnformatted(body);
    struct answer answer = ask(run, "cases", "household.find", heap);
    cJSON_free(heap);
    cJSON_Delete(body);
    if (answer.code == CODE_NOT_FOUND)
        say("there is no household %s: try redkite household list", text);
    else if (answer.code)
        (void)say_problem(run, "household.find", answer);
    if (answer.code)
        return NULL;
    cJSON *found = cJSON_Parse(answer.body);
    const char *name = arena_text(run->arena, text_of(found, "id"));
    cJSON_Delete(found);
    return name;
}
