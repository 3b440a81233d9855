#include "common/base/pace.h"
#include "tests/check.h"

/* One comes every `gap` ms for so long; each is done when it may be.  Returns
 * the longest that one of the last half waited, and how many helpings there
 * were in *helpings. */
static int64_t stream(struct pace *pace, int64_t gap, int64_t ms, int *helpings)
{
    int64_t longest = 0, waiting = 0, first = 0, from = pace->took_at + 1000;

    *helpings = 0;
    for (int64_t now = from; now < from + ms; now++) {
        if ((now - from) % gap == 0 && waiting++ == 0)
            first = now;
        if (!waiting || pace_rest(pace, now) > 0)
            continue;
        if (now > from + ms / 2 && now - first > longest)
            longest = now - first;
        pace_took(pace, waiting, now);
        waiting = 0;
        ++*helpings;
    }
    return longest;
}

static void the_first_is_done_at_once(void **state)
{
    struct pace pace = { 0, 0 };

    (void)state;
    assert_int_equal(pace_rest(&pace, 1000), 0);
    pace_took(&pace, 1, 1000);
    assert_int_equal(pace_rest(&pace, 1001), PACE_MS - 1);
    assert_int_equal(pace_rest(&pace, 1000 + PACE_MS), 0);
}

static void what_comes_now_and_then_never_waits(void **state)
{
    struct pace pace = { 0, 0 };
    int helpings;

    (void)state;
    assert_int_equal(stream(&pace, PACE_MS + 1, 10000, &helpings), 0);
    assert_int_equal(helpings, 10000 / (PACE_MS + 1));
    assert_true(pace.owed_ms <= PACE_MS);
}

static void of_a_stream_larger_helpings_are_taken(void **state)
{
    struct pace pace = { 0, 0 };
    int helpings;

    (void)state;
    assert_in_range(stream(&pace, PACE_MS - 1, 10000, &helpings),
                    PACE_STREAM_MS - PACE_MS, PACE_STREAM_MS - 1);
    assert_true(helpings < 2 * 10000 / PACE_STREAM_MS);
}

static void after_many_at_once_it_is_calm_soon(void **state)
{
    struct pace pace = { 0, 0 };

    (void)state;
    pace_took(&pace, 500, 1000);
    assert_int_equal(pace_rest(&pace, 1000), PACE_STREAM_MS);
    pace_took(&pace, 0, 1000 + PACE_STREAM_MS);
    assert_int_equal(pace_rest(&pace, 1000 + PACE_STREAM_MS),
                     PACE_STREAM_MS / 2);
    pace_took(&pace, 0, 1000 + 2 * PACE_STREAM_MS);
    assert_int_equal(pace_rest(&pace, 1000 + 2 * PACE_STREAM_MS), PACE_MS);
}

/* As after a moment in which the machine did something else. */
static void a_few_at_once_hold_up_the_next_for_little(void **state)
{
    struct pace pace = { 0, 0 };
    int helpings;

    (void)state;
    pace_took(&pace, 4, 1000);
    assert_int_equal(pace_rest(&pace, 1000), 2 * PACE_MS);
    stream(&pace, PACE_MS + 1, 1000, &helpings);
    assert_true(pace.owed_ms <= PACE_MS);
}

RUN(cmocka_unit_test(the_first_is_done_at_once),
    cmocka_unit_test(what_comes_now_and_then_never_waits),
    cmocka_unit_test(of_a_stream_larger_helpings_are_taken),
    cmocka_unit_test(after_many_at_once_it_is_calm_soon),
    cmocka_unit_test(a_few_at_once_hold_up_the_next_for_little))
