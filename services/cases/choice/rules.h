/* rules.h — choosing flats in the order that was drawn (domain.md R-ORDER).
 *
 * One household after the other has its turn, so long as was announced.  Who
 * does not come is told, has another turn at the end, and loses nothing else;
 * when all turns are over, whoever still waits may choose at any time. */
#pragma once

#include "common/base/calendar.h"
#include "common/base/err.h"

enum { TURN_LEAST = 5, TURN_MOST = 10080 }; /* minutes: a week */

/* What opening a draw for choosing looks at. */
struct choosing {
    bool revealed, voided, begun;
    int64_t flats; /* that were committed to */
};
struct err choosing_may_begin(const struct choosing *choosing);

/* What a household that wants a flat stands before. */
struct chooser {
    bool begun;      /* choosing has                             */
    bool on_roster;  /* it was drawn                             */
    bool on_turn;    /* it is its turn now                       */
    bool turns_left; /* others have, or are to have, their turns */
    bool in_draw;    /* the flat was committed to                */
    bool free;       /* and nobody has it                        */
    int64_t taken;   /* flats that it has                        */
    int64_t take;    /* flats that it may have                   */
};
struct err may_choose(const struct chooser *chooser);

/* When a turn that begins now is over: never by night, and its minutes are all
 * between 08:30 and 18:00 (as signing is, domain.md 4.6 G-PLACE), on the next
 * day when this one has not so many left.  A turn that is longer than a day's
 * hours ends within them, rather later than sooner. */
struct moment turn_until(struct moment now, int64_t minutes);

/* Whether a turn that ran out is followed by another at the end. */
bool comes_again(bool again);

/* What a flat turned out to measure, beside what was said of it: more is to be
 * paid, less is paid back (多退少补); 0.01 m2. */
int64_t measured_more(struct area said, struct area measured);
