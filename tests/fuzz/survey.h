/* survey.h — the rows of any file as a survey sheet, for the fuzzers of its
 * readers: what must hold of every record that comes out. */
#pragma once

#include "tests/fuzz/fuzz.h"

#include "common/base/calendar.h"
#include "common/base/json.h"
#include "common/base/survey_columns.h"
#include "services/cases/survey/rules.h"

#include <string.h>

/* All records, one after the other, as one text; the refusal's place when the
 * sheet is refused.  Closes the sheet. */
static inline const char *survey_records(struct sheet_rows *rows,
                                         struct arena *arena)
{
    struct sheet *sheet = sheet_open(rows, survey_columns, arena);
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
