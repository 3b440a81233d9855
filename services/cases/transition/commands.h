/* commands.h — the way between the old home and the new one, paid month by
 * month (R-LATE).  One person of finance enters the terms, as they were agreed
 * and published, another confirms them; from the day of vacating on the clock
 * alone writes what is due, and at how much. */
#pragma once

#include "common/service/service.h"

#define T_TRANS "T-TRANS"

/* transition.set {id, household, area, rate, months, start, part, basis,
 * stages, stop_months, turnover, liability_required, liable, citation}: of the
 * agreement that stands.  Whether its months are paid ahead is told by the
 * statement. */
extern const struct shape transition_set_shape, transition_set_answer_shape;
struct err cmd_transition_set(struct call *call, const void *body);

/* transition.confirm {id}: another person; the terms stand from then on. */
extern const struct shape transition_key_shape, transition_confirmed_shape;
struct err cmd_transition_confirm(struct call *call, const void *body);

/* transition.price {project, since, rate, document}: a rate that was published
 * later. */
extern const struct shape transition_price_shape, transition_priced_shape;
struct err cmd_transition_price(struct call *call, const void *body);

/* transition.show {household}: its terms and its months, paid and not. */
extern const struct shape transition_ask_shape, transition_full_shape;
struct err cmd_transition_show(struct call *call, const void *body);

/* The household has vacated, or was handed its new home: its months run, or
 * end.  Without confirmed terms nothing is due; none a month later, and
 * nothing paid ahead, complains of itself. */
struct err transition_turn(struct call *call, struct id household);

/* The end of a month, and the day on which what is due is late. */
extern const struct shape transition_alarm_shape;
struct err on_transition_month(struct call *call, const void *body);
struct err on_transition_late(struct call *call, const void *body);
