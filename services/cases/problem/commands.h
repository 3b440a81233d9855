/* commands.h — problems: raise, give to a team, solve, answer, open again. */
#pragma once

#include "services/cases/matter/kinds.h"

/* What main.c lists: the kind, the alarm by which the system does
 * what is its own to do, and what is told. */
extern const struct case_kind problem_kind;
extern const struct shape problem_key_shape, problem_news_shape;
struct err on_problem_next(struct call *call, const void *body);

/* What moves a problem answers this. */
extern const struct shape problem_answer_shape;

/* problem.raise {project, household, community, kind, text, departments}: by
 * anybody; a resident for itself. */
extern const struct shape problem_raise_shape;
struct err cmd_problem_raise(struct call *call, const void *body);

/* problem.triage {id, team, departments}: to a team, with the departments that
 * it concerns. */
extern const struct shape problem_triage_shape;
struct err cmd_problem_triage(struct call *call, const void *body);

/* problem.accept {id}: the team begins. */
extern const struct shape problem_accept_shape;
struct err cmd_problem_accept(struct call *call, const void *body);

/* problem.resolve {id, outcome, answer}: the team has solved it. */
extern const struct shape problem_resolve_shape;
struct err cmd_problem_resolve(struct call *call, const void *body);

/* problem.propose {id}: the mediators bring it before a meeting. */
struct err cmd_problem_propose(struct call *call, const void *body);

/* problem.refer {id, channel}: to the channel that the law has for it. */
extern const struct shape problem_refer_shape;
struct err cmd_problem_refer(struct call *call, const void *body);

/* problem.feedback {id, said, channel}: whether it is solved.  What is not is
 * open again at once. */
extern const struct shape problem_feedback_shape;
struct err cmd_problem_feedback(struct call *call, const void *body);

/* problem.reopen {id}. */
struct err cmd_problem_reopen(struct call *call, const void *body);
