/* commands.h — money that the bank says has gone.  One person of finance enters
 * the receipt, another checks it; then the household moves on (G-PAYFIRST). */
#pragma once

#include "common/service/service.h"

/* payment.enter {household, kind, amount, receipt, paid_on} */
extern const struct shape payment_enter_shape, payment_entered_shape;
struct err cmd_payment_enter(struct call *call, const void *body);

/* payment.confirm {payment}: the compensation is paid, or the difference
 * settled. */
extern const struct shape payment_confirm_shape, payment_confirmed_shape;
struct err cmd_payment_confirm(struct call *call, const void *body);
