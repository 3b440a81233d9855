/* rules.h — help in hardship (domain.md 4.4): where a case stands, what may
 * happen next, and what may not.
 *
 * It can only raise help.  The facts hold nothing of the household's own case:
 * whether it signed cannot change what is decided here (G-INDEP, R-SERVICE),
 * and nothing of what is decided here is read where it signs (G-FIREWALL,
 * R-HARD). */
#pragma once

#include "common/base/flow.h"
#include "common/base/role.h"
#include "common/base/value.h"
#include "services/cases/clock/rules.h"

enum hardship_state {
    HARDSHIP_NONE,
    HARDSHIP_SCREENED,
    HARDSHIP_CONSENTED,
    HARDSHIP_DECLINED,
    HARDSHIP_ASSESSED,
    HARDSHIP_PLANNED,
    HARDSHIP_ACTIVE,
    HARDSHIP_REVIEW_DUE,
    HARDSHIP_STABLE,
    HARDSHIP_CLOSED,
    HARDSHIP_CRISIS,
    HARDSHIP_REFERRED,
};
extern const char *const hardship_states[];

enum hardship_event {
    HARDSHIP_SCREEN,
    HARDSHIP_CONSENT,
    HARDSHIP_AGREE, /* a consent that moves nothing: help runs already */
    HARDSHIP_DECLINE,
    HARDSHIP_REVOKE,
    HARDSHIP_LOCK, /* revoked, and what the law owes goes on */
    HARDSHIP_ASSESS,
    HARDSHIP_PLAN,
    HARDSHIP_ACTIVATE,
    HARDSHIP_FIT, /* a dwelling was looked at */
    HARDSHIP_FALL_DUE,
    HARDSHIP_STEADY, /* a review: stable           */
    HARDSHIP_NEEDY,  /* a review: help is needed   */
    HARDSHIP_REFER,
    HARDSHIP_ALARM,   /* crisis */
    HARDSHIP_SETTLE,  /* the crisis is over: the resident is asked anew */
    HARDSHIP_RESUME,  /* the crisis is over: what the law owes goes on  */
    HARDSHIP_CONFIRM, /* the resident: it may be closed */
    HARDSHIP_CLOSE,
};

/* What the guards look at. */
struct hardship_facts {
    struct id actor;
    bool own;       /* the actor is the household that it is about       */
    bool form;      /* its signed form is brought, for who has no account */
    bool named;     /* of the service team, or the named social worker   */
    bool signs;     /* the actor has a part in signing                   */
    bool consented; /* now: given and not taken back                     */
    bool statutory; /* the plan holds help that the law owes             */
    bool confirmed; /* the resident agrees to close it                   */
    bool writes;    /* the command brings something to keep              */
    struct id planned_by;
    struct id reviewed_by;
    struct moment stable_from; /* the reviews that found it stable, in a  */
    struct moment stable_to;   /* row: the first and the last; or never   */
};

extern const struct flow hardship_flow;
extern const struct clock_rule hardship_clocks[];

enum {
    /* domain.md 4.4: whole days between two reviews that find it stable. */
    STABLE_DAYS = 90,
    /* domain.md 8 R-RETAIN: three years after the end. */
    RETAIN_MONTHS = 36,
};

#define CLOCK_ASSESS "T-HS-ASSESS"
#define CLOCK_CRISIS "T-HS-CRISIS"
#define CLOCK_REVIEW "T-HS-REVIEW"

/* Who of the office sees hardship at all: the team, the duty officer in a
 * crisis, and whoever is named in the case as its social worker. */
#define ROLE_HARDSHIP                                                          \
    (ROLE(T6_SERVICE) | ROLE(DUTY_OFFICER) | ROLE(GRID_MEMBER))

/* Who of the office may call for help in a crisis: whoever meets people. */
#define ROLE_HARDSHIP_CALLS                                                    \
    (ROLE_TEAMS | ROLE(DUTY_OFFICER) | ROLE(CENTRAL_HOUSEHOLD)                 \
     | ROLE(COMMUNITY_SECRETARY) | ROLE(T5_QUALITY))

/* What may make the office ask whether somebody wants help. */
struct hardship_trigger {
    const char *name;
    const char *label;
    const char *source;
};
extern const struct hardship_trigger hardship_triggers[]; /* name NULL ends */
extern const char *const hardship_trigger_names[]; /* first: "none given" */

/* May this actor read what a case holds?  The database asks the same
 * (cases.hardship_read).  The signing team never, whatever else it is. */
bool hardship_may_read(role_set roles, const struct hardship_facts *facts,
                       unsigned state);

/* ------------------------------------------------------------------- G-FIT */

/* What a dwelling has of what somebody needs. */
enum fit { FIT_NOT_SAID, FIT_NOT_NEEDED, FIT_FITS, FIT_LACKS };
extern const char *const fit_names[];

struct dwelling {
    unsigned lift;
    unsigned bathroom;
    unsigned school;
    unsigned dialysis;
};

/* All four were looked at, and nothing lacks. */
bool dwelling_fits(const struct dwelling *dwelling);

/* States in which nobody is moved without a dwelling that fits; the same as in
 * cases.fit_holds(). */
bool hardship_blocks_moving(unsigned state, bool fits);

/* The reviews in a row after one more; one that is not stable breaks it. */
void hardship_reviewed(struct hardship_facts *facts, bool stable,
                       struct moment now);

/* The first moment at which the contents are erased. */
struct moment hardship_erase_from(struct moment ended_at);
