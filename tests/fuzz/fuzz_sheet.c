/* fuzz_sheet — any file as a survey sheet: whatever its bytes and the portions
 * they come in, it is refused with a place, or its records are the same, within
 * the limits and UTF-8; and each of them can be read by the rules. */
#include "tests/fuzz/fuzz.h"

#include "common/base/calendar.h"
#include "common/base/json.h"
#include "common/base/sheet_csv.h"
#include "common/base/survey_columns.h"
#include "services/cases/survey/rules.h"

#include <string.h>

struct portions {
    const unsigned char *data;
    size_t size, at, most;
};

static long read_portion(void *from, unsigned char *into, size_t size)
{
    struct portions *p = from;
    size_t left = p->size - p->at, take = p->most;

    take = take < size ? take : size;
    take = take < left ? take : left;
    memcpy(into, p->data + p->at, take);
    p->at += take;
    return (long)take;
}

static bool rewind_portions(void *from)
{
    ((struct portions *)from)->at = 0;
    return true;
}

/* All records, one after the other, as one text. */
static const char *records(struct portions p, struct arena *arena)
{
    struct sheet_source source = { read_portion, rewind_portions, &p };
    struct sheet *sheet =
        sheet_open(sheet_csv(source, arena), survey_columns, arena);
    struct err err = sheet_check(sheet);
    const char *all = arena_text(arena, err.code ? err.field : "");
    struct sheet_record record = { .line = 1 };
    int64_t count = 0, line = 0;

    for (; !err.code && count < 50; count++) {
        must(!sheet_next(sheet, &record).code);
        if (!record.line)
            break;
        must(record.line > line);
        line = record.line;
        for (int i = 0; i < SURVEY_COLUMNS; i++) {
            const char *cell = record.cells[i] ? record.cells[i] : "";
            must(strlen(cell) <= SHEET_CELL_MAX
                 && utf8_check(cell, strlen(cell)));
            all = arena_format(arena, "%s|%s", all, cell);
        }
        struct survey_household household;
        struct err why = survey_read(record.cells, day_from(2026, 11, 23),
                                     arena, &household);
        must(why.code ? why.field && why.why
                      : household.no && household.id_full);
    }
    must(err.code || record.line || count == sheet_facts(sheet)->records);
    sheet_close(&sheet);
    return all;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct arena *arena = arena_new();
    struct portions whole = { data, size, 0, 65536 };
    struct portions small = { data, size, 0, 1 + size % 5 };

    must(strcmp(records(whole, arena), records(small, arena)) == 0);
    arena_destroy(&arena);
    return 0;
}
