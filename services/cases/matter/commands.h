/* commands.h — work between people, the same for every kind of case: whose a
 * case is, what is due, and what happened. */
#pragma once

#include "common/service/service.h"

/* case.timeline {id, as_of}: what happened, up to a moment. */
extern const struct shape case_timeline_shape, case_history_shape;
struct err cmd_case_timeline(struct call *call, const void *body);

/* case.assign {id, holder}: a lead of the kind gives it to a member. */
extern const struct shape case_assign_shape, case_given_shape;
struct err cmd_case_assign(struct call *call, const void *body);

/* case.assign_all {ids, holder}: the same for a page of cases, each with its
 * own result; one that may not be given leaves the others as they are. */
extern const struct shape case_assign_all_shape, case_assigned_shape;
struct err cmd_case_assign_all(struct call *call, const void *body);

/* case.return {id, reason}: its holder gives it back to the queue. */
extern const struct shape case_return_shape;
struct err cmd_case_return(struct call *call, const void *body);

/* case.hand_over {from, to, reason}: all that a member has, each with its own
 * result; `next` when there is more. */
extern const struct shape case_hand_over_shape, case_handed_shape;
struct err cmd_case_hand_over(struct call *call, const void *body);

/* case.held {holder}: all that a member has, fifty at a time, with the next
 * period of each: the list of a hand-over. */
extern const struct shape case_held_shape, case_held_page_shape;
struct err cmd_case_held(struct call *call, const void *body);

/* case.tasks {holder, household, late}: the periods that run, by household. */
extern const struct shape case_tasks_shape, case_task_page_shape;
struct err cmd_case_tasks(struct call *call, const void *body);
