/* sheet_csv.h — the rows of a CSV text.
 *
 * Such a file comes in any of four encodings, with a mark or without, parted by
 * commas, semicolons or tabs. */
#pragma once

#include "common/base/sheet.h"

/* Where the bytes come from.  `read` gives 1 .. size bytes in any portions, 0
 * at the end, -1 when it failed; `rewind` goes back to the first byte. */
struct sheet_source {
    long (*read)(void *from, unsigned char *into, size_t size);
    bool (*rewind)(void *from);
    void *from;
};

/* Never fails; in the arena, as the sheet that reads it. */
struct sheet_rows *sheet_csv(struct sheet_source source, struct arena *arena);
