/* policy.h — the numbers of call-backs (domain.md 4.6, 9 callback_pct; 3.3).
 *
 * The share is the least that a district may have and the default: it stands in
 * cases.callback_policy, whose own check holds it (R-CFG); a test compares the
 * two.  The others nobody changes. */
#pragma once

enum {
    CALLBACK_PCT = 5,   /* of what ends, in percent                       */
    CALLBACK_TRIES = 3, /* calls, one a day                               */
    CALLBACK_FROM = 8 * 60 + 30, /* minutes of the district's day: R-QUIET */
    CALLBACK_UNTIL = 20 * 60,
};
