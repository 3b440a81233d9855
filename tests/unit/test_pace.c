#include "common/base/pace.h"
#include "tests/check.h"

/* What has come and was not done yet. */
struct heap {
    int64_t waiting, first;
    int64_t longest; /* that one waited */
    int helpings;
};

static void come(struct heap *heap, int64_t count, int64_t now)
{
    if (count && !heap->waiting)
        heap->first = now;
    heap->waiting += count;
}

static void take(struct heap *heap, struct pace *pace, int64_t now)
{
    if (!heap->waiting || pace_rest(pace, now) > 0)
        return;
    if (now - heap->first > heap->longest)
        heap->longest = now - heap->first;
    pace_took(pace, heap->waiting, now);
    heap->waiting = 0;
    heap->helpings++;
}

/* So many a second come evenly from `from` on, for so long. */
static struct heap stream(struct pace *pace, int64_t rate, int64_t from,
                          int64_t ms)
{
    struct heap heap = { 0 };

    for (int64_t t = 0; t < ms; t++) {
        come(&heap, (t + 1) * rate / 1000 - t * rate / 1000, from + t);
        take(&heap, pace, from + t);
    }
    return heap;
}

static void the_first_is_done_at_once(void **state)
{
    struct pace pace = { 0 };

    (void)state;
    assert_int_equal(pace_rest(&pace, 1000), 0);
    pace_took(&pace, 1, 1000);
    assert_int_equal(pace_rest(&pace, 1001), PACE_MS - 1);
    assert_int_equal(pace_rest(&pace, 1000 + PACE_MS), 0);
}

static void what_can_be_done_one_by_one_never_waits(void **state)
{
    struct pace pace = { 0 };
    struct heap heap = stream(&pace, 200, 1000, 10000);

    (void)state;
    assert_int_equal(heap.helpings, 2000);
    assert_int_equal(heap.longest, 0);
}

static void of_a_stream_larger_helpings_are_taken(void **state)
{
    struct pace pace = { 0 };

    (void)state;
    stream(&pace, 400, 1000, 1000); /* until it is known for one */
    struct heap heap = stream(&pace, 400, 2000, 8000);
    assert_in_range(heap.helpings, 8000 / (PACE_STREAM_MS + 4),
                    8000 / PACE_STREAM_MS + 1);
    assert_in_range(heap.longest, PACE_STREAM_MS - 3, PACE_STREAM_MS);
}

static void a_stream_is_soon_known_for_one(void **state)
{
    struct pace pace = { 0 };

    (void)state;
    assert_true(stream(&pace, 400, 1000, 300).helpings < 36); /* of 120 */
}

static void the_helpings_grow_with_the_stream(void **state)
{
    struct pace pace = { 0 };
    int last = 1 << 20;

    (void)state;
    for (int64_t rate = 230; rate <= 310; rate += 20) {
        struct heap heap = stream(&pace, rate, rate * 100000, 4000);
        assert_true(heap.helpings < last);
        last = heap.helpings;
    }
}

static void after_many_at_once_it_is_calm_soon(void **state)
{
    struct pace pace = { 0 };

    (void)state;
    for (int64_t now = 1000; now < 1100; now += 1 + pace_rest(&pace, now))
        pace_took(&pace, 100, now);
    assert_true(pace.pause_ms > PACE_STREAM_MS / 2);
    assert_int_equal(stream(&pace, 10, 2000, 500).longest, 0);
}

static void a_stream_that_stops_for_a_moment_goes_on(void **state)
{
    struct pace pace = { 0 };

    (void)state;
    stream(&pace, 400, 1000, 1000);
    assert_true(stream(&pace, 400, 2100, 300).helpings < 9);
}

static void a_flood_is_forgotten_however_large(void **state)
{
    struct pace pace = { 0 };
    int64_t year = INT64_C(365) * 86400000;

    (void)state;
    pace_took(&pace, 100000000, 1000);
    pace_took(&pace, 1, 4000);
    assert_int_equal(stream(&pace, 100, 4100, 500).longest, 0);
    pace_took(&pace, 100000000, 5000);
    pace_took(&pace, 1, 5000 + 10 * year);
    assert_in_range(pace.pause_ms, PACE_MS, 2 * PACE_MS);
}

/* As after a moment in which the machine did something else. */
static void a_few_at_once_hold_up_the_next_for_little(void **state)
{
    struct pace pace = { 0 };
    struct heap heap;

    (void)state;
    stream(&pace, 200, 1000, 4000);
    pace_took(&pace, 2, 5100); /* nothing was done for a tenth of a second */
    pace_took(&pace, 18, 5100 + PACE_MS);
    heap = stream(&pace, 200, 5105, 100);
    assert_in_range(heap.longest, PACE_MS, 10 * PACE_MS);
    stream(&pace, 200, 5205, 200);
    assert_int_equal(stream(&pace, 200, 5405, 1000).longest, 0);
}

RUN(cmocka_unit_test(the_first_is_done_at_once),
    cmocka_unit_test(what_can_be_done_one_by_one_never_waits),
    cmocka_unit_test(of_a_stream_larger_helpings_are_taken),
    cmocka_unit_test(a_stream_is_soon_known_for_one),
    cmocka_unit_test(the_helpings_grow_with_the_stream),
    cmocka_unit_test(after_many_at_once_it_is_calm_soon),
    cmocka_unit_test(a_flood_is_forgotten_however_large),
    cmocka_unit_test(a_stream_that_stops_for_a_moment_goes_on),
    cmocka_unit_test(a_few_at_once_hold_up_the_next_for_little))
