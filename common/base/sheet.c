#include "common/base/sheet.h"

#include "common/base/sheet_text.h"
#include "common/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    LOOK_MAX = 512,   /* bytes looked at for what kind of file it is */
    HEADER_LEAST = 3, /* known titles that make a record the header  */
    CELLS_MAX = SHEET_RECORD_MAX + SHEET_COLUMNS_MAX, /* with their NULs */
};

static const char separators[] = { ',', '\t', ';' };

struct sheet {
    struct sheet_text text;
    const struct sheet_column *columns;
    struct arena *arena;

    char separator;
    unsigned mark; /* bytes of the mark before the text       */
    bool binary;   /* there are NUL bytes near the beginning  */

    char cells[CELLS_MAX]; /* of one record, each ended by NUL */
    size_t used;
    size_t starts[SHEET_COLUMNS_MAX];
    int count;
    bool ended;

    int titles[SHEET_COLUMNS_MAX]; /* cell -> row of the table, or -1 */
    int width;                     /* cells of the header */

    int64_t line;        /* that the reader stands in */
    int64_t record_line; /* in which the record began */
    struct sheet_place place;
    struct sheet_facts facts;
};

/* ------------------------------------------------------------- refusals */

static struct err refuse_at(struct sheet *s, int64_t line, int column,
                            const char *why)
{
    s->place = (struct sheet_place){ line, column, -1 };
    const char *where =
        column ? arena_format(s->arena, "line %lld, column %d", (long long)line,
                              column)
               : arena_format(s->arena, "line %lld", (long long)line);
    return fail_at(where, why);
}

static struct err refuse(struct sheet *s, const char *why)
{
    return refuse_at(s, s->line, s->count, why);
}

/* What stopped the text, at the place where the reader stands. */
static struct err stopped(struct sheet *s)
{
    if (s->text.fault.code != CODE_BAD_REQUEST)
        return s->text.fault;

    struct err err = refuse(s, s->text.fault.why);
    s->place.byte = s->text.raw_from;
    err.field = arena_format(s->arena, "%s, byte %lld", err.field,
                             (long long)s->text.raw_from);
    return err;
}

/* ----------------------------------------------- UTF-8 in, records out */

static struct err put(struct sheet *s, int byte, const char *too_long)
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
static inline void put_plain(struct sheet *s)
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
static void end_line(struct sheet *s, int byte)
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
static struct err read_quoted(struct sheet *s)
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

static inline bool ends_cell(const struct sheet *s, int byte)
{
    return byte < 0 || byte == '\n' || byte == '\r' || byte == s->separator;
}

/* One cell; *byte is what ended it. */
static struct err read_cell(struct sheet *s, int *byte)
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
static struct err read_record(struct sheet *s)
{
    s->used = 0;
    s->count = 0;
    s->record_line = s->line;

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

static const char *cell(const struct sheet *s, int column)
{
    return s->cells + s->starts[column];
}

static bool is_blank_record(const struct sheet *s)
{
    for (int i = 0; i < s->count; i++)
        if (!text_is_blank(cell(s, i)))
            return false;
    return true;
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

    for (int i = 0; i < s->count; i++) {
        s->titles[i] = find_column(s, cell(s, i));
        known += s->titles[i] >= 0;
    }
    s->width = s->count;
    s->facts.header_line = s->record_line;
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
        s, s->record_line, 0,
        arena_format(s->arena, "the header lacks required columns: %s", lacks));
}

/* Each column once, the required ones all; the unknown are noted. */
static struct err check_header(struct sheet *s)
{
    bool found[SHEET_COLUMNS_MAX] = { false };

    s->facts.ignored = NULL;
    for (int i = 0; i < s->width; i++) {
        const char *title = text_trim(arena_text(s->arena, cell(s, i)));
        int row = s->titles[i];
        if (row < 0) {
            if (*title)
                s->facts.ignored = join(s, s->facts.ignored, title);
            continue;
        }
        if (found[row])
            return refuse_at(s, s->record_line, i + 1,
                             arena_format(s->arena,
                                          "the header has the column %s twice",
                                          title));
        found[row] = true;
    }
    return check_required(s, found);
}

/* Reads from the beginning of the file on to its header. */
static struct err seek_header(struct sheet *s, enum sheet_encoding encoding,
                              char separator)
{
    s->separator = separator;
    s->line = 1;
    TRY(sheet_text_open(&s->text, encoding, s->mark));
    for (int i = 0; i < SHEET_HEADER_WITHIN; i++) {
        TRY(read_record(s));
        if (s->ended)
            break;
        if (is_header(s))
            return OK;
    }
    return refuse_at(s, 1, 0,
                     "no header within the first 20 lines: a line with the "
                     "titles of the columns (社区, 户编号, ...)");
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

static struct err look_for_kind(struct sheet *s)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (s->text.raw_size >= kinds[i].size
            && memcmp(s->text.raw, kinds[i].bytes, kinds[i].size) == 0)
            return refuse_at(s, 1, 0, kinds[i].why);
    return OK;
}

/* The encodings to try: that of the mark, else all; UTF-16 only where there
 * are NUL bytes. */
static void look_for_mark(struct sheet *s, bool try[SHEET_ENCODINGS])
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
static struct err look(struct sheet *s, bool try[SHEET_ENCODINGS])
{
    TRY(sheet_text_look(&s->text));
    TRY(look_for_kind(s));
    look_for_mark(s, try);
    return s->text.raw_size == s->mark ? refuse_at(s, 1, 0, "the file is empty")
                                       : OK;
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

/* The encoding and the separator under which the header can be read are those
 * of the file: its Chinese titles are the same bytes in no two encodings. */
static struct err find_header(struct sheet *s, const bool try[SHEET_ENCODINGS])
{
    struct refusal best = { .err = OK };

    for (enum sheet_encoding e = 0; e < SHEET_ENCODINGS; e++)
        for (size_t i = 0; try[e] && i < sizeof separators; i++) {
            struct refusal now = { .err = seek_header(s, e, separators[i]) };
            if (!now.err.code || now.err.code == CODE_FAULT)
                return now.err;
            now.place = s->place;
            if (tells_more(&now, &best))
                best = now;
        }
    if (s->binary && !s->mark)
        return refuse_at(s, 1, 0,
                         "binary data, not a CSV sheet; save the sheet as CSV "
                         "(UTF-8)");
    s->place = best.place;
    return best.err;
}

/* ------------------------------------------------------------- the reader */

/* The next record with text in it, or `ended`. */
static struct err next_record(struct sheet *s, int64_t *blank)
{
    TRY(read_record(s));
    while (!s->ended && is_blank_record(s)) {
        ++*blank;
        TRY(read_record(s));
    }
    for (int i = s->width; i < s->count; i++)
        if (!text_is_blank(cell(s, i)))
            return refuse_at(s, s->record_line, i + 1,
                             "more cells than the header has: a cell with a "
                             "separator in it needs quotes around it");
    return OK;
}

struct err sheet_check(struct sheet *s)
{
    bool try[SHEET_ENCODINGS];

    TRY(look(s, try));
    TRY(find_header(s, try));
    TRY(check_header(s));
    s->facts.encoding = sheet_encodings[s->text.encoding];
    s->facts.separator = s->separator;
    s->facts.records = s->facts.blank = 0;
    for (;;) {
        TRY(next_record(s, &s->facts.blank));
        if (s->ended)
            break;
        s->facts.records++;
    }
    return seek_header(s, s->text.encoding, s->separator);
}

struct err sheet_next(struct sheet *s, struct sheet_record *record)
{
    int64_t blank = 0;

    *record = (struct sheet_record){ .line = 0 };
    TRY(next_record(s, &blank));
    if (s->ended)
        return OK;
    record->line = s->record_line;
    for (int i = 0; i < s->count && i < s->width; i++)
        if (s->titles[i] >= 0 && *cell(s, i))
            record->cells[s->titles[i]] = cell(s, i);
    return OK;
}

struct sheet *sheet_open(struct sheet_source source,
                         const struct sheet_column *columns,
                         struct arena *arena)
{
    struct sheet *s = arena_alloc(arena, sizeof *s);

    s->text.source = source;
    s->columns = columns;
    s->arena = arena;
    return s;
}

void sheet_close(struct sheet **sheet)
{
    if (*sheet)
        sheet_text_close(&(*sheet)->text);
    *sheet = NULL;
}

const struct sheet_facts *sheet_facts(const struct sheet *s)
{
    return &s->facts;
}

struct sheet_place sheet_place(const struct sheet *s)
{
    return s->place;
}
