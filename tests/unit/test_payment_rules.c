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
}

RUN(cmocka_unit_test(a_line_pays_when_it_is_owed_to_the_fen_and_once))
