/* reactions.h — how the progress read model follows cases. */
#pragma once

#include "common/service/service.h"

extern const struct shape opened_shape;
extern const struct shape documented_shape;
struct err on_project_opened(struct call *call, const void *body);
struct err on_project_documented(struct call *call, const void *body);

extern const struct shape added_shape;
struct err on_community_added(struct call *call, const void *body);

/* Every event after which a household stands somewhere else. */
extern const struct shape moved_shape;
struct err on_household_moved(struct call *call, const void *body);
