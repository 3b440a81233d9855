/* expose.h — the metrics of all services as one page, in the text format of
 * Prometheus (0.0.4) or of OpenMetrics (1.0). */
#pragma once

#include "common/base/arena.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/* A service and its answer to service.metrics; NULL when none came. */
struct told {
    const char *service;
    cJSON *metrics;
};

/* The page, in the arena.  A family stands once, with the points of all
 * services, each bearing its service as a label. */
const char *expose(const struct told *told, size_t count, bool is_open,
                   struct arena *arena);
