/* rules.h — small exports only (domain.md §8 R-LEAK; Personal Information
 * Protection Law art. 6 and 51).
 *
 * A person is shown EXPORT_ROWS households of one list a day, however it is
 * paged; the same household again is no other.  More wants an export: asked for
 * with a purpose, approved by another person, for so many households and so
 * many hours.  Constants: nothing loosens them (R-CFG). */
#pragma once

#include "common/base/err.h"
#include "common/base/value.h"

#include <stdbool.h>

enum {
    EXPORT_ROWS = 50,   /* households of one list, a person and day */
    EXPORT_MOST = 5000, /* households of one export                 */
    EXPORT_HOURS = 24,  /* from its approval                        */
};

/* The lists that are counted. */
enum export_list {
    EXPORT_HOUSEHOLDS,
    EXPORT_FOUND,
    EXPORT_ALIKE,
    EXPORT_RECOUNT,
};
extern const char *const export_lists[]; /* by the commands' names */

/* An export as a rule looks at it. */
struct export_standing {
    struct id asked_by;
    struct moment approved_at; /* 0: not yet */
    struct moment until;
    int64_t rows;
    bool same_list; /* it is for the list that is asked for     */
    bool within;    /* all that it would show is what it is for */
};

/* May so many households have been shown of a list today, without an export? */
struct err export_may_show(int64_t shown);

/* May this person approve it? */
struct err export_may_approve(const struct export_standing *at,
                              struct id actor);

/* May this person be shown so many by it in all, and picked by their state?
 * Never the latter: no list of those who have not signed leaves the house
 * (R-THRESH). */
struct err export_may_use(const struct export_standing *at, struct id actor,
                          struct moment now, int64_t shown, bool by_state);
