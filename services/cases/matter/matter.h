/* matter.h — a case of any kind but the household's own.
 *
 * One table of cases and one of entries for all of them (cases.matter,
 * cases.matter_entry); what a kind knows beside this stands in a table of its
 * own.  A handler of a kind takes the case (locked), fills the facts for its
 * guards, moves it, and writes what is its own.  Nothing moves that is not
 * written down: the store refuses it at the commit. */
#pragma once

#include "services/cases/matter/kinds.h"

struct matter {
    const struct case_kind *of;
    const char *no;   /* "ES-000012", as people say it */
    const char *kind; /* of its kind's catalogue       */
    struct moment opened_at;
    struct moment state_since;
    unsigned state; /* of its flow */
    struct id id;
    struct id project;
    struct id community; /* or none                       */
    struct id household; /* whom it is about, or none     */
    struct id opened_by; /* or none: nobody said who      */
    struct id holder;    /* or none: in its team's queue  */
};

/* Open a case: the move `event` from none.  The caller gives project, kind, and
 * what of community, household, opened_by is to be known; the rest is set. */
struct err matter_open(struct call *call, const struct case_kind *kind,
                       unsigned event, const void *facts,
                       struct matter *matter);

/* The case, its row locked.  CODE_NOT_FOUND when this kind has no such case. */
struct err matter_take(struct call *call, const struct case_kind *kind,
                       struct id id, struct matter *matter);

/* The same, not locked: to look at. */
struct err matter_look(struct call *call, const struct case_kind *kind,
                       struct id id, struct matter *matter);

/* In a look at the past: the case as it stood then.  May it be seen is asked
 * before, of how it stands now. */
struct err matter_as_it_stood(struct call *call, struct matter *matter);

/* Do what the table of moves says to `event`, or say why not.  `reason` may be
 * NULL and never names a person: it stands in the clear. */
struct err matter_move(struct call *call, const struct case_kind *kind,
                       struct matter *matter, unsigned event, const void *facts,
                       const char *reason);

/* Every move from here, open or not yet; of the past none is told. */
struct next_moves matter_moves(const struct call *call,
                               const struct case_kind *kind,
                               const struct matter *matter, const void *facts);

/* Write down what moves nothing and is in no table ("assign"). */
struct err matter_note(struct call *call, const struct matter *matter,
                       const char *event, const char *reason);

/* Give the case to a member (none: back to the queue), and write that down. */
struct err matter_give(struct call *call, struct matter *matter,
                       struct id holder, const char *event, const char *reason);

/* The actor is this household: it acts under its own id (own.h). */
bool is_household(const struct call *call, struct id household);

/* May this actor see this case: the household that it is about, and of the
 * office by role and by what its kind seals. */
struct err matter_may_see(struct call *call, const struct matter *matter);

/* Cases of a member, locked, at most MATTER_PAGE after one. */
enum { MATTER_PAGE = 50 };
struct err matter_of_holder(struct call *call, struct view from_after,
                            struct matter *matters, size_t *count);
