/* commands.h — every household of a project reckoned anew, in steps that a kill
 * does not undo: after new rules, and each night as a proof that equal facts
 * were offered equal money (R-EQUAL). */
#pragma once

#include "common/service/service.h"

extern const struct shape recount_start_shape;
extern const struct shape recount_started_shape;
extern const struct shape recount_project_shape;
extern const struct shape recount_page_shape;
extern const struct shape recount_ask_shape;
extern const struct shape recount_results_shape;
extern const struct shape recount_news_shape;

struct err cmd_recount_start(struct call *call, const void *body);
struct err cmd_recount_list(struct call *call, const void *body);
struct err cmd_recount_results(struct call *call, const void *body);

/* The alarms "recount.step" of a recount and "recount.night" of a project. */
extern const struct shape recount_key_shape;
struct err on_recount_step(struct call *call, const void *body);
struct err on_recount_night(struct call *call, const void *body);

/* From its first pack on, a project is proved each night. */
struct err recount_each_night(struct call *call, struct id project);
