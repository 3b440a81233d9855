#include "services/cases/household/policy.h"
#include "services/cases/owner/rules.h"
#include "tests/check.h"

static const struct id MAKER = { "00000000-0000-7000-8000-0000000000a1" };
static const struct id OTHER = { "00000000-0000-7000-8000-0000000000b2" };
static const struct id PAPER = { "00000000-0000-7000-8000-0000000000c3" };

static void one_to_five_different_people_witness_a_signature(void **unused)
{
    (void)unused;
    const struct id twice[] = { MAKER, OTHER, MAKER };
    const struct id many[SIGNERS_MAX + 1] = { MAKER, OTHER, PAPER };

    assert_ok(signers_check((struct ids){ twice, 1 }));
    assert_ok(signers_check((struct ids){ twice, 2 }));
    assert_string_equal(signers_check((struct ids){ twice, 0 }).field,
                        "signers");
    assert_string_equal(signers_check((struct ids){ twice, 3 }).field,
                        "signers");
    assert_string_equal(
        signers_check((struct ids){ many, SIGNERS_MAX + 1 }).field, "signers");
}

static void shares_are_the_whole_together(void **unused)
{
    (void)unused;
    static const struct {
        int64_t shares[3];
        size_t count;
        bool fine;
    } rows[] = {
        { { 1000000 }, 1, true },
        { { 500000, 500000 }, 2, true },
        { { 333334, 333333, 333333 }, 3, true },
        { { 990000 }, 1, false },
        { { 500000, 500001 }, 2, false },
        { { 0 }, 0, false },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct owner owners[3] = { 0 };
        for (size_t k = 0; k < rows[i].count; k++)
            owners[k].share.millionths = rows[i].shares[k];
        struct err err = shares_check(owners, rows[i].count);
        assert_int_equal(err.code == CODE_OK, rows[i].fine);
        if (err.code)
            assert_string_equal(err.field, "owners");
    }
}

static void all_owners_sign_and_who_needs_a_guardian_has_one(void **unused)
{
    (void)unused;
    const struct owner owners[] = {
        { MAKER, { 600000 }, CAPACITY_FULL },
        { OTHER, { 400000 }, CAPACITY_LIMITED },
    };
    const struct {
        struct owner_signature given[2];
        size_t count;
        enum code code;
        int64_t missing, alone;
    } rows[] = {
        { { { MAKER, SIGNING_SELF, NULL }, { OTHER, SIGNING_GUARDIAN, "1" } },
          2,
          CODE_OK,
          0,
          0 },
        { { { MAKER, SIGNING_POWER, "1" }, { OTHER, SIGNING_SELF, NULL } },
          2,
          CODE_OK,
          0,
          1 },
        { { { OTHER, SIGNING_POWER, "1" } }, 1, CODE_OK, 1, 1 },
        { { { MAKER, SIGNING_SELF, NULL } }, 1, CODE_OK, 1, 0 },
        { { { MAKER, SIGNING_SELF, NULL } }, 0, CODE_OK, 2, 0 },
        { { { MAKER, SIGNING_SELF, NULL }, { MAKER, SIGNING_SELF, NULL } },
          2,
          CODE_BAD_REQUEST,
          0,
          0 },
        { { { MAKER, SIGNING_POWER, NULL } }, 1, CODE_BAD_REQUEST, 0, 0 },
        { { { PAPER, SIGNING_SELF, NULL } }, 1, CODE_BAD_REQUEST, 0, 0 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t missing, alone;
        struct err err = signatures_count(owners, COUNT(owners), rows[i].given,
                                          rows[i].count, &missing, &alone);
        assert_int_equal(err.code, rows[i].code);
        assert_int_equal(missing, rows[i].missing);
        assert_int_equal(alone, rows[i].alone);
    }
}

RUN(cmocka_unit_test(one_to_five_different_people_witness_a_signature),
    cmocka_unit_test(shares_are_the_whole_together),
    cmocka_unit_test(all_owners_sign_and_who_needs_a_guardian_has_one))
