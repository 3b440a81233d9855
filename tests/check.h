/* check.h — cmocka, with the headers it wants and the words we use. */
#pragma once

#include "common/base/err.h" /* before cmocka: it has a macro fail() */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define assert_ok(call)            assert_int_equal((call).code, CODE_OK)
#define assert_refused(call, want) assert_int_equal((call).code, (want))

#define RUN(...)                                                               \
    int main(void)                                                             \
    {                                                                          \
        const struct CMUnitTest tests[] = { __VA_ARGS__ };                     \
        return cmocka_run_group_tests(tests, NULL, NULL);                      \
    }
