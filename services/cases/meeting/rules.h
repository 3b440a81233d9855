/* rules.h — who sits in a joint meeting, when it is one, and what its minutes
 * may say (domain.md 4.2).
 *
 * Pure.  Police, enforcement, courts, developers and demolition firms are never
 * in a room with a household: they write (R-LEO).  A decision says what is
 * done, never how much is paid: amounts come from published rules alone
 * (R-BONUS), and it holds for every household in the same situation (G-EQUAL).
 */
#pragma once

#include "common/base/calendar.h"
#include "common/base/err.h"
#include "common/base/shape.h"

/* A department by its code, its name, and whether it only writes. */
struct department {
    const char *code;
    const char *label;
    bool writes_only;
};
extern const struct department departments[]; /* ends with a null code */

/* A set of departments: a bit for each row of `departments`. */
typedef uint64_t department_set;

/* Reads "housing,finance"; false when a code is not known or said twice.  ""
 * and NULL are none. */
bool departments_parse(const char *codes, department_set *set);
unsigned departments_count(department_set set);

/* As departments_parse() wrote it, in the order of the table. */
const char *departments_text(department_set set, struct arena *arena);

/* What somebody is in the room. */
enum seat { SEAT_CHAIR, SEAT_QUALITY, SEAT_SECRETARY, SEAT_TEAM, SEAT_DEPT };
extern const char *const seat_names[];

struct attendee {
    unsigned part;
    const char *department; /* of SEAT_DEPT; NULL for others           */
    const char *flags;      /* where somebody comes from, by commas    */
    struct id member;
    struct id actor; /* who says that the member is there */
    struct id chair; /* of this meeting                   */
    bool of_force;   /* as scheduling knows the member: from police and their
                        like, whatever the flags say */
};

/* May this one sit there?  The chair and the quality team speak for
 * themselves: nobody else says that they were there. */
struct err attendee_check(const struct attendee *attendee, struct arena *arena);

/* Who came, against who was named. */
struct quorum {
    bool chair;
    bool quality;
    department_set named;
    department_set here;  /* in the room   */
    department_set wrote; /* their opinion */
};

/* NULL, or one sentence: who is missing.  The chair, the quality team, and two
 * thirds of the named departments; one that only writes takes part by its
 * opinion. */
const char *quorum_missing(const struct quorum *quorum, struct arena *arena);

/* A household hears of the meeting so long before it (as of any appointment,
 * domain.md 4.6); the first moment at which the meeting may be held. */
enum { INVITED_HOURS = 24 };
struct moment invited_until(struct moment invited_at);

/* True when the text names a sum of money: digits, or numerals with a
 * magnitude, before 元, or behind a sign of currency. */
bool names_a_sum(const char *text, struct arena *arena);

/* Actions of a decision: days for each, and how many. */
enum { ACTION_DAYS = 15, ACTIONS_MAX = 8 };

struct action {
    const char *what;
    struct id owner;
    struct day due_on;
};
struct err action_check(const struct action *action, struct day today);
