#include "services/cases/payment/rules.h"
#include "tests/check.h"

/* Each row is what is owed and due but for one thing; a thing that comes
 * earlier in the list is said first. */
static void a_line_pays_when_it_is_owed_to_the_fen_and_once(void **unused)
{
    (void)unused;
    static const struct {
        struct bank_facts facts;
        enum bank_verdict verdict;
    } lines[] = {
        { { false, true, true, false, { 100 }, { 100 }, { 9 }, { 9 } },
          BANK_ENTERED },
        { { false, true, true, false, { 100 }, { 100 }, { 8 }, { 9 } },
          BANK_ENTERED },
        { { true, true, true, false, { 100 }, { 100 }, { 9 }, { 9 } },
          BANK_REPEATED },
        { { true, false, false, true, { 0 }, { 100 }, { 10 }, { 9 } },
          BANK_REPEATED },
        { { false, false, true, false, { 100 }, { 100 }, { 9 }, { 9 } },
          BANK_UNKNOWN },
        { { false, true, true, false, { 100 }, { 100 }, { 10 }, { 9 } },
          BANK_TO_COME },
        { { false, true, false, false, { 100 }, { 100 }, { 9 }, { 9 } },
          BANK_NOT_DUE },
        { { false, true, true, false, { 100 }, { 101 }, { 9 }, { 9 } },
          BANK_OTHER_AMOUNT },
        { { false, true, true, false, { 100 }, { 99 }, { 9 }, { 9 } },
          BANK_OTHER_AMOUNT },
        { { false, true, true, true, { 100 }, { 100 }, { 9 }, { 9 } },
          BANK_SECOND },
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(bank_judge(&lines[i].facts), lines[i].verdict);
    assert_int_equal(payment_may_check(false).code, 0);
    assert_int_equal(payment_may_check(true).code, CODE_DENIED);
}

static void
a_batch_is_approved_by_another_with_its_sum_while_it_is_owed(void **unused)
{
    (void)unused;
    const struct id maker = { "01890000-0000-7000-8000-000000000001" };
    const struct id other = { "01890000-0000-7000-8000-000000000002" };
    static const struct {
        bool approved, voided, all_owed, by_maker;
        int64_t said;
        enum code code, void_code;
    } rows[] = {
        { false, false, true, false, 100, 0, 0 },
        { true, false, true, false, 100, CODE_CONFLICT, CODE_CONFLICT },
        { false, true, true, false, 100, CODE_CONFLICT, CODE_CONFLICT },
        { false, false, true, true, 100, CODE_DENIED, 0 },
        { false, false, true, false, 101, CODE_BAD_REQUEST, 0 },
        { false, false, false, false, 100, CODE_CONFLICT, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct batch_standing at = {
            maker, rows[i].approved, rows[i].voided, rows[i].all_owed, { 100 }
        };
        assert_int_equal(batch_may_approve(&at,
                                           rows[i].by_maker ? maker : other,
                                           (struct money){ rows[i].said })
                             .code,
                         rows[i].code);
        assert_int_equal(batch_may_void(&at).code, rows[i].void_code);
    }
}

static void g_funds_an_offer_takes_no_more_than_is_free(void **unused)
{
    (void)unused;
    const struct fund_sums sums = { { 1000 }, { 300 }, { 200 }, { 100 } };
    const struct fund_sums over = { { 0 }, { 1 }, { 2 }, { 3 } };

    assert_int_equal(fund_free(&sums).fen, 400);
    assert_int_equal(fund_free(&over).fen, -6);
    assert_int_equal(
        fund_may_offer((struct money){ 400 }, (struct money){ 400 }).code, 0);
    assert_int_equal(
        fund_may_offer((struct money){ 400 }, (struct money){ 401 }).code,
        CODE_CONFLICT);
}

static void
r_gender_what_goes_split_is_entered_as_the_bank_was_told(void **unused)
{
    (void)unused;
    static const struct {
        bool part, split, told;
        enum code code;
    } rows[] = {
        { false, false, false, CODE_OK },
        { false, false, true, CODE_OK },
        { false, true, true, CODE_OK },
        { true, true, true, CODE_OK },
        { false, true, false, CODE_CONFLICT },
        { true, false, false, CODE_CONFLICT },
        { true, true, false, CODE_CONFLICT },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(
            payment_may_enter(rows[i].part, rows[i].split, rows[i].told).code,
            rows[i].code);
}

RUN(cmocka_unit_test(g_funds_an_offer_takes_no_more_than_is_free),
    cmocka_unit_test(
        a_batch_is_approved_by_another_with_its_sum_while_it_is_owed),
    cmocka_unit_test(a_line_pays_when_it_is_owed_to_the_fen_and_once),
    cmocka_unit_test(r_gender_what_goes_split_is_entered_as_the_bank_was_told))
