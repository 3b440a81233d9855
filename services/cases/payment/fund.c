#include "services/cases/payment/fund.h"

#include "common/base/calendar.h"
#include "services/cases/payment/rules.h"
#include "services/cases/payment/store_sql.h"

struct fund_key {
    struct id project;
};
static const struct field fund_key_fields[] = {
    FIELD(fund_key, project),
};
const struct shape fund_key_shape = SHAPE(fund_key);

struct fund_standing {
    struct id project;
    struct money deposited;
    struct money offered; /* and not signed */
    struct money agreed;  /* and not paid */
    struct money paid;
    struct money free;
};
static const struct field fund_standing_fields[] = {
    FIELD(fund_standing, project), FIELD(fund_standing, deposited),
    FIELD(fund_standing, offered), FIELD(fund_standing, agreed),
    FIELD(fund_standing, paid),    FIELD(fund_standing, free),
};
const struct shape fund_standing_shape = SHAPE(fund_standing);

struct fund_of {
    struct id project;
    struct id but; /* without what this household ties up */
};
static const struct field fund_of_fields[] = {
    FIELD(fund_of, project),
    OPTIONAL(fund_of, but),
};
static const struct shape fund_of_shape = SHAPE(fund_of);

static struct err standing(struct call *call, struct fund_of of,
                           struct fund_standing *fund)
{
    TRY(fetch(call, then(call, &SQL_fund_standing), FROM(fund_of, &of),
              INTO(fund_standing, fund)));
    fund->free = fund_free(&(struct fund_sums){ fund->deposited, fund->offered,
                                                fund->agreed, fund->paid });
    return OK;
}

/* ---------------------------------------------------------- fund.deposit */

struct fund_deposit {
    struct id id;
    struct id project;
    struct money amount;
    const char *document;
    struct day day;
};
static const struct field fund_deposit_fields[] = {
    FIELD(fund_deposit, id),     FIELD(fund_deposit, project),
    FIELD(fund_deposit, amount), FIELD(fund_deposit, document, .max = 100),
    FIELD(fund_deposit, day),
};
const struct shape fund_deposit_shape = SHAPE(fund_deposit);

struct fund_entry {
    struct id id;
    struct id project;
    struct money amount;
    const char *document;
    struct day day;
    struct id entered_by;
    struct moment entered_at;
};
static const struct field fund_entry_fields[] = {
    FIELD(fund_entry, id),         FIELD(fund_entry, project),
    FIELD(fund_entry, amount),     FIELD(fund_entry, document),
    FIELD(fund_entry, day),        FIELD(fund_entry, entered_by),
    FIELD(fund_entry, entered_at),
};
static const struct shape fund_entry_shape = SHAPE(fund_entry);

struct err cmd_fund_deposit(struct call *call, const void *body)
{
    const struct fund_deposit *ask = body;
    struct fund_standing fund;

    if (ask->amount.fen <= 0)
        return fail_at("amount", "is not above nothing");
    if (ask->day.number > day_of(call->now).number)
        return fail_at("day", "is still to come");
    struct fund_entry entry = {
        .id = ask->id,
        .project = ask->project,
        .amount = ask->amount,
        .document = ask->document,
        .day = ask->day,
        .entered_by = call->actor,
        .entered_at = call->now,
    };
    TRY(store(call, &SQL_fund_entry_add, FROM(fund_entry, &entry)));
    TRY(standing(call, (struct fund_of){ .project = entry.project }, &fund));
    about(call, entry.project);
    return reply(call, FROM(fund_standing, &fund));
}

/* ------------------------------------------------------------- fund.show */

struct err cmd_fund_show(struct call *call, const void *body)
{
    const struct fund_key *ask = body;
    struct fund_standing fund;

    TRY(standing(call, (struct fund_of){ .project = ask->project }, &fund));
    return reply(call, FROM(fund_standing, &fund));
}

/* --------------------------------------------------------------- G-FUNDS */

struct err fund_covers(struct call *call, struct id project,
                       struct id household, struct money total)
{
    struct fund_standing fund;

    TRY(standing(call, (struct fund_of){ project, household }, &fund));
    return fund_may_offer(fund.free, total);
}
