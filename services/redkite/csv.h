/* csv.h — a CSV that an office opens in a spreadsheet and finds undamaged:
 * UTF-8 with its mark, RFC 4180, and a "'" before what a spreadsheet would run
 * or round (sheet_is_risky), which our own readers take off again. */
#pragma once

#include <stdio.h>

/* A file that only its owner may read; NULL when it cannot be written. */
FILE *csv_create(const char *path);

/* The mark, before the first row. */
void csv_begin(FILE *csv);

/* A row of so many cells; NULL is an empty one. */
void csv_row(FILE *csv, const char *const *cells, int count);
