#include "common/base/sheet_csv.h"

#include "common/base/sheet_text.h"

#include <string.h>

enum {
    LOOK_MAX = 512, /* bytes looked at for what kind of file it is */
    CELLS_MAX = SHEET_RECORD_MAX + SHEET_COLUMNS_MAX, /* with their NULs */
    WAYS_MAX = SHEET_ENCODINGS * 3,
};

static const char separators[] = { ',', '\t', ';' };

struct way {
    enum sheet_encoding encoding;
    char separator;
};

struct csv {
    struct sheet_rows rows;
    struct sheet_text text;
    struct way ways[WAYS_MAX]; /* in which the file may be read         */
    int ways_count;
    char separator;
    unsigned mark; /* bytes of the mark before the text       */
    bool binary;   /* there are NUL bytes near the beginning  */

    char cells[CELLS_MAX]; /* of one record, each ended by NUL */
    size_t used;
    size_t starts[SHEET_COLUMNS_MAX];
    int count;
    bool ended;
    int64_t line; /* that the reader stands in */
};

/* ------------------------------------------------------------- refusals */

static struct err refuse_at(struct csv *s, int64_t line, int column,
                            const char *why)
{
    return sheet_refuse(&s->rows, (struct sheet_place){ line, column, -1 },
                        why);
}

static struct err refuse(struct csv *s, const char *why)
{
    return refuse_at(s, s->line, s->count, why);
}

static const char *csv_where(const struct sheet_rows *rows,
                             struct sheet_place place)
{
    struct arena *arena = rows->arena;
    const char *text = arena_format(arena, "line %lld", (long long)place.line);

    if (place.column)
        text = arena_format(arena, "%s, column %d", text, place.column);
    if (place.byte >= 0)
        text =
            arena_format(arena, "%s, byte %lld", text, (long long)place.byte);
    return text;
}

/* What stopped the text, at the place where the reader stands. */
static struct err stopped(struct csv *s)
{
    if (s->text.fault.code != CODE_BAD_REQUEST)
        return s->text.fault;

    return sheet_refuse(
        &s->rows, (struct sheet_place){ s->line, s->count, s->text.raw_from },
        s->text.fault.why);
}

/* ----------------------------------------------- UTF-8 in, records out */

static struct err put(struct csv *s, int byte, const char *too_long)
{
    size_t start = s->starts[s->count - 1];

    if (byte == '\0')
        return refuse(s, "a NUL character");
    if (s->used - start >= SHEET_CELL_MAX)
        return refuse(s, too_long);
    if (s->used + 1 - (size_t)s->count >= SHEET_RECORD_MAX)
        return refuse(s, "a record of more than 32768 bytes");
    s->cells[s->used++] = (char)byte;
    return OK;
}

/* The fast lane: what is surely plain text is taken as one stretch. */
static inline void put_plain(struct csv *s)
{
    size_t in_cell = SHEET_CELL_MAX - (s->used - s->starts[s->count - 1]);
    size_t in_record = SHEET_RECORD_MAX + (size_t)s->count - 1 - s->used;
    size_t room = s->text.size - s->text.at;
    const char *from = s->text.text + s->text.at;
    size_t size = 0;

    room = room < in_cell ? room : in_cell;
    room = room < in_record ? room : in_record;
    while (size < room && (unsigned char)from[size] > '"'
           && from[size] != s->separator)
        size++;
    memcpy(s->cells + s->used, from, size);
    s->used += size;
    s->text.at += size;
}

/* A line of the file ends here; CR LF is one end. */
static void end_line(struct csv *s, int byte)
{
    s->line++;
    if (byte != '\r')
        return;
    int after = sheet_text_next(&s->text);
    if (after != '\n')
        sheet_text_back(&s->text, after);
}

/* The inside of a quoted cell.  One that never ends is refused at the place
 * where it began: that is where to look. */
static struct err read_quoted(struct csv *s)
{
    static const char too_long[] =
        "a quoted cell of more than 4096 bytes; is its closing quote missing?";
    int64_t begun = s->line;

    for (;;) {
        put_plain(s);
        int byte = sheet_text_next(&s->text);
        if (byte == SHEET_FAULT)
            return stopped(s);
        if (byte == SHEET_END)
            return refuse_at(s, begun, s->count, "a quote is never closed");
        if (byte == '"') {
            byte = sheet_text_next(&s->text);
            sheet_text_back(&s->text, byte);
            if (byte != '"')
                return OK;
            sheet_text_next(&s->text);
        }
        struct err err = put(s, byte, too_long);
        if (err.why == too_long)
            return refuse_at(s, begun, s->count, too_long);
        TRY(err);
        if (byte == '\n')
            s->line++;
    }
}

static inline bool ends_cell(const struct csv *s, int byte)
{
    return byte < 0 || byte == '\n' || byte == '\r' || byte == s->separator;
}

/* One cell; *byte is what ended it. */
static struct err read_cell(struct csv *s, int *byte)
{
    if (s->count == SHEET_COLUMNS_MAX)
        return refuse(s, "a record of more than 64 cells");
    s->starts[s->count++] = s->used;

    *byte = sheet_text_next(&s->text);
    if (*byte == '"') {
        TRY(read_quoted(s));
        *byte = sheet_text_next(&s->text);
        if (!ends_cell(s, *byte))
            return refuse(s, "text after a closing quote; a quote within a "
                             "quoted cell is written twice");
    }
    while (!ends_cell(s, *byte)) {
        TRY(put(s, *byte, "a cell of more than 4096 bytes"));
        put_plain(s);
        *byte = sheet_text_next(&s->text);
    }
    s->cells[s->used++] = '\0';
    return *byte == SHEET_FAULT ? stopped(s) : OK;
}

/* One record, or `ended`. */
static struct err read_record(struct csv *s)
{
    s->used = 0;
    s->count = 0;

    int byte = sheet_text_next(&s->text);
    s->ended = byte == SHEET_END;
    if (s->ended)
        return OK;
    sheet_text_back(&s->text, byte);
    do
        TRY(read_cell(s, &byte));
    while (byte == s->separator);
    if (byte != SHEET_END)
        end_line(s, byte);
    return OK;
}

/* ------------------------------------------------- what kind of file it is */

struct kind {
    const char *bytes;
    size_t size;
    const char *why;
};

/* clang-format off */
#define KIND(bytes, why) { bytes, sizeof(bytes) - 1, why }
static const struct kind kinds[] = {
    KIND("PK\x03\x04",       "an Excel workbook or a ZIP, not a CSV sheet; "
                             "open it and save it as CSV (UTF-8)"),
    KIND("\xd0\xcf\x11\xe0", "an old Excel workbook, not a CSV sheet; "
                             "open it and save it as CSV (UTF-8)"),
    KIND("<",                "a web page or XML, not a CSV sheet; "
                             "open it and save it as CSV (UTF-8)"),
    KIND("{\\rtf",           "a text document, not a CSV sheet; "
                             "save the sheet as CSV (UTF-8)"),
    KIND("%PDF",             "a PDF, not a CSV sheet; "
                             "save the sheet as CSV (UTF-8)"),
    KIND("\x89PNG",          "a picture, not a CSV sheet; "
                             "save the sheet as CSV (UTF-8)"),
    KIND("\xff\xd8\xff",     "a picture, not a CSV sheet; "
                             "save the sheet as CSV (UTF-8)"),
    KIND("GIF8",             "a picture, not a CSV sheet; "
                             "save the sheet as CSV (UTF-8)"),
    KIND("Rar!",             "an archive, not a CSV sheet; "
                             "unpack it and save the sheet as CSV (UTF-8)"),
    KIND("7z\xbc\xaf",       "an archive, not a CSV sheet; "
                             "unpack it and save the sheet as CSV (UTF-8)"),
    KIND("\x1f\x8b",         "an archive, not a CSV sheet; "
                             "unpack it and save the sheet as CSV (UTF-8)"),
};
static const struct {
    const char *bytes;
    unsigned size;
    enum sheet_encoding encoding;
} marks[] = {
    { "\xef\xbb\xbf",     3, SHEET_UTF8 },
    { "\xff\xfe",         2, SHEET_UTF16LE },
    { "\xfe\xff",         2, SHEET_UTF16BE },
    { "\x84\x31\x95\x33", 4, SHEET_GB18030 },
};
/* clang-format on */

static struct err look_for_kind(struct csv *s)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (s->text.raw_size >= kinds[i].size
            && memcmp(s->text.raw, kinds[i].bytes, kinds[i].size) == 0)
            return refuse_at(s, 1, 0, kinds[i].why);
    return OK;
}

/* The encodings to try: that of the mark, else all; UTF-16 only where there
 * are NUL bytes. */
static void look_for_mark(struct csv *s, bool try[SHEET_ENCODINGS])
{
    size_t size = s->text.raw_size < LOOK_MAX ? s->text.raw_size : LOOK_MAX;

    s->mark = 0;
    s->binary = memchr(s->text.raw, 0, size);
    for (enum sheet_encoding e = 0; e < SHEET_ENCODINGS; e++)
        try[e] = s->binary || (e != SHEET_UTF16LE && e != SHEET_UTF16BE);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (s->text.raw_size >= marks[i].size
            && memcmp(s->text.raw, marks[i].bytes, marks[i].size) == 0) {
            memset(try, false, SHEET_ENCODINGS * sizeof *try);
            try[marks[i].encoding] = true;
            s->mark = marks[i].size;
        }
}

/* What the first bytes tell. */
static struct err look(struct csv *s, bool try[SHEET_ENCODINGS])
{
    TRY(sheet_text_look(&s->text));
    TRY(look_for_kind(s));
    look_for_mark(s, try);
    return s->text.raw_size == s->mark ? refuse_at(s, 1, 0, "the file is empty")
                                       : OK;
}

/* ------------------------------------------------------------- the reader */

static void note_ways(struct csv *s, const bool try[SHEET_ENCODINGS])
{
    s->ways_count = 0;
    for (enum sheet_encoding e = 0; e < SHEET_ENCODINGS; e++)
        for (size_t i = 0; try[e] && i < sizeof separators; i++)
            s->ways[s->ways_count++] = (struct way){ e, separators[i] };
}

/* Its Chinese titles are the same bytes in no two encodings: what encoding and
 * separator make the header readable are those of the file. */
static struct err csv_begin(struct sheet_rows *rows, int way, bool *there)
{
    struct csv *s = (struct csv *)rows;

    if (way == 0) {
        bool try[SHEET_ENCODINGS];
        TRY(look(s, try));
        note_ways(s, try);
    }
    *there = way < s->ways_count;
    if (!*there)
        return s->binary && !s->mark
                   ? refuse_at(s, 1, 0,
                               "binary data, not a CSV sheet; save the sheet "
                               "as CSV (UTF-8)")
                   : OK;
    s->line = 1;
    s->separator = rows->separator = s->ways[way].separator;
    rows->encoding = sheet_encodings[s->ways[way].encoding];
    return sheet_text_open(&s->text, s->ways[way].encoding, s->mark);
}

/* Our own reports put a "'" before what a spreadsheet would run or turn into a
 * rounded number (sheet_is_risky); it is taken off again. */
static const char *unguarded(const char *cell)
{
    return *cell == '\'' && sheet_is_risky(cell + 1) ? cell + 1 : cell;
}

static struct err csv_next(struct sheet_rows *rows, struct sheet_row *row)
{
    struct csv *s = (struct csv *)rows;

    row->line = s->line;
    TRY(read_record(s));
    if (s->ended)
        row->line = 0;
    row->count = s->count;
    for (int i = 0; i < s->count; i++)
        row->cells[i] = unguarded(s->cells + s->starts[i]);
    return OK;
}

static void csv_close(struct sheet_rows *rows)
{
    sheet_text_close(&((struct csv *)rows)->text);
}

struct sheet_rows *sheet_csv(struct sheet_source source, struct arena *arena)
{
    static const struct sheet_reader reader = { csv_begin, csv_next, csv_where,
                                                csv_close };
    struct csv *s = arena_alloc(arena, sizeof *s);

    s->rows.by = &reader;
    s->rows.arena = arena;
    s->text.source = source;
    return &s->rows;
}
