/* rules.h — where a household stands, and what may happen next.
 *
 * One table holds every move (domain.md 4.1): from where, by what, to where,
 * who, and the guard that says why not yet.  Pure: the facts go in, among them
 * the time; a new state or a refusal comes out.  The same table answers "which
 * moves are open now", so that what is shown and what is done cannot differ.
 *
 * The states between REGISTERED and OFFERED (survey posting, appraisal) and
 * those after EFFECTIVE have no rows yet; nothing stands in for them. */
#pragma once

#include "common/base/calendar.h"
#include "common/base/flow.h"
#include "common/base/shape.h"

/* NONE is before the register knows the household; it is never stored. */
enum state { NONE, REGISTERED, OFFERED, SIGNED_COOLING, EFFECTIVE };
extern const char *const household_states[];

enum event { IMPORT, MAKE, OFFER, REOFFER, SIGN, WITHDRAW, TAKE_EFFECT };
extern const char *const household_events[];

/* Everything that the guards look at.  What a command does not ask about stays
 * empty; what is empty is never open. */
struct standing {
    unsigned state;
    struct moment now;
    struct id actor;
    role_set roles; /* ROLE(SERVICE): a deadline came */

    struct day plan_published_on;
    int64_t pack_version; /* of the statement to release, or the newest pack;
                             1 is the project's first, 0 is none */
    struct day pack_published_on;

    struct id prepared; /* a statement made and not released  */
    struct id prepared_by;
    struct moment prepared_at;

    int64_t offer_version; /* of the statement on offer */
    struct moment offered_at;
    struct moment facts_since; /* last change of what a statement counts */

    struct moment cooling_until;
};

extern const struct flow household_flow;

/* The state after the event, or one sentence: what is missing, until when, and
 * what is open instead (flow.h). */
struct err household_move(const struct standing *at, enum event event,
                          unsigned *to, struct arena *arena);

/* Every move from here, open or not yet. */
struct next_moves household_moves(const struct standing *at,
                                  struct arena *arena);

/* The first moment at which an offer may be signed: 08:30 of the day after
 * READ_DAYS whole days.  It is a time to wait, not a time to act, so that a
 * day off at its end does not move it. */
struct moment sign_from(struct moment offered_at);

/* The end of the last day on which a signature may be taken back.  Whoever has
 * to act gets the next working day when the last is a day off (Civil Code
 * art. 203). */
struct moment cooling_end(struct moment signed_at);

/* The first moment at which a statement by this pack may be released. */
struct moment release_from(const struct standing *at);

/* The witnesses of the office at a signature: enough, not too many, and no
 * one twice. */
struct err signers_check(struct ids signers);
