/* sheet.h — a CSV sheet as offices send it: bytes in, checked records out.
 *
 * Such a file comes in any of four encodings, with a mark or without, with a
 * title above its header, with blanks and full-width brackets in it.  The
 * reader finds the header by the titles of a table of columns; what encoding
 * and separator make the header readable are those of the file.  The file is
 * read twice: sheet_check() goes over all of it, so that a broken file is
 * refused whole before anything is taken from it; sheet_next() delivers.
 *
 * Memory is flat: one sheet takes about 70 KiB whatever the file's size, and a
 * line of ten megabytes is refused where it passes a limit. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SHEET_CELL_MAX = 4096,    /* bytes of a cell, as UTF-8                  */
    SHEET_RECORD_MAX = 32768, /* bytes of a record, as UTF-8                */
    SHEET_COLUMNS_MAX = 64,   /* cells of a record                          */
    SHEET_HEADER_WITHIN = 20, /* the header is one of the first 20 records  */
};

/* A column that a sheet may have.  A table of them ends with a null title and
 * has at most SHEET_COLUMNS_MAX rows. */
struct sheet_column {
    const char *title; /* as it stands in the header, half-width  */
    const char *name;  /* of the member on the wire               */
    bool required;
};

/* Where the bytes come from.  `read` gives 1 .. size bytes in any portions, 0
 * at the end, -1 when it failed; `rewind` goes back to the first byte. */
struct sheet_source {
    long (*read)(void *from, unsigned char *into, size_t size);
    bool (*rewind)(void *from);
    void *from;
};

/* A place in the file. */
struct sheet_place {
    int64_t line; /* of the file, from 1; those within quotes count too */
    int column;   /* of the cell, from 1; 0 = the whole line            */
    int64_t byte; /* from 0; -1 = not known                             */
};

/* What sheet_check() learned. */
struct sheet_facts {
    const char *encoding; /* "UTF-8", "UTF-16LE", "UTF-16BE", "GB18030" */
    const char *ignored;  /* titles that are not in the table, joined by "、";
                             NULL when there is none */
    int64_t header_line;
    int64_t records; /* that sheet_next() will deliver */
    int64_t blank;   /* records without any text, passed over */
    char separator;  /* ',', ';' or '\t' */
};

/* One record.  The texts are good until the next sheet_next(). */
struct sheet_record {
    int64_t line; /* where it begins in the file; 0 = after the last     */
    const char *cells[SHEET_COLUMNS_MAX]; /* in the order of the column
                             table, as they stand in the file; NULL when the
                             sheet has no such column or the cell is empty */
};

struct sheet;

/* Never fails.  The sheet and what it says (facts, refusals) stand in the
 * arena, which must not be reset before sheet_close(); it takes nothing more
 * from it afterwards.  `columns` must outlive the sheet. */
struct sheet *sheet_open(struct sheet_source source,
                         const struct sheet_column *columns,
                         struct arena *arena);
void sheet_close(struct sheet **sheet);

/* Goes over the whole file, then stands before its first record.  A refusal
 * says why in `why` and where in `field` ("line 12, column 4"). */
struct err sheet_check(struct sheet *sheet);

/* The next record, after sheet_check(); it can still refuse when the file was
 * changed meanwhile or cannot be read any more. */
struct err sheet_next(struct sheet *sheet, struct sheet_record *record);

/* After sheet_check(): what the file is; after a refusal: its place. */
const struct sheet_facts *sheet_facts(const struct sheet *sheet);
struct sheet_place sheet_place(const struct sheet *sheet);
