#include "services/redkite/print.h"

#include "common/base/text.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 32, CELL_MAX = 60 };

/* --------------------------------------------------------- terminal columns */

/* Two columns wide on a terminal: CJK and the like (Unicode East Asian Width W
 * and F), in the ranges that names, addresses and signs come from. */
static bool is_wide(uint32_t c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0x303E)
           || (c >= 0x3041 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3)
           || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F)
           || (c >= 0xFF00 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6)
           || (c >= 0x20000 && c <= 0x3FFFD);
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E)
           || (c >= 0x2066 && c <= 0x2069);
}

int text_width(const char *text)
{
    int width = 0;
    uint32_t c;

    while ((c = text_next(&text)))
        width += is_wide(c) ? 2 : 1;
    return width;
}

static void print_safe(const char *text)
{
    const char *from = text;
    uint32_t c;

    for (; (c = text_next(&text)); from = text)
        if (is_control(c))
            (void)putchar('?');
        else
            (void)fwrite(from, 1, (size_t)(text - from), stdout);
}

void print_cell(const char *text, int width)
{
    print_safe(text);
    for (int at = text_width(text); at < width; at++)
        (void)putchar(' ');
}

void print_ink(const struct run *run, enum ink ink)
{
    static const char *const codes[] = {
        [INK_PLAIN] = "\033[0m",
        [INK_GOOD] = "\033[32m",
        [INK_BAD] = "\033[31m",
        [INK_DIM] = "\033[2m",
    };

    if (run->color)
        (void)fputs(codes[ink], stdout);
}

/* ------------------------------------------------------------------- values */

static const char *list_text(const cJSON *list, struct arena *arena)
{
    const char *text = "";
    const cJSON *item;

    cJSON_ArrayForEach(item, list) {
        text = arena_format(arena, "%s%s%s", text, *text ? ", " : "",
                            value_text(item, arena));
    }
    return text;
}

const char *value_text(const cJSON *value, struct arena *arena)
{
    if (!value || cJSON_IsNull(value))
        return "";
    if (cJSON_IsString(value))
        return value->valuestring;
    if (cJSON_IsBool(value))
        return cJSON_IsTrue(value) ? "yes" : "no";
    if (cJSON_IsArray(value) && !cJSON_IsObject(value->child))
        return list_text(value, arena);

    char *heap = cJSON_PrintUnformatted(value);
    const char *text = arena_text(arena, heap ? heap : "");
    cJSON_free(heap);
    return text;
}

/* ------------------------------------------------------------------- tables */

struct columns {
    const char *names[COLUMNS_MAX];
    int widths[COLUMNS_MAX];
    size_t count;
};

static void add_column(struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->names[i], name) == 0)
            return;
    if (columns->count < COLUMNS_MAX) {
        columns->names[columns->count] = name;
        columns->widths[columns->count++] = text_width(name);
    }
}

static void name_columns(struct columns *columns, const cJSON *rows,
                         const char *wanted, struct arena *arena)
{
    const cJSON *row, *member;

    for (; wanted && *wanted; wanted += *wanted == ' ') {
        size_t size = strcspn(wanted, " ");
        add_column(columns, arena_slice(arena, wanted, size));
        wanted += size;
    }
    if (columns->count)
        return;
    cJSON_ArrayForEach(row, rows) {
        cJSON_ArrayForEach(member, row) {
            add_column(columns, member->string);
        }
    }
}

static const char *cell(const cJSON *row, const char *name, struct arena *arena)
{
    return value_text(cJSON_GetObjectItemCaseSensitive(row, name), arena);
}

static void measure(struct columns *columns, const cJSON *rows,
                    struct arena *arena)
{
    const cJSON *row;

    cJSON_ArrayForEach(row, rows) {
        for (size_t i = 0; i < columns->count; i++) {
            int width = text_width(cell(row, columns->names[i], arena));
            if (width > CELL_MAX)
                width = CELL_MAX;
            if (width > columns->widths[i])
                columns->widths[i] = width;
        }
    }
}

static void print_row(const struct run *run, const struct columns *columns,
                      const cJSON *row)
{
    bool plain = run->output == FOR_PLAIN;

    for (size_t i = 0; i < columns->count; i++) {
        const char *text =
            row ? cell(row, columns->names[i], run->arena) : columns->names[i];
        bool last = i + 1 == columns->count;

        print_cell(text, plain || last ? 0 : columns->widths[i]);
        if (!last)
            (void)fputs(plain ? "\t" : "  ", stdout);
    }
    (void)putchar('\n');
}

void print_table(const struct run *run, const cJSON *rows, const char *wanted)
{
    struct columns columns = { .count = 0 };
    const cJSON *row;

    name_columns(&columns, rows, wanted, run->arena);
    if (run->output == FOR_PEOPLE) {
        measure(&columns, rows, run->arena);
        print_ink(run, INK_DIM);
        print_row(run, &columns, NULL);
        print_ink(run, INK_PLAIN);
    }
    cJSON_ArrayForEach(row, rows) {
        print_row(run, &columns, row);
    }
}

/* ------------------------------------------------------------------ answers */

static bool is_table(const cJSON *value)
{
    return cJSON_IsArray(value)
           && (!value->child || cJSON_IsObject(value->child));
}

static void print_scalars(const struct run *run, const cJSON *answer)
{
    const cJSON *member;
    int width = 0;

    cJSON_ArrayForEach(member, answer) {
        if (!is_table(member) && text_width(member->string) > width)
            width = text_width(member->string);
    }
    cJSON_ArrayForEach(member, answer) {
        if (is_table(member))
            continue;
        print_cell(member->string, run->output == FOR_PLAIN ? 0 : width);
        (void)fputs(run->output == FOR_PLAIN ? "\t" : "  ", stdout);
        print_cell(value_text(member, run->arena), 0);
        (void)putchar('\n');
    }
}

static void print_tables(const struct run *run, const cJSON *answer)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, answer) {
        if (!is_table(member))
            continue;
        if (run->output == FOR_PEOPLE && !run->verb->columns)
            (void)printf("\n%s\n", member->string);
        if (member->child)
            print_table(run, member, run->verb->columns);
        else if (run->output == FOR_PEOPLE)
            say("there are none");
    }
}

void print_answer(const struct run *run, const char *json)
{
    if (run->output == FOR_JSON) {
        (void)puts(json);
        return;
    }
    cJSON *answer = cJSON_Parse(json);

    print_scalars(run, answer);
    print_tables(run, answer);
    cJSON_Delete(answer);
}
