#include "services/cases/meeting/rules.h"

#include "common/base/text.h"

#include <string.h>

/* clang-format off */
const struct department departments[] = {
    { "housing",               "住房城乡建设", false },
    { "natural_resources",     "自然资源",     false },
    { "finance",               "财政",         false },
    { "civil_affairs",         "民政",         false },
    { "human_resources",       "人社",         false },
    { "justice",               "司法",         false },
    { "petitions",             "信访",         false },
    { "agriculture",           "农业农村",     false },
    { "education",             "教育",         false },
    { "health",                "卫生健康",     false },
    { "utilities",             "水电气暖",     false },
    { "audit",                 "审计",         false },
    { "village",               "村(居)集体",   false },
    { "implementer",           "征收实施单位", false },
    { "police",                "公安",         true },
    { "urban_enforcement",     "综合行政执法", true },
    { "court",                 "法院",         true },
    { "developer",             "开发单位",     true },
    { "demolition_contractor", "拆除施工单位", true },
    { NULL, NULL, false },
};
const char *const seat_names[] = {
    "chair", "quality", "secretary", "team", "department", NULL,
};
/* clang-format on */

/* ------------------------------------------------------------- departments */

static int department_at(const char *code, size_t size)
{
    for (int i = 0; departments[i].code; i++)
        if (strlen(departments[i].code) == size
            && memcmp(departments[i].code, code, size) == 0)
            return i;
    return -1;
}

bool departments_parse(const char *codes, department_set *set)
{
    *set = 0;
    if (!codes || !*codes)
        return true;
    for (const char *at = codes;; at++) {
        size_t size = strcspn(at, ",");
        int row = department_at(at, size);
        if (row < 0 || (*set >> row & 1))
            return false;
        *set |= UINT64_C(1) << row;
        at += size;
        if (!*at)
            return true;
    }
}

unsigned departments_count(department_set set)
{
    unsigned count = 0;

    for (; set; set &= set - 1)
        count++;
    return count;
}

const char *departments_text(department_set set, struct arena *arena)
{
    const char *text = "";

    for (int i = 0; departments[i].code; i++)
        if (set >> i & 1)
            text = arena_format(arena, "%s%s%s", text, *text ? "," : "",
                                departments[i].code);
    return text;
}

static department_set writers(void)
{
    department_set set = 0;

    for (int i = 0; departments[i].code; i++)
        if (departments[i].writes_only)
            set |= UINT64_C(1) << i;
    return set;
}

/* ---------------------------------------------------------------- the room */

/* The flags are the codes of what only writes. */
static struct err flags_check(const char *flags, bool of_force)
{
    department_set from;

    if (!departments_parse(flags, &from) || (from & ~writers()))
        return fail_at("flags", "is a list of known flags, by commas");
    if (from || of_force)
        return fail(CODE_CONFLICT,
                    "who comes from police, enforcement, a court, a developer "
                    "or a demolition firm is never in the room with a "
                    "household: take its opinion in writing (R-LEO)");
    return OK;
}

static struct err department_check(const struct attendee *attendee,
                                   struct arena *arena)
{
    department_set one;

    if (attendee->part != SEAT_DEPT)
        return attendee->department
                   ? fail_at("department", "is said of a department alone")
                   : OK;
    if (!departments_parse(attendee->department, &one)
        || departments_count(one) != 1)
        return fail_at("department", "is one known department");
    if (one & writers())
        return fail(CODE_CONFLICT,
                    arena_format(arena,
                                 "%s is never in the room with a household: "
                                 "take its opinion in writing (R-LEO)",
                                 attendee->department));
    return OK;
}

struct err attendee_check(const struct attendee *attendee, struct arena *arena)
{
    bool self = id_same(attendee->member, attendee->actor);

    TRY(flags_check(attendee->flags, attendee->of_force));
    TRY(department_check(attendee, arena));
    if ((attendee->part == SEAT_CHAIR || attendee->part == SEAT_QUALITY)
        && !self)
        return fail(CODE_DENIED, "the chair and the quality team say for "
                                 "themselves that they are there");
    if ((attendee->part == SEAT_CHAIR)
        != id_same(attendee->member, attendee->chair))
        return fail_at("part", "the meeting's chair is its chair, and nothing "
                               "else");
    return OK;
}

/* -------------------------------------------------------------- the quorum */

const char *quorum_missing(const struct quorum *quorum, struct arena *arena)
{
    department_set part =
        quorum->named & (quorum->here | (quorum->wrote & writers()));
    unsigned named = departments_count(quorum->named);
    unsigned came = departments_count(part);

    if (!quorum->chair)
        return "the chair is missing";
    if (!quorum->quality)
        return "the quality team is missing";
    if (3 * came < 2 * named)
        return arena_format(arena,
                            "%u of %u named departments take part, two thirds "
                            "are needed; missing: %s",
                            came, named,
                            departments_text(quorum->named & ~part, arena));
    return NULL;
}

struct moment invited_until(struct moment invited_at)
{
    return (struct moment){ invited_at.us + INVITED_HOURS * HOUR_US };
}

/* ------------------------------------------------------------ what is said */

static bool one_of(uint32_t c, const char *letters)
{
    uint32_t known;

    while ((known = text_next(&letters)))
        if (known == c)
            return true;
    return false;
}

/* Reads on over what a number is made of; true when one came that counts: a
 * digit or a magnitude ("一" alone is a word as often as a number). */
static bool read_number(const char **at)
{
    bool number = false;
    const char *next = *at;
    uint32_t c;

    while ((c = text_next(&next))
           && one_of(c, "0123456789.,一二两三四五六七八九零〇十百千万亿余多"
                        "壹贰叁肆伍陆柒捌玖拾佰仟")) {
        number |= one_of(c, "0123456789十百千万亿拾佰仟");
        *at = next;
    }
    return number;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_currency_behind(const char *at)
{
    static const char *const units[] = { "元",  "圆",  "块钱", "人民币",
                                         "RMB", "CNY", NULL };

    for (size_t i = 0; units[i]; i++)
        if (begins(at, units[i]))
            return true;
    return false;
}

static bool is_currency_before(const char *at, size_t *size)
{
    static const char *const signs[] = {
        "¥", "￥", "RMB", "CNY", "人民币", NULL
    };

    for (size_t i = 0; signs[i]; i++)
        if (begins(at, signs[i])) {
            *size = strlen(signs[i]);
            return true;
        }
    return false;
}

bool names_a_sum(const char *text, struct arena *arena)
{
    const char *at = text_squeeze(arena_text(arena, text ? text : ""));
    size_t size;

    while (*at) {
        const char *from = at;
        if (is_currency_before(at, &size)) {
            const char *behind = at + size;
            if (read_number(&behind))
                return true;
        }
        if (read_number(&at) && is_currency_behind(at))
            return true;
        if (at == from)
            (void)text_next(&at);
    }
    return false;
}

/* ------------------------------------------------------------- the actions */

struct err action_check(const struct action *action, struct day today)
{
    int days = days_between(today, action->due_on);

    if (text_is_blank(action->what))
        return fail_at("actions", "each says what is to be done");
    if (days < 1 || days > ACTION_DAYS)
        return fail_at("actions", "each is due within 15 days, and not today");
    return OK;
}
