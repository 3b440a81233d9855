/* record.h — a problem with what is its own, and every move of it.
 *
 * Whatever moves a problem goes through problem_do(): its papers are written
 * before the move that rests on them, its periods start and stop by one table,
 * and what the system must do next is set as an alarm, so that it is done by
 * nobody (R-CLOSE). */
#pragma once

#include "services/cases/matter/matter.h"
#include "services/cases/problem/commands.h"
#include "services/cases/problem/policy.h"
#include "services/cases/problem/rules.h"

struct problem {
    struct matter matter;
    struct problem_facts
        facts; /* filled by problem_take(), then by a handler */

    /* a row of cases.problem; the texts are sealed */
    struct id id;
    struct bytes text;
    const char *departments; /* codes, by commas */
    const char *team;        /* the name of a role */
    struct moment team_since;
    const char *must;
    const char *outcome;
    struct bytes answer;
    struct id minutes;
    const char *channel;
    struct moment asked_at;
    struct moment answered_at;
    const char *feedback;
    struct id feedback_by;
    const char *feedback_channel;
    struct moment feedback_at;
    struct moment ended_at;
    int64_t reopened;

    /* counted */
    int64_t alike;
    int64_t actions_left;
};

/* The problem, its row locked; or only looked at. */
struct err problem_take(struct call *call, struct id id, struct problem *p);
struct err problem_look(struct call *call, struct id id, struct problem *p);

/* As problem_look(), for who may see it: staff by role, others their own. */
struct err problem_show_to(struct call *call, struct id id, struct problem *p);

/* Open it, with what somebody said: the matter and the departments are
 * filled. */
struct err problem_open(struct call *call, struct problem *p, const char *text);

/* Is this move open to this actor now?  Asked before the store is told what
 * rests on it, which would refuse it in fewer words. */
struct err problem_may(const struct call *call, const struct problem *p,
                       unsigned event);

/* Do a move: write the row, move the case, start and stop its periods, tell.
 * `reason` may be NULL and is of a catalogue, never what somebody typed. */
struct err problem_do(struct call *call, struct problem *p, unsigned event,
                      const char *reason);

/* Begin it again, for who says that it was not solved. */
struct err problem_begin_again(struct call *call, struct id id);

/* A problem by its id, to ask the store and the alarm for it. */
struct problem_key {
    struct id id;
};
