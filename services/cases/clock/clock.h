/* clock.h — start, pause, resume and stop the periods of a case.
 *
 * A clock belongs to a household or a case, one of each name at a time.  Every
 * change of it is written down (cases.clock_entry) and can be explained
 * (deadline.list).  When a step of its ladder comes, the event deadline.step
 * says whom it concerns; at its end, the kind's own due() acts. */
#pragma once

#include "services/cases/matter/kinds.h"

/* Start a period of `kind` for `subject`, counted from `from`.  One of this
 * name that runs already stops. */
struct err clock_start(struct call *call, const struct case_kind *kind,
                       const char *name, struct id subject, struct moment from);

/* Start one with a length that the case sets (a promised date), not the
 * rule. */
struct err clock_start_for(struct call *call, const struct case_kind *kind,
                           const char *name, struct id subject,
                           struct moment from, struct clock_length length);

/* Stop it; that it does not run is fine. */
struct err clock_stop(struct call *call, struct id subject, const char *name);

/* Stop all that run for it. */
struct err clock_stop_all(struct call *call, struct id subject);

/* Pause and resume.  A period that is paused twice stays as it was paused;
 * resumed, it is longer by the pause (G-TOLL). */
struct err clock_pause(struct call *call, struct id subject, const char *name,
                       const char *reason);
struct err clock_resume(struct call *call, struct id subject, const char *name);

/* The event and the alarm of a step. */
extern const struct shape deadline_step_shape;
extern const struct shape clock_alarm_shape;
struct err on_clock_step(struct call *call, const void *body);

/* deadline.list {subject}: what runs for a household or a case, with its rule,
 * source and last day; T-READ and T-COOL too. */
extern const struct shape deadline_list_shape, deadline_page_shape;
struct err cmd_deadline_list(struct call *call, const void *body);

/* Counts a page of the running periods again, those after `after`; `next`
 * is the last of them, or empty when there are no more. */
struct err clock_recount(struct call *call, struct id after, struct id *next);

/* deadline.recount: count again what was counted past the announced holidays;
 * asked for after a release that knows the next year's. */
extern const struct shape deadline_recount_shape, deadline_recounted_shape;
struct err cmd_deadline_recount(struct call *call, const void *body);
