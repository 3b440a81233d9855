#include "services/cases/project/rules.h"
#include "tests/check.h"
#include "tests/when.h"

#include <string.h>

static void r_track_a_document_is_of_its_track(void **unused)
{
    (void)unused;
    static const struct {
        unsigned track, kind;
        enum code code;
    } rows[] = {
        { STATE_LAND, BASIS_DECISION, CODE_OK },
        { STATE_LAND, BASIS_APPROVAL, CODE_CONFLICT },
        { COLLECTIVE_LAND, BASIS_APPROVAL, CODE_OK },
        { COLLECTIVE_LAND, BASIS_LAND_NOTICE, CODE_OK },
        { COLLECTIVE_LAND, BASIS_DECISION, CODE_CONFLICT },
        { AGREED, BASIS_RESOLUTION, CODE_OK },
        { AGREED, BASIS_DECISION, CODE_CONFLICT },
        { PUBLIC_HOUSING, BASIS_LESSOR, CODE_OK },
        { PUBLIC_HOUSING, BASIS_DECISION, CODE_CONFLICT },
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err err = basis_check(rows[i].track, rows[i].kind,
                                     on("2026-10-08"), on("2026-10-08"), arena);
        assert_int_equal(err.code, rows[i].code);
        if (err.code)
            assert_non_null(strstr(err.why, "it has: "));
    }
    struct err err = basis_check(AGREED, BASIS_PLAN, on("2026-10-09"),
                                 on("2026-10-08"), arena);
    assert_string_equal(err.field, "day");
    arena_destroy(&arena);
}

static void each_track_has_a_plan_and_the_agreed_no_power(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    for (unsigned track = STATE_LAND; track <= PUBLIC_HOUSING; track++) {
        struct day day = on("2026-10-08");
        assert_int_equal(basis_check(track, BASIS_PLAN, day, day, arena).code,
                         CODE_OK);
        assert_int_equal(basis_check(track, BASIS_RISK, day, day, arena).code,
                         CODE_OK);
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(r_track_a_document_is_of_its_track),
    cmocka_unit_test(each_track_has_a_plan_and_the_agreed_no_power))
