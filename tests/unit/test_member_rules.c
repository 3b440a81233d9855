#include "services/scheduling/member/rules.h"

#include "common/base/calendar.h"
#include "tests/check.h"

static void flags_are_of_a_known_list(void **unused)
{
    (void)unused;
    static const struct {
        const char *flags;
        bool want;
    } rows[] = {
        { "", true },
        { "police", true },
        { "urban_enforcement,court,developer", true },
        { "demolition_contractor,creditor", true },
        { "polic", false },
        { "policeman", false },
        { "police,", false },
        { ",police", false },
        { "police, court", false },
        { "police,,court", false },
        { "钉子户", false },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        if (member_flags_known(rows[i].flags) != rows[i].want)
            fail_msg("\"%s\"", rows[i].flags);
}

static struct member a_member(const char *teams, const char *flags, bool active)
{
    return (struct member){ .teams = teams, .flags = flags, .active = active };
}

static void a_squad_is_called_up_for_ninety_days_at_most(void **unused)
{
    (void)unused;
    struct day day = day_from(2026, 11, 24);
    static const struct {
        int days;
        size_t wanted, found;
        enum code want;
    } rows[] = {
        { 0, 2, 2, CODE_OK },           { 90, 2, 2, CODE_OK },
        { 91, 2, 2, CODE_BAD_REQUEST }, { -1, 2, 2, CODE_BAD_REQUEST },
        { 30, 1, 1, CODE_BAD_REQUEST }, { 30, 3, 2, CODE_NOT_FOUND },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct member members[2] = { a_member("t2_signing", "", true),
                                     a_member("t6_service", "", true) };
        struct squad_call squad = { day,
                                    days_after(day, rows[i].days),
                                    rows[i].wanted,
                                    { members, rows[i].found } };
        assert_refused(squad_check(&squad, arena), rows[i].want);
    }
    arena_destroy(&arena);
}

static void who_may_not_visit_joins_no_squad(void **unused)
{
    (void)unused;
    static const struct {
        const char *teams, *flags;
        bool active;
        enum code want;
    } rows[] = {
        { "t2_signing,t6_service", "", true, CODE_OK },
        { "t2_signing", "police", true, CODE_CONFLICT },
        { "t2_signing", "creditor", true, CODE_CONFLICT },
        { "t2_signing", "", false, CODE_CONFLICT },
        { "t5_quality", "", true, CODE_CONFLICT },
        { "t2_signing,t5_quality", "", true, CODE_CONFLICT },
    };
    struct day day = day_from(2026, 11, 24);
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct member members[2] = {
            a_member("t2_signing", "", true),
            a_member(rows[i].teams, rows[i].flags, rows[i].active),
        };
        struct squad_call squad = { day, day, 2, { members, 2 } };
        assert_refused(squad_check(&squad, arena), rows[i].want);
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(flags_are_of_a_known_list),
    cmocka_unit_test(a_squad_is_called_up_for_ninety_days_at_most),
    cmocka_unit_test(who_may_not_visit_joins_no_squad))
