/* alarms.h — the look at our own public door, once a minute: of several
 * replicas one looks at its own, and marks for all. */
#pragma once

#include "common/service/service.h"

/* The alarm "uptime.look". */
struct err on_uptime_look(struct call *call, const void *body);
struct err act_uptime_look(struct arena *arena, const void *prepared);
struct err settle_uptime_look(struct call *call, const void *body,
                              struct err acted);

/* The event "public.outage" {since, until}: nobody saw the door meanwhile. */
extern const struct shape public_outage_shape;
