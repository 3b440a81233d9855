#include "services/cases/draw/rules.h"
#include "tests/check.h"
#include "tests/when.h"

#include <string.h>

enum { HOMES = 10 };

static const char SECRET[] = "7K3PA-QW8RT-M2NXC-V4JHD";
static const struct id MAKER = { "00000000-0000-7000-8000-0000000000a1" };
static const struct id OTHER = { "00000000-0000-7000-8000-0000000000b2" };

static const char *const numbers[HOMES] = {
    "QH-0001", "QH-0002", "QH-0003", "QH-0004", "QH-0005",
    "QH-0006", "QH-0007", "QH-0008", "QH-0009", "QH-0010",
};

/* Worked out by Python's hashlib and hmac. */
static void the_order_is_the_one_that_anybody_finds(void **unused)
{
    (void)unused;
    static const size_t by_source[HOMES] = { 8, 1, 0, 7, 3, 6, 9, 4, 2, 5 };
    static const size_t by_long_key[HOMES] = { 4, 7, 1, 0, 8, 6, 5, 9, 3, 2 };
    struct arena *arena = arena_new();
    char roster[DRAW_HASH], secret[DRAW_HASH], key[101] = { 0 };
    size_t order[HOMES];

    draw_roster_hash(numbers, HOMES, roster, arena);
    assert_string_equal(
        roster,
        "4b69089318fedb41ce0dad2aa3bd54772619fb9b1e69e93196e998615ddfd166");
    draw_hash(SECRET, secret);
    assert_string_equal(
        secret,
        "2ee2741fee0859758934602ff1eaa761a62d2c3e5a9b7eea89f65971024e7c31");
    draw_order(roster, SECRET, "03 08 14 19 22 31 + 07", HOMES, order, arena);
    assert_memory_equal(order, by_source, sizeof order);
    memset(key, 'x', 100);
    draw_order(roster, key, "7", HOMES, order, arena);
    assert_memory_equal(order, by_long_key, sizeof order);
    arena_destroy(&arena);
}

/* 6,000 draws among three: each of the six orders about 1,000 times; chi-square
 * with five degrees of freedom stays below 20.5 but once in a thousand seeds,
 * and these seeds are fixed. */
static void every_order_is_as_likely(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    int seen[27] = { 0 };
    double off = 0;

    for (int i = 0; i < 6000; i++) {
        char value[16];
        size_t order[3];
        (void)snprintf(value, sizeof value, "%d", i);
        draw_order("roster", SECRET, value, 3, order, arena);
        seen[9 * order[0] + 3 * order[1] + order[2]]++;
        arena_reset(arena);
    }
    static const int orders[] = { 5, 7, 11, 15, 19, 21 };
    for (size_t i = 0; i < COUNT(orders); i++)
        off += (seen[orders[i]] - 1000) * (seen[orders[i]] - 1000) / 1000.0;
    assert_true(off < 20.5);
    arena_destroy(&arena);
}

static void it_is_bound_to_before_the_source_speaks(void **unused)
{
    (void)unused;
    struct day today = on("2026-11-26"), tomorrow = on("2026-11-27");

    assert_ok(draw_may_commit(today, tomorrow, 2));
    assert_string_equal(draw_may_commit(today, today, 2).field, "drawn_on");
    assert_refused(draw_may_commit(today, tomorrow, 1), CODE_CONFLICT);
    assert_ok(draw_may_commit(today, tomorrow, DRAW_MOST));
    assert_refused(draw_may_commit(today, tomorrow, DRAW_MOST + 1),
                   CODE_CONFLICT);
}

static void another_person_reveals_it_once_on_the_day(void **unused)
{
    (void)unused;
    const struct day day = on("2026-12-10"), early = on("2026-12-09");
    struct draw_standing draw = { MAKER, day, false, false };

    assert_ok(draw_may_reveal(&draw, OTHER, day));
    assert_refused(draw_may_reveal(&draw, OTHER, early), CODE_CONFLICT);
    assert_refused(draw_may_reveal(&draw, MAKER, day), CODE_CONFLICT);
    draw.revealed = true;
    assert_refused(draw_may_reveal(&draw, OTHER, day), CODE_CONFLICT);
    draw = (struct draw_standing){ MAKER, day, false, true };
    assert_refused(draw_may_reveal(&draw, OTHER, day), CODE_CONFLICT);
}

RUN(cmocka_unit_test(the_order_is_the_one_that_anybody_finds),
    cmocka_unit_test(every_order_is_as_likely),
    cmocka_unit_test(it_is_bound_to_before_the_source_speaks),
    cmocka_unit_test(another_person_reveals_it_once_on_the_day))
