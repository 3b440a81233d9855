/* rules.h — what a line of the bank's receipt file is worth (domain.md §4.1
 * `pay`, R-PAY): money is owed once, and to the fen.  A line that is not
 * exactly what one household is owed is an exception, which people look into;
 * it pays nothing.  Pure. */
#pragma once

#include "common/base/err.h"
#include "common/base/value.h"

#include <stdbool.h>

enum bank_verdict {
    BANK_ENTERED,      /* exactly what is owed: another person checks it    */
    BANK_REPEATED,     /* this receipt was read before                      */
    BANK_UNKNOWN,      /* no household of that number                       */
    BANK_TO_COME,      /* paid on a day after today                         */
    BANK_NOT_DUE,      /* nothing is in effect, or it is paid already       */
    BANK_OTHER_AMOUNT, /* not what is owed, to the fen                      */
    BANK_SECOND,       /* another receipt says the same money has been paid */
};
extern const char *const bank_verdicts[];

/* What is known of a line, and of the household that it names. */
struct bank_facts {
    bool repeated, known, due;
    bool second; /* a receipt of what is owed stands, checked or not */
    struct money owed, paid;
    struct day paid_on, today;
};

/* The first that holds, in the order above; BANK_ENTERED when none does. */
enum bank_verdict bank_judge(const struct bank_facts *facts);

/* A receipt that moves nobody (a transition fee) is checked by another person
 * than who entered it; for the others the move says so.  CODE_DENIED. */
struct err payment_may_check(bool by_maker);

/* Whether a receipt may be entered: what is `split` (R-GENDER) is paid as the
 * bank was `told`, a row an account; and what is not has no `part`.
 * CODE_CONFLICT. */
struct err payment_may_enter(bool part, bool split, bool told);

/* ---- Batches: what is paid together (domain.md 4.1, 5.4: two persons). ----
 */

struct batch_standing {
    struct id made_by;
    bool approved, voided;
    bool all_owed; /* each line is still what is owed, to the fen */
    struct money total;
};

/* CODE_DENIED for its maker; CODE_CONFLICT for one that has ended, for another
 * total than the checker says, and when part of it is not owed any more. */
struct err batch_may_approve(const struct batch_standing *at,
                             struct id approver, struct money said);

/* CODE_CONFLICT for one that has ended: an approved batch is at the bank. */
struct err batch_may_void(const struct batch_standing *at);

/* ---- Funds (G-FUNDS, Decree 590 art. 12): each sum at or above nothing. ----
 */

struct fund_sums {
    struct money deposited;
    struct money offered; /* and not signed */
    struct money agreed;  /* and not paid */
    struct money paid;
};

/* What is promised to nobody; below nothing when more was promised than is
 * there, as in a project that is older than its ledger. */
struct money fund_free(const struct fund_sums *sums);

/* CODE_CONFLICT when what is free does not cover an offer. */
struct err fund_may_offer(struct money free, struct money total);
