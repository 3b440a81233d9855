#include "services/redkite/cli.h"

#include "common/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1000 };

/* --------------------------------------------------- what stands for a file */

/* Opens a path, or stdin for "-": not from a terminal under --no-input. */
static FILE *open_text(const struct run *run, const char *path)
{
    if (strcmp(path, "-") != 0)
        return fopen(path, "re");
    if (run->no_input && isatty(STDIN_FILENO))
        return NULL;
    return stdin;
}

static void close_text(FILE *file)
{
    if (file != stdin)
        (void)fclose(file);
}

const char *read_line(struct run *run, const char *path)
{
    char line[LINE_MAX_BYTES] = { 0 };
    FILE *file = open_text(run, path);

    if (!file || !fgets(line, sizeof line, file)) {
        say("%s cannot be read", path);
        line[0] = '\0';
    }
    if (file)
        close_text(file);
    line[strcspn(line, "\r\n")] = '\0';
    return *line ? arena_text(run->arena, line) : NULL;
}

const char *read_whole(struct run *run, const char *path, size_t most)
{
    char *text = arena_alloc(run->arena, most + 2);
    FILE *file = open_text(run, path);

    if (!file) {
        say("%s cannot be read", path);
        return NULL;
    }
    size_t size = fread(text, 1, most + 1, file);
    bool good = !ferror(file) && size <= most;
    close_text(file);
    if (!good) {
        say("%s cannot be read, or is larger than %zu bytes", path, most);
        return NULL;
    }
    return text;
}

bool confirm(struct run *run, const char *name)
{
    if (given(run, "--force"))
        return true;
    if (run->no_input) {
        say("this is not asked under --no-input: say --force");
        return false;
    }
    say("type \"%s\" to do it:", name);
    const char *typed = read_line(run, "-");
    if (typed && strcmp(typed, name) == 0)
        return true;
    say("nothing was changed");
    return false;
}

/* ----------------------------------------------------------------- the body */

static bool wrong(const struct given *g, const char *form)
{
    say("%s: \"%s\" is not %s", g->arg->name, g->text, form);
    return false;
}

static bool add_number(cJSON *body, const struct given *g)
{
    char *end;
    long number = strtol(g->text, &end, 10);

    if (!*g->text || *end || labs(number) > 1000000000)
        return wrong(g, "a whole number");
    return cJSON_AddNumberToObject(body, g->arg->member, (double)number);
}

static bool add_ids(struct run *run, cJSON *body, const struct given *g)
{
    cJSON *ids = cJSON_AddArrayToObject(body, g->arg->member);
    const char *at = g->text;
    struct id id;

    for (;; at++) {
        size_t size = strcspn(at, ",");
        if (!id_parse(arena_slice(run->arena, at, size), &id))
            return wrong(g, "a list of ids by commas");
        cJSON_AddItemToArray(ids, cJSON_CreateString(id.text));
        at += size;
        if (!*at)
            return true;
    }
}

/* The members of a file, each of which the options must not give again. */
static bool add_file(struct run *run, cJSON *body, const struct given *g)
{
    const char *text = read_whole(run, g->text, JSON_BODY_MAX);
    if (!text)
        return false;

    struct err err = json_check(text, strlen(text));
    if (err.code) {
        say("%s: %s at %s", g->text, err.why, err.field ? err.field : "?");
        return false;
    }
    cJSON *file = cJSON_Parse(text);
    if (!cJSON_IsObject(file)) {
        cJSON_Delete(file);
        return wrong(g, "a file with one JSON object");
    }
    while (file->child) {
        cJSON *member = cJSON_DetachItemViaPointer(file, file->child);
        cJSON_AddItemToObject(body, member->string, member);
    }
    cJSON_Delete(file);
    return true;
}

static bool add_text(cJSON *body, const struct given *g, const char *text)
{
    return text && cJSON_AddStringToObject(body, g->arg->member, text);
}

/* The text as it is, and the name that refusals will call it by. */
static bool add_content(struct run *run, cJSON *body, const struct given *g)
{
    return cJSON_AddStringToObject(body, "file", g->text)
           && add_text(body, g, read_whole(run, g->text, JSON_BODY_MAX));
}

static bool add_checked(struct run *run, cJSON *body, const struct given *g)
{
    struct id id;
    struct day day;
    struct moment moment;

    (void)run;
    if ((g->arg->kind == ARG_ID || g->arg->kind == ARG_NEW)
        && !id_parse(g->text, &id))
        return wrong(g, "an id (a uuid)");
    if (g->arg->kind == ARG_DAY && !day_parse(g->text, &day))
        return wrong(g, "a day like 2026-11-23");
    if (g->arg->kind == ARG_MOMENT && !moment_parse(g->text, &moment))
        return wrong(g, "a moment like 2026-11-23T10:00:00+08:00");
    return add_text(body, g, g->text);
}

static bool add_secret(struct run *run, cJSON *body, const struct given *g)
{
    bool hidden = strcmp(g->text, "-") == 0;

    return add_text(body, g, hidden ? read_line(run, "-") : g->text);
}

static bool add_flag(struct run *run, cJSON *body, const struct given *g)
{
    (void)run;
    return cJSON_AddTrueToObject(body, g->arg->member);
}

static bool add_count(struct run *run, cJSON *body, const struct given *g)
{
    (void)run;
    return add_number(body, g);
}

static bool add_project(struct run *run, cJSON *body, const struct given *g)
{
    return add_text(body, g, find_project(run, g->text));
}

static bool add_community(struct run *run, cJSON *body, const struct given *g)
{
    return add_text(body, g, find_community(run, g->text));
}

static bool add_household(struct run *run, cJSON *body, const struct given *g)
{
    return add_text(body, g, find_household(run, g->text));
}

typedef bool adder(struct run *run, cJSON *body, const struct given *g);

/* clang-format off */
static adder *const adders[] = {
    [ARG_TEXT]      = add_checked,  [ARG_ID]        = add_checked,
    [ARG_IDS]       = add_ids,      [ARG_DAY]       = add_checked,
    [ARG_MOMENT]    = add_checked,  [ARG_NUMBER]    = add_count,
    [ARG_FLAG]      = add_flag,     [ARG_SECRET]    = add_secret,
    [ARG_BODY]      = add_file,     [ARG_PROJECT]   = add_project,
    [ARG_COMMUNITY] = add_community, [ARG_HOUSEHOLD] = add_household,
    [ARG_NEW]       = add_checked,  [ARG_FILE]      = add_content,
};
/* clang-format on */

/* What nobody said but can be known: the only project there is, a new id. */
static bool add_unsaid(struct run *run, cJSON *body)
{
    for (const struct arg *a = run->verb->args; a && a->name; a++) {
        struct given unsaid = { a, NULL };

        if (!a->member || cJSON_GetObjectItemCaseSensitive(body, a->member))
            continue;
        if (a->kind == ARG_NEW)
            cJSON_AddStringToObject(body, a->member, id_new(moment_now()).text);
        if (a->kind == ARG_PROJECT && !add_project(run, body, &unsaid))
            return false;
    }
    return true;
}

const char *args_body(struct run *run)
{
    cJSON *body = cJSON_CreateObject();
    bool good = true;

    for (size_t i = 0; good && i < run->count; i++)
        if (run->given[i].arg->member || run->given[i].arg->kind == ARG_BODY)
            good = adders[run->given[i].arg->kind](run, body, &run->given[i]);
    good = good && add_unsaid(run, body);
    if (run->as_of)
        cJSON_AddStringToObject(body, "as_of", run->as_of);

    char *heap = good ? cJSON_PrintUnformatted(body) : NULL;
    const char *text = heap ? arena_text(run->arena, heap) : NULL;
    cJSON_free(heap);
    cJSON_Delete(body);
    return text;
}
