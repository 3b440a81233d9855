/* reactions.h — what happened elsewhere becomes messages.
 *
 * A message a person an event, by a unique key: an event read again after a
 * crash or a restore tells nobody twice. */
#pragma once

#include "common/service/service.h"

extern const struct shape news_shape;

/* What calls a role: an emergency, a crisis, a deadline. */
extern const struct shape summons_shape;

struct err on_visit_booked(struct call *call, const void *body);
struct err on_visit_moved(struct call *call, const void *body);
struct err on_visit_cancelled(struct call *call, const void *body);
struct err on_visit_logged(struct call *call, const void *body);
struct err on_household_offered(struct call *call, const void *body);
struct err on_household_signed(struct call *call, const void *body);
struct err on_household_withdrew(struct call *call, const void *body);
struct err on_household_effective(struct call *call, const void *body);
struct err on_choice_turn(struct call *call, const void *body);
struct err on_grievance_emergency(struct call *call, const void *body);
struct err on_hardship_called(struct call *call, const void *body);
struct err on_access_noticed(struct call *call, const void *body);
struct err on_deadline_step(struct call *call, const void *body);
