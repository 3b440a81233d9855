/* xlsx.h — the rows of a workbook's sheet (ECMA-376, .xlsx and .xlsm).
 *
 * One sheet: the first that is shown, or the one of a name.  Texts shared,
 * inline and of formulas, numbers, days of both counts, truth values; of a
 * formula what was last computed.  Nothing of it is run, nothing outside of the
 * file is read.  A merged cell's text is that of its first. */
#pragma once

#include "common/base/sheet.h"

#include <stdio.h>

/* Never fails: what is wrong is told by the sheet that reads the rows.  They
 * and all they need stand in the arena; the file is not closed. */
struct sheet_rows *xlsx_rows(FILE *file, const char *sheet,
                             struct arena *arena);

/* Whether the file begins as a ZIP does; it is rewound. */
bool xlsx_is_it(FILE *file);
