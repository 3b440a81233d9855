/* csv.h — text that opens in a spreadsheet (RFC 4180, conventions.md 20).
 *
 * Cells are quoted where they must be, lines end with CR LF.  A cell that a
 * spreadsheet would take for a formula gets an apostrophe in front: names come
 * from people. */
#pragma once

#include "common/base/arena.h"

struct csv;

struct csv *csv_new(struct arena *arena);

/* The next cell of the line; and the line's end. */
void csv_cell(struct csv *csv, const char *text);
void csv_line(struct csv *csv);

/* What has been written, in the arena. */
const char *csv_text(const struct csv *csv);
