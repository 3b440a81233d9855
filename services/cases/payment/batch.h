/* batch.h — what is paid together: one person of finance puts together what is
 * owed, another approves it with the sum that he sees, and the bank gets the
 * file of it.  No amount is typed, and nothing is in two batches (R-PAY). */
#pragma once

#include "common/service/service.h"

/* payment.batch_make {id, project, kind, households}: all of that kind that is
 * owed and in no batch, or that of the named households; 200 at most. */
extern const struct shape batch_make_shape, batch_made_shape;
struct err cmd_payment_batch_make(struct call *call, const void *body);

/* payment.batch_approve {batch, total}: from then on it stands. */
extern const struct shape batch_approve_shape, batch_ended_shape;
struct err cmd_payment_batch_approve(struct call *call, const void *body);

/* payment.batch_void {batch, reason}: what was in it may be in another. */
extern const struct shape batch_void_shape;
struct err cmd_payment_batch_void(struct call *call, const void *body);

/* payment.batch_show {batch}: its lines, and which the bank has paid. */
extern const struct shape batch_key_shape, batch_full_shape;
struct err cmd_payment_batch_show(struct call *call, const void *body);

/* payment.batch_list {project, after}: the newest first, a hundred a page. */
extern const struct shape batch_ask_shape, batch_page_shape;
struct err cmd_payment_batch_list(struct call *call, const void *body);

/* payment.batch_accounts {batch}: whose account each of its parts goes to, by
 * name and number (R-GENDER); without a number where none was named yet. */
extern const struct shape account_page_shape;
struct err cmd_payment_batch_accounts(struct call *call, const void *body);
