#include "services/redkite/import/xlsx.h"

#include "common/base/text.h"
#include "services/redkite/import/cell.h"
#include "services/redkite/import/xlsx_parts.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = SHEET_RECORD_MAX + SHEET_COLUMNS_MAX };

/* What a cell's content is (its attribute t). */
enum kind {
    NUMBER,
    SHARED,
    INLINE,
    TEXT, /* of a formula */
    TRUTH,
    ERROR,
    ISO_DAY,
    KINDS,
};

static const char *const kind_names[KINDS] = {
    [NUMBER] = "n", [SHARED] = "s", [INLINE] = "inlineStr", [TEXT] = "str",
    [TRUTH] = "b",  [ERROR] = "e",  [ISO_DAY] = "d",
};

struct xlsx {
    struct sheet_rows rows;
    FILE *file;
    const char *wanted;
    struct book book;
    struct xlsx_parts parts;
    struct part part; /* the sheet */
    bool opened;

    int64_t row; /* that is being read; 0 before the first */
    bool row_ended;
    int column; /* of the cell that is being read */
    enum kind kind;
    int style;
    bool in_value, in_sound, has_formula, has_value;
    char value[SHEET_CELL_MAX + 2];
    int size;

    char cells[CELLS_MAX]; /* of the row, each ended by NUL */
    size_t used;
    size_t starts[SHEET_COLUMNS_MAX];
    int count;
};

/* ----------------------------------------------------------------- refusals */

static const char *xlsx_where(const struct sheet_rows *rows,
                              struct sheet_place place)
{
    const struct xlsx *x = (const struct xlsx *)rows;
    const char *name = x->parts.sheet_name;
    char ref[CELL_REF_MAX];

    if (!name || !place.line)
        return "the workbook";
    if (!place.column)
        return arena_format(rows->arena, "sheet \"%s\", row %lld", name,
                            (long long)place.line);
    cell_ref_format(place.column, place.line, ref);
    return arena_format(rows->arena, "sheet \"%s\", cell %s", name, ref);
}

/* While the sheet is being read: at the cell where it stands. */
static void refuse(struct xlsx *x, const char *why)
{
    part_refuse(&x->part, why);
}

/* At the cell where the reader stands. */
static struct err placed(struct xlsx *x, struct err err)
{
    if (!err.code || err.code == CODE_FAULT)
        return err;
    return sheet_refuse(&x->rows, (struct sheet_place){ x->row, x->column, -1 },
                        err.why);
}

/* -------------------------------------------------------------------- cells */

/* The value's text in its place, after so many empty cells. */
static void put_cell(struct xlsx *x, const char *text)
{
    size_t size = strlen(text);

    if (x->column > SHEET_COLUMNS_MAX) {
        if (!text_is_blank(text))
            refuse(x, "text beyond the 64th column");
        return;
    }
    if (x->used + size + SHEET_COLUMNS_MAX > sizeof x->cells) {
        refuse(x, "a row of more than 32768 bytes");
        return;
    }
    while (x->count < x->column) {
        x->starts[x->count++] = x->used;
        if (x->count < x->column)
            x->cells[x->used++] = '\0';
    }
    memcpy(x->cells + x->used, text, size + 1);
    x->used += size + 1;
}

static void put_number(struct xlsx *x)
{
    char text[CELL_NUMBER_MAX];
    bool day = x->style < x->parts.styles && x->parts.style_is_day[x->style];

    if (!*x->value)
        return;
    if ((day && cell_day(x->value, x->parts.late, text))
        || cell_number(x->value, text))
        put_cell(x, text);
    else
        refuse(x, "a number that is none");
}

static void put_shared(struct xlsx *x)
{
    char *end;
    long long number = strtoll(x->value, &end, 10);

    if (!*x->value)
        return;
    x->size = *end ? -1 : xlsx_string(&x->parts, number, x->value);
    if (x->size < 0)
        refuse(x, "a shared text that the workbook does not have");
    else if (x->size > SHEET_CELL_MAX)
        refuse(x, "a cell of more than 4096 bytes");
    else
        put_cell(x, x->value);
}

static void end_cell(struct xlsx *x)
{
    x->value[x->size] = '\0';
    if (x->size > SHEET_CELL_MAX) {
        refuse(x, "a cell of more than 4096 bytes");
        return;
    }
    if (x->has_formula && !x->has_value) {
        refuse(x, "a formula that was never computed; open the workbook in a "
                  "spreadsheet and save it there");
        return;
    }
    if (x->kind == NUMBER) {
        put_number(x);
    } else if (x->kind == SHARED) {
        put_shared(x);
    } else if (x->kind == TRUTH) {
        put_cell(x, strcmp(x->value, "1") == 0 ? "TRUE" : "FALSE");
    } else {
        cell_unescape(x->value);
        put_cell(x, x->value);
    }
}

/* --------------------------------------------------------- what is in a row */

static void begin_row(struct xlsx *x, const char *said)
{
    char *end = NULL;
    long long row = said ? strtoll(said, &end, 10) : x->row + 1;

    x->column = 0;
    if (row <= x->row || row > CELL_ROWS || (end && *end)) {
        refuse(x, "rows that are not in order");
        return;
    }
    x->row = row;
    x->count = 0;
    x->used = 0;
}

static enum kind kind_of(const char *name)
{
    for (enum kind k = 0; name && k < KINDS; k++)
        if (strcmp(kind_names[k], name) == 0)
            return k;
    return name ? TEXT : NUMBER;
}

static void begin_cell(struct xlsx *x, const char **attributes)
{
    const char *ref = part_attribute(attributes, "r");
    const char *style = part_attribute(attributes, "s");
    int column = x->column + 1;
    int64_t row = x->row;

    if ((ref && !cell_ref_parse(ref, &column, &row)) || row != x->row
        || column <= x->column || !x->row) {
        refuse(x, "cells that are not in order");
        return;
    }
    x->column = column;
    x->kind = kind_of(part_attribute(attributes, "t"));
    x->style = style ? abs((int)strtol(style, NULL, 10)) : 0;
    x->size = 0;
    x->has_formula = x->has_value = false;
}

static void on_start(void *of, const char *name, const char **attributes)
{
    struct xlsx *x = of;

    if (strcmp(name, "row") == 0)
        begin_row(x, part_attribute(attributes, "r"));
    else if (strcmp(name, "c") == 0)
        begin_cell(x, attributes);
    else if (strcmp(name, "f") == 0)
        x->has_formula = true;
    else if (strcmp(name, "rPh") == 0)
        x->in_sound = true;
    x->in_value =
        strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && !x->in_sound);
    x->has_value = x->has_value || x->in_value;
}

static void on_text(void *of, const char *text, int size)
{
    struct xlsx *x = of;
    int room = SHEET_CELL_MAX + 1 - x->size;

    if (!x->in_value)
        return;
    size = size < room ? size : room;
    memcpy(x->value + x->size, text, (size_t)size);
    x->size += size;
}

static void on_end(void *of, const char *name)
{
    struct xlsx *x = of;

    x->in_value = false;
    if (strcmp(name, "rPh") == 0)
        x->in_sound = false;
    else if (strcmp(name, "c") == 0)
        end_cell(x);
    else if (strcmp(name, "row") == 0 && x->row) {
        x->row_ended = true;
        part_pause(&x->part);
    }
}

/* ----------------------------------------------------------------- the rows */

static struct err open_book(struct xlsx *x)
{
    x->opened = true;
    TRY(book_open(&x->book, x->file, x->rows.arena));
    TRY(xlsx_parts_open(&x->parts, &x->book, x->wanted));
    x->rows.sheet = x->parts.sheet_name;
    x->rows.sheets = x->parts.sheets;
    return OK;
}

static struct err xlsx_begin(struct sheet_rows *rows, int way, bool *there)
{
    static const struct part_reader reader = { on_start, on_end, on_text };
    struct xlsx *x = (struct xlsx *)rows;

    *there = false;
    if (way > 0)
        return OK;
    if (!x->opened)
        TRY(placed(x, open_book(x)));
    part_close(&x->part);
    x->row = 0;
    x->column = 0;
    x->in_value = x->in_sound = false;
    TRY(placed(x, part_open(&x->part, &x->book, x->parts.sheet, &reader, x)));
    *there = true;
    return OK;
}

static struct err xlsx_next(struct sheet_rows *rows, struct sheet_row *row)
{
    struct xlsx *x = (struct xlsx *)rows;

    x->row_ended = false;
    TRY(placed(x, part_read(&x->part)));
    row->line = x->row_ended ? x->row : 0;
    row->count = x->row_ended ? x->count : 0;
    for (int i = 0; i < row->count; i++)
        row->cells[i] = x->cells + x->starts[i];
    return OK;
}

static void xlsx_close(struct sheet_rows *rows)
{
    struct xlsx *x = (struct xlsx *)rows;

    part_close(&x->part);
    xlsx_parts_close(&x->parts);
    book_close(&x->book);
}

struct sheet_rows *xlsx_rows(FILE *file, const char *sheet, struct arena *arena)
{
    static const struct sheet_reader reader = { xlsx_begin, xlsx_next,
                                                xlsx_where, xlsx_close };
    struct xlsx *x = arena_alloc(arena, sizeof *x);

    x->rows.by = &reader;
    x->rows.arena = arena;
    x->rows.encoding = "XLSX";
    x->file = file;
    x->wanted = sheet;
    return &x->rows;
}

bool xlsx_is_it(FILE *file)
{
    char head[4] = "";
    size_t got = fread(head, 1, sizeof head, file);

    rewind(file);
    return got == sizeof head && memcmp(head, "PK\x03\x04", sizeof head) == 0;
}
