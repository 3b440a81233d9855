#include "services/scheduling/visit/reactions.h"

#include "services/scheduling/visit/store_sql.h"
#include "services/scheduling/visit/withdraw.h"

#include <string.h>

/* Whom a grievance is about is not said in its event: the casework's view tells
 * who may come to whom. */
struct visit_grievance {
    const char *kind;
};

static const struct field visit_grievance_fields[] = {
    FIELD(visit_grievance, kind),
};
const struct shape visit_grievance_shape = SHAPE(visit_grievance);

struct clock_time {
    struct moment now;
};

static const struct field clock_time_fields[] = {
    FIELD(clock_time, now),
};
static const struct shape clock_time_shape = SHAPE(clock_time);

struct unwelcome {
    struct id household;
    struct id member;
    struct moment until;
};

static const struct field unwelcome_fields[] = {
    FIELD(unwelcome, household),
    FIELD(unwelcome, member),
    FIELD(unwelcome, until),
};
static const struct shape unwelcome_shape = SHAPE(unwelcome);

struct err on_grievance(struct call *call, const void *body)
{
    struct clock_time time = { call->now };
    struct rows found;

    (void)body;
    TRY(list(call, &SQL_visit_unwelcome, FROM(clock_time, &time),
             &unwelcome_shape, &found));
    const struct unwelcome *at = found.at;
    for (size_t i = 0; i < found.count; i++) {
        struct visit_withdraw planned = {
            .household = at[i].household,
            .member = at[i].member,
            .topics = VISITS_ALL,
            .before = at[i].until,
            .asked_too = true,
            .by = SIDE_OFFICE,
        };
        TRY(visit_withdraw(call, &planned));
    }
    return OK;
}

struct moved_household {
    struct id household;
    const char *state;
};

static const struct field moved_household_fields[] = {
    FIELD(moved_household, household),
    FIELD(moved_household, state),
};
const struct shape visit_moved_household_shape = SHAPE(moved_household);

struct err on_household_moved(struct call *call, const void *body)
{
    const struct moved_household *moved = body;
    struct visit_withdraw planned = {
        .household = moved->household,
        .topics = VISITS_NOT_STATUTORY,
        .by = SIDE_OFFICE,
    };

    return strcmp(moved->state, "remedy") == 0 ? visit_withdraw(call, &planned)
                                               : OK;
}
