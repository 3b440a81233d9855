/* sheet.h — text that opens in a spreadsheet (RFC 4180, conventions.md 20).
 *
 * Cells are quoted where they must be, lines end with CR LF.  A cell that a
 * spreadsheet would take for a formula gets an apostrophe in front: names come
 * from people. */
#pragma once

#include "common/base/arena.h"

struct sheet;

struct sheet *sheet_new(struct arena *arena);

/* The next cell of the line; and the line's end. */
void sheet_cell(struct sheet *sheet, const char *text);
void sheet_line(struct sheet *sheet);

/* What has been written, in the arena. */
const char *sheet_text(const struct sheet *sheet);
