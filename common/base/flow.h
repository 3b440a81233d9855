/* flow.h — a kind of case as one table of moves.
 *
 * Where a case stands, what may happen next, who may do it, and what keeps it
 * from happening yet are rows of one table (domain.md 4).  The same rows decide
 * a command, tell a person which moves are open and what the others wait for,
 * print the diagram (redkite docs states) and are compared with what the store
 * lets pass: so these four cannot differ.  Pure: the facts go in, among them
 * the time.
 *
 * What is not in the table is refused.  State 0 of every kind is "none": before
 * the case exists; it is never stored. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/role.h"
#include "common/base/shape.h"
#include "common/base/value.h"

#include <stdbool.h>

/* What holds a move back. */
struct hold {
    const char *why;    /* a sentence; NULL: nothing does   */
    struct moment from; /* when time alone will open it; or 0 */
};

/* A rule that a move waits for, by its name in domain.md 4.6 ("G-READ"); rules
 * that have none there are named in the same way.  `facts` is the struct that
 * the kind's own rules.h gives to all its guards. */
struct guard {
    const char *name;
    struct hold (*look)(const void *facts, struct arena *arena);
};

enum { GUARDS_MAX = 8, FLOW_STATES_MAX = 64 };

/* A set of states, or of tracks. */
typedef uint64_t flow_set;
#define IN(state) (UINT64_C(1) << (state))

struct move {
    unsigned event;
    unsigned to;   /* FLOW_STAYS: where it came from */
    flow_set from; /* IN(A) | IN(B) */
    role_set who;  /* any of these; ROLE(SERVICE) is the system */
    const struct guard *guards[GUARDS_MAX]; /* all of them; ends with NULL */
    flow_set tracks; /* on which legal tracks it exists; 0: on all  */
};

enum { FLOW_STAYS = FLOW_STATES_MAX };

struct flow {
    const char *name;          /* "household"; also in cases.transition   */
    const char *const *states; /* in the order of their enum, NULL at end */
    const char *const *labels; /* the same in Chinese                     */
    const char *const *events;
    const char *const *tracks; /* NULL: it has none                       */
    const struct move *moves;
    size_t count;
};

/* A case, as its flow sees it. */
struct stand {
    unsigned state;
    unsigned track;    /* of flow->tracks              */
    role_set roles;    /* of who asks                  */
    const void *facts; /* for the guards of this kind  */
};

/* One move as a person is told about it. */
struct next_move {
    const char *event;
    const char *to;
    const char *who; /* names of role.h, by commas            */
    bool open;
    const char *why;    /* not yet; NULL when open            */
    const char *guard;  /* the rule that says so              */
    struct moment from; /* when it opens, when time is all it takes */
};

extern const struct shape next_move_shape;

enum { NEXT_MAX = 16 };

struct next_moves {
    struct next_move at[NEXT_MAX];
    size_t count;
};

/* The holds: none, one for a reason, and one until a moment, which is
 * added to the sentence (" before 2026-12-01T08:30:00+08:00"). */
struct hold hold_none(void);
struct hold hold_for(const char *why);
struct hold hold_until(const char *why, struct moment from,
                       struct arena *arena);

/* One for a reason, unless it is fine. */
struct hold hold_unless(bool fine, const char *why);

/* Time that has to pass for somebody's sake, after the day of a record; for the
 * reason alone when there is no record yet. */
struct hold hold_wait(struct moment now, struct day since, struct moment until,
                      const char *why, struct arena *arena);

/* The state of that name; false when the flow has none. */
bool flow_state(const struct flow *flow, const char *name, unsigned *state);

/* The state after the event.  Or CODE_CONFLICT and one sentence: what is
 * missing, until when, and which moves are open now.  Or CODE_DENIED: it is
 * somebody else's to do. */
struct err flow_move(const struct flow *flow, const struct stand *at,
                     unsigned event, unsigned *to, struct arena *arena);

/* Every move from here, open or not yet, whoever may do it. */
struct next_moves flow_moves(const struct flow *flow, const struct stand *at,
                             struct arena *arena);

/* The first fault of a table, or NULL: a state or event that nothing names, two
 * rows for the same event from the same state and track, a state that cannot be
 * reached, a move that nobody may do.  For tests. */
const char *flow_fault(const struct flow *flow, struct arena *arena);
