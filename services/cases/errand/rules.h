/* rules.h — an errand that is run for somebody, from the asking to the rating
 * (domain.md 4.3).
 *
 * It costs nothing and depends on nothing but itself: nowhere in this room is
 * it asked what the household signed or did not (G-INDEP, R-SERVICE).  What
 * somebody else does in a person's name needs a written authorisation; what
 * touches money or papers of identity takes two; only the person says how it
 * was. */
#pragma once

#include "common/base/flow.h"
#include "services/cases/clock/rules.h"

/* Who of the office sees errands (domain.md 5.4), and who may ask for one. */
#define ROLE_ES_TEAM (ROLE(T6_SERVICE) | ROLE(T4_MEDIATOR))
#define ROLE_ES_STAFF                                                          \
    (ROLE_ES_TEAM | ROLE(GRID_MEMBER) | ROLE(T5_QUALITY) | ROLE(DUTY_OFFICER))
#define ROLE_ES_OWN (ROLE(RESIDENT) | ROLE(PROXY))
#define ROLE_ES_ASK                                                            \
    (ROLE_ES_OWN | ROLE(CENTRAL_HOUSEHOLD) | ROLE(GRID_MEMBER)                 \
     | ROLE(T6_SERVICE))

enum {
    ES_NONE,
    ES_REQUESTED,
    ES_ACCEPTED,
    ES_NEED_DOCS,
    ES_IN_PROGRESS,
    ES_SUBMITTED,
    ES_RESULT,
    ES_DELIVERED,
    ES_RATED,
    ES_CLOSED,
    ES_DECLINED,
    ES_CANCELLED,
    ES_FAILED,
};
enum {
    RUN_REQUEST,
    RUN_ACCEPT,
    RUN_DECLINE,
    RUN_AUTHORISE,
    RUN_NEED_DOCS,
    RUN_PROGRESS,
    RUN_TAKE_ORIGINAL,
    RUN_RETURN_ORIGINAL,
    RUN_SUBMIT,
    RUN_RESULT,
    RUN_DELIVER,
    RUN_RATE,
    RUN_CLOSE,
    RUN_CANCEL,
    RUN_FAIL,
};

extern const struct flow errand_flow;
extern const struct clock_rule errand_clocks[];
#define T_ES_ACCEPT  "T-ES-ACCEPT"
#define T_ES_FIRST   "T-ES-FIRST"
#define T_ES_PROMISE "T-ES-PROMISE"
#define T_ES_RATE    "T-ES-RATE"

/* Days after the department's own in which the result is promised. */
enum { PROMISE_MORE_DAYS = 3 };

/* What a kind of errand touches. */
enum {
    ES_MONEY = 1 << 0,    /* money or an account: two persons            */
    ES_IDENTITY = 1 << 1, /* originals of identity papers: two persons   */
    ES_FAMILY = 1 << 2,   /* a family's quarrel: only the mediators see it */
    ES_SITE = 1 << 3,     /* for workers and migrants on the sites       */
};

struct errand_kind {
    const char *code;
    const char *label;
    const char *department;
    const char *documents; /* to bring, by ； */
    int working_days;      /* that the department has by law or promise */
    unsigned touches;
};

/* The catalogue; ends with a null code.  None of them costs a fee. */
extern const struct errand_kind errand_kinds[];

/* The kind of that code, or NULL. */
const struct errand_kind *errand_kind_of(const char *code);

/* How long until the result is promised, from the acceptance. */
struct clock_length errand_promise(const struct errand_kind *kind);

/* A written authorisation (委托书): until when, and what it allows beside
 * asking for the errand. */
struct authorisation {
    struct day until; /* 0: there is none */
    bool may_submit;  /* act and hand in for the person */
    bool may_hold_papers;
    bool may_handle_money;
};

/* What the guards look at. */
struct errand_facts {
    const struct errand_kind *kind;
    struct day today;
    struct id actor;
    role_set roles;
    struct id household; /* whose it is, or none                     */
    struct id opened_by; /* the office too, for somebody at the counter */
    struct id holder;
    struct id second; /* the second person, for money and identity   */
    bool ran;         /* the actor did something in it for the office */
    struct authorisation authorised;
    int64_t originals_out; /* taken and not given back             */
    bool said_why;         /* a reason in words is given           */
    struct moment now;
    struct moment rate_until; /* silence until then is an answer, too    */
};

/* May this person, of the office, see an errand of this kind: a family's
 * quarrel only its mediators (domain.md 4.3); a grid member what it has or
 * brought. */
bool errand_is_seen(const struct errand_facts *facts);
