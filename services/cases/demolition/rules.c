#include "services/cases/demolition/rules.h"

struct err demolition_may(const struct demolition_facts *facts,
                          struct day today, struct day from)
{
    if (facts->ordered)
        return fail(CODE_CONFLICT,
                    "this house was ordered to come down before");
    if (!facts->vacated)
        return fail(CODE_CONFLICT, "the household has not moved out; its house "
                                   "stays as it is");
    if (facts->held)
        return fail(CODE_CONFLICT, "an emergency holds all works there until "
                                   "the officer on duty has cleared it");
    if (facts->in_remedy)
        return fail(CODE_CONFLICT,
                    "the household is before a court or an organ "
                    "of review; nothing is taken down");
    if (days_between(today, from) < NOTICE_DAYS)
        return fail_at("from_day", "leaves the neighbours less than three days "
                                   "to know of it");
    return OK;
}
