#include "common/base/sheet.h"

#include "common/base/text.h"

#include <stdio.h>
#include <string.h>

enum { HEADER_LEAST = 3 /* known titles that make a record the header */ };

struct sheet {
    struct sheet_rows *rows;
    const struct sheet_column *columns;
    struct arena *arena;
    struct sheet_row row;
    int way; /* in which the rows can be read */

    int titles[SHEET_COLUMNS_MAX]; /* cell -> row of the table, or -1 */
    int width;                     /* cells of the header */
    struct sheet_facts facts;
};

/* ------------------------------------------------------------- refusals */

struct err sheet_refuse(struct sheet_rows *rows, struct sheet_place place,
                        const char *why)
{
    rows->place = place;
    return fail_at(rows->by->where(rows, place), why);
}

static struct err refuse_at(struct sheet *s, int64_t line, int column,
                            const char *why)
{
    return sheet_refuse(s->rows, (struct sheet_place){ line, column, -1 }, why);
}

bool sheet_is_risky(const char *cell)
{
    size_t digits = strspn(cell, "0123456789");

    if (*cell && strchr("=+-@\t\r'", *cell))
        return true;
    return digits && !cell[digits]
           && (digits > 11 || (*cell == '0' && cell[1]));
}

/* ------------------------------------------------------------ the header */

/* The name alone: without blanks, width, the required-mark, the unit. */
static void fold_title(char *title)
{
    static const char *const units[] = { "㎡", "m2", "m²", "平方米" };

    text_squeeze(title);
    title[strcspn(title, "(*:")] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(title), unit = strlen(units[i]);
        if (length > unit && strcmp(title + length - unit, units[i]) == 0)
            title[length - unit] = '\0';
    }
}

static bool same_title(const char *title, const char *folded)
{
    char known[SHEET_CELL_MAX + 1];

    snprintf(known, sizeof known, "%s", title);
    fold_title(known);
    return strcmp(known, folded) == 0;
}

static int find_column(const struct sheet *s, const char *title)
{
    char folded[SHEET_CELL_MAX + 1];

    snprintf(folded, sizeof folded, "%s", title);
    fold_title(folded);
    for (int i = 0; s->columns[i].title; i++)
        if (same_title(s->columns[i].title, folded))
            return i;
    return -1;
}

/* True when the record is the header; its cells are then known by column. */
static bool is_header(struct sheet *s)
{
    int known = 0;

    for (int i = 0; i < s->row.count; i++) {
        s->titles[i] = find_column(s, s->row.cells[i]);
        known += s->titles[i] >= 0;
    }
    s->width = s->row.count;
    s->facts.header_line = s->row.line;
    return known >= HEADER_LEAST;
}

static const char *join(struct sheet *s, const char *list, const char *more)
{
    return list ? arena_format(s->arena, "%s、%s", list, more) : more;
}

static struct err check_required(struct sheet *s, const bool *found)
{
    const char *lacks = NULL;

    for (int row = 0; s->columns[row].title; row++)
        if (s->columns[row].required && !found[row])
            lacks = join(s, lacks, s->columns[row].title);
    if (!lacks)
        return OK;
    return refuse_at(
        s, s->row.line, 0,
        arena_format(s->arena, "the header lacks required columns: %s", lacks));
}

/* Each column once, the required ones all; the unknown are noted. */
static struct err check_header(struct sheet *s)
{
    bool found[SHEET_COLUMNS_MAX] = { false };

    s->facts.ignored = NULL;
    for (int i = 0; i < s->width; i++) {
        const char *title = text_trim(arena_text(s->arena, s->row.cells[i]));
        int row = s->titles[i];
        if (row < 0) {
            if (*title)
                s->facts.ignored = join(s, s->facts.ignored, title);
            continue;
        }
        if (found[row])
            return refuse_at(s, s->row.line, i + 1,
                             arena_format(s->arena,
                                          "the header has the column %s twice",
                                          title));
        found[row] = true;
    }
    return check_required(s, found);
}

/* Reads from the first row on to the header. */
static struct err read_to_header(struct sheet *s)
{
    for (int i = 0; i < SHEET_HEADER_WITHIN; i++) {
        TRY(s->rows->by->next(s->rows, &s->row));
        if (!s->row.line)
            break;
        if (is_header(s))
            return OK;
    }
    return refuse_at(s, 1, 0,
                     "no header within the first 20 lines: a line with the "
                     "titles of the columns (社区, 户编号, ...)");
}

static struct err seek_header(struct sheet *s, int way, bool *there)
{
    TRY(s->rows->by->begin(s->rows, way, there));
    return *there ? read_to_header(s) : OK;
}

/* Of two refusals the one that tells more: the one whose text could be read
 * at all, else the one that came further. */
struct refusal {
    struct err err;
    struct sheet_place place;
};

static bool tells_more(const struct refusal *a, const struct refusal *b)
{
    if (!b->err.code)
        return true;
    return b->place.byte >= 0
           && (a->place.byte < 0 || a->place.byte > b->place.byte);
}

/* The way in which the header can be read is that of the file. */
static struct err find_header(struct sheet *s)
{
    struct refusal best = { .err = OK };

    for (s->way = 0;; s->way++) {
        bool there = false;
        struct refusal now = { .err = seek_header(s, s->way, &there) };
        if (!there && !now.err.code)
            break;
        if (!there || !now.err.code || now.err.code == CODE_FAULT)
            return now.err;
        now.place = s->rows->place;
        if (tells_more(&now, &best))
            best = now;
    }
    s->rows->place = best.place;
    return best.err;
}

/* ------------------------------------------------------------- the reader */

/* Without text under any title that is known: it cannot be a household. */
static bool is_blank_row(const struct sheet *s)
{
    for (int i = 0; i < s->row.count; i++)
        if ((i >= s->width || s->titles[i] >= 0)
            && !text_is_blank(s->row.cells[i]))
            return false;
    return true;
}

/* The next row with text in it, or line 0. */
static struct err next_row(struct sheet *s, int64_t *blank)
{
    TRY(s->rows->by->next(s->rows, &s->row));
    while (s->row.line && is_blank_row(s)) {
        ++*blank;
        TRY(s->rows->by->next(s->rows, &s->row));
    }
    for (int i = s->width; s->row.line && i < s->row.count; i++)
        if (!text_is_blank(s->row.cells[i]))
            return refuse_at(s, s->row.line, i + 1,
                             "more cells than the header has: in a CSV sheet a "
                             "cell with a separator in it needs quotes");
    return OK;
}

struct err sheet_check(struct sheet *s)
{
    bool there;

    TRY(find_header(s));
    TRY(check_header(s));
    s->facts.encoding = s->rows->encoding;
    s->facts.separator = s->rows->separator;
    s->facts.sheet = s->rows->sheet;
    s->facts.sheets = s->rows->sheets;
    s->facts.records = s->facts.blank = 0;
    for (;;) {
        TRY(next_row(s, &s->facts.blank));
        if (!s->row.line)
            break;
        s->facts.records++;
    }
    return seek_header(s, s->way, &there);
}

struct err sheet_next(struct sheet *s, struct sheet_record *record)
{
    int64_t blank = 0;

    *record = (struct sheet_record){ .line = 0 };
    TRY(next_row(s, &blank));
    record->line = s->row.line;
    for (int i = 0; record->line && i < s->row.count && i < s->width; i++)
        if (s->titles[i] >= 0 && *s->row.cells[i])
            record->cells[s->titles[i]] = s->row.cells[i];
    return OK;
}

struct sheet *sheet_open(struct sheet_rows *rows,
                         const struct sheet_column *columns,
                         struct arena *arena)
{
    struct sheet *s = arena_alloc(arena, sizeof *s);

    s->rows = rows;
    s->columns = columns;
    s->arena = arena;
    return s;
}

void sheet_close(struct sheet **sheet)
{
    if (*sheet)
        (*sheet)->rows->by->close((*sheet)->rows);
    *sheet = NULL;
}

const struct sheet_facts *sheet_facts(const struct sheet *s)
{
    return &s->facts;
}

struct sheet_place sheet_place(const struct sheet *s)
{
    return s->rows->place;
}
