#include "services/redkite/cli.h"
#include "services/redkite/help.h"
#include "services/redkite/settings.h"

#include "common/base/role.h"

#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 10000 };

/* ----------------------------------------------------------- what was given */

const char *given_nth(const struct run *run, const char *name, size_t n)
{
    for (size_t i = 0; i < run->count; i++)
        if (strcmp(run->given[i].arg->name, name) == 0 && n-- == 0)
            return run->given[i].text;
    return NULL;
}

const char *given(const struct run *run, const char *name)
{
    return given_nth(run, name, 0);
}

static enum status keep(struct run *run, const struct arg *arg,
                        const char *text)
{
    if (!(arg->how & MANY) && given(run, arg->name))
        return say_usage(run, "%s is given twice", arg->name);
    if (run->count == GIVEN_MAX)
        return say_usage(run, "too many arguments");
    run->given[run->count++] = (struct given){ arg, text };
    return DONE;
}

/* ----------------------------------------------------- options of all verbs */

static void set_json(struct run *run, const char *text)
{
    (void)text;
    run->output = FOR_JSON;
}

static void set_plain(struct run *run, const char *text)
{
    (void)text;
    run->output = FOR_PLAIN;
}

static void set_no_color(struct run *run, const char *text)
{
    (void)text;
    run->color = false;
}

static void set_no_input(struct run *run, const char *text)
{
    (void)text;
    run->no_input = true;
}

static void set_help(struct run *run, const char *text)
{
    (void)text;
    run->help = true;
}

static void set_timeout(struct run *run, const char *text)
{
    run->timeout_ms = (int)strtol(text, NULL, 10) * 1000;
}

static void set_actor(struct run *run, const char *text)
{
    run->actor = text;
}

static void set_roles(struct run *run, const char *text)
{
    run->roles = text;
}

static void set_purpose(struct run *run, const char *text)
{
    run->purpose = text;
}

static void set_as_of(struct run *run, const char *text)
{
    run->as_of = text;
}

/* clang-format off */
const struct common_option common_options[] = {
    { "--json",     NULL,      "the answer as one JSON document",            set_json },
    { "--plain",    NULL,      "lines for programs, columns parted by TAB",  set_plain },
    { "--no-color", NULL,      "no colours (as NO_COLOR=1)",                 set_no_color },
    { "--no-input", NULL,      "never wait for somebody to type",            set_no_input },
    { "--timeout",  "SECONDS", "how long to wait for an answer (10)",        set_timeout },
    { "--actor",    "ID",      "who asks (as REDKITE_ACTOR)",                set_actor },
    { "--roles",    "NAMES",   "what you are, by commas (as REDKITE_ROLES)", set_roles },
    { "--purpose",  "TEXT",    "why personal data is looked at; on record",  set_purpose },
    { "--as-of",    "MOMENT",  "a look at how it stood then (2026-11-20T10:00:00+08:00)", set_as_of },
    { "--help",     NULL,      "this text (also -h)",                        set_help },
    { 0 },
};
/* clang-format on */

/* ------------------------------------------------------------- reading argv */

/* The text of an option: after its '=', or the next argument. */
static const char *option_text(struct run *run, size_t name_size)
{
    const char *arg = run->argv[0];

    if (arg[name_size] == '=')
        return arg + name_size + 1;
    if (run->argc < 2)
        return NULL;
    run->argv++;
    run->argc--;
    return run->argv[0];
}

static bool is_named(const char *arg, const char *name)
{
    size_t size = strcspn(arg, "=");

    return strlen(name) == size && memcmp(arg, name, size) == 0;
}

static const struct common_option *find_common(const char *arg)
{
    if (strcmp(arg, "-h") == 0)
        arg = "--help";
    for (const struct common_option *o = common_options; o->name; o++)
        if (is_named(arg, o->name))
            return o;
    return NULL;
}

static enum status read_common(struct run *run, const struct common_option *o)
{
    const char *text = NULL;

    if (o->value) {
        text = option_text(run, strlen(o->name));
        if (!text || !*text)
            return say_usage(run, "%s wants %s", o->name, o->value);
    } else if (strchr(run->argv[0], '=')) {
        return say_usage(run, "%s takes no value", o->name);
    }
    o->set(run, text);
    return DONE;
}

static const struct arg *find_option(const struct run *run, const char *arg)
{
    for (const struct arg *a = run->verb->args; a && a->name; a++)
        if (*a->name == '-' && is_named(arg, a->name))
            return a;
    return NULL;
}

/* The next argument by place that has no text yet, or the one of many. */
static const struct arg *find_place(const struct run *run)
{
    for (const struct arg *a = run->verb->args; a && a->name; a++)
        if (*a->name != '-' && ((a->how & MANY) || !given(run, a->name)))
            return a;
    return NULL;
}

static enum status read_option(struct run *run)
{
    const struct arg *arg = find_option(run, run->argv[0]);

    if (!arg) {
        const char *near = nearest_option(run, run->argv[0]);
        return say_usage(run, "there is no option %s%s%s%s", run->argv[0],
                         near ? "; do you mean " : "", near ? near : "",
                         near ? "?" : "");
    }
    if (arg->kind == ARG_FLAG)
        return keep(run, arg, "true");
    const char *text = option_text(run, strlen(arg->name));
    if (!text)
        return say_usage(run, "%s wants %s", arg->name, arg->value);
    return keep(run, arg, text);
}

static enum status read_place(struct run *run)
{
    const struct arg *arg = find_place(run);

    if (!arg)
        return say_usage(run, "%s is one argument too many", run->argv[0]);
    return keep(run, arg, run->argv[0]);
}

/* One argument: true in *word when it is neither an option of all verbs nor,
 * with a verb, anything of the verb's. */
static enum status read_one(struct run *run, bool *word)
{
    const char *arg = run->argv[0];
    const struct common_option *common = find_common(arg);

    *word = false;
    if (common)
        return read_common(run, common);
    if (!run->verb) {
        *word = true;
        return DONE;
    }
    return arg[0] == '-' && arg[1] ? read_option(run) : read_place(run);
}

/* The noun and, unless it stands alone, the verb.  "redkite" alone, a noun
 * alone and --help want the help. */
static enum status take_words(struct run *run, const char **noun,
                              const char **verb)
{
    for (; run->argc > 0 && !run->verb; run->argc--, run->argv++) {
        bool word;
        enum status status = read_one(run, &word);

        if (status != DONE)
            return status;
        if (!word)
            continue;
        if (run->argv[0][0] == '-')
            return say_usage(run, "there is no option %s before a noun",
                             run->argv[0]);
        *(*noun ? verb : noun) = run->argv[0];
        run->verb = find_verb(*noun, *verb);
        if (!run->verb && (*verb || !is_noun(*noun)))
            return say_unknown(*noun, *verb);
    }
    return DONE;
}

static enum status check_needed(const struct run *run)
{
    for (const struct arg *a = run->verb->args; a && a->name; a++)
        if ((a->how & NEEDED) && !given(run, a->name))
            return say_usage(run, "%s is missing: %s", a->name, a->help);
    if (run->verb->personal && !run->purpose)
        return say_usage(run, "--purpose is missing: why personal data is "
                              "looked at; it goes on record");
    return DONE;
}

static enum status check_moment(const struct run *run)
{
    struct moment moment;

    if (!run->as_of)
        return DONE;
    if (!moment_parse(run->as_of, &moment))
        return say_usage(run, "--as-of wants a moment like "
                              "2026-11-20T10:00:00+08:00");
    if (!run->verb->command || strcmp(run->verb->service, "cases") != 0)
        return say_usage(run, "--as-of is for looks at projects, households "
                              "and cases");
    return DONE;
}

static enum status check_asker(const struct run *run)
{
    struct id id;
    role_set roles;

    if (run->actor && !id_parse(run->actor, &id))
        return say_usage(run, "the actor is not an id (a uuid)");
    if (run->roles && !roles_parse(run->roles, &roles))
        return say_usage(run, "there is no such role in \"%s\"", run->roles);
    if (run->timeout_ms <= 0)
        return say_usage(run, "--timeout wants a number of seconds");
    return DONE;
}

static enum status read_rest(struct run *run)
{
    bool word;

    for (; run->argc > 0; run->argc--, run->argv++) {
        enum status status = read_one(run, &word);
        if (status != DONE)
            return status;
    }
    if (run->help)
        return DONE;
    enum status status = check_needed(run);
    if (status == DONE)
        status = check_moment(run);
    return status == DONE ? check_asker(run) : status;
}

enum status args_read(struct run *run, int argc, char **argv)
{
    const char *noun = NULL, *verb = NULL;

    run->argc = argc - 1;
    run->argv = argv + 1;
    run->given = arena_alloc(run->arena, GIVEN_MAX * sizeof *run->given);
    run->timeout_ms = TIMEOUT_MS;
    run->actor = setting("REDKITE_ACTOR");
    run->roles = setting("REDKITE_ROLES");

    enum status status = take_words(run, &noun, &verb);
    if (status != DONE)
        return status;
    if (run->verb)
        return read_rest(run);
    if (noun && !run->help)
        return say_verbs(noun);
    help_print(noun);
    return run->help || !noun ? DONE : USAGE;
}
