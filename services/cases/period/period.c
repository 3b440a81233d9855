#include "services/cases/period/period.h"

#include "services/cases/clock/clock.h"
#include "services/cases/household/step.h"
#include "services/cases/period/rules.h"
#include "services/cases/period/store_sql.h"

#include <string.h>

struct period_key {
    struct id household;
};
static const struct field period_key_fields[] = {
    FIELD(period_key, household),
};
static const struct shape period_key_shape = SHAPE(period_key);

struct period_name {
    const char *name;
};
static const struct field period_name_fields[] = {
    FIELD(period_name, name),
};
static const struct shape period_name_shape = SHAPE(period_name);

static struct err stop_all_but(struct call *call, struct id household,
                               unsigned state)
{
    struct period_key key = { household };
    struct rows found;

    TRY(list(call, &SQL_period_names, FROM(period_key, &key),
             &period_name_shape, &found));
    const struct period_name *running = found.at;
    for (size_t i = 0; i < found.count; i++) {
        const struct clock_rule *rule =
            clock_rule_of(household_clocks, running[i].name);
        if (rule && !(period_runs_in(rule) & IN(state)))
            TRY(clock_stop(call, household, rule->name));
    }
    return OK;
}

/* The court's months are those after the time for every remedy. */
static struct moment begin_of(const struct clock_rule *rule,
                              const struct standing *at, unsigned event)
{
    if (strcmp(rule->name, "T-COURT") == 0)
        return (struct moment){
            remedies_over(at->on[DECIDE], at->on[REMEDY_END]).us - 1
        };
    return moment_at(at->on[event], 0);
}

static struct err start(struct call *call, struct id household,
                        const struct clock_rule *rule,
                        const struct standing *at, unsigned event)
{
    struct moment from = begin_of(rule, at, event);

    if (strcmp(rule->name, T_PAY) == 0 && at->pay_by.number)
        return clock_start_for(call, &household_kind, T_PAY, household, from,
                               pay_length(at->on[event], at->pay_by));
    return clock_start(call, &household_kind, rule->name, household, from);
}

struct err periods_turn(struct call *call, struct id household,
                        const struct standing *at, unsigned event)
{
    const struct clock_rule *rule;

    TRY(stop_all_but(call, household, at->state));
    for (size_t n = 0; (rule = period_begun_by(event, n)) != NULL; n++) {
        TRY(start(call, household, rule, at, event));
        if (at->tolled && strcmp(rule->name, "T-OFFER") == 0)
            TRY(clock_pause(call, household, rule->name, "uses a right"));
    }
    return OK;
}

struct right_used {
    bool tolled;
};
static const struct field right_used_fields[] = {
    FIELD(right_used, tolled),
};
static const struct shape right_used_shape = SHAPE(right_used);

struct err periods_toll(struct call *call, struct id household)
{
    struct period_key key = { household };
    struct right_used right;

    TRY(fetch(call, &SQL_period_tolled, FROM(period_key, &key),
              INTO(right_used, &right)));
    return right.tolled
               ? clock_pause(call, household, "T-OFFER", "uses a right")
               : clock_resume(call, household, "T-OFFER");
}
