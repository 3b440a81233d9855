/* result.h — what was counted of a round, for everybody (domain.md 7.4). */
#pragma once

#include "common/service/service.h"

/* satisfaction.list {project}: its rounds, the newest first. */
extern const struct shape satisfaction_project_shape, satisfaction_page_shape;
struct err cmd_satisfaction_list(struct call *call, const void *body);

/* satisfaction.show {round}: once it is over, and before nothing, so that
 * nobody steers. */
extern const struct shape satisfaction_ask_shape, satisfaction_result_shape;
struct err cmd_satisfaction_show(struct call *call, const void *body);

/* Emits satisfaction.counted, which carries what satisfaction.show tells of all
 * together. */
struct err satisfaction_tell(struct call *call, struct id round);
