#include "services/cases/condition/rules.h"

enum { WHOLE = 100, STEP = 5 };

const char *const condition_names[] = { "none", "open", "met", "missed", NULL };

struct err condition_check(int64_t percent, struct day until, struct day today)
{
    if (percent < 1 || percent > WHOLE)
        return fail_at("percent", "is from 1 to 100");
    if (days_between(today, until) <= 0)
        return fail_at("until", "has to be still to come");
    return OK;
}

bool condition_is_met(int64_t percent, int64_t signed_count, int64_t households)
{
    return households > 0 && signed_count * WHOLE >= percent * households;
}

int64_t condition_told(int64_t signed_count, int64_t households)
{
    int64_t reached = households > 0 ? signed_count * WHOLE / households : 0;

    return reached - reached % STEP;
}
