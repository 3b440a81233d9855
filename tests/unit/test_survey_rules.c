#include "common/base/calendar.h"
#include "services/cases/survey/rules.h"
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

/* 2026-11-23. */
static struct day today(void)
{
    return day_from(2026, 11, 23);
}

/* A line with nothing to remark. */
static const char *const good[SURVEY_COLUMNS] = {
    [SURVEY_SEQ] = "1",
    [SURVEY_COMMUNITY] = "青禾社区",
    [SURVEY_NO] = "QH-0001",
    [SURVEY_NAME] = "彭伟兰",
    [SURVEY_ID_NUMBER] = "370214200110223854",
    [SURVEY_PHONE] = "15962125059",
    [SURVEY_ADDRESS] = "青禾社区4号楼1单元102",
    [SURVEY_CERTIFICATE] = "青房权证字第9251982号",
    [SURVEY_REGISTRATION] = "已登记",
    [SURVEY_USE] = "住改商",
    [SURVEY_STRUCTURE] = "简易",
    [SURVEY_REGISTERED_AREA] = "120.39",
    [SURVEY_MEASURED_AREA] = "120.24",
    [SURVEY_PERSONS] = "2",
    [SURVEY_SURVEYED_ON] = "2026-08-16",
    [SURVEY_CHOICE] = "货币",
    [SURVEY_HARDSHIP] = NULL,
    [SURVEY_REMARK] = NULL,
};

/* The good line with one cell another. */
static struct err read_with(enum survey_column column, const char *text,
                            struct arena *arena,
                            struct survey_household *household)
{
    const char *cells[SURVEY_COLUMNS];

    memcpy(cells, good, sizeof cells);
    cells[column] = text;
    return survey_read(cells, today(), arena, household);
}

/* A column in the words of the household, as the text of a value. */
static const char *said(const struct survey_household *h,
                        enum survey_column column, struct arena *arena)
{
    char *text = arena_alloc(arena, VALUE_TEXT_MAX);

    switch (column) {
    case SURVEY_NO:
        return h->no;
    case SURVEY_NAME:
        return h->name;
    case SURVEY_ID_NUMBER:
        return arena_format(arena, "%s %s", h->id_number, h->id_full);
    case SURVEY_PHONE:
        return h->phone;
    case SURVEY_ADDRESS:
        return h->address;
    case SURVEY_REGISTRATION:
        return h->registration;
    case SURVEY_USE:
        return h->use;
    case SURVEY_STRUCTURE:
        return h->structure;
    case SURVEY_REGISTERED_AREA:
        area_format(h->registered_area, text);
        return text;
    case SURVEY_PERSONS:
        return arena_format(arena, "%d", (int)h->persons);
    case SURVEY_SURVEYED_ON:
        day_format(h->surveyed_on, text);
        return h->surveyed_on.number ? text : NULL;
    case SURVEY_CHOICE:
        return h->choice;
    case SURVEY_HARDSHIP:
        return h->hardship;
    default:
        return h->note;
    }
}

static void a_good_line_becomes_a_household_without_a_remark(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct survey_household h;

    assert_ok(survey_read(good, today(), arena, &h));
    assert_null(h.remarks);
    assert_string_equal(h.community, "青禾社区");
    assert_string_equal(h.no, "QH-0001");
    assert_string_equal(h.name, "彭伟兰");
    assert_string_equal(h.id_number, "370214200110223854");
    assert_string_equal(h.id_full, "370214200110223854");
    assert_string_equal(h.certificate, "青房权证字第9251982号");
    assert_string_equal(h.use, "converted");
    assert_int_equal(h.registered_area.centi, 12039);
    assert_int_equal(h.measured_area.centi, 12024);
    assert_int_equal(h.persons, 2);
    assert_null(h.hardship);
    arena_destroy(&arena);
}

/* What the office writes, and what it means. */
static void cells_are_read_however_they_are_written(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        enum survey_column column;
        const char *cell, *want;
    } rows[] = {
    { SURVEY_NO,              " ｑｈ－0001 ",       "QH-0001" },
    { SURVEY_NAME,            " 张　三 ",           "张三" },
    { SURVEY_NAME,            "Anna  Lee",          "Anna Lee" },
    { SURVEY_ID_NUMBER,       "37021420010722395x",
                              "37021420010722395X 37021420010722395X" },
    { SURVEY_ID_NUMBER,       "'37021420010722395Ｘ",
                              "37021420010722395X 37021420010722395X" },
    { SURVEY_PHONE,           "139-5754 0539",      "13957540539" },
    { SURVEY_PHONE,           "+86 139 5754 0539",  "13957540539" },
    { SURVEY_PHONE,           "0086-13957540539",   "13957540539" },
    { SURVEY_PHONE,           "(0532)87801234",     "053287801234" },
    { SURVEY_PHONE,           "010-87801234",       "01087801234" },
    { SURVEY_PHONE,           NULL,                 NULL },
    { SURVEY_ADDRESS,         "４号楼　102 ",       "4号楼 102" },
    { SURVEY_REGISTRATION,    "未登记",             "unregistered" },
    { SURVEY_REGISTRATION,    NULL,                 NULL },
    { SURVEY_USE,             " 住宅",              "residential" },
    { SURVEY_USE,             "经营",               "business" },
    { SURVEY_STRUCTURE,       "砖混结构",           "brick_concrete" },
    { SURVEY_STRUCTURE,       "砖木",               "brick_wood" },
    { SURVEY_STRUCTURE,       "框架",               "frame" },
    { SURVEY_REGISTERED_AREA, "120",                "120.00" },
    { SURVEY_REGISTERED_AREA, " 120.1 ",            "120.10" },
    { SURVEY_REGISTERED_AREA, "120.39㎡",           "120.39" },
    { SURVEY_REGISTERED_AREA, "１２０．３９平方米", "120.39" },
    { SURVEY_PERSONS,         "３人",               "3" },
    { SURVEY_PERSONS,         "30",                 "30" },
    { SURVEY_SURVEYED_ON,     "2026/7/26",          "2026-07-26" },
    { SURVEY_SURVEYED_ON,     "2026年7月6日",       "2026-07-06" },
    { SURVEY_SURVEYED_ON,     "2026.7.6",           "2026-07-06" },
    { SURVEY_SURVEYED_ON,     "20260706",           "2026-07-06" },
    { SURVEY_SURVEYED_ON,     "2026/7/6 0:00:00",   "2026-07-06" },
    { SURVEY_SURVEYED_ON,     "2026-11-23",         "2026-11-23" },
    { SURVEY_SURVEYED_ON,     NULL,                 NULL },
    { SURVEY_CHOICE,          "产权调换",           "swap" },
    { SURVEY_CHOICE,          "未定",               "undecided" },
    { SURVEY_HARDSHIP,        "独居老人",           "独居老人" },
    { SURVEY_REMARK,          "=HYPERLINK(\"http://x.invalid\",\"点我\")",
                              "=HYPERLINK(\"http://x.invalid\",\"点我\")" },
    { SURVEY_REMARK,          "户主说:\"下午\",\n请先打电话",
                              "户主说:\"下午\", 请先打电话" },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct survey_household h;
        assert_ok(read_with(rows[i].column, rows[i].cell, arena, &h));
        const char *is = said(&h, rows[i].column, arena);
        if (rows[i].want)
            assert_string_equal(is, rows[i].want);
        else
            assert_null(is);
        assert_null(h.remarks);
        arena_destroy(&arena);
    }
}

static void what_is_doubtful_is_taken_with_a_remark(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        enum survey_column column;
        const char *cell, *remark;
    } rows[] = {
    { SURVEY_PHONE,         "无",              "没有联系电话" },
    { SURVEY_ID_NUMBER,     "370214550501844", "15位旧号码" },
    { SURVEY_MEASURED_AREA, "144.47",          "相差超过20%" },
    { SURVEY_MEASURED_AREA, "96.31",           "相差超过20%" },
    { SURVEY_REMARK,        "在某单位上班",    "不予保存" },
    { SURVEY_REMARK,        "孩子上学要接送",  "不予保存" },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct survey_household h;
        assert_ok(read_with(rows[i].column, rows[i].cell, arena, &h));
        assert_non_null(h.remarks);
        assert_non_null(strstr(h.remarks, rows[i].remark));
        assert_null(h.note);
        arena_destroy(&arena);
    }
}

static void areas_more_than_twenty_percent_apart_are_remarked(void **unused)
{
    (void)unused;
    static const struct {
        const char *registered, *measured;
        bool remarked;
    } rows[] = {
        { "100.00", "120.00", false }, { "100.00", "120.01", true },
        { "100.00", "80.00", false },  { "100.00", "79.99", true },
        { "0.01", "100000", true },    { "100000", "100000", false },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        const char *cells[SURVEY_COLUMNS];
        struct survey_household h;
        memcpy(cells, good, sizeof cells);
        cells[SURVEY_REGISTERED_AREA] = rows[i].registered;
        cells[SURVEY_MEASURED_AREA] = rows[i].measured;
        assert_ok(survey_read(cells, today(), arena, &h));
        assert_int_equal(h.remarks != NULL, rows[i].remarked);
        arena_destroy(&arena);
    }
}

static void an_old_id_number_is_found_by_its_new_form(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct survey_household h;

    assert_ok(read_with(SURVEY_ID_NUMBER, "370214550501844", arena, &h));
    assert_string_equal(h.id_number, "370214550501844");
    assert_string_equal(h.id_full, "370214195505018448");
    assert_ok(read_with(SURVEY_ID_NUMBER, h.id_full, arena, &h));
    arena_destroy(&arena);
}

#define LONG "一二三四五六七八九十"

static void what_cannot_be_is_refused_with_a_way_to_mend_it(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        enum survey_column column;
        const char *cell, *why;
    } rows[] = {
    { SURVEY_COMMUNITY,       "",                   "不能为空" },
    { SURVEY_NO,              " 　",                "不能为空" },
    { SURVEY_NAME,            "",                   "不能为空" },
    { SURVEY_NAME,            "张\x01三",           "控制字符" },
    { SURVEY_NAME,            "张\xe2\x80\xae三",   "控制字符" },
    { SURVEY_HARDSHIP,        LONG LONG LONG LONG "长", "最多40个字" },
    { SURVEY_ID_NUMBER,       NULL,                 "不能为空" },
    { SURVEY_ID_NUMBER,       "3.70214E+16",        "科学计数法" },
    { SURVEY_ID_NUMBER,       "3.70214E16",         "科学计数法" },
    { SURVEY_ID_NUMBER,       "370214200110223855", "校验位不对" },
    { SURVEY_ID_NUMBER,       "37021420011022385X", "校验位不对" },
    { SURVEY_ID_NUMBER,       "3702142001102238X4", "只能是数字" },
    { SURVEY_ID_NUMBER,       "370214200102303854", "出生日期不对" },
    { SURVEY_ID_NUMBER,       "370214202701013856", "出生日期不对" },
    { SURVEY_ID_NUMBER,       "370214551301844",    "出生日期不对" },
    { SURVEY_ID_NUMBER,       "37021420011022385",  "这里是17位" },
    { SURVEY_ID_NUMBER,       "三七〇二一四",       "只能是数字" },
    { SURVEY_PHONE,           "1596212505",         "11位" },
    { SURVEY_PHONE,           "12962125059",        "11位" },
    { SURVEY_PHONE,           "87801234",           "区号" },
    { SURVEY_PHONE,           "15962125059/13957540539", "一个号码" },
    { SURVEY_REGISTRATION,    "登记中",             "已登记、有证、未登记" },
    { SURVEY_USE,             "仓库",               "住宅、经营" },
    { SURVEY_STRUCTURE,       "钢",                 "框架、砖混" },
    { SURVEY_REGISTERED_AREA, "#N/A",               "公式出错" },
    { SURVEY_NAME,            "#NULL!",             "公式出错" },
    { SURVEY_REGISTERED_AREA, "-120.39",            "负数" },
    { SURVEY_REGISTERED_AREA, "－120.39",           "负数" },
    { SURVEY_REGISTERED_AREA, "0.00",               "大于0" },
    { SURVEY_REGISTERED_AREA, "120.395",            "两位小数" },
    { SURVEY_REGISTERED_AREA, "100000.01",          "10万" },
    { SURVEY_REGISTERED_AREA, "99999999999999999999999", "10万" },
    { SURVEY_REGISTERED_AREA, "约120",              "只填数字" },
    { SURVEY_REGISTERED_AREA, "120.",               "只填数字" },
    { SURVEY_REGISTERED_AREA, "1,200",              "只填数字" },
    { SURVEY_REGISTERED_AREA, ".5",                 "只填数字" },
    { SURVEY_MEASURED_AREA,   "",                   "不能为空" },
    { SURVEY_PERSONS,         "0",                  "1到30" },
    { SURVEY_PERSONS,         "31",                 "1到30" },
    { SURVEY_PERSONS,         "130",                "1到30" },
    { SURVEY_PERSONS,         "两",                 "1到30" },
    { SURVEY_SURVEYED_ON,     "2026-02-29",         "没有这一天" },
    { SURVEY_SURVEYED_ON,     "2026-11-24",         "不能晚于今天" },
    { SURVEY_SURVEYED_ON,     "26-7-6",             "2026-07-06" },
    { SURVEY_SURVEYED_ON,     "2026-7",             "2026-07-06" },
    { SURVEY_SURVEYED_ON,     "2026-7-6日晚",       "2026-07-06" },
    { SURVEY_SURVEYED_ON,     "46229",              "改成了数字" },
    { SURVEY_CHOICE,          "都行",               "货币、" },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct survey_household h;
        struct err err = read_with(rows[i].column, rows[i].cell, arena, &h);
        assert_refused(err, CODE_BAD_REQUEST);
        assert_string_equal(err.field, survey_columns[rows[i].column].title);
        if (!strstr(err.why, rows[i].why))
            fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].cell, err.why,
                     rows[i].why);
        arena_destroy(&arena);
    }
}

static void all_that_is_wrong_is_said_at_once(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct survey_household h;
    const char *cells[SURVEY_COLUMNS];

    memcpy(cells, good, sizeof cells);
    cells[SURVEY_NAME] = NULL;
    cells[SURVEY_MEASURED_AREA] = "-1";
    struct err err = survey_read(cells, today(), arena, &h);
    assert_string_equal(err.field, "户主姓名");
    assert_string_equal(err.why, "不能为空，请补填；另外，实测面积(㎡)："
                                 "面积不能是负数，请核对后改正");
    arena_destroy(&arena);
}

/* A report goes to people who need not know them, and to a log of theirs. */
static void no_report_repeats_a_name_a_number_or_a_phone(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    const char *cells[SURVEY_COLUMNS];
    struct survey_household before, after;

    memcpy(cells, good, sizeof cells);
    cells[SURVEY_NAME] = "彭伟";
    cells[SURVEY_ID_NUMBER] = "370214199312220779";
    cells[SURVEY_PHONE] = "13957540539";
    cells[SURVEY_ADDRESS] = "别处";
    cells[SURVEY_MEASURED_AREA] = "121.00";
    cells[SURVEY_STRUCTURE] = "砖混";
    cells[SURVEY_HARDSHIP] = "低保";
    assert_ok(survey_read(good, today(), arena, &before));
    assert_ok(survey_read(cells, today(), arena, &after));

    unsigned changes = survey_changes(&before, &after, arena);
    assert_string_equal(survey_names(changes, arena),
                        "name,id_number,phone,address,structure,measured_area");
    assert_string_equal(survey_difference(&before, &after, changes, arena),
                        "户主姓名，身份证号，联系电话，房屋坐落，"
                        "房屋结构 简易→砖混，"
                        "实测面积(㎡) 120.24→121.00");
    assert_int_equal(changes & SURVEY_FACTS,
                     1U << SURVEY_STRUCTURE | 1U << SURVEY_MEASURED_AREA);
    arena_destroy(&arena);
}

static void an_empty_cell_takes_nothing_away(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct survey_household before, after;

    assert_ok(survey_read(good, today(), arena, &before));
    assert_ok(read_with(SURVEY_PHONE, NULL, arena, &after));
    assert_int_equal(survey_changes(&before, &after, arena), 0);
    assert_int_equal(survey_changes(&after, &before, arena),
                     1U << SURVEY_PHONE);
    arena_destroy(&arena);
}

/* The keyed hash is of this text: it must tell readings apart, hardship too,
 * and must not tell two ways of writing one apart. */
static void the_content_is_that_of_the_reading(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        enum survey_column column;
        const char *cell;
        bool same;
    } rows[] = {
    { SURVEY_SEQ,             "99",           true },
    { SURVEY_REGISTERED_AREA, "120.39㎡",     true },
    { SURVEY_SURVEYED_ON,     "2026年8月16日", true },
    { SURVEY_NAME,            "彭伟",         false },
    { SURVEY_PHONE,           NULL,           false },
    { SURVEY_HARDSHIP,        "低保",         false },
    { SURVEY_REMARK,          "低保",         false },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct survey_household a, b;
        assert_ok(survey_read(good, today(), arena, &a));
        assert_ok(read_with(rows[i].column, rows[i].cell, arena, &b));
        assert_int_equal(
            strcmp(survey_content(&a, arena), survey_content(&b, arena)) == 0,
            rows[i].same);
        arena_destroy(&arena);
    }
}

RUN(cmocka_unit_test(a_good_line_becomes_a_household_without_a_remark),
    cmocka_unit_test(cells_are_read_however_they_are_written),
    cmocka_unit_test(what_is_doubtful_is_taken_with_a_remark),
    cmocka_unit_test(areas_more_than_twenty_percent_apart_are_remarked),
    cmocka_unit_test(an_old_id_number_is_found_by_its_new_form),
    cmocka_unit_test(what_cannot_be_is_refused_with_a_way_to_mend_it),
    cmocka_unit_test(all_that_is_wrong_is_said_at_once),
    cmocka_unit_test(no_report_repeats_a_name_a_number_or_a_phone),
    cmocka_unit_test(an_empty_cell_takes_nothing_away),
    cmocka_unit_test(the_content_is_that_of_the_reading))
