#include "services/cases/payment/rules.h"

#include <stddef.h>

const char *const bank_verdicts[] = {
    "entered", "repeated",     "unknown", "to_come",
    "not_due", "other_amount", "second",  NULL,
};

enum bank_verdict bank_judge(const struct bank_facts *facts)
{
    if (facts->repeated)
        return BANK_REPEATED;
    if (!facts->known)
        return BANK_UNKNOWN;
    if (facts->paid_on.number > facts->today.number)
        return BANK_TO_COME;
    if (!facts->due)
        return BANK_NOT_DUE;
    if (facts->paid.fen != facts->owed.fen)
        return BANK_OTHER_AMOUNT;
    return facts->second ? BANK_SECOND : BANK_ENTERED;
}

struct err payment_may_check(bool by_maker)
{
    if (by_maker)
        return fail(CODE_DENIED, "another person than who entered a receipt "
                                 "checks it");
    return OK;
}

struct err payment_may_enter(bool part, bool split, bool told)
{
    if ((part || split) && !told)
        return fail(CODE_CONFLICT,
                    "R-GENDER: what goes to several accounts is put into a "
                    "batch first (payment.batch_make), and each receipt "
                    "entered with its part and that part's amount");
    return OK;
}

struct err batch_may_void(const struct batch_standing *at)
{
    if (at->approved)
        return fail(CODE_CONFLICT,
                    "this batch was approved, and stands: the bank has it");
    if (at->voided)
        return fail(CODE_CONFLICT, "this batch was given up; make a new one");
    return OK;
}

struct err batch_may_approve(const struct batch_standing *at,
                             struct id approver, struct money said)
{
    TRY(batch_may_void(at));
    if (id_same(at->made_by, approver))
        return fail(CODE_DENIED, "another person than its maker approves a "
                                 "batch");
    if (said.fen != at->total.fen)
        return fail_at("total", "is another sum than that of the batch; look "
                                "at it again (payment.batch_show)");
    if (!at->all_owed)
        return fail(CODE_CONFLICT,
                    "part of this batch is not owed any more; give it up and "
                    "make a new one");
    return OK;
}

struct money fund_free(const struct fund_sums *sums)
{
    return (struct money){ sums->deposited.fen - sums->offered.fen
                           - sums->agreed.fen - sums->paid.fen };
}

struct err fund_may_offer(struct money free, struct money total)
{
    if (free.fen < total.fen)
        return fail(CODE_CONFLICT,
                    "G-FUNDS: the project has less money free than this offer "
                    "needs; a deposit has to come first (fund.deposit)");
    return OK;
}
