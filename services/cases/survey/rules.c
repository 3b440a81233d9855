#include "services/cases/survey/rules.h"

#include "common/base/calendar.h"
#include "common/base/text.h"

#include <stddef.h>
#include <string.h>

struct reading {
    struct arena *arena;
    struct day today;
    struct survey_household *into;
};

struct word {
    const char *text, *name; /* the first of a name is how we write it */
};

/* What a report may say about a change: nothing, that there was one, or what
 * stood there before and what stands there now. */
enum telling { TELL_NOTHING, TELL_TITLE, TELL_VALUES };

struct column {
    size_t offset; /* in struct survey_household */
    char *(*fold)(char *text);
    size_t most; /* characters */
    const struct word *words;
    enum telling telling;
    /* Puts the value in its place, or says why not. */
    const char *(*read)(const struct reading *r, const struct column *column,
                        char *text);
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static int number(const char *digits, int count)
{
    int value = 0;

    for (; count > 0 && is_digit(*digits); digits++, count--)
        value = value * 10 + (*digits - '0');
    return value;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static void cut_end(char *text, const char *end)
{
    size_t length = strlen(text), cut = strlen(end);

    if (length > cut && strcmp(text + length - cut, end) == 0)
        text[length - cut] = '\0';
}

static void add_remark(const struct reading *r, const char *remark)
{
    const char *before = r->into->remarks;

    r->into->remarks =
        before ? arena_format(r->arena, "%s；%s", before, remark) : remark;
}

static void *place(const struct reading *r, const struct column *column)
{
    return (char *)r->into + column->offset;
}

/* ------------------------------------------------------------ the columns */

static const char *read_text(const struct reading *r,
                             const struct column *column, char *text)
{
    *(char **)place(r, column) = text;
    return NULL;
}

/* "张 三" is how two characters are made as wide as three; in a name with
 * Latin letters a blank parts its words. */
static const char *read_name(const struct reading *r,
                             const struct column *column, char *text)
{
    if (text[strcspn(text, "abcdefghijklmnopqrstuvwxyz")] == '\0')
        text_squeeze(text);
    return read_text(r, column, text);
}

static const char *read_no(const struct reading *r, const struct column *column,
                           char *text)
{
    for (char *c = text; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    return read_text(r, column, text);
}

static const char *read_word(const struct reading *r,
                             const struct column *column, char *text)
{
    const char *known = "";

    cut_end(text, "结构");
    for (const struct word *w = column->words; w->text; w++) {
        if (strcmp(text, w->text) == 0) {
            *(const char **)place(r, column) = w->name;
            return NULL;
        }
        known = arena_format(r->arena, "%s%s%s", known, *known ? "、" : "",
                             w->text);
    }
    return arena_format(r->arena, "这里只能填：%s", known);
}

/* GB 11643-1999: 17 digits weighted by 2^(17-i), modulo 11. */
static char check_character(const char *id)
{
    int sum = 0;

    for (int i = 0; i < 17; i++)
        sum += (id[i] - '0') * ((1 << (17 - i)) % 11);
    return "10X98765432"[sum % 11];
}

static bool is_birthday(const char *digits, struct day today)
{
    struct day day = day_from(number(digits, 4), number(digits + 4, 2),
                              number(digits + 6, 2));
    return day.number && day.number <= today.number;
}

/* A card of the first generation has 15 digits: a year of two, no check
 * character.  All of them were of people born in 19xx. */
static const char *read_old_id(const struct reading *r, char *text)
{
    char *full = arena_format(r->arena, "%.6s19%s?", text, text + 6);

    if (!is_birthday(full + 6, r->today))
        return "其中的出生日期不对，请对照证件核对";
    full[17] = check_character(full);
    r->into->id_number = text;
    r->into->id_full = full;
    add_remark(r, "身份证号是15位旧号码，请对照现在的证件补成18位");
    return NULL;
}

static const char *read_id(const struct reading *r, const struct column *column,
                           char *text)
{
    (void)column;
    text += *text == '\''; /* how some write "this is text" */
    size_t length = strlen(text), digits = strspn(text, "0123456789");

    if (text[strspn(text, "0123456789.")] == 'E' || strchr(text, '+'))
        return "像是被表格软件改成了科学计数法，请把该列设为文本后重新填写";
    if (length == 15 && digits == 15)
        return read_old_id(r, text);
    if (length != 18)
        return arena_format(r->arena, "应为18位（旧证15位），这里是%zu位",
                            text_length(text));
    if (text[17] == 'x')
        text[17] = 'X';
    if (digits < 17 || (digits == 17 && text[17] != 'X'))
        return "只能是数字，最后一位可以是X，请对照证件核对";
    if (!is_birthday(text + 6, r->today))
        return "其中的出生日期不对，请对照证件核对";
    if (text[17] != check_character(text))
        return "校验位不对，请对照证件核对";
    r->into->id_number = r->into->id_full = text;
    return NULL;
}

/* Mobile: 11 digits from 13 to 19.  Landline: area code of 3 or 4 digits with
 * its 0, then 7 or 8 digits. */
static bool is_phone(const char *digits)
{
    size_t length = strlen(digits);

    if (digits[0] == '1')
        return length == 11 && digits[1] >= '3';
    return digits[0] == '0' && digits[1] != '0' && length >= 10 && length <= 12;
}

static const char *read_phone(const struct reading *r,
                              const struct column *column, char *text)
{
    static const char *const none[] = { "无", "没有", "暂无", "-", "/" };
    char *to = text;

    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (strcmp(text, none[i]) == 0) {
            add_remark(r, "没有联系电话");
            return NULL;
        }
    for (const char *from = text; *from; from++)
        if (!strchr("-()", *from))
            *to++ = *from;
    *to = '\0';
    if (begins(text, "+86"))
        text += 3;
    if (begins(text, "0086"))
        text += 4;
    if (!all_digits(text))
        return "只能填一个号码，只用数字；没有电话的填“无”";
    if (!is_phone(text))
        return "手机号应为11位，座机请带区号，例如 0532-87801234";
    return read_text(r, column, text);
}

static const char *read_area(const struct reading *r,
                             const struct column *column, char *text)
{
    static const char *const units[] = { "㎡", "m2",     "M2",
                                         "m²", "平方米", "平米" };
    struct area *area = place(r, column);

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        cut_end(text, units[i]);
    if (text[0] == '-')
        return "面积不能是负数，请核对后改正";
    size_t whole = strspn(text, "0123456789");
    const char *rest = text + whole + (text[whole] == '.');
    size_t places = strspn(rest, "0123456789");
    if (!whole || rest[places] || (text[whole] == '.' && !places))
        return "请只填数字，例如 98.60";
    if (places > 2)
        return "最多两位小数，请四舍五入后填写";
    if (whole > 9 || !area_parse(text, area) || area->centi > SURVEY_AREA_MAX)
        return "超过10万平方米，请核对";
    if (area->centi == 0)
        return "面积必须大于0，请核对";
    return NULL;
}

static const char *read_persons(const struct reading *r,
                                const struct column *column, char *text)
{
    int64_t *persons = place(r, column);

    cut_end(text, "人");
    cut_end(text, "口");
    if (!all_digits(text) || strlen(text) > 2 || number(text, 2) < 1
        || number(text, 2) > SURVEY_PERSONS_MAX)
        return "应为1到30之间的整数";
    *persons = number(text, 2);
    return NULL;
}

/* The three numbers of "2026-7-6", "2026/07/06", "2026.7.6", "2026年7月6日"
 * or "20260706"; false when they are written otherwise. */
static bool split_day(const char *text, int parts[3])
{
    size_t length = strlen(text);

    if (length == 8 && all_digits(text)) {
        parts[0] = number(text, 4);
        parts[1] = number(text + 4, 2);
        parts[2] = number(text + 6, 2);
        return true;
    }
    for (int i = 0; i < 3; i++) {
        size_t digits = strspn(text, "0123456789");
        if (i == 0 ? digits != 4 : digits < 1 || digits > 2)
            return false;
        parts[i] = number(text, 4);
        text += digits;
        static const char *const marks[] = { "年", "月", "日" };
        if (begins(text, marks[i]))
            text += strlen(marks[i]);
        else if (i < 2 && strchr("-/.", *text) && *text)
            text++;
        else if (i < 2)
            return false;
    }
    return *text == '\0';
}

static const char *read_day(const struct reading *r,
                            const struct column *column, char *text)
{
    struct day *day = place(r, column);
    char *clock = strchr(text, ':');
    int parts[3];

    if (clock) /* "2026/7/6 0:00" */
        text[strcspn(text, " ")] = '\0';
    text_squeeze(text);
    if (all_digits(text) && strlen(text) == 5)
        return "像是被表格软件改成了数字，请按 2026-07-06 的样子重新填写";
    if (!split_day(text, parts))
        return "请按 2026-07-06 的样子填写日期";
    *day = day_from(parts[0], parts[1], parts[2]);
    if (!day->number)
        return "没有这一天，请核对";
    if (day->number > r->today.number)
        return "调查日期不能晚于今天，请核对";
    return NULL;
}

/* What hints at an employer or at relatives' offices is not kept (R-KIN). */
static const char *read_note(const struct reading *r,
                             const struct column *column, char *text)
{
    static const char *const kin[] = { "单位", "领导", "编制", "孩子上学" };

    for (size_t i = 0; i < sizeof kin / sizeof *kin; i++)
        if (strstr(text, kin[i])) {
            add_remark(r, "备注里像是提到了工作单位或家人的情况，"
                          "按规定不予保存，其余内容照常导入");
            return NULL;
        }
    return read_text(r, column, text);
}

/* clang-format off */
static const struct word registrations[] = {
    { "已登记", "registered" },   { "有证", "registered" },
    { "未登记", "unregistered" }, { "无证", "unregistered" }, { 0 },
};
static const struct word uses[] = {
    { "住宅", "residential" }, { "经营", "business" }, { "商业", "business" },
    { "住改商", "converted" }, { 0 },
};
static const struct word structures[] = {
    { "框架", "frame" },      { "砖混", "brick_concrete" },
    { "砖木", "brick_wood" }, { "土木", "earth_wood" },
    { "砖纤", "brick_fibre" }, { "简易", "simple" }, { 0 },
};
static const struct word choices[] = {
    { "货币", "money" },     { "货币补偿", "money" },
    { "产权调换", "swap" },  { "房屋安置", "swap" },
    { "未定", "undecided" }, { "待定", "undecided" }, { 0 },
};

#define AT(member) offsetof(struct survey_household, member)
/* The sequence number is of the sheet, not of the household: no row. */
static const struct column columns[SURVEY_COLUMNS] = {
    [SURVEY_COMMUNITY] = { AT(community), text_squeeze, 40, NULL,
                           TELL_NOTHING, read_text },
    [SURVEY_NO]        = { AT(no), text_squeeze, 40, NULL,
                           TELL_NOTHING, read_no },
    [SURVEY_NAME]      = { AT(name), text_trim, 50, NULL,
                           TELL_TITLE, read_name },
    [SURVEY_ID_NUMBER] = { AT(id_number), text_squeeze, 40, NULL,
                           TELL_TITLE, read_id },
    [SURVEY_PHONE]     = { AT(phone), text_squeeze, 40, NULL,
                           TELL_TITLE, read_phone },
    [SURVEY_ADDRESS]   = { AT(address), text_fold, 200, NULL,
                           TELL_TITLE, read_text },
    [SURVEY_CERTIFICATE] = { AT(certificate), text_fold, 100, NULL,
                           TELL_TITLE, read_text },
    [SURVEY_REGISTRATION] = { AT(registration), text_squeeze, 20,
                           registrations, TELL_VALUES, read_word },
    [SURVEY_USE]       = { AT(use), text_squeeze, 20, uses,
                           TELL_VALUES, read_word },
    [SURVEY_STRUCTURE] = { AT(structure), text_squeeze, 20, structures,
                           TELL_VALUES, read_word },
    [SURVEY_REGISTERED_AREA] = { AT(registered_area), text_squeeze, 40, NULL,
                           TELL_VALUES, read_area },
    [SURVEY_MEASURED_AREA] = { AT(measured_area), text_squeeze, 40, NULL,
                           TELL_VALUES, read_area },
    [SURVEY_PERSONS]   = { AT(persons), text_squeeze, 20, NULL,
                           TELL_VALUES, read_persons },
    [SURVEY_SURVEYED_ON] = { AT(surveyed_on), text_fold, 40, NULL,
                           TELL_VALUES, read_day },
    [SURVEY_CHOICE]    = { AT(choice), text_squeeze, 20, choices,
                           TELL_VALUES, read_word },
    [SURVEY_HARDSHIP]  = { AT(hardship), text_trim, 40, NULL,
                           TELL_NOTHING, read_text },
    [SURVEY_REMARK]    = { AT(note), text_trim, 500, NULL,
                           TELL_TITLE, read_note },
};
/* clang-format on */

/* --------------------------------------------------------------- one line */

/* What a spreadsheet shows when a formula has no result. */
static bool is_formula_error(const char *text)
{
    static const char *const errors[] = { "#N/A",    "#REF!",  "#VALUE!",
                                          "#DIV/0!", "#NAME?", "#NUM!",
                                          "#NULL!" };

    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(text, errors[i]) == 0)
            return true;
    return false;
}

static const char *read_column(const struct reading *r,
                               const struct column *column, const char *cell)
{
    char *text = column->fold(arena_text(r->arena, cell));

    if (text_has_controls(text))
        return "含有看不见的控制字符，请删去后重新填写";
    if (is_formula_error(text))
        return "表格里的公式出错了，请改正后重新填写";
    if (text_length(text) > column->most)
        return arena_format(r->arena, "太长，最多%zu个字", column->most);
    return column->read(r, column, text);
}

/* The first refusal names its column by `field`; later ones in the text. */
static struct err add_refusal(const struct reading *r, struct err before,
                              enum survey_column i, const char *why)
{
    const char *title = survey_columns[i].title;

    if (!before.code)
        return fail_at(title, why);
    before.why =
        arena_format(r->arena, "%s；另外，%s：%s", before.why, title, why);
    return before;
}

static void compare_areas(const struct reading *r)
{
    int64_t a = r->into->registered_area.centi;
    int64_t b = r->into->measured_area.centi;
    int64_t apart = a > b ? a - b : b - a;

    if (apart * 100 > a * SURVEY_AREAS_APART)
        add_remark(r, "实测面积与登记面积相差超过20%，请复核");
}

struct err survey_read(const char *const cells[SURVEY_COLUMNS],
                       struct day today, struct arena *arena,
                       struct survey_household *household)
{
    struct reading r = { arena, today, household };
    struct err err = OK;

    *household = (struct survey_household){ .remarks = NULL };
    for (enum survey_column i = 0; i < SURVEY_COLUMNS; i++) {
        const char *why = NULL;
        if (!columns[i].read)
            continue;
        if (!text_is_blank(cells[i]))
            why = read_column(&r, &columns[i], cells[i]);
        else if (survey_columns[i].required)
            why = "不能为空，请补填";
        if (why)
            err = add_refusal(&r, err, i, why);
    }
    if (!err.code)
        compare_areas(&r);
    return err;
}

/* ------------------------------------------------- two readings compared */

static const char *word_of(const struct word *words, const char *name)
{
    while (words->text && strcmp(words->name, name) != 0)
        words++;
    return words->text ? words->text : name;
}

/* A column as people read it; "" when the household does not say. */
static const char *value_of(const struct survey_household *household,
                            enum survey_column i, struct arena *arena)
{
    const void *at = (const char *)household + columns[i].offset;
    char *text = arena_alloc(arena, VALUE_TEXT_MAX);

    switch (i) {
    case SURVEY_REGISTERED_AREA:
    case SURVEY_MEASURED_AREA:
        area_format(*(const struct area *)at, text);
        return text;
    case SURVEY_SURVEYED_ON:
        if (household->surveyed_on.number)
            day_format(household->surveyed_on, text);
        return text;
    case SURVEY_PERSONS:
        return household->persons
                   ? arena_format(arena, "%d", (int)household->persons)
                   : "";
    default:
        at = *(const char *const *)at;
        return !at ? "" : columns[i].words ? word_of(columns[i].words, at) : at;
    }
}

unsigned survey_changes(const struct survey_household *before,
                        const struct survey_household *after,
                        struct arena *arena)
{
    unsigned changes = 0;

    for (enum survey_column i = 0; i < SURVEY_COLUMNS; i++) {
        if (columns[i].telling == TELL_NOTHING)
            continue;
        const char *is = value_of(after, i, arena);
        if (*is && strcmp(value_of(before, i, arena), is) != 0)
            changes |= 1U << i;
    }
    return changes;
}

const char *survey_names(unsigned changes, struct arena *arena)
{
    const char *names = "";

    for (enum survey_column i = 0; i < SURVEY_COLUMNS; i++)
        if (changes & 1U << i)
            names = arena_format(arena, "%s%s%s", names, *names ? "," : "",
                                 survey_columns[i].name);
    return names;
}

const char *survey_difference(const struct survey_household *before,
                              const struct survey_household *after,
                              unsigned changes, struct arena *arena)
{
    const char *all = "";

    for (enum survey_column i = 0; i < SURVEY_COLUMNS; i++) {
        if (!(changes & 1U << i))
            continue;
        all = arena_format(arena, "%s%s%s", all, *all ? "，" : "",
                           survey_columns[i].title);
        if (columns[i].telling == TELL_VALUES) {
            const char *was = value_of(before, i, arena);
            all = arena_format(arena, "%s %s→%s", all, *was ? was : "未填",
                               value_of(after, i, arena));
        }
    }
    return all;
}

/* 0x1f stands in no text: it is a control character. */
const char *survey_content(const struct survey_household *household,
                           struct arena *arena)
{
    const char *values[SURVEY_COLUMNS] = { NULL };
    size_t size = SURVEY_COLUMNS + 1;

    for (enum survey_column i = 0; i < SURVEY_COLUMNS; i++)
        if (columns[i].read) {
            values[i] = value_of(household, i, arena);
            size += strlen(values[i]);
        }

    char *all = arena_alloc(arena, size), *end = all;
    for (enum survey_column i = 0; i < SURVEY_COLUMNS; i++) {
        if (values[i])
            end = stpcpy(end, values[i]);
        *end++ = '\x1f';
    }
    *end = '\0';
    return all;
}
