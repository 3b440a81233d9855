/* sheet.h — a sheet as offices send it: rows in, checked records out.
 *
 * Such a sheet has a title above its header, blanks and full-width brackets in
 * it, and columns that nobody asked for.  The header is found by the titles of
 * a table of columns.  The rows come from a CSV text (sheet_csv.h) or whatever
 * else can give rows (struct sheet_rows).  They are read twice: sheet_check()
 * goes over all of them, so that a broken file is refused whole before anything
 * is taken from it; sheet_next() delivers.
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

/* A place in the file. */
struct sheet_place {
    int64_t line; /* of the file, from 1; those within quotes count too */
    int column;   /* of the cell, from 1; 0 = the whole line            */
    int64_t byte; /* from 0; -1 = not known                             */
};

/* A row as it stands in the file. */
struct sheet_row {
    int64_t line; /* in which it begins; 0 = after the last */
    int count;
    const char
        *cells[SHEET_COLUMNS_MAX]; /* none is NULL; good until the next */
};

struct sheet_rows;

/* How a kind of file gives its rows. */
struct sheet_reader {
    /* Goes before the first row, to read on in the nth way in which the file
     * could be read (its encodings and separators); `there` becomes false when
     * there is no such way, and a refusal then is the last word on the file. */
    struct err (*begin)(struct sheet_rows *rows, int way, bool *there);
    struct err (*next)(struct sheet_rows *rows, struct sheet_row *row);
    /* A place in the words of that kind: "line 12, column 4", "cell D12". */
    const char *(*where)(const struct sheet_rows *rows,
                         struct sheet_place place);
    void (*close)(struct sheet_rows *rows);
};

/* Rows of one file: the first member of what a reader needs. */
struct sheet_rows {
    const struct sheet_reader *by;
    struct arena *arena;
    struct sheet_place place; /* of the last refusal */
    const char *encoding;     /* these four: for the facts */
    const char *sheet;
    int sheets;
    char separator;
};

/* For readers: a refusal that names its place. */
struct err sheet_refuse(struct sheet_rows *rows, struct sheet_place place,
                        const char *why);

/* A text that a spreadsheet would run (=SUM(A1)) or spoil (an ID number, which
 * it takes for a number and rounds): who writes a CSV puts a "'" before it. */
bool sheet_is_risky(const char *cell);

/* What sheet_check() learned. */
struct sheet_facts {
    const char *encoding; /* "UTF-8", "UTF-16LE", "UTF-16BE", "GB18030",
                             or another kind of file: "XLSX" */
    const char *ignored;  /* titles that are not in the table, joined by "、";
                             NULL when there is none */
    const char *sheet; /* of the file's sheets the one that is read, or NULL */
    int sheets;        /* that the file has; 0 where there are none */
    int64_t header_line;
    int64_t records; /* that sheet_next() will deliver */
    int64_t blank;   /* records without text in a known column */
    char separator;  /* ',', ';' or '\t'; 0 where there is none */
};

/* One record.  The texts are good until the next sheet_next(). */
struct sheet_record {
    int64_t line; /* where it begins in the file; 0 = after the last     */
    const char *cells[SHEET_COLUMNS_MAX]; /* in the order of the column
                             table, as they stand in the file; NULL when the
                             sheet has no such column or the cell is empty */
};

struct sheet;

/* Never fails, and owns the rows from now on.  The sheet and what it says
 * (facts, refusals) stand in the arena, which must not be reset before
 * sheet_close(); it takes nothing more from it afterwards.  `columns` must
 * outlive the sheet. */
struct sheet *sheet_open(struct sheet_rows *rows,
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
