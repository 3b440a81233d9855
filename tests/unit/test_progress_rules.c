#include "services/reporting/progress/rules.h"

#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct line alone(int64_t all, int64_t offered, int64_t effective)
{
    struct tally tally = { { all, offered, effective } };
    struct line line, total;

    progress_publish(&tally, 1, &line, &total);
    return line;
}

static bool is_same(struct figure a, struct figure b)
{
    return a.showing == b.showing && a.count == b.count
           && a.percent == b.percent;
}

static void who_may_still_withdraw_is_not_shown_as_signed(void **unused)
{
    (void)unused;
    static const enum stage want[STATE_COUNT] = {
        [STATE_REGISTERED] = STAGE_REGISTERED,
        [STATE_OFFERED] = STAGE_OFFERED,
        [STATE_SIGNED_COOLING] = STAGE_OFFERED,
        [STATE_EFFECTIVE] = STAGE_EFFECTIVE,
    };

    for (unsigned state = 0; state < STATE_COUNT; state++)
        assert_int_equal(stage_of(state), want[state]);

    struct tally tally = tally_of((int64_t[]){ 7, 20, 30, 40 });
    assert_int_equal(tally.reached[STAGE_REGISTERED], 97);
    assert_int_equal(tally.reached[STAGE_OFFERED], 90);
    assert_int_equal(tally.reached[STAGE_EFFECTIVE], 40);
}

/* What is shown of one place: households, who reached the offer, who are bound
 * by an agreement. */
static void households_are_counted_in_steps_of_five(void **unused)
{
    (void)unused;
    static const struct {
        int64_t all, reached;
        enum showing showing;
        int64_t count;
        int percent;
    } rows[] = {
        { 120, 0, SHOW_FEW, 0, 0 },         { 120, 1, SHOW_FEW, 0, 0 },
        { 120, 4, SHOW_FEW, 0, 0 },         { 120, 5, SHOW_COUNT, 5, 4 },
        { 120, 9, SHOW_COUNT, 5, 4 },       { 120, 10, SHOW_COUNT, 10, 8 },
        { 120, 64, SHOW_COUNT, 60, 50 },    { 120, 120, SHOW_COUNT, 120, 100 },
        { 122, 122, SHOW_COUNT, 122, 100 }, { 10, 4, SHOW_FEW, 0, 0 },
        { 10, 5, SHOW_COUNT, 5, 50 },       { 10, 9, SHOW_COUNT, 5, 50 },
        { 10, 10, SHOW_COUNT, 10, 100 },    { 14, 13, SHOW_COUNT, 5, 35 },
        { 9, 9, SHOW_NOT, 0, 0 },           { 9, 3, SHOW_NOT, 0, 0 },
        { 1, 1, SHOW_NOT, 0, 0 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct figure f = alone(rows[i].all, rows[i].all, rows[i].reached)
                              .reached[STAGE_EFFECTIVE];
        if (f.showing != rows[i].showing || f.count != rows[i].count
            || f.percent != rows[i].percent)
            fail_msg("row %zu: %d, %d, %d %%", i, (int)f.showing, (int)f.count,
                     f.percent);
    }
}

static void how_many_households_a_place_has_is_shown_from_five(void **unused)
{
    (void)unused;
    assert_int_equal(alone(4, 0, 0).reached[0].showing, SHOW_NOT);
    assert_int_equal(alone(5, 0, 0).reached[0].showing, SHOW_COUNT);
    assert_int_equal(alone(5, 0, 0).reached[0].count, 5);
    assert_int_equal(alone(123, 0, 0).reached[0].count, 123);
}

/* R-THRESH. */
static void r_thresh_the_last_tenth_is_a_share_in_steps(void **unused)
{
    (void)unused;
    static const struct {
        int64_t all, reached;
        enum showing showing;
        int percent;
    } rows[] = {
        { 120, 109, SHOW_COUNT, 87 }, { 120, 110, SHOW_SHARE, 90 },
        { 120, 114, SHOW_SHARE, 90 }, { 120, 115, SHOW_SHARE, 95 },
        { 120, 119, SHOW_SHARE, 95 }, { 120, 120, SHOW_COUNT, 100 },
        { 150, 147, SHOW_SHARE, 95 }, { 1000, 999, SHOW_SHARE, 95 },
        { 60, 59, SHOW_SHARE, 90 },   { 40, 39, SHOW_COUNT, 87 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct figure f = alone(rows[i].all, rows[i].all, rows[i].reached)
                              .reached[STAGE_EFFECTIVE];
        if (f.showing != rows[i].showing || f.percent != rows[i].percent
            || (f.showing == SHOW_SHARE && f.count))
            fail_msg("row %zu: %d, %d %%", i, (int)f.showing, f.percent);
    }
}

/* Whatever the size of a place and whatever is shown of it short of "all":
 * it fits at least five true numbers. */
static void what_is_shown_fits_five_true_numbers(void **unused)
{
    (void)unused;
    for (int64_t all = 5; all <= 400; all++) {
        for (int64_t part = 0, run = 0; part < all; part++) {
            struct figure is = alone(all, all, part).reached[STAGE_EFFECTIVE];
            struct figure next =
                alone(all, all, part + 1).reached[STAGE_EFFECTIVE];
            run++;
            if (is_same(is, next))
                continue;
            assert_true(run >= HOUSEHOLDS_STEP);
            run = 0;
        }
    }
}

static void what_is_shown_never_falls_while_households_go_on(void **unused)
{
    (void)unused;
    for (int64_t part = 0; part < 120; part++) {
        struct figure is = alone(120, 120, part).reached[STAGE_EFFECTIVE];
        struct figure next = alone(120, 120, part + 1).reached[STAGE_EFFECTIVE];
        assert_true(is.percent <= next.percent);
    }
}

static void the_total_is_nearer_than_the_sum_of_the_places(void **unused)
{
    (void)unused;
    struct tally tallies[11];
    struct line lines[11], total;

    for (size_t i = 0; i < 11; i++)
        tallies[i] = (struct tally){ { 120, 80, 43 } };
    progress_publish(tallies, 11, lines, &total);

    assert_int_equal(total.reached[STAGE_REGISTERED].count, 1320);
    assert_int_equal(total.reached[STAGE_OFFERED].count, 880);
    assert_int_equal(total.reached[STAGE_EFFECTIVE].count, 470);
    assert_int_equal(total.reached[STAGE_EFFECTIVE].percent, 35);
}

static void the_total_of_one_place_is_that_place(void **unused)
{
    (void)unused;
    const struct tally tally = { { 120, 80, 43 } };
    struct line line, total;

    progress_publish(&tally, 1, &line, &total);

    assert_true(is_same(line.reached[1], total.reached[1]));
    assert_int_equal(total.reached[STAGE_EFFECTIVE].count, 40);
}

static void a_place_of_few_households_does_not_count_in_the_total(void **unused)
{
    (void)unused;
    const struct tally tallies[] = { { { 3, 2, 1 } }, { { 90, 60, 30 } } };
    struct line lines[COUNT(tallies)], total;

    progress_publish(tallies, COUNT(tallies), lines, &total);

    assert_int_equal(lines[0].reached[STAGE_REGISTERED].showing, SHOW_NOT);
    assert_int_equal(total.reached[STAGE_REGISTERED].count, 90);
}

static void no_place_at_all_is_nothing_of_nothing(void **unused)
{
    (void)unused;
    struct line total;

    progress_publish(NULL, 0, NULL, &total);

    assert_int_equal(total.reached[STAGE_REGISTERED].showing, SHOW_COUNT);
    assert_int_equal(total.reached[STAGE_REGISTERED].count, 0);
}

/* ------------------------------------------------------------- an attacker */

enum { PLACES = 3 };

/* A town, and a text of everything that is published about it. */
struct town {
    char shown[PLACES * 8 + 8];
    signed char cells[PLACES][STAGE_COUNT];
};

static void write_line(const struct line *line, char *to)
{
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++) {
        const struct figure *f = &line->reached[stage];
        to[2 * stage] = (char)f->showing;
        to[2 * stage + 1] =
            (char)(f->showing == SHOW_COUNT ? f->count : f->percent);
    }
}

static void look(struct town *town)
{
    struct tally tallies[PLACES];
    struct line lines[PLACES], total;

    for (size_t i = 0; i < PLACES; i++) {
        int64_t reached = 0;
        for (unsigned stage = STAGE_COUNT; stage-- > 0;) {
            reached += town->cells[i][stage];
            tallies[i].reached[stage] = reached;
        }
    }
    progress_publish(tallies, PLACES, lines, &total);
    memset(town->shown, 0, sizeof town->shown);
    for (size_t i = 0; i < PLACES; i++)
        write_line(&lines[i], town->shown + 8 * i);
    write_line(&total, town->shown + (size_t)8 * PLACES);
}

static int by_shown(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct town) - sizeof((struct town *)0)->cells);
}

/* All towns that look the same: no cell of 1 to 4 may be the same in all. */
static void check_class(const struct town *towns, size_t count)
{
    for (size_t cell = 0; cell < (size_t)PLACES * STAGE_COUNT; cell++) {
        const signed char *first = &towns[0].cells[0][0] + cell;
        bool open = false;
        for (size_t i = 1; i < count && !open; i++)
            open = (&towns[i].cells[0][0])[cell] != *first;
        if (!open && *first > 0 && *first < HOUSEHOLDS_STEP) {
            const signed char *c = &towns[0].cells[0][0];
            fail_msg(
                "cell %zu is surely %d in (%d %d %d) (%d %d %d) (%d %d %d)",
                cell, *first, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7],
                c[8]);
        }
    }
}

static size_t fill(struct town *towns, size_t n, struct town *town,
                   const signed char sizes[], size_t place)
{
    signed char *cells = town->cells[place];

    if (place == PLACES) {
        look(town);
        towns[n] = *town;
        return n + 1;
    }
    for (signed char a = 0; a <= sizes[place]; a++) {
        for (signed char b = 0; a + b <= sizes[place]; b++) {
            cells[0] = a;
            cells[1] = b;
            cells[2] = (signed char)(sizes[place] - a - b);
            n = fill(towns, n, town, sizes, place + 1);
        }
    }
    return n;
}

/* Every possible town of these sizes is published.  An attacker who knows the
 * sizes, all that is shown, and this very program, still cannot name a number
 * that is held back. */
static void
r_thresh_nobody_can_compute_a_number_that_is_held_back(void **unused)
{
    (void)unused;
    static const signed char sizes[][PLACES] = {
        { 5, 5, 5 },   { 4, 7, 9 },  { 10, 10, 11 },
        { 23, 24, 0 }, { 60, 3, 0 }, { 13, 14, 9 },
    };
    enum { TOWNS = 1000000 };
    struct town *towns = calloc(TOWNS, sizeof *towns);

    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct town town = { 0 };
        size_t count = fill(towns, 0, &town, sizes[s], 0);
        assert_true(count <= TOWNS);
        qsort(towns, count, sizeof *towns, by_shown);
        for (size_t from = 0, to; from < count; from = to) {
            for (to = from + 1;
                 to < count && by_shown(&towns[from], &towns[to]) == 0;)
                to++;
            check_class(&towns[from], to - from);
        }
    }
    free(towns);
}

static void what_is_considered_is_on_offer_to_the_public(void **unused)
{
    (void)unused;
    assert_string_equal(progress_state("considering"), "offered");
    assert_string_equal(progress_state("negotiating"), "offered");
    assert_string_equal(progress_state("effective"), "effective");
    assert_null(progress_state(NULL));
}

RUN(cmocka_unit_test(what_is_considered_is_on_offer_to_the_public),
    cmocka_unit_test(who_may_still_withdraw_is_not_shown_as_signed),
    cmocka_unit_test(households_are_counted_in_steps_of_five),
    cmocka_unit_test(how_many_households_a_place_has_is_shown_from_five),
    cmocka_unit_test(r_thresh_the_last_tenth_is_a_share_in_steps),
    cmocka_unit_test(what_is_shown_fits_five_true_numbers),
    cmocka_unit_test(what_is_shown_never_falls_while_households_go_on),
    cmocka_unit_test(the_total_is_nearer_than_the_sum_of_the_places),
    cmocka_unit_test(the_total_of_one_place_is_that_place),
    cmocka_unit_test(a_place_of_few_households_does_not_count_in_the_total),
    cmocka_unit_test(no_place_at_all_is_nothing_of_nothing),
    cmocka_unit_test(r_thresh_nobody_can_compute_a_number_that_is_held_back))
