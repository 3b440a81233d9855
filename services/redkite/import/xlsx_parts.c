#include "services/redkite/import/xlsx_parts.h"

#include "services/redkite/import/cell.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is(const char *a, const char *b)
{
    return a && strcmp(a, b) == 0;
}

static bool is_true(const char *text)
{
    return is(text, "1") || is(text, "true");
}

static bool ends(const char *text, const char *end)
{
    size_t length = strlen(text), size = strlen(end);

    return length >= size && strcmp(text + length - size, end) == 0;
}

/* ------------------------------------------- which part stands for what */

/* A part says in a file of its own which others it needs. */
struct relations {
    struct arena *arena;
    const char *of; /* the part */
    const char *id; /* wanted, or NULL */
    const char *by_id, *book, *styles, *strings;
};

/* "worksheets/sheet1.xml", said by xl/workbook.xml, is in xl too. */
static const char *resolve(const struct relations *r, const char *target)
{
    const char *slash = strrchr(r->of, '/');

    if (strlen(target) >= BOOK_NAME_MAX)
        return NULL;
    if (*target == '/' || !slash)
        return arena_text(r->arena, target + (*target == '/'));
    return arena_format(r->arena, "%.*s/%s", (int)(slash - r->of), r->of,
                        target);
}

static void relation_start(void *of, const char *name, const char **attributes)
{
    struct relations *r = of;
    const char *type = part_attribute(attributes, "Type");
    const char *target = part_attribute(attributes, "Target");

    if (!is(name, "Relationship") || !type || !target
        || is(part_attribute(attributes, "TargetMode"), "External"))
        return;
    if (r->id && is(part_attribute(attributes, "Id"), r->id))
        r->by_id = resolve(r, target);
    if (ends(type, "/officeDocument"))
        r->book = resolve(r, target);
    if (ends(type, "/styles"))
        r->styles = resolve(r, target);
    if (ends(type, "/sharedStrings"))
        r->strings = resolve(r, target);
}

static void nothing_ends(void *of, const char *name)
{
    (void)of;
    (void)name;
}

static struct err read_relations(struct book *book, struct relations *r)
{
    static const struct part_reader reader = { relation_start, nothing_ends,
                                               NULL };
    const char *slash = strrchr(r->of, '/');
    struct part part;

    r->arena = book->arena;
    return part_read_all(
        book,
        slash ? arena_format(book->arena, "%.*s/_rels/%s.rels",
                             (int)(slash - r->of), r->of, slash + 1)
              : arena_format(book->arena, "_rels/%s.rels", r->of),
        &reader, r, &part);
}

/* ------------------------------------------------------------ the workbook */

struct index {
    struct xlsx_parts *parts;
    const char *wanted;
    const char *id; /* of the sheet, for its relation */
    struct part part;
};

static void index_start(void *of, const char *name, const char **attributes)
{
    struct index *index = of;
    struct xlsx_parts *parts = index->parts;

    if (is(name, "workbookPr"))
        parts->late = is_true(part_attribute(attributes, "date1904"));
    if (!is(name, "sheet"))
        return;
    const char *title = part_attribute(attributes, "name");
    const char *id = part_attribute(attributes, "id");
    const char *state = part_attribute(attributes, "state");
    bool hidden = state && strcmp(state, "visible") != 0;
    if (++parts->sheets > XLSX_SHEETS_MAX) {
        part_refuse(&index->part, "a workbook of more than 500 sheets");
        return;
    }
    if (!title || !id || index->id
        || (index->wanted ? strcmp(title, index->wanted) != 0 : hidden))
        return;
    index->id = arena_text(parts->book->arena, id);
    parts->sheet_name = arena_text(parts->book->arena, title);
}

static struct err find_sheet(struct xlsx_parts *parts, const char *wanted,
                             struct relations *book)
{
    static const struct part_reader reader = { index_start, nothing_ends,
                                               NULL };
    struct relations root = { .of = "" };
    struct index index = { .parts = parts, .wanted = wanted };

    if (!book_has(parts->book, "_rels/.rels"))
        return fail(CODE_BAD_REQUEST, "a ZIP, but no workbook is in it");
    TRY(read_relations(parts->book, &root));
    if (!root.book || !ends(root.book, ".xml"))
        return fail(CODE_BAD_REQUEST,
                    "a ZIP, but no workbook of XML is in it; save it as .xlsx "
                    "or CSV (UTF-8)");
    TRY(part_read_all(parts->book, root.book, &reader, &index, &index.part));
    if (!index.id)
        return fail(CODE_BAD_REQUEST,
                    wanted ? arena_format(parts->book->arena,
                                          "it has no sheet \"%s\"", wanted)
                           : "a workbook without a sheet");
    *book = (struct relations){ .of = root.book, .id = index.id };
    TRY(read_relations(parts->book, book));
    parts->sheet = book->by_id;
    return parts->sheet ? OK
                        : fail(CODE_BAD_REQUEST,
                               "a broken workbook: its sheet is nowhere");
}

/* -------------------------------------------------------------- the styles */

struct styles {
    struct xlsx_parts *parts;
    int own[XLSX_OWN_MAX]; /* numbers of its own codes that show days */
    int own_count;
    bool within; /* the styles of cells, not those they are made from */
    struct part part;
};

static int whole(const char *text)
{
    return text ? (int)strtol(text, NULL, 10) : 0;
}

static bool is_own_day(const struct styles *s, int number)
{
    for (int i = 0; i < s->own_count; i++)
        if (s->own[i] == number)
            return true;
    return false;
}

static void style_start(void *of, const char *name, const char **attributes)
{
    struct styles *s = of;
    int number = whole(part_attribute(attributes, "numFmtId"));
    const char *code = part_attribute(attributes, "formatCode");

    if (is(name, "cellXfs"))
        s->within = true;
    if (is(name, "numFmt") && code && cell_code_is_day(code)
        && s->own_count < XLSX_OWN_MAX)
        s->own[s->own_count++] = number;
    if (!is(name, "xf") || !s->within)
        return;
    if (s->parts->styles == XLSX_STYLES_MAX) {
        part_refuse(&s->part, "a workbook of more than 65536 styles");
        return;
    }
    s->parts->style_is_day[s->parts->styles++] =
        cell_style_is_day(number) || is_own_day(s, number);
}

static void style_end(void *of, const char *name)
{
    if (is(name, "cellXfs"))
        ((struct styles *)of)->within = false;
}

static struct err read_styles(struct xlsx_parts *parts, const char *name)
{
    static const struct part_reader reader = { style_start, style_end, NULL };
    struct styles *s = arena_alloc(parts->book->arena, sizeof *s);

    s->parts = parts;
    parts->style_is_day = arena_alloc(parts->book->arena, XLSX_STYLES_MAX);
    if (!name || !book_has(parts->book, name))
        return OK;
    return part_read_all(parts->book, name, &reader, s, &s->part);
}

/* --------------------------------------------------------- the shared texts */

struct place {
    int64_t from;
    int64_t size;
};

struct strings {
    struct xlsx_parts *parts;
    char text[SHEET_CELL_MAX + 2];
    int size;
    int64_t written;
    bool in_text, in_sound; /* a pronunciation is not part of the text */
    struct part part;
};

static void string_start(void *of, const char *name, const char **attributes)
{
    struct strings *s = of;

    (void)attributes;
    if (is(name, "si"))
        s->size = 0;
    if (is(name, "rPh"))
        s->in_sound = true;
    s->in_text = is(name, "t") && !s->in_sound;
}

static void string_text(void *of, const char *text, int size)
{
    struct strings *s = of;
    int room = SHEET_CELL_MAX + 1 - s->size;

    if (!s->in_text)
        return;
    size = size < room ? size : room;
    memcpy(s->text + s->size, text, (size_t)size);
    s->size += size;
}

static void keep(struct strings *s)
{
    s->text[s->size] = '\0';
    if (s->size <= SHEET_CELL_MAX) {
        cell_unescape(s->text);
        s->size = (int)strlen(s->text);
    }
    struct place place = { s->written, s->size };
    size_t size = (size_t)s->size;
    if (++s->parts->strings > XLSX_STRINGS_MAX)
        part_refuse(&s->part, "a workbook of more than 4000000 shared texts");
    else if (fwrite(s->text, 1, size, s->parts->texts) != size
             || fwrite(&place, sizeof place, 1, s->parts->indexes) != 1)
        part_refuse(&s->part, "there is no room in the folder for temporary "
                              "files (TMPDIR)");
    s->written += s->size;
}

static void string_end(void *of, const char *name)
{
    struct strings *s = of;

    s->in_text = false;
    if (is(name, "rPh"))
        s->in_sound = false;
    if (is(name, "si"))
        keep(s);
}

static struct err read_strings(struct xlsx_parts *parts, const char *name)
{
    static const struct part_reader reader = { string_start, string_end,
                                               string_text };
    struct strings *s = arena_alloc(parts->book->arena, sizeof *s);

    s->parts = parts;
    parts->texts = tmpfile();
    parts->indexes = tmpfile();
    if (!parts->texts || !parts->indexes)
        return fail(CODE_FAULT, "no temporary file can be made (TMPDIR)");
    if (!name || !book_has(parts->book, name))
        return OK;
    TRY(part_read_all(parts->book, name, &reader, s, &s->part));
    if (fflush(parts->texts) != 0 || fflush(parts->indexes) != 0)
        return fail(CODE_FAULT, "a temporary file cannot be written (TMPDIR)");
    return OK;
}

int xlsx_string(const struct xlsx_parts *parts, int64_t number,
                char text[static SHEET_CELL_MAX + 2])
{
    struct place place;
    ssize_t size = sizeof place;

    if (number < 0 || number >= parts->strings
        || pread(fileno(parts->indexes), &place, sizeof place, number * size)
               != size
        || pread(fileno(parts->texts), text, (size_t)place.size, place.from)
               != place.size)
        return -1;
    text[place.size] = '\0';
    return (int)place.size;
}

/* ---------------------------------------------------------------- the whole */

struct err xlsx_parts_open(struct xlsx_parts *parts, struct book *book,
                           const char *wanted)
{
    struct relations relations;

    *parts = (struct xlsx_parts){ .book = book };
    TRY(find_sheet(parts, wanted, &relations));
    TRY(read_styles(parts, relations.styles));
    return read_strings(parts, relations.strings);
}

void xlsx_parts_close(struct xlsx_parts *parts)
{
    if (parts->texts)
        (void)fclose(parts->texts);
    if (parts->indexes)
        (void)fclose(parts->indexes);
    parts->texts = parts->indexes = NULL;
}
