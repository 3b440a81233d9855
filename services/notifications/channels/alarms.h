/* alarms.h — a mail's way from the plan to the record of what became of it. */
#pragma once

#include "common/service/service.h"
#include "services/notifications/template/rules.h"

extern const struct shape delivery_name_shape;

/* What is told of a message's end on a channel. */
extern const struct shape message_sent_shape;

/* Plans a mail of a message for when it may go out, if the person has given an
 * address and there is a mail server. */
struct err delivery_plan(struct call *call, struct id message, struct id person,
                         const struct letter *letter);

/* delivery.send: records the attempt, sends (mail_send), records the outcome.
 */
struct err on_delivery_send(struct call *call, const void *body);
struct err settle_delivery_send(struct call *call, const void *body,
                                struct err acted);

/* delivery.check: ten minutes after an attempt began of which nothing more was
 * heard, because the process died in it.  The mail is `unknown` from then on.
 */
struct err on_delivery_check(struct call *call, const void *body);
