#include "services/cases/transition/rules.h"

#include "common/base/calendar.h"
#include "tests/check.h"

/* TV-7: 85.00 ㎡ at 20 yuan, agreed 2023-07-01 to 2025-06-30. */
static const struct transition_stage doubled[] = { { 1, { 2000000 } } };
static const struct transition_price risen[] = {
    { { 0 }, { 1000 } }, /* its day is set below */
    { { 0 }, { 2400 } },
    { { 0 }, { 9900 } },
};

static struct transition_terms tv7(void)
{
    return (struct transition_terms){
        .area = { 8500 },
        .rate = { 2000 },
        .months = 24,
        .stages = doubled,
        .stage_count = 1,
    };
}

static struct day day(int year, int month, int date)
{
    return day_from(year, month, date);
}

/* All that is owed within the agreed period, and after it. */
static void add(const struct transition_terms *terms, struct day stop,
                int64_t sums[2], int64_t *months)
{
    struct transition_month month;
    struct day first = transition_first(terms, day(2023, 7, 1));

    sums[0] = sums[1] = 0;
    for (*months = 0; transition_month(terms, first, *months + 1, stop, &month);
         ++*months)
        sums[month.overrun > 0] += month.amount.fen;
}

static void r_late_tv_7_overrun_with_a_part_month(void **unused)
{
    (void)unused;
    static const struct {
        unsigned part;
        bool turnover, prepaid, required, liable;
        int64_t agreed, over;
    } rows[] = {
        { PART_DAYS, false, false, false, false, 4080000, 850000 },
        { PART_WHOLE, false, false, false, false, 4080000, 1020000 },
        { PART_HALF, false, false, false, false, 4080000, 850000 },
        { PART_DAYS, true, false, false, false, 0, 425000 },
        { PART_WHOLE, true, false, false, false, 0, 510000 },
        { PART_DAYS, false, true, false, false, 0, 850000 },
        { PART_DAYS, false, false, true, true, 4080000, 850000 },
        { PART_DAYS, false, false, true, false, 4080000, 425000 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct transition_terms terms = tv7();
        int64_t sums[2], months;
        terms.part = rows[i].part;
        terms.turnover = rows[i].turnover;
        terms.prepaid = rows[i].prepaid;
        terms.liability_required = rows[i].required;
        terms.liable = rows[i].liable;
        add(&terms, day(2025, 9, 16), sums, &months);
        assert_int_equal(months, 27);
        assert_int_equal(sums[0], rows[i].agreed);
        assert_int_equal(sums[1], rows[i].over);
    }
}

static void tv_7_the_latest_published_rate_counts_in_an_overrun(void **unused)
{
    (void)unused;
    struct transition_price prices[3];
    struct transition_terms terms = tv7();
    struct transition_month month;
    struct day none = { 0 };

    for (int i = 0; i < 3; i++)
        prices[i] = risen[i];
    prices[0].since = day(2023, 1, 1);
    prices[1].since = day(2025, 1, 1);
    prices[2].since = day(2025, 7, 2); /* a day late for July */
    terms.prices = prices;
    terms.price_count = 3;
    for (int latest = 0; latest < 2; latest++) {
        terms.basis = latest ? BASIS_LATEST : BASIS_AGREED;
        assert_true(
            transition_month(&terms, day(2023, 7, 1), 24, none, &month));
        assert_int_equal(month.amount.fen, 170000);
        assert_true(
            transition_month(&terms, day(2023, 7, 1), 25, none, &month));
        assert_int_equal(month.amount.fen, latest ? 408000 : 340000);
        assert_int_equal(month.overrun, 1);
        assert_int_equal(month.from.number, day(2025, 7, 1).number);
    }
}

static void stages_switch_by_themselves_in_their_month(void **unused)
{
    (void)unused;
    /* The collective list of 2018: after 6 months half more, after 12 twice. */
    static const struct transition_stage staged[] = { { 7, { 1500000 } },
                                                      { 13, { 2000000 } } };
    static const struct {
        int64_t month, overrun, multiplier;
    } rows[] = {
        { 1, 0, 1000000 },   { 10, 0, 1000000 },  { 11, 1, 1000000 },
        { 16, 6, 1000000 },  { 17, 7, 1500000 },  { 22, 12, 1500000 },
        { 23, 13, 2000000 }, { 99, 89, 2000000 },
    };
    struct transition_terms terms = tv7();
    struct transition_month month;

    terms.months = 10;
    terms.stages = staged;
    terms.stage_count = 2;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(transition_month(&terms, day(2023, 7, 1), rows[i].month,
                                     (struct day){ 0 }, &month));
        assert_int_equal(month.overrun, rows[i].overrun);
        assert_int_equal(month.multiplier.millionths, rows[i].multiplier);
    }
}

/* TV-9: months are those of the calendar. */
static void the_period_begins_and_ends_by_the_rules(void **unused)
{
    (void)unused;
    struct transition_terms terms = tv7();
    struct transition_month month;
    struct day vacated = day(2018, 3, 20), none = { 0 };
    static const int firsts[] = { 20, 21, 1 };

    terms.months = 30;
    for (unsigned start = START_VACATED; start <= START_MONTH; start++) {
        terms.start = start;
        assert_int_equal(transition_first(&terms, vacated).number,
                         day(2018, 3, firsts[start]).number);
        assert_int_equal(transition_overrun(&terms, vacated).number,
                         day(2020, 9, firsts[start]).number);
    }
    terms.months = 24;
    terms.start = START_VACATED;
    assert_int_equal(transition_overrun(&terms, day(2023, 2, 28)).number,
                     day(2025, 2, 28).number);
    assert_true(transition_month(&terms, day(2023, 1, 31), 1, none, &month));
    assert_int_equal(month.to.number, day(2023, 2, 28).number);

    terms.stop_months = 6;
    assert_int_equal(transition_stop(&terms, none).number, 0);
    assert_int_equal(transition_stop(&terms, day(2025, 9, 16)).number,
                     day(2026, 3, 16).number);
    assert_false(
        transition_month(&terms, day(2023, 7, 1), 2, day(2023, 8, 1), &month));
    /* more than half of a month is a whole one */
    terms.part = PART_HALF;
    assert_true(
        transition_month(&terms, day(2023, 7, 1), 1, day(2023, 7, 17), &month));
    assert_int_equal(month.amount.fen, 170000);
    /* a third of a fen is rounded half up: 0.01 ㎡ × 0.50 yuan × 1/31 */
    terms = (struct transition_terms){ .area = { 100 },
                                       .rate = { 31 },
                                       .months = 1 };
    assert_true(
        transition_month(&terms, day(2023, 7, 1), 1, day(2023, 7, 2), &month));
    assert_int_equal(month.amount.fen, 1);
    terms.rate.fen = 15; /* 15/31 of a fen */
    assert_true(
        transition_month(&terms, day(2023, 7, 1), 1, day(2023, 7, 2), &month));
    assert_int_equal(month.amount.fen, 0);
}

static void what_cannot_be_agreed_is_refused(void **unused)
{
    (void)unused;
    assert_int_equal(transition_may_confirm(false, false).code, 0);
    assert_int_equal(transition_may_confirm(true, false).code, CODE_CONFLICT);
    assert_int_equal(transition_may_confirm(false, true).code, CODE_DENIED);
    static const struct transition_stage falling[] = { { 1, { 2000000 } },
                                                       { 7, { 1500000 } } };
    static const struct transition_stage twice[] = { { 1, { 2000000 } },
                                                     { 1, { 2000000 } } };
    static const struct transition_stage less[] = { { 1, { 999999 } } };
    static const struct {
        int64_t area, rate;
        const struct transition_stage *stages;
        size_t count;
        const char *field;
    } rows[] = {
        { 8500, 2000, doubled, 1, NULL },
        { 8500, 2000, NULL, 0, NULL },
        { 0, 2000, doubled, 1, "area" },
        { TRANSITION_AREA_MAX + 1, 2000, doubled, 1, "area" },
        { 8500, 0, doubled, 1, "rate" },
        { 8500, TRANSITION_RATE_MAX + 1, doubled, 1, "rate" },
        { 8500, 2000, falling, 2, "stages" },
        { 8500, 2000, twice, 2, "stages" },
        { 8500, 2000, less, 1, "stages" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct transition_terms terms = tv7();
        terms.area.centi = rows[i].area;
        terms.rate.fen = rows[i].rate;
        terms.stages = rows[i].stages;
        terms.stage_count = rows[i].count;
        struct err err = transition_check(&terms);
        if (rows[i].field)
            assert_string_equal(err.field, rows[i].field);
        else
            assert_int_equal(err.code, 0);
    }
}

RUN(cmocka_unit_test(r_late_tv_7_overrun_with_a_part_month),
    cmocka_unit_test(tv_7_the_latest_published_rate_counts_in_an_overrun),
    cmocka_unit_test(stages_switch_by_themselves_in_their_month),
    cmocka_unit_test(the_period_begins_and_ends_by_the_rules),
    cmocka_unit_test(what_cannot_be_agreed_is_refused))
