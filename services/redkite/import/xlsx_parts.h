/* xlsx_parts.h — what a workbook knows beside its sheets; private to xlsx.c.
 *
 * Which part is the sheet, from which day its days count, which styles show
 * days, and the texts that its cells share.  The texts go to files that have no
 * name, since there may be millions of them. */
#pragma once

#include "common/base/sheet.h"
#include "services/redkite/import/book.h"

enum {
    XLSX_STRINGS_MAX = 4000000, /* shared texts        */
    XLSX_STYLES_MAX = 65536,    /* styles of cells     */
    XLSX_OWN_MAX = 4096,        /* codes of its own    */
    XLSX_SHEETS_MAX = 500,
};

struct xlsx_parts {
    struct book *book;
    const char *sheet_name; /* of the sheet that is read            */
    const char *sheet;      /* the name of its part                 */
    int sheets;             /* that the workbook has                */
    bool late;              /* its days count from 1904             */

    bool *style_is_day; /* by the number of the style            */
    int styles;

    FILE *texts;   /* the shared texts, one after the other */
    FILE *indexes; /* where each begins, and ends           */
    int64_t strings;
};

/* All of it; `wanted` is the sheet's name, NULL for the first that is shown. */
struct err xlsx_parts_open(struct xlsx_parts *parts, struct book *book,
                           const char *wanted);
void xlsx_parts_close(struct xlsx_parts *parts);

/* The shared text of that number, ended by NUL: its size, which may be one more
 * than SHEET_CELL_MAX when the text is longer than that; -1 when there is none.
 */
int xlsx_string(const struct xlsx_parts *parts, int64_t number,
                char text[static SHEET_CELL_MAX + 2]);
