/* commands.h — the inbox, for the person and for who serves them. */
#pragma once

#include "common/service/metric.h"

extern const struct shape inbox_list_shape, inbox_page_shape;
extern const struct shape inbox_read_shape;

/* How many messages there were, and are on their way. */
extern const struct measure message_measures[];

/* inbox.list: newest first; `next` is the `after` of the next page. */
struct err cmd_inbox_list(struct call *call, const void *body);

/* inbox.read: the person has seen the message; the first time is kept. */
struct err cmd_inbox_read(struct call *call, const void *body);
