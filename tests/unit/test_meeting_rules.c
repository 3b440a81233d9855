#include "services/cases/meeting/rules.h"
#include "tests/check.h"

#include <string.h>

static const struct id CHAIR = { "00000000-0000-7000-8000-0000000000a1" };
static const struct id OTHER = { "00000000-0000-7000-8000-0000000000b2" };

static void departments_are_read_and_written_by_their_codes(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    const struct {
        const char *codes;
        bool known;
        unsigned count;
        const char *text;
    } rows[] = {
        { NULL, true, 0, "" },
        { "", true, 0, "" },
        { "finance,housing", true, 2, "housing,finance" },
        { "police", true, 1, "police" },
        { "housing,housing", false, 1, NULL },
        { "housing,", false, 1, NULL },
        { "house", false, 0, NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        department_set set;
        assert_int_equal(departments_parse(rows[i].codes, &set), rows[i].known);
        assert_int_equal(departments_count(set), rows[i].count);
        if (rows[i].text)
            assert_string_equal(departments_text(set, arena), rows[i].text);
    }
    arena_destroy(&arena);
}

static void every_department_has_a_name(void **unused)
{
    (void)unused;
    for (size_t i = 0; departments[i].code; i++)
        assert_true(*departments[i].label);
}

/* R-LEO: domain.md 8. */
static void only_who_may_sits_in_the_room(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    const struct {
        struct attendee attendee;
        enum code code;
    } rows[] = {
        { { SEAT_TEAM, NULL, NULL, OTHER, CHAIR, CHAIR }, CODE_OK },
        { { SEAT_TEAM, NULL, "", OTHER, CHAIR, CHAIR }, CODE_OK },
        { { SEAT_TEAM, NULL, "", OTHER, CHAIR, CHAIR, true }, CODE_CONFLICT },
        { { SEAT_TEAM, NULL, "police", OTHER, CHAIR, CHAIR }, CODE_CONFLICT },
        { { SEAT_CHAIR, NULL, "court", CHAIR, CHAIR, CHAIR }, CODE_CONFLICT },
        { { SEAT_TEAM, NULL, "developer,court", OTHER, CHAIR, CHAIR },
          CODE_CONFLICT },
        { { SEAT_TEAM, NULL, "housing", OTHER, CHAIR, CHAIR },
          CODE_BAD_REQUEST },
        { { SEAT_TEAM, NULL, "tall", OTHER, CHAIR, CHAIR }, CODE_BAD_REQUEST },
        { { SEAT_DEPT, "housing", NULL, OTHER, CHAIR, CHAIR }, CODE_OK },
        { { SEAT_DEPT, "police", NULL, OTHER, CHAIR, CHAIR }, CODE_CONFLICT },
        { { SEAT_DEPT, "demolition_contractor", NULL, OTHER, CHAIR, CHAIR },
          CODE_CONFLICT },
        { { SEAT_DEPT, "housing,finance", NULL, OTHER, CHAIR, CHAIR },
          CODE_BAD_REQUEST },
        { { SEAT_DEPT, NULL, NULL, OTHER, CHAIR, CHAIR }, CODE_BAD_REQUEST },
        { { SEAT_TEAM, "housing", NULL, OTHER, CHAIR, CHAIR },
          CODE_BAD_REQUEST },
        { { SEAT_CHAIR, NULL, NULL, CHAIR, CHAIR, CHAIR }, CODE_OK },
        { { SEAT_CHAIR, NULL, NULL, CHAIR, OTHER, CHAIR }, CODE_DENIED },
        { { SEAT_CHAIR, NULL, NULL, OTHER, OTHER, CHAIR }, CODE_BAD_REQUEST },
        { { SEAT_QUALITY, NULL, NULL, OTHER, OTHER, CHAIR }, CODE_OK },
        { { SEAT_QUALITY, NULL, NULL, OTHER, CHAIR, CHAIR }, CODE_DENIED },
        { { SEAT_QUALITY, NULL, NULL, CHAIR, CHAIR, CHAIR }, CODE_BAD_REQUEST },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_refused(attendee_check(&rows[i].attendee, arena), rows[i].code);
    arena_destroy(&arena);
}

static department_set set_of(const char *codes)
{
    department_set set;

    assert_true(departments_parse(codes, &set));
    return set;
}

static void a_meeting_is_one_with_chair_quality_and_two_thirds(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    const struct {
        bool chair, quality;
        const char *named, *here, *wrote, *missing;
    } rows[] = {
        { true, true, "housing,finance,justice", "housing,finance", "", NULL },
        { true, true, "housing,finance,justice", "housing", "", "1 of 3" },
        { true, true, "housing,finance,justice", "housing,audit", "",
          "finance,justice" },
        { true, true, "housing,finance,justice", "housing", "finance",
          "1 of 3" },
        { true, true, "housing,finance,police", "housing", "police", NULL },
        { true, true, "police", "", "", "0 of 1" },
        { true, true, "housing", "housing", "", NULL },
        { false, true, "housing", "housing", "", "chair" },
        { true, false, "housing", "housing", "", "quality" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct quorum quorum = {
            rows[i].chair,        rows[i].quality,       set_of(rows[i].named),
            set_of(rows[i].here), set_of(rows[i].wrote),
        };
        const char *missing = quorum_missing(&quorum, arena);
        if (rows[i].missing)
            assert_non_null(strstr(missing, rows[i].missing));
        else
            assert_null(missing);
    }
    arena_destroy(&arena);
}

static void a_household_hears_of_it_a_day_before(void **unused)
{
    (void)unused;
    struct moment invited = moment_at(day_from(2026, 11, 3), 600);

    assert_int_equal(invited_until(invited).us,
                     moment_at(day_from(2026, 11, 4), 600).us);
}

/* R-BONUS: domain.md 8. */
static void a_sum_of_money_is_seen_however_it_is_written(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    static const char *const sums[] = {
        "补5元",
        "另给 5 万元",
        "５００元",
        "1,200.50元",
        "十万元",
        "几百元",
        "补偿三千元",
        "贰佰圆整",
        "￥500",
        "¥ 1.5",
        "RMB300",
        "300RMB",
        "人民币 20万",
        "20万人民币",
        "二十块钱",
        "50 多元",
        "共计5\n万元",
        "\xe3\x80\x80"
        "5元",
        "12亿元",
    };
    static const char *const words[] = {
        "",         "按公布的规则执行", "3单元2号",       "二元结构",
        "多元化解", "一元二次",         "公元2026年",     "重测面积12.5平方米",
        "￥",       "人民币以外",       "第十五条第二款", "十户",
        "元月5日",  "两块地",
    };

    for (size_t i = 0; i < COUNT(sums); i++)
        assert_true(names_a_sum(sums[i], arena));
    for (size_t i = 0; i < COUNT(words); i++)
        assert_false(names_a_sum(words[i], arena));
    assert_false(names_a_sum(NULL, arena));
    arena_destroy(&arena);
}

static void an_action_has_a_task_and_a_day_within_fifteen(void **unused)
{
    (void)unused;
    struct day today = day_from(2026, 11, 5);
    const struct {
        const char *what;
        int days;
        enum code code;
    } rows[] = {
        { "重测", 0, CODE_BAD_REQUEST }, { "重测", 1, CODE_OK },
        { "重测", 15, CODE_OK },         { "重测", 16, CODE_BAD_REQUEST },
        { " ", 3, CODE_BAD_REQUEST },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct action action = { rows[i].what, OTHER,
                                 days_after(today, rows[i].days) };
        assert_refused(action_check(&action, today), rows[i].code);
    }
}

RUN(cmocka_unit_test(departments_are_read_and_written_by_their_codes),
    cmocka_unit_test(every_department_has_a_name),
    cmocka_unit_test(only_who_may_sits_in_the_room),
    cmocka_unit_test(a_meeting_is_one_with_chair_quality_and_two_thirds),
    cmocka_unit_test(a_household_hears_of_it_a_day_before),
    cmocka_unit_test(a_sum_of_money_is_seen_however_it_is_written),
    cmocka_unit_test(an_action_has_a_task_and_a_day_within_fifteen))
