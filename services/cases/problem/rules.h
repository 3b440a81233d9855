/* rules.h — a problem that somebody raised, from there to its answer
 * (domain.md 4.2).
 *
 * What a team does not solve in ten working days, what concerns two
 * departments, what three households have alike goes to a joint meeting: the
 * system sees to that.  Who raised it is asked whether it is solved; only the
 * system closes, after that answer or fifteen days of silence (R-CLOSE). */
#pragma once

#include "common/base/flow.h"
#include "services/cases/clock/rules.h"
#include "services/cases/meeting/rules.h"
#include "services/cases/problem/policy.h"

enum {
    PC_NONE,
    PC_RAISED,
    PC_TRIAGED,
    PC_IN_TEAM,
    PC_RESOLVED_TEAM,
    PC_AGENDA_PROPOSED,
    PC_AGENDA_SET,
    PC_MEETING_HELD,
    PC_ACTIONS_OPEN,
    PC_ACTIONS_DONE,
    PC_RESIDENT_FEEDBACK,
    PC_CLOSED,
    PC_REOPENED,
    PC_REFERRED,
};
enum {
    DO_RAISE,
    DO_TRIAGE,
    DO_ACCEPT,
    DO_RESOLVE,
    DO_PROPOSE,
    DO_SET,
    DO_POSTPONE,
    DO_HOLD,
    DO_DECIDE,
    DO_ACT,
    DO_VERIFY,
    DO_COMPLETE,
    DO_ASK,
    DO_FEEDBACK,
    DO_CLOSE,
    DO_REOPEN,
    DO_REFER,
};
/* What the system does by itself as soon as it may, in this order; ends with
 * DO_RAISE. */
extern const unsigned problem_own_moves[];

/* Its periods (domain.md 4.2, 4.7). */
extern const struct clock_rule problem_clocks[];
#define T_TRIAGE   "T-PC-TRIAGE"
#define T_TEAM     "T-PC-TEAM"
#define T_AGENDA   "T-JM"
#define T_TOTAL    "T-PC-TOTAL"
#define T_FEEDBACK "T-PC-FEEDBACK"

/* The clock of a decision's n-th action, from 1 to ACTIONS_MAX. */
const char *problem_action_clock(int64_t position);

/* The catalogues: codes, and what people read. */
extern const char *const problem_kinds[], *const problem_kind_labels[];
extern const char *const problem_outcomes[], *const problem_outcome_labels[];
extern const char *const problem_channels[], *const problem_channel_labels[];
extern const char *const problem_teams[]; /* names of role.h */

/* What somebody said who was asked whether it is solved. */
enum { SAID_SOLVED, SAID_PARTLY, SAID_NOT };
extern const char *const problem_feedbacks[];

/* Why something had to go to a meeting. */
enum { MUST_NOT, MUST_LATE, MUST_DEPARTMENTS, MUST_ALIKE };
extern const char *const problem_musts[];

/* The catalogue's word for a code, or NULL. */
const char *problem_label(const char *const *codes, const char *const *words,
                          const char *code);

enum { DEPARTMENTS_MUST = 2, ALIKE_MUST = 3, REOPEN_DAYS = 90, K_ANON = 5 };

/* What the guards look at; what a command does not ask about stays empty. */
struct problem_facts {
    struct moment now;
    struct id actor;
    role_set roles;

    struct id concerned;      /* the household, or who raised it          */
    role_set team;            /* that has it                              */
    struct moment team_since; /* triaged, or 0                            */
    department_set departments;
    int64_t alike; /* households with an open problem of this kind,
                      itself counted; 0 for what is like nothing else */

    struct id chair; /* of the meeting */
    struct moment invited_at;
    struct moment starts_at;
    struct quorum quorum;

    int64_t left_out;   /* by how many its same-case list is wrong    */
    const char *sum_in; /* the member of the minutes that names a sum */

    struct id owner; /* of the action */
    bool done;       /* the action    */
    bool verified;
    int64_t actions_left; /* not verified yet */

    bool answered; /* said whether it is solved            */
    struct moment asked_at;
    struct moment ended_at; /* closed or referred; 0: not          */
};

/* Must it go to a meeting, and why (domain.md 4.2). */
unsigned problem_must(const struct problem_facts *facts);

/* The end of the fifteen days in which an answer is awaited. */
struct moment problem_silence_end(struct moment asked_at);

/* Is it the same to two households?  "other" is like nothing else. */
bool problem_has_alike(const char *kind);
