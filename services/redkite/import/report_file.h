/* report_file.h — the report as a file: each line of the sheet, in the sheet's
 * order, with its verdict and the reason before it.
 *
 * Who corrects the refused lines in it imports the file again as it is: the
 * columns of the report are none of a survey sheet's, so the import passes them
 * over, and what was taken already is there already.  CSV (UTF-8 with its mark)
 * or, where the name ends so, XLSX.  Nothing in it runs in a spreadsheet, and
 * what it would spoil (an ID number) it takes for text; both come back
 * unchanged.  It holds what the sheet holds, so only its owner may read it. */
#pragma once

#include "common/base/arena.h"
#include "common/base/survey_columns.h"

#include <stdbool.h>

enum {
    REPORT_FILE,
    REPORT_LINE,
    REPORT_VERDICT,
    REPORT_COLUMN,
    REPORT_REMARK,
    REPORT_OWN, /* columns of its own; then those of the sheet */
    REPORT_COLUMNS = REPORT_OWN + SURVEY_COLUMNS,
};

struct report_row {
    const char *texts[REPORT_COLUMNS]; /* NULL: empty */
    bool good;                         /* nothing to correct */
};

struct report_file;

/* NULL when it cannot be written.  In the arena. */
struct report_file *report_file_open(const char *path, struct arena *arena);
void report_file_row(struct report_file *file, const struct report_row *row);

/* False when it was not written to its end. */
bool report_file_close(struct report_file **file);
