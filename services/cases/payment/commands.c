#include "services/cases/payment/commands.h"

#include "services/cases/household/step.h"
#include "services/cases/paper/paper.h"
#include "services/cases/payment/rules.h"
#include "services/cases/payment/store_sql.h"

const char *const payment_kind_names[] = { "compensation", "settlement",
                                           "transition", NULL };

struct payment {
    struct id id;
    struct id household;
    unsigned kind;
    int64_t month;
    int64_t part;
    struct money amount;
    const char *receipt;
    struct day paid_on;
    struct id entered_by;
    struct moment entered_at;
    struct moment checked_at;
    struct money before; /* of its other parts, by checked receipts */
};
static const struct field payment_fields[] = {
    FIELD(payment, id),
    FIELD(payment, household),
    FIELD(payment, kind, .names = payment_kind_names),
    FIELD(payment, month),
    FIELD(payment, part),
    FIELD(payment, amount),
    FIELD(payment, receipt),
    FIELD(payment, paid_on),
    FIELD(payment, entered_by),
    FIELD(payment, entered_at),
    OPTIONAL(payment, checked_at),
    OPTIONAL(payment, before),
};
static const struct shape payment_shape = SHAPE(payment);

/* ----------------------------------------------------------- payment.enter */

static const struct field payment_enter_fields[] = {
    FIELD(payment_enter, household),
    FIELD(payment_enter, kind, .names = payment_kind_names),
    OPTIONAL(payment_enter, month, .least = 1, .most = INT32_MAX),
    OPTIONAL(payment_enter, part, .least = 1, .most = INT32_MAX),
    FIELD(payment_enter, amount),
    FIELD(payment_enter, receipt, .max = 100),
    FIELD(payment_enter, paid_on),
};
const struct shape payment_enter_shape = SHAPE(payment_enter);

struct payment_entered {
    struct id payment;
};
static const struct field payment_entered_fields[] = {
    FIELD(payment_entered, payment),
};
const struct shape payment_entered_shape = SHAPE(payment_entered);

struct err payment_keep(struct call *call, const struct payment_enter *entered,
                        struct id *id)
{
    struct payment payment = {
        .id = id_new(call->now),
        .household = entered->household,
        .kind = entered->kind,
        .month = entered->month,
        .part = entered->part,
        .amount = entered->amount,
        .receipt = entered->receipt,
        .paid_on = entered->paid_on,
        .entered_by = call->actor,
        .entered_at = call->now,
    };
    *id = payment.id;
    return store(call, &SQL_payment_add, FROM(payment, &payment));
}

struct payment_told {
    bool split;
    bool told;
};
static const struct field payment_told_fields[] = {
    FIELD(payment_told, split),
    FIELD(payment_told, told),
};
static const struct shape payment_told_shape = SHAPE(payment_told);

/* R-GENDER: what goes to several accounts is entered account by account. */
static struct err as_told(struct call *call, const struct payment_enter *ask)
{
    struct payment_told is;

    if (ask->kind == SETTLEMENT)
        return ask->part ? fail_at("part", "a settlement is paid as one") : OK;
    TRY(fetch(call, &SQL_payment_told, FROM(payment_enter, ask),
              INTO(payment_told, &is)));
    return payment_may_enter(ask->part > 0, is.split, is.told);
}

struct err cmd_payment_enter(struct call *call, const void *body)
{
    const struct payment_enter *ask = body;
    struct home home;

    TRY(home_take(call, ask->household, &home));
    if (!id_given(home.offer))
        return fail(CODE_CONFLICT, "nothing was offered to this household, "
                                   "and nothing is owed to it yet");
    if (ask->paid_on.number > day_of(call->now).number)
        return fail_at("paid_on", "is still to come");
    if (ask->amount.fen < 0)
        return fail_at("amount", "is below nothing");
    if ((ask->kind == TRANSITION_FEE) != (ask->month > 0))
        return fail_at("month", "goes with a transition fee, and only with "
                                "that");
    TRY(as_told(call, ask));

    struct payment_entered answer;
    TRY(payment_keep(call, ask, &answer.payment));
    about(call, ask->household);
    return reply(call, FROM(payment_entered, &answer));
}

/* --------------------------------------------------------- payment.confirm */

struct payment_confirm {
    struct id payment;
};
static const struct field payment_confirm_fields[] = {
    FIELD(payment_confirm, payment),
};
const struct shape payment_confirm_shape = SHAPE(payment_confirm);

struct payment_confirmed {
    struct id household;
    unsigned state;
};
static const struct field payment_confirmed_fields[] = {
    FIELD(payment_confirmed, household),
    FIELD(payment_confirmed, state, .names = household_states),
};
const struct shape payment_confirmed_shape = SHAPE(payment_confirmed);

struct check {
    struct id id;
    struct id checked_by;
    struct moment checked_at;
};
static const struct field check_fields[] = {
    FIELD(check, id),
    FIELD(check, checked_by),
    FIELD(check, checked_at),
};
static const struct shape check_shape = SHAPE(check);

/* The step, by the receipt as its paper; none by a transition fee, or by a part
 * while others are to come. */
static struct err settle(struct call *call, const struct payment *payment,
                         struct home *home)
{
    unsigned event = payment->kind == COMPENSATION ? PAY : SETTLE;
    const struct check check = { payment->id, call->actor, call->now };
    const struct paper receipt = {
        .event = event,
        .day = payment->paid_on,
        .document = payment->receipt,
    };
    struct money sum = { payment->before.fen + payment->amount.fen };
    struct id paper;

    TRY(store(call, &SQL_payment_check, FROM(check, &check)));
    if (payment->kind == TRANSITION_FEE
        || (payment->part && sum.fen < home->at.owed.fen)) {
        about(call, home->id);
        return payment_may_check(id_same(payment->entered_by, call->actor));
    }
    home->at.paid_by = payment->entered_by;
    home->at.paid = sum;
    home->day = payment->paid_on;
    TRY(paper_keep(call, home->id, &receipt, &paper));
    return home_step(call, home, event, paper);
}

struct err cmd_payment_confirm(struct call *call, const void *body)
{
    struct payment payment;
    struct home home;

    TRY(fetch(call, &SQL_payment_by_id, FROM(payment_confirm, body),
              INTO(payment, &payment)));
    TRY(home_take(call, payment.household, &home));
    if (payment.checked_at.us)
        return fail(CODE_CONFLICT, "this receipt was checked before");
    TRY(settle(call, &payment, &home));
    struct payment_confirmed answer = { home.id, home.at.state };
    return reply(call, FROM(payment_confirmed, &answer));
}
