#include "services/cases/grievance/guard.h"

#include "services/cases/grievance/store_sql.h"

struct shield_key {
    struct id household;
};
static const struct field shield_key_fields[] = {
    FIELD(shield_key, household),
};
static const struct shape shield_key_shape = SHAPE(shield_key);

static const struct field shield_fields[] = {
    OPTIONAL(shield, last_filed),
    OPTIONAL(shield, approved_until),
    FIELD(shield, tolled),
    FIELD(shield, held),
};
static const struct shape shield_shape = SHAPE(shield);

struct err shield_of(struct call *call, struct id household,
                     struct shield *shield)
{
    struct shield_key key = { household };

    return fetch(call, &SQL_grievance_shield, FROM(shield_key, &key),
                 INTO(shield, shield));
}

struct err shield_allows(struct call *call, struct id household)
{
    struct shield shield;

    TRY(shield_of(call, household, &shield));
    struct hold hold = shield_hold(shield.last_filed, shield.approved_until,
                                   call->now, call->arena);
    return hold.why ? fail(CODE_CONFLICT, hold.why) : OK;
}
