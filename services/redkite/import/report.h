/* report.h — what became of each household of a sheet.
 *
 * One line a household on stdout (a table, JSON or TAB-separated) and, when
 * asked for, in a file for the office, to correct and import again
 * (report_file.h).  Sums and progress are talk and go to stderr. */
#pragma once

#include "services/redkite/cli.h"

enum verdict {
    ACCEPTED,
    REMARKED,
    CORRECTED,
    ALREADY_THERE,
    REFUSED,
    VERDICTS,
};

struct line {
    int64_t number;      /* of the file; 0 = the whole file         */
    const char *no;      /* the household's number as in the sheet  */
    const char *verdict; /* as on the wire                          */
    const char *column;  /* the header of the cell at fault         */
    const char *remark;
    const char *const *cells; /* as they stand in the sheet, by enum
                                 survey_column; NULL: not known     */
};

struct report_file;

struct report {
    const struct run *run;
    struct report_file *to; /* NULL when none is wanted */
    const char *file;
    int64_t done, total; /* households of the file */
    int64_t of_file[VERDICTS], of_all[VERDICTS];
    int files;
    bool bar; /* stderr is a terminal */
    bool drawn;
    bool headed;
    int64_t told_at; /* when progress was told last, monotonic ms */
};

/* False after the refusal was said: the file cannot be written. */
bool report_open(struct report *report, const struct run *run,
                 const char *path);
void report_begin(struct report *report, const char *file, int64_t total);
void report_line(struct report *report, const struct line *line);

/* Shows how far it is, at most every so often. */
void report_progress(struct report *report);
void report_end(struct report *report);

/* The sum over all files; FAILED when something was refused or the file
 * could not be written. */
enum status report_close(struct report *report);
