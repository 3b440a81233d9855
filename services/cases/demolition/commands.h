/* commands.h — orders to take an empty house down. */
#pragma once

#include "common/service/service.h"

/* demolition.order, and demolition.list for everybody. */
extern const struct shape demolition_order_shape, demolition_ordered_shape;
struct err cmd_demolition_order(struct call *call, const void *body);
extern const struct shape demolition_ask_shape, demolition_page_shape;
struct err cmd_demolition_list(struct call *call, const void *body);
