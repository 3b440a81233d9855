#include "services/redkite/help.h"

#include "services/redkite/print.h"

#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 40, NEAR = 3, LEFT = 30 };

/* ------------------------------------------------------------------ finding */

const struct verb *find_verb(const char *noun, const char *verb)
{
    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v)) {
        bool same = verb ? v->verb && strcmp(v->verb, verb) == 0 : !v->verb;
        if (same && strcmp(v->noun, noun) == 0)
            return v;
    }
    return NULL;
}

bool is_noun(const char *noun)
{
    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v))
        if (strcmp(v->noun, noun) == 0)
            return true;
    return false;
}

/* --------------------------------------------------------------- suggesting */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be changed to turn one word into the other
 * (Levenshtein); words longer than WORD_MAX are far from anything. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t n = strcspn(b, "=");

    if (strlen(a) > WORD_MAX || n > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; *a; a++, i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t change = corner + (*a != b[j - 1]);
            corner = row[j];
            row[j] = least(change, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[n];
}

struct best {
    const char *word;
    size_t far;
};

static void weigh(struct best *best, const char *word, const char *typed)
{
    size_t far = distance(word, typed);

    if (far < best->far)
        *best = (struct best){ word, far };
}

const char *nearest_option(const struct run *run, const char *name)
{
    struct best best = { NULL, NEAR };

    for (const struct arg *a = run->verb->args; a && a->name; a++)
        weigh(&best, a->name, name);
    for (const struct common_option *o = common_options; o->name; o++)
        weigh(&best, o->name, name);
    return best.word;
}

enum status say_unknown(const char *noun, const char *verb)
{
    struct best best = { NULL, NEAR };

    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v)) {
        if (!verb)
            weigh(&best, v->noun, noun);
        else if (v->verb && strcmp(v->noun, noun) == 0)
            weigh(&best, v->verb, verb);
    }
    say("there is no \"%s%s%s\"", noun, verb ? " " : "", verb ? verb : "");
    if (best.word)
        say("do you mean: redkite %s%s%s", verb ? noun : "", verb ? " " : "",
            best.word);
    if (verb)
        return best.word ? USAGE : say_verbs(noun);
    say("see: redkite --help");
    return USAGE;
}

enum status say_verbs(const char *noun)
{
    say("redkite %s does:", noun);
    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v))
        if (strcmp(v->noun, noun) == 0 && v->verb)
            say("  %s %-14s %s", noun, v->verb, v->help);
    return USAGE;
}

/* --------------------------------------------------------------------- help */

static void print_pair(const char *left, const char *right)
{
    (void)fputs("  ", stdout);
    print_cell(left, LEFT);
    (void)printf("  %s\n", right);
}

static void print_names(const struct verb *v)
{
    char left[WORD_MAX * 2];

    (void)snprintf(left, sizeof left, "%s %s", v->noun, v->verb ? v->verb : "");
    print_pair(left, v->help);
}

void help_print(const char *noun)
{
    (void)puts("Examples:");
    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v))
        if (!noun || strcmp(v->noun, noun) == 0)
            (void)printf("  redkite %s\n", v->example);
    (void)puts("\nUsage: redkite NOUN VERB [ARGUMENTS] [OPTIONS]\n");
    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v))
        if (!noun || strcmp(v->noun, noun) == 0)
            print_names(v);
    (void)puts("\n\"redkite NOUN VERB --help\" tells more of each.");
}

static void print_option(const char *name, const char *value, const char *help)
{
    char left[WORD_MAX * 2];

    (void)snprintf(left, sizeof left, "%s%s%s", name, value ? " " : "",
                   value ? value : "");
    print_pair(left, help);
}

static void print_usage(const struct verb *verb)
{
    (void)printf("redkite %s%s%s", verb->noun, verb->verb ? " " : "",
                 verb->verb ? verb->verb : "");
    for (const struct arg *a = verb->args; a && a->name; a++) {
        bool needed = a->how & NEEDED;
        (void)printf(" %s%s%s%s%s%s", needed ? "" : "[", a->name,
                     a->value ? " " : "", a->value ? a->value : "",
                     a->how & MANY ? "..." : "", needed ? "" : "]");
    }
}

void help_verb(const struct verb *verb)
{
    (void)printf("Example:\n  redkite %s\n\n%s.\n\nUsage: ", verb->example,
                 verb->help);
    print_usage(verb);
    (void)puts(" [OPTIONS]\n");
    for (const struct arg *a = verb->args; a && a->name; a++)
        print_option(a->name, a->value, a->help);
    (void)putchar('\n');
    for (const struct common_option *o = common_options; o->name; o++)
        print_option(o->name, o->value, o->help);
    if (verb->command)
        (void)printf("\nAsks %s for %s.\n", verb->service, verb->command);
}

/* ------------------------------------------------------------ for a program */

static cJSON *json_args(const struct verb *verb)
{
    cJSON *args = cJSON_CreateArray();

    for (const struct arg *a = verb->args; a && a->name; a++) {
        cJSON *arg = cJSON_CreateObject();
        cJSON_AddStringToObject(arg, "name", a->name);
        if (a->member)
            cJSON_AddStringToObject(arg, "member", a->member);
        cJSON_AddBoolToObject(arg, "file",
                              a->kind == ARG_BODY || a->kind == ARG_FILE);
        cJSON_AddStringToObject(arg, "help", a->help);
        cJSON_AddItemToArray(args, arg);
    }
    return args;
}

void help_json(void)
{
    cJSON *table = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(table, "verbs");

    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v)) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "noun", v->noun);
        cJSON_AddStringToObject(row, "verb", v->verb ? v->verb : "");
        cJSON_AddStringToObject(row, "service", v->service ? v->service : "");
        cJSON_AddStringToObject(row, "command", v->command ? v->command : "");
        cJSON_AddBoolToObject(row, "personal", v->personal);
        cJSON_AddItemToObject(row, "args", json_args(v));
        cJSON_AddItemToArray(rows, row);
    }
    char *text = cJSON_PrintUnformatted(table);
    (void)puts(text);
    cJSON_free(text);
    cJSON_Delete(table);
}

/* ----------------------------------------------------------------- man page */

/* roff takes '-' for a hyphen and a leading '.' for a request. */
static void roff(const char *text)
{
    for (; *text; text++)
        if (*text == '-')
            (void)fputs("\\-", stdout);
        else
            (void)putchar(*text);
}

static void man_pair(const char *name, const char *value, const char *help)
{
    (void)fputs(".TP\n.B ", stdout);
    roff(name);
    if (value) {
        (void)putchar(' ');
        roff(value);
    }
    (void)putchar('\n');
    roff(help);
    (void)putchar('\n');
}

void help_man(void)
{
    (void)puts(".\\\" Made by \"redkite help --man\"; do not edit.\n"
               ".TH REDKITE 1\n.SH NAME\n"
               "redkite \\- the command line of Red Kite\n.SH EXAMPLES\n.nf");
    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v)) {
        (void)fputs("redkite ", stdout);
        roff(v->example);
        (void)putchar('\n');
    }
    (void)puts(".fi\n.SH SYNOPSIS\n.B redkite\n"
               "NOUN VERB [ARGUMENTS] [OPTIONS]\n.SH COMMANDS");
    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v)) {
        man_pair(v->noun, v->verb, v->help);
        for (const struct arg *a = v->args; a && a->name; a++) {
            (void)fputs(".br\n.I ", stdout);
            roff(a->name);
            (void)fputs("\n\\(en ", stdout);
            roff(a->help);
            (void)putchar('\n');
        }
    }
    (void)puts(".SH OPTIONS");
    for (const struct common_option *o = common_options; o->name; o++)
        man_pair(o->name, o->value, o->help);
    (void)puts(".SH EXIT STATUS\n"
               "0: done; 1: it did not happen, and why is on stderr; 2: it was "
               "asked wrongly.\n.SH ENVIRONMENT\n"
               "\"redkite config show\" lists every setting with its meaning.");
}
