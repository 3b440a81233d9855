#include "services/redkite/docs/yaml.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { STEP = 2 };

static void print_indent(int depth)
{
    (void)printf("%*s", depth * STEP, "");
}

/* Words that readers of YAML 1.1 take for truth, nothing or a number. */
static bool is_trap(const char *text)
{
    static const char *const traps[] = { "true", "false", "null", "yes", "no",
                                         "on",   "off",   "y",    "n" };

    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++)
        if (strcasecmp(text, traps[i]) == 0)
            return true;
    return false;
}

static bool is_plain(const char *text)
{
    static const char fine[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789_./+-";
    size_t size = strlen(text);

    bool begins = isalpha((unsigned char)*text) || *text == '/';

    /* "$ref", and nothing else that begins so */
    return !strcmp(text, "$ref")
           || (begins && strspn(text, fine) == size && !is_trap(text));
}

/* A JSON string is a YAML string. */
static void print_quoted(const char *text)
{
    cJSON *string = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(string);

    (void)fputs(quoted, stdout);
    cJSON_free(quoted);
    cJSON_Delete(string);
}

static void print_word(const char *text)
{
    if (is_plain(text))
        (void)fputs(text, stdout);
    else
        print_quoted(text);
}

static void print_block(const char *text, int depth)
{
    (void)puts("|");
    while (*text) {
        size_t size = strcspn(text, "\n");
        if (size) {
            print_indent(depth);
            (void)printf("%.*s", (int)size, text);
        }
        (void)putchar('\n');
        text += size + (text[size] == '\n');
    }
}

static void print_scalar(const cJSON *value, int depth)
{
    const char *text = cJSON_GetStringValue(value);

    if (text && strchr(text, '\n')) {
        print_block(text, depth);
        return;
    }
    if (text)
        print_word(text);
    else if (cJSON_IsNumber(value))
        (void)printf("%" PRId64, (int64_t)value->valuedouble);
    else if (cJSON_IsArray(value))
        (void)fputs("[]", stdout);
    else if (cJSON_IsObject(value))
        (void)fputs("{}", stdout);
    else
        (void)fputs(cJSON_IsTrue(value)    ? "true"
                    : cJSON_IsFalse(value) ? "false"
                                           : "null",
                    stdout);
    (void)putchar('\n');
}

/* What stands below `above`.  The first member of an element of a list stands
 * behind the list's dash, which is there already. */
static void print_inside(const cJSON *above, int depth)
{
    bool list = cJSON_IsArray(above);
    bool behind_dash = !list && !above->string && depth > 0;

    for (const cJSON *value = above->child; value; value = value->next) {
        if (!behind_dash)
            print_indent(depth);
        behind_dash = false;
        if (list)
            (void)putchar('-');
        else
            print_word(value->string);
        if (!list)
            (void)putchar(':');
        bool below = value->child && !list;
        (void)putchar(below ? '\n' : ' ');
        if (value->child)
            print_inside(value, depth + 1);
        else
            print_scalar(value, depth + 1);
    }
}

void yaml_print(const cJSON *root)
{
    (void)puts("---");
    print_inside(root, 0);
}
