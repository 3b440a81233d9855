/* count.h — how the public door's requests end, for service.metrics. */
#pragma once

#include "services/reporting/http/hall.h"

/* Names the routes; once, before the first request. */
void count_open(void);

/* The guest's request has come to its end. */
void count_request(const struct guest *guest, int64_t now_ms);
