/* commands.h — callback.list, callback.record, and what becomes of an answer.
 */
#pragma once

#include "common/service/service.h"
#include "services/cases/callback/rules.h"

/* Who waits to be called, by this person. */
extern const struct shape callback_ask_shape, callback_page_shape;
struct err cmd_callback_list(struct call *call, const void *body);

/* What a call came to. */
extern const struct shape callback_record_shape, callback_recorded_shape;
struct err cmd_callback_record(struct call *call, const void *body);

/* The event "callback.ended": for counting, without whose it was. */
extern const struct shape callback_news_shape;
