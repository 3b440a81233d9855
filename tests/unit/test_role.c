#include "common/base/role.h"
#include "tests/check.h"

#include <stdbool.h>

static void roles_are_read_by_their_names(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool known;
        role_set roles;
    } rows[] = {
        { "", true, 0 },
        { "dept", true, ROLE(DEPT) },
        { "resident,chair", true, ROLE(RESIDENT) | ROLE(CHAIR) },
        { "dept,", true, ROLE(DEPT) },
        { "Dept", false, 0 },
        { "dep", false, 0 },
        { "dept,nobody", false, ROLE(DEPT) },
        { ",dept", false, 0 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        role_set roles = ~UINT64_C(0);
        assert_int_equal(roles_parse(rows[i].text, &roles), rows[i].known);
        assert_int_equal(roles, rows[i].roles);
    }
}

static void every_role_has_a_name_and_no_more(void **unused)
{
    (void)unused;
    unsigned count = 0;
    role_set role;

    for (; roles_name(count); count++) {
        assert_true(roles_parse(roles_name(count), &role));
        assert_int_equal(role, UINT64_C(1) << count);
    }
    assert_int_equal(count, ROLE_INDEX_SERVICE + 1);
}

static void roles_are_written_as_they_are_read(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    assert_string_equal(roles_text(0, ",", arena), "");
    assert_string_equal(roles_text(ROLE(DEPT), ",", arena), "dept");
    assert_string_equal(
        roles_text(ROLE(RESIDENT) | ROLE(DEPT) | ROLE(CHAIR), ", ", arena),
        "resident, chair, dept");
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(roles_are_read_by_their_names),
    cmocka_unit_test(roles_are_written_as_they_are_read),
    cmocka_unit_test(every_role_has_a_name_and_no_more))
