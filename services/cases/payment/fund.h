/* fund.h — the money that a project was given, and what of it is free (G-FUNDS,
 * Decree 590 art. 12: it is there before a decision is made). */
#pragma once

#include "common/service/service.h"

/* fund.deposit {id, project, amount, document, day}: its paper once. */
extern const struct shape fund_deposit_shape, fund_standing_shape;
struct err cmd_fund_deposit(struct call *call, const void *body);

/* fund.show {project}: deposited, offered, agreed, paid, free. */
extern const struct shape fund_key_shape;
struct err cmd_fund_show(struct call *call, const void *body);

/* That what is free covers an offer of this household, which replaces the one
 * that it may have: for who releases it.  CODE_CONFLICT when it does not.  Two
 * at once are the store's to part (cases.fund_guard). */
struct err fund_covers(struct call *call, struct id project,
                       struct id household, struct money total);
