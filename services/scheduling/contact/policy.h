/* policy.h — the numbers of the contact policy (安宁规则), in one table.
 *
 * Each is the loosest that a district may have and is also the default; a
 * district may only tighten it, as far as `tightest` (R-CFG).  The rules are
 * given the numbers that are in force, from the table scheduling.policy, whose
 * own checks hold the same bounds; a test compares the two.
 *
 * No statute gives a cap for visits: the numbers are design numbers (domain.md
 * 4.6), anchored in Civil Code art. 1032-1033 (peace of private life),
 * Administrative Coercion Law art. 43 (no enforcement by night or on holidays)
 * and 12 CFR 1006.14 (seven contacts in seven days).
 *
 * Units: _h hours, _d days, _wd working days, _min minutes; of day: minutes
 * after midnight, district time. */
#pragma once

#include <stdint.h>

/* X(name, default and loosest, tightest, source) */
/* clang-format off */
#define CONTACT_POLICY(X)                                                    \
    X(ahead_h,             24,  168, "4.6 Visits: by appointment")           \
    X(visit_7d,             2,    1, "4.6 Visits: per rolling 7 days")       \
    X(visit_30d,            4,    1, "4.6 Visits: per rolling 30 days")      \
    X(visit_gap_h,         48,  336, "4.6 Visits: apart")                    \
    X(visit_max_min,       60,   15, "4.6 Visits: length")                   \
    X(talk_pause_d,         7,   30, "4.6 Visits: after a sign-related talk") \
    X(refusals,             2,    1, "4.6 Refusal: in a row")                \
    X(refusal_pause_d,     30,  180, "4.6 Refusal: pause of persuasion")     \
    X(dnc_d,               30,  180, "4.6 Do-not-contact: renewable")        \
    X(serve_wd,             3,   10, "4.6 Do-not-contact: statutory service") \
    X(quiet_from_min,    1200, 1080, "4.6 Quiet hours: 20:00")               \
    X(quiet_until_min,    510,  600, "4.6 Quiet hours: 08:30")               \
    X(morning_from_min,   540,  630, "4.6 Agreed hours: 09:00")              \
    X(morning_until_min,  690,  630, "4.6 Agreed hours: 11:30")              \
    X(afternoon_from_min, 840,  960, "4.6 Agreed hours: 14:00")              \
    X(afternoon_until_min, 1080, 960, "4.6 Agreed hours: 18:00")             \
    X(visitors_least,       2,    3, "4.6 G-SQUAD")                          \
    X(visitors_most,        3,    2, "4.6 G-SQUAD")
/* clang-format on */

struct contact_policy {
#define CONTACT_POLICY_MEMBER(name, loosest, tightest, source) int64_t name;
    CONTACT_POLICY(CONTACT_POLICY_MEMBER)
#undef CONTACT_POLICY_MEMBER
};
