/* when.h — days and moments of the district, as tests say them. */
#pragma once

#include "common/base/value.h"
#include "tests/check.h"

#include <stdio.h>

/* A moment in the district: "2026-11-02T09:00:00". */
static inline struct moment at(const char *local)
{
    char text[VALUE_TEXT_MAX];
    struct moment moment;

    (void)snprintf(text, sizeof text, "%s+08:00", local);
    assert_true(moment_parse(text, &moment));
    return moment;
}

/* "2026-11-02" */
static inline struct day on(const char *text)
{
    struct day day;

    assert_true(day_parse(text, &day));
    return day;
}
