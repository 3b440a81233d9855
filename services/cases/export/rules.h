/* rules.h — small exports only (domain.md §8 R-LEAK; Personal Information
 * Protection Law art. 6 and 51).
 *
 * Two kinds of list are counted.  One tells whose households they are, or what
 * they get: namesakes that were found, pairs that look alike, a recount.  The
 * other is household.list asked for by a state in which a household has its
 * offer and has not signed: it names no one, but is the list of those who are
 * missing (R-THRESH).
 * Household.list without such a state is daily work on a screen, EXPORT_ROWS
 * households at a time, and so is a look of EXPORT_LOOK_UP at the counter:
 * neither is counted.
 *
 * Of what is counted a person is shown EXPORT_ROWS households of one list a
 * day, however it is paged; the same household again is no other.  More wants
 * an export: asked for with a purpose, approved by another person, for so many
 * households and so many hours.  For those who have not signed there is none.
 * Constants: nothing loosens them (R-CFG). */
#pragma once

#include "common/base/err.h"
#include "common/base/shape.h"
#include "common/base/value.h"

#include <stdbool.h>

enum {
    EXPORT_LOOK_UP = 5, /* households of a look that is not a list  */
    EXPORT_ROWS = 50,   /* of a page; of a list, a person and day   */
    EXPORT_MOST = 5000, /* households of one export                 */
    EXPORT_HOURS = 24,  /* from its approval                        */
};

/* The lists that are counted, and written by an export. */
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

/* The rows that a list is about to show its asker. */
struct export_look {
    enum export_list list;
    struct id by;          /* the export that they are shown by, or none    */
    struct ids households; /* whose they are; one may be named twice        */
    unsigned state;        /* enum state that they were picked by, or NONE  */
    bool goes_on;          /* the page after another: never a mere look-up  */
};

/* Is this look, without an export, one of those that are counted? */
bool export_is_counted(const struct export_look *look);

/* May a page of the register have so many? */
struct err export_may_page(int64_t households);

/* May so many households have been shown of a list today, without an export? */
struct err export_may_show(enum export_list list, int64_t shown);

/* May this person approve it? */
struct err export_may_approve(const struct export_standing *at,
                              struct id actor);

/* May this person be shown so many by it in all, and picked by their state?
 * Never the latter: no list of those who have not signed leaves the house
 * (R-THRESH). */
struct err export_may_use(const struct export_standing *at, struct id actor,
                          struct moment now, int64_t shown, bool by_state);
