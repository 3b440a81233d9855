#include "services/cases/household/record.h"

#include "services/cases/household/own.h"
#include "services/cases/household/store_sql.h"

static const struct field record_fields[] = {
    FIELD(record, household),
    FIELD(record, event, .names = household_events),
    FIELD(record, from_state, .names = household_states),
    FIELD(record, to_state, .names = household_states),
    OPTIONAL(record, offer),
    OPTIONAL(record, agreement),
    OPTIONAL(record, about),
    FIELD(record, at),
    FIELD(record, actor),
    FIELD(record, call),
};
static const struct shape record_shape = SHAPE(record);

static const struct field household_news_fields[] = {
    FIELD(household_news, household),
    FIELD(household_news, project),
    FIELD(household_news, community),
    FIELD(household_news, state, .names = household_states),
    OPTIONAL(household_news, statement),
    OPTIONAL(household_news, sign_from),
    OPTIONAL(household_news, agreement),
    OPTIONAL(household_news, cooling_until),
};
const struct shape household_news_shape = SHAPE(household_news);

struct err record_entry(struct call *call, struct record record)
{
    record.at = call->now;
    record.actor = call->actor;
    record.call = call->id;
    return store(call, &SQL_household_entry, FROM(record, &record));
}

struct err record_move(struct call *call, struct record record)
{
    record.at = call->now;
    /* The row is locked, so that it is there: nobody need wait to be told. */
    TRY(store_any(call, &SQL_household_move, FROM(record, &record)));
    return record_entry(call, record);
}

struct err own_only(const struct call *call, role_set office,
                    struct id household)
{
    if ((call->roles & office) || id_same(call->actor, household))
        return OK;
    return fail(CODE_DENIED, "a household sees and decides only for itself");
}
