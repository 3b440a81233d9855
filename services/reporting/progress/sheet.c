#include "services/reporting/progress/sheet.h"

#include <stdbool.h>
#include <string.h>

struct sheet {
    struct arena *arena;
    char *text;
    size_t size, room;
    bool begun; /* the line has a cell */
};

struct sheet *sheet_new(struct arena *arena)
{
    struct sheet *sheet = arena_alloc(arena, sizeof *sheet);

    sheet->arena = arena;
    sheet->room = 1024;
    sheet->text = arena_alloc(arena, sheet->room);
    return sheet;
}

static void put(struct sheet *sheet, const char *text, size_t size)
{
    if (sheet->size + size >= sheet->room) {
        size_t room = 2 * (sheet->room + size);
        char *text_now = arena_alloc(sheet->arena, room);
        memcpy(text_now, sheet->text, sheet->size);
        sheet->text = text_now;
        sheet->room = room;
    }
    memcpy(sheet->text + sheet->size, text, size);
    sheet->size += size;
}

void sheet_cell(struct sheet *sheet, const char *text)
{
    bool is_formula = *text && strchr("=+-@\t\r", *text);
    bool is_quoted = text[strcspn(text, "\",\r\n")] != '\0';

    if (sheet->begun)
        put(sheet, ",", 1);
    sheet->begun = true;
    if (is_quoted)
        put(sheet, "\"", 1);
    if (is_formula)
        put(sheet, "'", 1);
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            put(sheet, c, 1);
        put(sheet, c, 1);
    }
    if (is_quoted)
        put(sheet, "\"", 1);
}

void sheet_line(struct sheet *sheet)
{
    put(sheet, "\r\n", 2);
    sheet->begun = false;
}

const char *sheet_text(const struct sheet *sheet)
{
    return arena_slice(sheet->arena, sheet->text, sheet->size);
}
