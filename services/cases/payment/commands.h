/* commands.h — money that the bank says has gone.  One person of finance enters
 * the receipt, another checks it; then the household moves on (G-PAYFIRST). */
#pragma once

#include "common/service/service.h"

enum payment_kind { COMPENSATION, SETTLEMENT, TRANSITION_FEE };
extern const char *const payment_kind_names[];

/* A receipt of the bank's, as it is entered. */
struct payment_enter {
    struct id household;
    unsigned kind; /* enum payment_kind */
    int64_t month; /* of a transition fee, from 1; 0: another kind */
    int64_t part;  /* of what goes to several accounts, from 1; 0: the whole */
    struct money amount;
    const char *receipt; /* its number */
    struct day paid_on;
};

/* Enters it, to be checked by another person than the actor; CODE_CONFLICT when
 * the household has one of that number. */
struct err payment_keep(struct call *call, const struct payment_enter *entered,
                        struct id *id);

/* payment.enter {household, kind, month?, part?, amount, receipt, paid_on} */
extern const struct shape payment_enter_shape, payment_entered_shape;
struct err cmd_payment_enter(struct call *call, const void *body);

/* payment.confirm {payment}: the compensation is paid, or the difference
 * settled; of several parts, once the last of them is there. */
extern const struct shape payment_confirm_shape, payment_confirmed_shape;
struct err cmd_payment_confirm(struct call *call, const void *body);
