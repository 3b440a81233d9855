#include "services/cases/shield/rules.h"

#include "services/cases/grievance/policy.h"

static struct moment days_end(struct moment from, int days)
{
    return moment_at(days_after(day_of(from), days + 1), 0);
}

struct moment shield_end(struct moment filed_at)
{
    return days_end(filed_at, NORETAL_DAYS);
}

struct moment approval_end(struct moment approved_at)
{
    return days_end(approved_at, APPROVAL_DAYS);
}

struct hold shield_hold(struct moment last_filed, struct moment approved_until,
                        struct moment now, struct arena *arena)
{
    if (last_filed.us == 0 || now.us >= shield_end(last_filed).us
        || now.us < approved_until.us)
        return hold_none();
    return hold_until("the household's file cannot be changed to its "
                      "disadvantage without the district panel's approval",
                      shield_end(last_filed), arena);
}
