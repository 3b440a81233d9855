/* sheet_file.h — the file of a sheet, whoever sends it: a survey team or a
 * bank. It is read twice, so that what cannot be (a pipe) is copied first. */
#pragma once

#include "common/base/sheet.h"
#include "services/redkite/cli.h"

#include <stdio.h>

/* Opens it, "-" being stdin; NULL when it cannot be read. */
FILE *sheet_file_open(const char *path);

/* The SHA-256 of its bytes, as hex; NULL when they cannot be read.  It then
 * stands at its beginning again. */
const char *sheet_file_hash(FILE *file, struct arena *arena);

/* The name without its folders, "stdin" for "-". */
const char *sheet_file_name(const char *path);

/* Its rows, of a CSV text or a workbook's sheet (--sheet NAME): what the bytes
 * are decides, not the name. */
struct sheet_rows *sheet_file_rows(const struct run *run, FILE *file,
                                   struct arena *arena);
