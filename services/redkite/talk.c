#include "services/redkite/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const char *const plain_words[] = {
    [CODE_OK]          = "fine",
    [CODE_BAD_REQUEST] = "not understood",
    [CODE_DENIED]      = "not allowed",
    [CODE_NOT_FOUND]   = "not there",
    [CODE_CONFLICT]    = "not now",
    [CODE_BUSY]        = "not answered",
    [CODE_FAULT]       = "it broke",
};
/* clang-format on */

static void say_all(const char *format, va_list more)
{
    (void)fflush(stdout);
    (void)fputs("redkite: ", stderr);
    (void)vfprintf(stderr, format, more);
    (void)fputc('\n', stderr);
}

void say(const char *format, ...)
{
    va_list more;

    va_start(more, format);
    say_all(format, more);
    va_end(more);
}

enum status say_usage(const struct run *run, const char *format, ...)
{
    const struct verb *verb = run->verb;
    va_list more;

    va_start(more, format);
    say_all(format, more);
    va_end(more);
    if (verb)
        say("see: redkite %s%s%s --help", verb->noun, verb->verb ? " " : "",
            verb->verb ? verb->verb : "");
    else
        say("see: redkite --help");
    return USAGE;
}

static const char *member(const cJSON *problem, const char *name)
{
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(problem, name);

    return cJSON_IsString(text) ? text->valuestring : NULL;
}

/* What can be tried next, by what went wrong. */
static void say_next(const struct run *run, enum code code)
{
    const struct verb *verb = run->verb;

    if (code == CODE_BUSY && verb->service)
        say("try: redkite health %s", verb->service);
    else if (code == CODE_DENIED)
        say("REDKITE_ROLES (or --roles) says what you are: now \"%s\"; redkite "
            "keys list says what a key may say",
            run->roles ? run->roles : "as your key says");
    else if (code == CODE_BAD_REQUEST)
        say("try: redkite %s%s%s --help", verb->noun, verb->verb ? " " : "",
            verb->verb ? verb->verb : "");
    else if (code != CODE_FAULT && verb->stuck)
        say("try: redkite %s", verb->stuck);
}

enum status say_problem(const struct run *run, const char *command,
                        struct answer answer)
{
    cJSON *problem = cJSON_Parse(answer.body);
    const char *why = member(problem, "why");
    const char *field = member(problem, "field");

    say("%s: %s%s%s (%s: %s)", plain_words[answer.code], field ? field : "",
        field ? ": " : "", why ? why : "no reason was given", command,
        code_name(answer.code));
    cJSON_Delete(problem);
    say_next(run, answer.code);
    return FAILED;
}
