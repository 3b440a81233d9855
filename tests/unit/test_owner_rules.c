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
        unsigned titles[3];
        size_t count;
        bool fine;
    } rows[] = {
        { { 1000000 }, { 0 }, 1, true },
        { { 500000, 500000 }, { 0 }, 2, true },
        { { 333334, 333333, 333333 }, { 0 }, 3, true },
        { { 990000 }, { 0 }, 1, false },
        { { 500000, 500001 }, { 0 }, 2, false },
        { { 0 }, { 0 }, 0, false },
        { { 1000000, 0 }, { TITLE_DEED, TITLE_TENANT }, 2, true },
        { { 0, 1000000 }, { TITLE_TENANT, TITLE_OTHER }, 2, true },
        { { 1000000, 0 }, { TITLE_DEED, TITLE_SPOUSE }, 2, false },
        { { 500000, 500000 }, { TITLE_DEED, TITLE_TENANT }, 2, false },
        { { 0 }, { TITLE_TENANT }, 1, false },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct owner owners[3] = { 0 };
        for (size_t k = 0; k < rows[i].count; k++) {
            owners[k].share.millionths = rows[i].shares[k];
            owners[k].title = rows[i].titles[k];
        }
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
        { MAKER, { 600000 }, CAPACITY_FULL, TITLE_DEED },
        { OTHER, { 400000 }, CAPACITY_LIMITED, TITLE_DEED },
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

static void r_gender_the_parts_are_exactly_the_sum(void **unused)
{
    (void)unused;
    static const struct {
        int64_t sum;
        int64_t shares[3];
        int64_t parts[3];
        size_t count;
    } rows[] = {
        { 100, { 333334, 333333, 333333 }, { 34, 33, 33 }, 3 },
        { 200, { 333333, 333333, 333334 }, { 67, 66, 67 }, 3 },
        { 1, { 500000, 500000 }, { 1, 0 }, 2 },
        { 1, { 333333, 333333, 333334 }, { 0, 0, 1 }, 3 },
        { 0, { 500000, 500000 }, { 0, 0 }, 2 },
        { 8840001, { 500000, 500000 }, { 4420001, 4420000 }, 2 },
        { 8840000, { 1000000, 0 }, { 8840000, 0 }, 2 },
        { 7, { 1, 999999 }, { 0, 7 }, 2 },
        { 922337203685477ll,
          { 333333, 333333, 333334 },
          { 307445427116091ll, 307445427116091ll, 307446349453295ll },
          3 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct owner owners[3] = { 0 };
        struct money parts[3];
        int64_t sum = 0;
        for (size_t k = 0; k < rows[i].count; k++)
            owners[k].share.millionths = rows[i].shares[k];
        sum_split((struct money){ rows[i].sum }, owners, rows[i].count, parts);
        for (size_t k = 0; k < rows[i].count; k++) {
            assert_int_equal(parts[k].fen, rows[i].parts[k]);
            sum += parts[k].fen;
        }
        assert_int_equal(sum, rows[i].sum);
    }
}

static void r_gender_agreed_parts_are_each_owners_once_and_whole(void **unused)
{
    (void)unused;
    static const struct {
        struct owner_part parts[3];
        size_t count;
        bool fine;
    } rows[] = {
        { { { MAKER, { 250000 } }, { OTHER, { 750000 } } }, 2, true },
        { { { OTHER, { 1000000 } }, { MAKER, { 0 } } }, 2, true },
        { { { MAKER, { 0 } } }, 0, true },
        { { { MAKER, { 1000000 } } }, 1, false },
        { { { MAKER, { 500000 } }, { MAKER, { 500000 } } }, 2, false },
        { { { MAKER, { 500000 } }, { PAPER, { 500000 } } }, 2, false },
        { { { MAKER, { 1100000 } }, { OTHER, { -100000 } } }, 2, false },
        { { { MAKER, { 500000 } }, { OTHER, { 400000 } } }, 2, false },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct owner owners[] = { { .id = MAKER, .share = { 600000 } },
                                  { .id = OTHER, .share = { 400000 } } };
        struct err err = parts_agree(owners, 2, rows[i].parts, rows[i].count);
        assert_int_equal(err.code == CODE_OK, rows[i].fine);
        if (err.code)
            assert_string_equal(err.field, "parts");
    }
}

static void r_gender_one_may_ask_for_the_shares_all_for_more(void **unused)
{
    (void)unused;
    const struct owner owners[] = {
        { MAKER, { 600000 }, CAPACITY_FULL, TITLE_DEED },
        { OTHER, { 400000 }, CAPACITY_LIMITED, TITLE_DEED },
    };
    const struct owner_signature self = { MAKER, SIGNING_SELF, NULL },
                                 ward = { OTHER, SIGNING_GUARDIAN, "1" },
                                 child = { OTHER, SIGNING_SELF, NULL },
                                 stranger = { PAPER, SIGNING_SELF, NULL };
    const struct {
        struct owner_signature given[2];
        size_t count;
        bool agreed, first;
        enum code code;
    } rows[] = {
        { { self }, 1, false, true, CODE_OK },
        { { ward }, 1, false, true, CODE_OK },
        { { self, ward }, 2, true, false, CODE_OK },
        { { self }, 0, false, true, CODE_BAD_REQUEST },
        { { child }, 1, false, true, CODE_BAD_REQUEST },
        { { stranger }, 1, false, true, CODE_BAD_REQUEST },
        { { self }, 1, true, true, CODE_CONFLICT },
        { { self }, 1, false, false, CODE_CONFLICT },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(split_may(owners, 2, rows[i].given, rows[i].count,
                                   rows[i].agreed, rows[i].first)
                             .code,
                         rows[i].code);
}

static void r_gender_beside_a_tenant_all_sign_the_parts(void **unused)
{
    (void)unused;
    const struct owner owners[] = {
        { MAKER, { SHARES_WHOLE }, CAPACITY_FULL, TITLE_DEED },
        { OTHER, { 0 }, CAPACITY_FULL, TITLE_TENANT },
    };
    const struct owner_signature given[] = {
        { OTHER, SIGNING_SELF, NULL },
        { MAKER, SIGNING_SELF, NULL },
    };

    assert_true(tenant_among(owners, 2));
    assert_false(tenant_among(owners, 1));
    assert_int_equal(split_may(owners, 2, given, 1, false, true).code,
                     CODE_CONFLICT);
    assert_int_equal(split_may(owners, 2, given, 2, true, true).code, CODE_OK);
}

static void r_gender_anothers_account_wants_ones_own_word(void **unused)
{
    (void)unused;
    const struct owner owners[] = {
        { MAKER, { 600000 }, CAPACITY_FULL, TITLE_DEED },
        { OTHER, { 400000 }, CAPACITY_LIMITED, TITLE_DEED },
    };
    const struct {
        struct id whose, holder;
        unsigned how;
        enum code code;
    } rows[] = {
        { MAKER, MAKER, SIGNING_SELF, CODE_OK },
        { MAKER, MAKER, SIGNING_POWER, CODE_OK },
        { MAKER, OTHER, SIGNING_SELF, CODE_OK },
        { MAKER, OTHER, SIGNING_POWER, CODE_CONFLICT },
        { OTHER, OTHER, SIGNING_GUARDIAN, CODE_OK },
        { OTHER, OTHER, SIGNING_SELF, CODE_BAD_REQUEST },
        { OTHER, MAKER, SIGNING_GUARDIAN, CODE_CONFLICT },
        { PAPER, MAKER, SIGNING_SELF, CODE_BAD_REQUEST },
        { MAKER, PAPER, SIGNING_SELF, CODE_BAD_REQUEST },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(
            account_may(owners, 2, rows[i].whose, rows[i].holder, rows[i].how)
                .code,
            rows[i].code);
}

RUN(cmocka_unit_test(one_to_five_different_people_witness_a_signature),
    cmocka_unit_test(shares_are_the_whole_together),
    cmocka_unit_test(all_owners_sign_and_who_needs_a_guardian_has_one),
    cmocka_unit_test(r_gender_the_parts_are_exactly_the_sum),
    cmocka_unit_test(r_gender_agreed_parts_are_each_owners_once_and_whole),
    cmocka_unit_test(r_gender_one_may_ask_for_the_shares_all_for_more),
    cmocka_unit_test(r_gender_beside_a_tenant_all_sign_the_parts),
    cmocka_unit_test(r_gender_anothers_account_wants_ones_own_word))
