#include "services/reporting/progress/csv.h"

#include <stdbool.h>
#include <string.h>

struct csv {
    struct arena *arena;
    char *text;
    size_t size, room;
    bool begun; /* the line has a cell */
};

struct csv *csv_new(struct arena *arena)
{
    struct csv *csv = arena_alloc(arena, sizeof *csv);

    csv->arena = arena;
    csv->room = 1024;
    csv->text = arena_alloc(arena, csv->room);
    return csv;
}

static void put(struct csv *csv, const char *text, size_t size)
{
    if (csv->size + size >= csv->room) {
        size_t room = 2 * (csv->room + size);
        char *text_now = arena_alloc(csv->arena, room);
        memcpy(text_now, csv->text, csv->size);
        csv->text = text_now;
        csv->room = room;
    }
    memcpy(csv->text + csv->size, text, size);
    csv->size += size;
}

void csv_cell(struct csv *csv, const char *text)
{
    bool is_formula = *text && strchr("=+-@\t\r", *text);
    bool is_quoted = text[strcspn(text, "\",\r\n")] != '\0';

    if (csv->begun)
        put(csv, ",", 1);
    csv->begun = true;
    if (is_quoted)
        put(csv, "\"", 1);
    if (is_formula)
        put(csv, "'", 1);
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            put(csv, c, 1);
        put(csv, c, 1);
    }
    if (is_quoted)
        put(csv, "\"", 1);
}

void csv_line(struct csv *csv)
{
    put(csv, "\r\n", 2);
    csv->begun = false;
}

const char *csv_text(const struct csv *csv)
{
    return arena_slice(csv->arena, csv->text, csv->size);
}
