/* stuck.h — what cannot go on, and how far behind what goes on is; private to
 * common/service.
 *
 * A thing that is stuck has a name: the source and the subject of events that
 * were set aside, or "alarm" and the alarm's own id. */
#pragma once

#include "common/service/service.h"

/* How often an event is tried before it is stuck: then an operator must act. */
enum { STUCK_TRIES = 5 };

/* All of this service's: a row a subject. */
extern const struct shape stuck_list_shape;
struct err cmd_stuck_list(struct call *call, const void *body);

/* The events of one subject that wait, in order. */
extern const struct shape stuck_name_shape;
extern const struct shape stuck_subject_shape;
struct err cmd_stuck_show(struct call *call, const void *body);

/* Due now, with its tries before it: the follower takes it up within a second.
 */
struct err cmd_stuck_retry(struct call *call, const void *body);

/* Gives up the first event of a subject, which the asker names by its position.
 * Those behind it stay. */
extern const struct shape stuck_drop_shape;
struct err cmd_stuck_drop(struct call *call, const void *body);

/* How far behind the readers and the alarms are. */
extern const struct shape lag_shape;
struct err cmd_service_lag(struct call *call, const void *body);

/* Empties the service's read model and starts all its sources over. */
extern const struct shape replayed_shape;
struct err cmd_events_replay(struct call *call, const void *body);
