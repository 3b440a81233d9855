#include "services/redkite/import/book.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 16384 };

static struct err refused(const char *why)
{
    return fail(CODE_BAD_REQUEST, why);
}

/* ------------------------------------------------------------ the container */

/* The descriptor is libzip's from then on, if it takes it. */
static zip_t *open_zip(FILE *file)
{
    int fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
    zip_t *zip = NULL;

    if (fd >= 0 && lseek(fd, 0, SEEK_SET) == 0)
        zip = zip_fdopen(fd, 0, NULL);
    if (!zip && fd >= 0)
        (void)close(fd);
    return zip;
}

struct err book_open(struct book *book, FILE *file, struct arena *arena)
{
    struct stat facts;

    *book = (struct book){ .arena = arena };
    if (fstat(fileno(file), &facts) != 0)
        return fail(CODE_FAULT, "the file cannot be read");
    if (facts.st_size > BOOK_FILE_MAX)
        return refused("a workbook of more than 64 MiB; save the sheet alone, "
                       "or as CSV (UTF-8)");
    book->zip = open_zip(file);
    if (!book->zip)
        return refused("a broken workbook: its table of contents cannot be "
                       "read; was it copied to its end?");
    if (zip_get_num_entries(book->zip, 0) > BOOK_ENTRIES_MAX)
        return refused("a ZIP of more than 2000 parts, not a workbook");
    return OK;
}

void book_close(struct book *book)
{
    if (book->zip)
        zip_discard(book->zip);
    book->zip = NULL;
}

bool book_has(const struct book *book, const char *part)
{
    return zip_name_locate(book->zip, part, ZIP_FL_NOCASE) >= 0;
}

/* -------------------------------------------------------- what expat tells */

static const char *bare(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon ? colon + 1 : name;
}

const char *part_attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(bare(attributes[0]), name) == 0)
            return attributes[1];
    return NULL;
}

static void on_start(void *data, const char *name, const char **attributes)
{
    struct part *part = data;

    if (++part->depth > BOOK_DEPTH_MAX)
        part_refuse(part, "elements nested more than 32 deep");
    else
        part->reader->start(part->of, bare(name), attributes);
}

static void on_end(void *data, const char *name)
{
    struct part *part = data;

    part->depth--;
    if (!part->err.code)
        part->reader->end(part->of, bare(name));
}

static void on_text(void *data, const char *text, int size)
{
    const struct part *part = data;

    if (part->reader->text && !part->err.code)
        part->reader->text(part->of, text, size);
}

/* Entities are declared there, and no workbook has one. */
static void on_doctype(void *data, const char *name, const char *system,
                       const char *public, int has_subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)has_subset;
    part_refuse(data, "a document type, which no workbook has");
}

void part_pause(struct part *part)
{
    XML_StopParser(part->parser, XML_TRUE);
}

void part_refuse(struct part *part, const char *why)
{
    if (part->err.code)
        return;
    part->err = refused(why);
    XML_StopParser(part->parser, XML_FALSE);
}

/* ------------------------------------------------------------------ a part */

struct err part_open(struct part *part, struct book *book, const char *name,
                     const struct part_reader *reader, void *of)
{
    zip_int64_t at = zip_name_locate(book->zip, name, ZIP_FL_NOCASE);
    zip_stat_t facts;

    *part = (struct part){ book, reader, of, name };
    if (at < 0)
        return refused(arena_format(book->arena, "there is no part %s", name));
    if (zip_stat_index(book->zip, (zip_uint64_t)at, 0, &facts) == 0
        && facts.valid & ZIP_STAT_COMP_SIZE)
        part->packed = (int64_t)facts.comp_size;
    part->file = zip_fopen_index(book->zip, (zip_uint64_t)at, 0);
    if (!part->file)
        return refused(
            arena_format(book->arena, "the part %s cannot be unpacked", name));
    part->parser = XML_ParserCreate(NULL);
    if (!part->parser)
        return fail(CODE_FAULT, "no memory for a parser");
    XML_SetUserData(part->parser, part);
    XML_SetElementHandler(part->parser, on_start, on_end);
    XML_SetCharacterDataHandler(part->parser, on_text);
    XML_SetStartDoctypeDeclHandler(part->parser, on_doctype);
    return OK;
}

static const char *too_much(const struct part *part)
{
    if (part->got > BOOK_PART_MAX)
        return "unpacks to more than 256 MiB";
    if (part->got > BOOK_RATIO_FROM && part->packed > 0
        && part->got / part->packed > BOOK_RATIO_MAX)
        return "unpacks to more than 300 times its size: a bomb, not a sheet";
    return NULL;
}

/* The next portion into the parser; what that came to. */
static enum XML_Status feed(struct part *part)
{
    void *buffer = XML_GetBuffer(part->parser, CHUNK);
    zip_int64_t got = buffer ? zip_fread(part->file, buffer, CHUNK) : -1;
    const char *bomb;

    if (got < 0) {
        part_refuse(part, arena_format(part->book->arena,
                                       "the part %s is damaged", part->name));
        return XML_STATUS_ERROR;
    }
    part->got += got;
    bomb = too_much(part);
    if (bomb) {
        part_refuse(part, arena_format(part->book->arena, "the part %s %s",
                                       part->name, bomb));
        return XML_STATUS_ERROR;
    }
    part->last = got == 0;
    return XML_ParseBuffer(part->parser, (int)got, part->last);
}

static struct err malformed(struct part *part)
{
    return refused(arena_format(
        part->book->arena, "the part %s is not well-formed, line %lu: %s",
        part->name, (unsigned long)XML_GetCurrentLineNumber(part->parser),
        XML_ErrorString(XML_GetErrorCode(part->parser))));
}

struct err part_read(struct part *part)
{
    while (!part->ended) {
        enum XML_Status status =
            part->paused ? XML_ResumeParser(part->parser) : feed(part);
        part->paused = status == XML_STATUS_SUSPENDED;
        if (part->err.code)
            return part->err;
        if (status == XML_STATUS_ERROR)
            return malformed(part);
        if (part->paused)
            return OK;
        part->ended = part->last;
    }
    return OK;
}

void part_close(struct part *part)
{
    if (part->parser)
        XML_ParserFree(part->parser);
    if (part->file)
        (void)zip_fclose(part->file);
    part->parser = NULL;
    part->file = NULL;
}

struct err part_read_all(struct book *book, const char *name,
                         const struct part_reader *reader, void *of,
                         struct part *part)
{
    struct err err = part_open(part, book, name, reader, of);

    if (!err.code)
        err = part_read(part);
    part_close(part);
    return err;
}
