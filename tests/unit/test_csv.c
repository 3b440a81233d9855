#include "services/reporting/progress/csv.h"

#include "tests/check.h"

static void
cells_are_quoted_where_they_must_be_and_never_formulas(void **unused)
{
    (void)unused;
    static const struct {
        const char *cell, *want;
    } rows[] = {
        { "", "\r\n" },
        { "青禾社区", "青禾社区\r\n" },
        { "a,b", "\"a,b\"\r\n" },
        { "a\"b", "\"a\"\"b\"\r\n" },
        { "a\nb", "\"a\nb\"\r\n" },
        { "=1+1", "'=1+1\r\n" },
        { "+1", "'+1\r\n" },
        { "-1", "'-1\r\n" },
        { "@x", "'@x\r\n" },
        { "\tx", "'\tx\r\n" },
        { "\rx", "\"'\rx\"\r\n" },
        { "=\"a\",1", "\"'=\"\"a\"\",1\"\r\n" },
        { "1-1", "1-1\r\n" },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct csv *csv = csv_new(arena);
        csv_cell(csv, rows[i].cell);
        csv_line(csv);
        assert_string_equal(csv_text(csv), rows[i].want);
    }
    arena_destroy(&arena);
}

static void a_long_sheet_keeps_every_cell(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct csv *csv = csv_new(arena);
    size_t lines = 0;

    for (size_t i = 0; i < 5000; i++) {
        csv_cell(csv, "青禾");
        csv_cell(csv, "120");
        csv_line(csv);
    }
    for (const char *c = csv_text(csv); *c; c += 12, lines++)
        assert_memory_equal(c, "青禾,120\r\n", 12);

    assert_int_equal(lines, 5000);
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(cells_are_quoted_where_they_must_be_and_never_formulas),
    cmocka_unit_test(a_long_sheet_keeps_every_cell))
