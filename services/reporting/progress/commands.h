/* commands.h — what can be asked of progress over the bus. */
#pragma once

#include "common/service/service.h"

/* progress.show: the body of GET /api/v1/progress. */
extern const struct shape show_shape;
struct err cmd_progress_show(struct call *call, const void *body);
