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
