#include "services/scheduling/visit/rules.h"

#include "common/base/calendar.h"
#include "tests/check.h"

#include <string.h>

#define HOME "00000000-0000-7000-8000-0000000000c1"
#define AWAY "00000000-0000-7000-8000-0000000000c2"
#define FREE                                                                   \
    {                                                                          \
        0                                                                      \
    }
#define MINUTE (60 * MICROSECONDS)

static const struct contact_policy policy = { .visitors_least = 2,
                                              .visitors_most = 3 };
/* A Wednesday, 10:00 in the district. */
static const struct moment start = { 1795572000000000 };

static struct visitor a_visitor(const char *community)
{
    struct visitor visitor = { .active = true, .flags = "" };
    memcpy(visitor.member.text, AWAY, sizeof AWAY);
    memcpy(visitor.community.text, community, sizeof HOME);
    return visitor;
}

static struct visit_party party_of(struct visitor *visitors, size_t count)
{
    struct visit_party party = {
        .visitors = { visitors, count },
        .wanted = count,
        .community = { HOME },
        .start = start,
    };
    return party;
}

static void two_or_three_come_and_one_is_of_the_community(void **unused)
{
    (void)unused;
    static const struct {
        const char *communities[4];
        size_t found, wanted;
        enum code want;
    } rows[] = {
        { { HOME }, 1, 1, CODE_CONFLICT },
        { { HOME, AWAY }, 2, 2, CODE_OK },
        { { AWAY, AWAY, HOME }, 3, 3, CODE_OK },
        { { HOME, AWAY, AWAY, AWAY }, 4, 4, CODE_CONFLICT },
        { { AWAY, AWAY }, 2, 2, CODE_CONFLICT },
        { { HOME, AWAY }, 2, 3, CODE_NOT_FOUND }, /* one is nobody's id */
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct visitor visitors[4];
        for (size_t k = 0; k < rows[i].found; k++)
            visitors[k] = a_visitor(rows[i].communities[k]);
        struct visit_party party = party_of(visitors, rows[i].found);
        party.wanted = rows[i].wanted;
        struct err err = visit_party_check(&policy, &party, arena);
        assert_refused(err, rows[i].want);
        if (err.code)
            assert_string_equal(err.field, "visitors");
    }
    arena_destroy(&arena);
}

static void some_people_never_come(void **unused)
{
    (void)unused;
    static const struct {
        const char *flags;
        bool active, related;
        struct moment busy_until;
        enum code want;
        const char *says;
    } rows[] = {
        { "", true, false, FREE, CODE_OK, "" },
        { "police", true, false, FREE, CODE_CONFLICT, "police" },
        { "urban_enforcement", true, false, FREE, CODE_CONFLICT, "police" },
        { "court", true, false, FREE, CODE_CONFLICT, "court" },
        { "developer", true, false, FREE, CODE_CONFLICT, "developer" },
        { "demolition_contractor", true, false, FREE, CODE_CONFLICT, "firm" },
        { "creditor", true, false, FREE, CODE_CONFLICT, "creditor" },
        { "", false, false, FREE, CODE_CONFLICT, "has left" },
        { "", true, true, FREE, CODE_CONFLICT, "kin" },
        { "",
          true,
          false,
          { 1795575600000000 },
          CODE_CONFLICT,
          "free from 2026-11-25T11:00:00+08:00" },
    };
    struct arena *arena = arena_new();

    struct visitor pair[2] = { a_visitor(HOME), a_visitor(HOME) };
    struct visit_party complained = party_of(pair, 2);
    pair[1].unwelcome = true;
    struct err refused = visit_party_check(&policy, &complained, arena);
    assert_refused(refused, CODE_CONFLICT);
    assert_non_null(strstr(refused.why, "does not visit this household"));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct visitor visitors[2] = { a_visitor(HOME), a_visitor(HOME) };
        visitors[1].flags = rows[i].flags;
        visitors[1].active = rows[i].active;
        visitors[1].related = rows[i].related;
        visitors[1].busy_until = rows[i].busy_until;
        struct visit_party party = party_of(visitors, 2);
        struct err err = visit_party_check(&policy, &party, arena);
        assert_refused(err, rows[i].want);
        if (err.code)
            assert_non_null(strstr(err.why, rows[i].says));
    }
    arena_destroy(&arena);
}

static void a_squad_comes_within_its_term(void **unused)
{
    (void)unused;
    struct day day = day_of(start);
    const struct {
        struct day from, until;
        enum code want;
    } rows[] = {
        { day, day, CODE_OK },
        { days_after(day, -90), day, CODE_OK },
        { days_after(day, 1), days_after(day, 9), CODE_CONFLICT },
        { days_after(day, -9), days_after(day, -1), CODE_CONFLICT },
        { { 0 }, { 0 }, CODE_NOT_FOUND },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct visitor visitors[2] = { a_visitor(HOME), a_visitor(AWAY) };
        struct visit_party party = party_of(visitors, 2);
        party.squad =
            (struct visit_squad){ { AWAY }, rows[i].from, rows[i].until };
        assert_refused(visit_party_check(&policy, &party, arena), rows[i].want);
    }
    arena_destroy(&arena);
}

static void a_visit_changes_until_it_begins(void **unused)
{
    (void)unused;
    static const struct {
        enum visit_state state;
        int64_t after; /* now, after the start */
        enum code want;
    } rows[] = {
        { VISIT_PLANNED, -1, CODE_OK },
        { VISIT_PLANNED, 0, CODE_CONFLICT },
        { VISIT_HELD, -1, CODE_CONFLICT },
        { VISIT_CANCELLED, -1, CODE_CONFLICT },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct visit_times visit = { rows[i].state, start, start };
        struct moment now = { start.us + rows[i].after };
        assert_refused(visit_may_change(&visit, now), rows[i].want);
    }
}

static void a_visitor_logs_what_took_place_on_its_day(void **unused)
{
    (void)unused;
    static const struct {
        enum visit_state state;
        int64_t started, ended, now; /* after the planned start */
        enum outcome outcome;
        bool visitor;
        enum code want;
    } rows[] = {
        { VISIT_PLANNED, 0, 30 * MINUTE, 30 * MINUTE, OUTCOME_MET, true,
          CODE_OK },
        { VISIT_PLANNED, 0, 0, 0, OUTCOME_NOT_NOW, true, CODE_OK },
        { VISIT_PLANNED, -10 * HOUR_US, 0, 1, OUTCOME_MET, true, CODE_OK },
        { VISIT_PLANNED, -10 * HOUR_US - 1, 0, 1, OUTCOME_MET, true,
          CODE_CONFLICT },
        { VISIT_PLANNED, 14 * HOUR_US, 15 * HOUR_US, DAY_US, OUTCOME_MET, true,
          CODE_CONFLICT },
        { VISIT_PLANNED, 0, 1, 1, OUTCOME_MET, false, CODE_DENIED },
        { VISIT_PLANNED, 0, 1, 1, OUTCOME_NONE, true, CODE_BAD_REQUEST },
        { VISIT_PLANNED, 1, 0, 1, OUTCOME_MET, true, CODE_BAD_REQUEST },
        { VISIT_PLANNED, 0, 2, 1, OUTCOME_MET, true, CODE_BAD_REQUEST },
        { VISIT_HELD, 0, 1, 1, OUTCOME_MET, true, CODE_CONFLICT },
        { VISIT_CANCELLED, 0, 1, 1, OUTCOME_MET, true, CODE_CONFLICT },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct visit_times visit = { rows[i].state,
                                     start,
                                     { start.us + HOUR_US } };
        struct visit_report report = { { start.us + rows[i].started },
                                       { start.us + rows[i].ended },
                                       rows[i].outcome };
        struct moment now = { start.us + rows[i].now };
        struct err err = visit_may_log(&visit, &report, rows[i].visitor, now);
        if (err.code != rows[i].want)
            fail_msg("row %zu: %s", i, err.code ? err.why : "accepted");
    }
}

static void remarks_carry_no_label_and_no_lever(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool refused;
    } rows[] = {
        { NULL, false },
        { "", false },
        { "住户希望周六下午再谈，问了过渡费", false },
        { "他是钉子户", true },
        { "钉 子 户", true },
        { "钉-子-户", true },
        { "钉·子·户", true },
        { "钉　子\t户", true },
        { "钉\xe2\x80\x8b子户", true },
        { "本月清零", true },
        { "已联系其单位", true },
        { "请领导做工作", true },
        { "提醒孩子上学的事", true },
        { "儿子有编制", true },
        { "子女 上学", true },
        { "单独一个位置", false },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err err = visit_text_check("promise", rows[i].text, arena);
        if ((err.code == CODE_CONFLICT) != rows[i].refused)
            fail_msg("\"%s\"", rows[i].text);
        if (rows[i].refused) {
            assert_string_equal(err.field, "promise");
            assert_non_null(strstr(err.why, "write what"));
        }
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(two_or_three_come_and_one_is_of_the_community),
    cmocka_unit_test(some_people_never_come),
    cmocka_unit_test(a_squad_comes_within_its_term),
    cmocka_unit_test(a_visit_changes_until_it_begins),
    cmocka_unit_test(a_visitor_logs_what_took_place_on_its_day),
    cmocka_unit_test(remarks_carry_no_label_and_no_lever))
