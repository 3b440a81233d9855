/* What waits to be written, and what never does. */
#include "common/service/log.h"
#include "tests/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int out, terminal;

/* For one test: cmocka speaks where we do. */
static int begin(void **state)
{
    int ends[2];

    (void)state;
    fflush(stdout);
    terminal = dup(STDOUT_FILENO);
    if (pipe(ends) != 0 || dup2(ends[1], STDOUT_FILENO) < 0)
        return -1;
    close(ends[1]);
    out = ends[0];
    return fcntl(out, F_SETFL, O_NONBLOCK);
}

static int end(void **state)
{
    (void)state;
    dup2(terminal, STDOUT_FILENO);
    close(terminal);
    return close(out);
}

/* What was written since it was last asked. */
static const char *written(void)
{
    static char text[32768]; /* more than any test says */
    ssize_t size = read(out, text, sizeof text - 1);

    text[size > 0 ? size : 0] = '\0';
    return text;
}

/* True when both are there, in this order. */
static bool is_row(const char *text, const char *first, const char *second)
{
    const char *at = strstr(text, first);

    return at && strstr(at, second);
}

static void a_line_is_written_at_once(void **state)
{
    (void)state;
    log_info("one", NULL);
    assert_non_null(strstr(written(), "msg=one"));
}

static void held_lines_wait(void **state)
{
    (void)state;
    log_hold();
    log_info("one", NULL);
    log_info("two", NULL);
    assert_string_equal(written(), "");
    log_release();
    assert_true(is_row(written(), "msg=one", "msg=two"));
    log_info("three", NULL);
    assert_non_null(strstr(written(), "msg=three"));
}

static void what_is_wrong_never_waits(void **state)
{
    (void)state;
    log_hold();
    log_info("one", NULL);
    log_warn("two", NULL);
    assert_true(is_row(written(), "msg=one", "msg=two"));
    log_error("three", NULL);
    assert_non_null(strstr(written(), "msg=three"));
    log_info("four", NULL);
    assert_string_equal(written(), "");
    log_release();
    assert_non_null(strstr(written(), "msg=four"));
}

static void no_line_is_lost_however_many_wait(void **state)
{
    size_t lines = 0;

    (void)state;
    log_hold();
    for (int i = 0; i < 200; i++)
        log_info("many", NULL);
    log_release();
    for (const char *at = written(); (at = strstr(at, "msg=many")); at++)
        lines++;
    assert_int_equal(lines, 200);
}

#define IN_A_PIPE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PIPE(a_line_is_written_at_once),
        IN_A_PIPE(held_lines_wait),
        IN_A_PIPE(what_is_wrong_never_waits),
        IN_A_PIPE(no_line_is_lost_however_many_wait),
    };
    log_open("test", false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
