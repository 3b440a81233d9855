/* rules.h — where a grievance stands, and what may happen next.
 *
 * One table holds every move (domain.md 4.5), on three levels: the community's
 * window, the quality team, the district's panel.  Nobody reviews what he
 * handled, nobody handles what is said of himself, and no one of the office
 * ends a grievance.  Pure: the facts go in, among them the time. */
#pragma once

#include "common/base/flow.h"
#include "services/cases/clock/rules.h"
#include "services/cases/grievance/policy.h"
#include "services/cases/shield/rules.h"

enum grievance_state {
    NO_GRIEVANCE,
    RECEIVED,
    ACKED,
    TRIAGED,
    ACCEPTED,
    REDIRECTED,
    DUPLICATE,
    INVESTIGATING,
    PROPOSED,
    REPLIED,
    SATISFIED,
    APPEALED_G2,
    REPLIED_G2,
    APPEALED_G3,
    REPLIED_G3,
    CLOSED,
    EXTENDED,
    WITHDRAWN,
    EMERGENCY,
    SAFEGUARD,
};
extern const char *const grievance_states[];
extern const char *const grievance_labels[];

enum grievance_event {
    LODGE,
    ACK,
    TRIAGE,
    ACCEPT,
    REDIRECT,
    MERGE,
    INVESTIGATE,
    PROPOSE,
    REPLY,
    EXTEND,
    RAISE_ALARM,
    ACT,
    SAFEGUARD_ON,
    SAFEGUARD_OFF,
    WITHDRAW_ASK,
    WITHDRAW_KEEP,
    WITHDRAW_CONFIRM,
    SATISFY,
    APPEAL,
    CLOSE,
    REOPEN,
    ESCALATE, /* straight to the quality team, by the system */
};
extern const char *const grievance_events[];

/* How soon a person must have looked at it. */
enum urgency { NORMAL, WITHIN_DAY, AT_ONCE };
extern const char *const urgency_names[];

/* What a grievance can be about; `tolls`: while it is open, what the household
 * is owed is in dispute (G-TOLL). */
struct grievance_kind {
    const char *name, *label;
    enum urgency urgency;
    bool tolls;
};
extern const struct grievance_kind grievance_kinds[];
extern const char *const grievance_kind_names[];
const struct grievance_kind *grievance_kind_of(const char *name);

enum weight { SIMPLE, ORDINARY, COMPLEX };
extern const char *const weight_names[];

/* How it came in; a second channel is another one of these. */
enum channel {
    COUNTER,
    PHONE,
    SMS,
    LETTER,
    WEB,
    MINI_PROGRAM,
    GRID_DEVICE,
    HOTLINE,
    PETITION,
    CHANNELS
};
extern const char *const channel_names[];

/* Everything that the guards look at. */
struct grievance_facts {
    struct moment now;
    unsigned state;
    bool by_system;

    bool about;     /* the actor is complained of                       */
    unsigned part;  /* the level at which the actor handled it, or 0    */
    bool case_team; /* the actor acted in the household's own case      */

    bool extended;
    struct moment appeal_until; /* after the last answer              */
    struct moment reopen_until; /* after the end                      */

    bool withdrawing; /* a withdrawal waits                         */
    bool took_down;   /* the actor took that withdrawal down        */
    bool same_way;    /* it would be confirmed as it was asked for  */
};

extern const struct clock_rule grievance_clocks[];

/* The level that a state belongs to: 1, 2 or 3. */
unsigned grievance_level(unsigned state);

/* What an event does to the periods of a case: whether all that ran stop, and
 * which starts, or NULL. */
struct clock_change {
    bool stops;
    const char *starts;
};
struct clock_change grievance_clock(unsigned event, unsigned urgency,
                                    unsigned weight);

/* The first moment at which one that ended then can no longer be reopened. */
struct moment reopen_end(struct moment ended_at);
