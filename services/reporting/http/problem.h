/* problem.h — everything that HTTP says no with (RFC 9457).
 *
 * Each kind of problem has a stable address, /problems/NAME, where a person
 * can read what it means and what to do, in Chinese and in English. */
#pragma once

#include "common/base/arena.h"

enum problem_kind {
    PROBLEM_MALFORMED,
    PROBLEM_PARAMETER,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD,
    PROBLEM_NOT_OFFERED,
    PROBLEM_BODY_TOO_LARGE,
    PROBLEM_ADDRESS_TOO_LONG,
    PROBLEM_HEADER_TOO_LARGE,
    PROBLEM_AWAY,
    PROBLEM_CROWDED,
    PROBLEM_FAULT,
    PROBLEM_COUNT,
};

struct problem {
    const char *name;
    unsigned status;
    const char *title, *advice;       /* zh-CN */
    const char *title_en, *advice_en; /* en    */
};

extern const struct problem problems[PROBLEM_COUNT];

/* By the name in its address; NULL when there is none. */
const struct problem *problem_named(const char *name);

/* The page for people: `model` with {status}, {title} ... filled in. */
const char *problem_page(const struct problem *problem, const char *model,
                         struct arena *arena);
