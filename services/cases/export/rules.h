/* rules.h — small exports only (domain.md §8 R-LEAK; Personal Information
 * Protection Law art. 6 and 51).
 *
 * Pages of the register tell no names: whoever works with a community turns
 * them as he needs, EXPORT_ROWS households at a time, and more at once is an
 * export.  Of a list that names people or tells amounts a person is shown
 * EXPORT_ROWS households a day, however it is paged; the same household again
 * is no other.  A few that one question finds at the counter are no list.
 * More wants an export: asked for with a purpose, approved by another person,
 * for so many households and so many hours.  Constants: nothing loosens them
 * (R-CFG). */
#pragma once

#include "common/base/err.h"
#include "common/base/value.h"

#include <stdbool.h>

enum {
    EXPORT_FEW = 5,     /* households that one question may find    */
    EXPORT_ROWS = 50,   /* of a page; of a list, a person and day   */
    EXPORT_MOST = 5000, /* households of one export                 */
    EXPORT_HOURS = 24,  /* from its approval                        */
};

/* The lists that more may be exported of. */
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

/* Is an answer with so many households, at the head of a list or further on,
 * one that is counted? */
bool export_is_counted(enum export_list list, int64_t households, bool goes_on);

/* May a page of the register have so many? */
struct err export_may_page(int64_t households);

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
