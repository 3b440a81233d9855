/* minutes.h — what a joint meeting decided, and what became of it. */
#pragma once

#include "services/cases/meeting/commands.h"
#include "services/cases/problem/commands.h"

/* meeting.minute {meeting, problem, facts, law, options, decision, dissent,
 * outcome, same_cases, actions}: the decision holds for all of same_cases,
 * which are all that there are; it names no sum. */
extern const struct shape meeting_minute_shape, meeting_minuted_shape;
struct err cmd_meeting_minute(struct call *call, const void *body);

/* problem.act_done {action}: by its owner. */
extern const struct shape problem_action_shape;
struct err cmd_problem_act_done(struct call *call, const void *body);

/* problem.verify {action}: by the quality team, another person. */
struct err cmd_problem_verify(struct call *call, const void *body);

/* meeting.show {meeting}: all of it. */
extern const struct shape meeting_full_shape;
struct err cmd_meeting_show(struct call *call, const void *body);
