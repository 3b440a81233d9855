#include "common/base/sheet_csv.h"
#include "common/base/survey_columns.h"
#include "common/base/text.h"
#include "tests/check.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------- sheets held in memory */

struct portions {
    const char *text;
    size_t size, at;
    unsigned seed;
    size_t most; /* bytes a read; 0 = 1 .. 7 by chance */
};

static long read_portion(void *from, unsigned char *into, size_t size)
{
    struct portions *p = from;
    p->seed = p->seed * 1103515245 + 12345;
    size_t take = p->most ? p->most : 1 + (p->seed >> 16) % 7;

    take = take < size ? take : size;
    take = take < p->size - p->at ? take : p->size - p->at;
    memcpy(into, p->text + p->at, take);
    p->at += take;
    return (long)take;
}

static bool rewind_portions(void *from)
{
    ((struct portions *)from)->at = 0;
    return true;
}

static struct sheet *sheet_of(struct portions *p, struct arena *arena)
{
    struct sheet_source source = { read_portion, rewind_portions, p };
    return sheet_open(sheet_csv(source, arena), survey_columns, arena);
}

/* The header of every sheet made here, in a few columns. */
#define HEADER           "社区,户编号,户主姓名,身份证号,房屋坐落,登记面积,实测面积,备注\n"
#define LINE(no, remark) "青禾社区," no ",甲,1,某处,1,2," remark "\n"

static struct err check_text(const char *text, size_t size, size_t most,
                             struct arena *arena)
{
    struct portions p = { text, size, 0, 7, most };
    struct sheet *sheet = sheet_of(&p, arena);
    struct err err = sheet_check(sheet);
    sheet_close(&sheet);
    return err;
}

static void assert_says(struct err err, const char *field, const char *why)
{
    assert_refused(err, CODE_BAD_REQUEST);
    if (!strstr(err.why, why))
        fail_msg("\"%s\" does not say \"%s\"", err.why, why);
    assert_string_equal(err.field, field);
}

/* ------------------------------------------------------- the real sheets */

struct counted {
    struct sheet_facts facts;
    int64_t last_line;
    size_t filled, points, rare;
};

static long read_file(void *from, unsigned char *into, size_t size)
{
    return (long)fread(into, 1, size, from);
}

static bool rewind_file(void *from)
{
    rewind(from);
    return true;
}

static void count_record(struct counted *c, const struct sheet_record *record)
{
    c->last_line = record->line;
    for (int i = 0; i < SURVEY_COLUMNS; i++) {
        const char *at = record->cells[i];
        c->filled += at != NULL;
        for (uint32_t point; at && (point = text_next(&at)); c->points++)
            c->rare += point > 0xffff;
    }
}

static struct counted count_file(const char *name, struct arena *arena)
{
    struct counted c = { .last_line = 0 };
    FILE *file =
        fopen(arena_format(arena, "deploy/sample/survey/%s", name), "rb");
    assert_non_null(file);
    struct sheet_source source = { read_file, rewind_file, file };
    struct sheet *sheet =
        sheet_open(sheet_csv(source, arena), survey_columns, arena);
    struct sheet_record record;

    assert_ok(sheet_check(sheet));
    c.facts = *sheet_facts(sheet);
    for (;;) {
        assert_ok(sheet_next(sheet, &record));
        if (!record.line)
            break;
        count_record(&c, &record);
    }
    sheet_close(&sheet);
    fclose(file);
    return c;
}

/* Counted by another program: records, blank ones, the line of the last,
 * cells with text, their code points, and those beyond U+FFFF. */
static void the_eleven_sheets_are_read_to_the_last_character(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *name, *encoding;
        int64_t header, records, blank, last;
        size_t filled, points, rare;
    } rows[] = {
    { "01-青禾社区入户调查.csv", "UTF-8", 1, 121, 0, 123, 1968, 12549, 4 },
    { "02-柳泉社区入户调查.csv", "GB18030", 1, 123, 0, 126, 1998, 12724, 2 },
    { "03-石桥社区入户调查.csv", "GB18030", 1, 120, 0, 122, 1957, 12449, 2 },
    { "04-双槐社区入户调查.csv", "UTF-8", 1, 124, 0, 125, 2024, 12891, 4 },
    { "05-望海社区入户调查.csv", "GB18030", 2, 123, 0, 127, 2013, 12898, 3 },
    { "06-东塘社区入户调查.csv", "UTF-8", 1, 123, 0, 124, 1998, 12740, 1 },
    { "07-西塘社区入户调查.csv", "GB18030", 1, 121, 0, 125, 1968, 12590, 3 },
    { "08-杏林社区入户调查.csv", "UTF-8", 1, 124, 2, 125, 2021, 12878, 7 },
    { "09-古渡社区入户调查.csv", "GB18030", 1, 121, 0, 125, 1966, 12558, 3 },
    { "10-长堤社区入户调查.csv", "UTF-8", 1, 120, 0, 121, 1955, 12447, 4 },
    { "11-丰台社区入户调查.csv", "UTF-16LE", 1, 123, 0, 125, 2006, 12816, 5 },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct counted c = count_file(rows[i].name, arena);

        assert_string_equal(c.facts.encoding, rows[i].encoding);
        assert_int_equal(c.facts.separator, ',');
        assert_null(c.facts.ignored);
        assert_int_equal(c.facts.header_line, rows[i].header);
        assert_int_equal(c.facts.records, rows[i].records);
        assert_int_equal(c.facts.blank, rows[i].blank);
        assert_int_equal(c.last_line, rows[i].last);
        assert_int_equal(c.filled, rows[i].filled);
        assert_int_equal(c.points, rows[i].points);
        assert_int_equal(c.rare, rows[i].rare);
        arena_destroy(&arena);
    }
}

/* ----------------------------------------------------------- bad sheets */

#define TEXT(text) text, sizeof(text) - 1

static void a_file_that_is_no_sheet_is_refused_with_its_place(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *text;
        size_t size;
        const char *field, *why;
    } rows[] = {
    { TEXT(""),                                "line 1", "empty" },
    { TEXT("\xef\xbb\xbf"),                    "line 1", "empty" },
    { TEXT("PK\x03\x04\x14\0\0\0"),            "line 1", "save it as CSV" },
    { TEXT("\xd0\xcf\x11\xe0\xa1\xb1"),        "line 1", "save it as CSV" },
    { TEXT("\x89PNG\r\n\x1a\n\0\0"),           "line 1", "picture" },
    { TEXT("<html><table>"),                   "line 1", "web page" },
    { TEXT("\x7f" "ELF\2\1\1\0\0\0\0\0"),      "line 1", "binary data" },
    { TEXT("\n\n,,\n"),                        "line 1", "no header" },
    { TEXT("一封信\n没有表头\n"),              "line 1", "no header" },
    { TEXT("社区,户编号\n青禾社区,1\n"),       "line 1", "no header" },
    { TEXT("社区,户编号,户主姓名,备注\n"),     "line 1",
      "身份证号、房屋坐落、登记面积(㎡)、实测面积(㎡)" },
    { TEXT("社区,户编号,户主姓名,户 编号\n"),  "line 1, column 4",
      "户 编号 twice" },
    { TEXT(HEADER LINE("1", "") "青禾社区,2\0,x\n"), "line 3, column 2",
      "NUL" },
    { TEXT(HEADER LINE("1", "") LINE("2", "\"好\n的") LINE("3", "")),
      "line 3, column 8", "never closed" },
    { TEXT(HEADER LINE("1", "\"好\"的")),      "line 2, column 8",
      "after a closing quote" },
    { TEXT(HEADER LINE("1", "好,,,的")),       "line 2, column 11",
      "more cells" },
    { TEXT(HEADER LINE("1", "\xe5\xa5") LINE("2", "")),
      "line 2, column 8, byte 121", "no character" },
    { TEXT(HEADER "青禾社区,1\xff"),           "line 2, column 2, byte 103",
      "no character" },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        assert_says(check_text(rows[i].text, rows[i].size, 0, arena),
                    rows[i].field, rows[i].why);
        arena_destroy(&arena);
    }
}

/* Far from both ends of a file that is read in several stretches. */
static void a_bad_byte_in_the_middle_is_found_by_the_check(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    char *text = arena_alloc(arena, 100000), *end = stpcpy(text, HEADER);

    for (int line = 2; line <= 1000; line++)
        end = stpcpy(end, line == 500 ? LINE("1", "\xff") : LINE("1", ""));
    assert_says(check_text(text, (size_t)(end - text), 0, arena),
                "line 500, column 8, byte 16555", "no character");
    arena_destroy(&arena);
}

static void a_header_is_looked_for_in_twenty_lines_only(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    for (int before = 18; before <= 21; before++) {
        char text[1024] = "";
        for (int i = 0; i < before; i++)
            strcat(text, "某某社区入户调查表\n");
        strcat(text, HEADER LINE("1", ""));
        struct err err = check_text(text, strlen(text), 0, arena);
        assert_int_equal(err.code, before < 20 ? CODE_OK : CODE_BAD_REQUEST);
    }
    arena_destroy(&arena);
}

/* --------------------------------------------------- limits and memory */

/* A header, then one text over and over: never held in memory. */
struct endless {
    size_t at, size;
    const char *fill;
};

static long read_endless(void *from, unsigned char *into, size_t size)
{
    struct endless *e = from;
    size_t head = sizeof HEADER - 1, length = strlen(e->fill), n = 0;

    for (; n < size && e->at < e->size; n++, e->at++)
        into[n] =
            (unsigned char)(e->at < head ? HEADER[e->at]
                                         : e->fill[(e->at - head) % length]);
    return (long)n;
}

static bool rewind_endless(void *from)
{
    ((struct endless *)from)->at = 0;
    return true;
}

/* 200 bytes. */
#define K                                                                      \
    "01234567890123456789012345678901234567890123456789"                       \
    "01234567890123456789012345678901234567890123456789"                       \
    "01234567890123456789012345678901234567890123456789"                       \
    "01234567890123456789012345678901234567890123456789"

static void a_line_of_ten_megabytes_is_refused_where_it_is_too_long(void **u)
{
    (void)u;
    /* clang-format off */
    static const struct {
        const char *fill, *field, *why;
    } rows[] = {
        { "x",            "line 2, column 1",  "a cell of more than 4096" },
        { "\"",           "line 2, column 1",
          "a quoted cell of more than 4096" },
        { ",",            "line 2, column 64", "more than 64 cells" },
        { K K K K K ",",  "line 2, column 33", "more than 32768 bytes" },
        { "\"" K "\"\"\",", "line 2, column 64", "more than 64 cells" },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct endless e = { 0, 10 << 20, rows[i].fill };
        struct sheet_source source = { read_endless, rewind_endless, &e };
        struct sheet *sheet =
            sheet_open(sheet_csv(source, arena), survey_columns, arena);
        struct err err = sheet_check(sheet);
        assert_says(err, rows[i].field, rows[i].why);
        assert_true(e.at < 100000); /* the rest was not even read */
        sheet_close(&sheet);
        arena_destroy(&arena);
    }
}

/* ------------------------------------------------- what cells become */

/* All records as one text: "2|no=1|name=甲;3|..." */
static const char *joined(const char *text, size_t size, size_t most,
                          struct arena *arena)
{
    struct portions p = { text, size, 0, 7, most };
    struct sheet *sheet = sheet_of(&p, arena);
    struct sheet_record record;
    const char *all = "";

    assert_ok(sheet_check(sheet));
    for (;;) {
        assert_ok(sheet_next(sheet, &record));
        if (!record.line)
            break;
        all = arena_format(arena, "%s%d", all, (int)record.line);
        for (int i = 0; i < SURVEY_COLUMNS; i++)
            if (record.cells[i])
                all = arena_format(arena, "%s|%s=%s", all,
                                   survey_columns[i].name, record.cells[i]);
        all = arena_format(arena, "%s;", all);
    }
    sheet_close(&sheet);
    return all;
}

#define FOUND "|no=1|name=甲|id_number=1|address=某处"
#define AREAS "|registered_area=1|measured_area=2"

static void cells_come_out_as_they_stand(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *text;
        size_t size;
        const char *want;
    } rows[] = {
    { TEXT(HEADER LINE("1", "")),
      "2|community=青禾社区" FOUND AREAS ";" },
    { TEXT(HEADER LINE("1", "=HYPERLINK(1)")),
      "2|community=青禾社区" FOUND AREAS "|remark==HYPERLINK(1);" },
    { TEXT(HEADER LINE("1", "\"说:\"\"好\"\",\r\n再来\"")),
      "2|community=青禾社区" FOUND AREAS "|remark=说:\"好\",\r\n再来;" },
    { TEXT(HEADER LINE("1", " 3\"楼 ")),
      "2|community=青禾社区" FOUND AREAS "|remark= 3\"楼 ;" },
    { TEXT(HEADER "\n,,,,\n 　,\n" LINE("1", "") "\r\n"),
      "5|community=青禾社区" FOUND AREAS ";" },
    { TEXT(HEADER "青禾社区,1,甲,1,某处,1,2\r青禾社区,1,甲,1,某处,1,2"),
      "2|community=青禾社区" FOUND AREAS ";"
      "3|community=青禾社区" FOUND AREAS ";" },
    { TEXT("sep=;\n社区; 户 编号 ;户主姓名*;身份证号:;房屋坐落;"
           "登记面积（㎡）;实测面积(M2);工作单位\n"
           "青禾社区;1;甲;1;某处;1;2;某厂\n"),
      "3|community=青禾社区" FOUND AREAS ";" },
    { TEXT("实测面积㎡\t登记面积 m2\t户编号\t社区\t房屋坐落\t身份证号\t"
           "户主姓名\n2\t1\t1\t青禾社区\t某处\t1\t甲\n"),
      "2|community=青禾社区" FOUND AREAS ";" },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        assert_string_equal(joined(rows[i].text, rows[i].size, 0, arena),
                            rows[i].want);
        arena_destroy(&arena);
    }
}

static void columns_that_are_not_known_are_named_once(void **unused)
{
    (void)unused;
    static const char text[] =
        "民族,社区,户编号,户主姓名,身份证号,房屋坐落,登记面积,实测面积,,单位\n"
        "汉,青禾社区,1,甲,1,某处,1,2,,某厂\n";
    struct arena *arena = arena_new();
    struct portions p = { TEXT(text), 0, 7, 0 };
    struct sheet *sheet = sheet_of(&p, arena);

    assert_ok(sheet_check(sheet));
    assert_string_equal(sheet_facts(sheet)->ignored, "民族、单位");
    assert_int_equal(sheet_facts(sheet)->records, 1);
    sheet_close(&sheet);
    arena_destroy(&arena);
}

/* One sheet in UTF-16 without a mark, in either order of the bytes. */
static void wide_text_without_a_mark_is_known_by_its_zeros(void **unused)
{
    (void)unused;
    static const char text[] = HEADER LINE("1", "𠮷");
    static const char *const names[] = { "UTF-16LE", "UTF-16BE" };

    for (size_t i = 0; i < COUNT(names); i++) {
        struct arena *arena = arena_new();
        char wide[1024];
        char *from = arena_text(arena, text), *to = wide;
        size_t from_left = sizeof text - 1, to_left = sizeof wide;
        iconv_t codec = iconv_open(names[i], "UTF-8");
        assert_int_equal(iconv(codec, &from, &from_left, &to, &to_left), 0);
        iconv_close(codec);

        assert_string_equal(joined(wide, sizeof wide - to_left, 0, arena),
                            "2|community=青禾社区" FOUND AREAS "|remark=𠮷;");
        arena_destroy(&arena);
    }
}

static void portions_of_any_size_give_the_same_records(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    FILE *file = fopen("deploy/sample/survey/07-西塘社区入户调查.csv", "rb");
    char *text = arena_alloc(arena, 65536);
    assert_non_null(file);
    size_t size = fread(text, 1, 65536, file);
    fclose(file);

    const char *whole = joined(text, size, 65536, arena);
    assert_true(strlen(whole) > 20000);
    assert_string_equal(joined(text, size, 1, arena), whole);
    assert_string_equal(joined(text, size, 0, arena), whole);
    assert_string_equal(joined(text, size, 8191, arena), whole);
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(the_eleven_sheets_are_read_to_the_last_character),
    cmocka_unit_test(a_file_that_is_no_sheet_is_refused_with_its_place),
    cmocka_unit_test(a_bad_byte_in_the_middle_is_found_by_the_check),
    cmocka_unit_test(a_header_is_looked_for_in_twenty_lines_only),
    cmocka_unit_test(a_line_of_ten_megabytes_is_refused_where_it_is_too_long),
    cmocka_unit_test(cells_come_out_as_they_stand),
    cmocka_unit_test(columns_that_are_not_known_are_named_once),
    cmocka_unit_test(wide_text_without_a_mark_is_known_by_its_zeros),
    cmocka_unit_test(portions_of_any_size_give_the_same_records))
