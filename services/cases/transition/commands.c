#include "services/cases/transition/commands.h"

#include "common/base/calendar.h"
#include "services/cases/clock/clock.h"
#include "services/cases/grievance/commands.h"
#include "services/cases/household/own.h"
#include "services/cases/household/step.h"
#include "services/cases/transition/rules.h"
#include "services/cases/transition/store_sql.h"

enum {
    CITATION_MAX = 200,
    PAY_WITHIN = 5, /* days after it is due: domain.md 7 T03 */
    OVER_24 = 24,   /* months of overrun: T-OVER24 */
    TERMS_MAX = 20,
};

/* -------------------------------------------------------- transition.set */

static const struct field transition_stage_fields[] = {
    FIELD(transition_stage, from_month, .least = 1,
          .most = TRANSITION_MONTHS_MAX),
    FIELD(transition_stage, multiplier),
};
static const struct shape transition_stage_shape = SHAPE(transition_stage);

struct transition_set {
    struct id id;
    struct id household;
    struct area area;
    struct money rate;
    int64_t months;
    unsigned start;
    unsigned part;
    unsigned basis;
    struct rows stages;
    int64_t stop_months;
    bool turnover;
    bool liability_required;
    bool liable;
    const char *citation;
};
static const struct field transition_set_fields[] = {
    FIELD(transition_set, id),
    FIELD(transition_set, household),
    FIELD(transition_set, area),
    FIELD(transition_set, rate),
    FIELD(transition_set, months, .least = 1, .most = TRANSITION_MONTHS_MAX),
    FIELD(transition_set, start, .names = transition_starts),
    FIELD(transition_set, part, .names = transition_parts),
    FIELD(transition_set, basis, .names = transition_bases),
    FIELD(transition_set, stages, .shape = &transition_stage_shape,
          .max = TRANSITION_STAGES_MAX),
    OPTIONAL(transition_set, stop_months, .most = 24),
    OPTIONAL(transition_set, turnover),
    OPTIONAL(transition_set, liability_required),
    OPTIONAL(transition_set, liable),
    FIELD(transition_set, citation, .max = CITATION_MAX),
};
const struct shape transition_set_shape = SHAPE(transition_set);

/* The terms, as they are kept; with the days of their household. */
struct terms {
    struct id id;
    struct id household;
    struct id agreement;
    struct area area;
    struct money rate;
    int64_t months;
    unsigned start;
    unsigned part;
    unsigned basis;
    int64_t stop_months;
    bool prepaid;
    bool turnover;
    bool liability_required;
    bool liable;
    const char *citation;
    struct id set_by;
    struct moment set_at;
    struct day vacated;
    struct day handed_over;
    int64_t written;
    struct id confirmed_by;
    struct moment confirmed_at;
};
#define TERMS_FIELDS                                                           \
    FIELD(terms, id), FIELD(terms, household), FIELD(terms, agreement),        \
        FIELD(terms, area), FIELD(terms, rate), FIELD(terms, months),          \
        FIELD(terms, start, .names = transition_starts),                       \
        FIELD(terms, part, .names = transition_parts),                         \
        FIELD(terms, basis, .names = transition_bases),                        \
        FIELD(terms, stop_months), FIELD(terms, prepaid),                      \
        FIELD(terms, turnover), FIELD(terms, liability_required),              \
        FIELD(terms, liable), FIELD(terms, citation), FIELD(terms, set_by),    \
        FIELD(terms, set_at)
static const struct field terms_fields[] = { TERMS_FIELDS };
static const struct shape terms_shape = SHAPE(terms);

struct agreed {
    struct id agreement;
    bool prepaid;
};
static const struct field agreed_fields[] = {
    FIELD(agreed, agreement),
    FIELD(agreed, prepaid),
};
static const struct shape agreed_shape = SHAPE(agreed);

struct transition_ask {
    struct id household;
};
static const struct field transition_ask_fields[] = {
    FIELD(transition_ask, household),
};
const struct shape transition_ask_shape = SHAPE(transition_ask);

struct stage_row {
    struct id terms;
    int64_t from_month;
    struct rate multiplier;
};
static const struct field stage_row_fields[] = {
    FIELD(stage_row, terms),
    FIELD(stage_row, from_month),
    FIELD(stage_row, multiplier),
};
static const struct shape stage_row_shape = SHAPE(stage_row);

struct transition_set_answer {
    struct id id;
    bool prepaid;
};
static const struct field transition_set_answer_fields[] = {
    FIELD(transition_set_answer, id),
    FIELD(transition_set_answer, prepaid),
};
const struct shape transition_set_answer_shape = SHAPE(transition_set_answer);

/* As the rules look at them. */
static struct transition_terms facts_of(const struct terms *terms,
                                        struct rows stages, struct rows prices)
{
    return (struct transition_terms){
        .area = terms->area,
        .rate = terms->rate,
        .months = terms->months,
        .start = terms->start,
        .part = terms->part,
        .basis = terms->basis,
        .stop_months = terms->stop_months,
        .prepaid = terms->prepaid,
        .turnover = terms->turnover,
        .liability_required = terms->liability_required,
        .liable = terms->liable,
        .stages = stages.at,
        .stage_count = stages.count,
        .prices = prices.at,
        .price_count = prices.count,
    };
}

static struct err keep_stages(struct call *call, struct id terms,
                              struct rows stages)
{
    const struct transition_stage *stage = stages.at;
    struct stage_row *rows =
        arena_alloc(call->arena, (stages.count + 1) * sizeof *rows);

    for (size_t i = 0; i < stages.count; i++)
        rows[i] = (struct stage_row){ terms, stage[i].from_month,
                                      stage[i].multiplier };
    return store_rows(call, &SQL_transition_stage_add, &stage_row_shape,
                      (struct rows){ rows, stages.count });
}

struct err cmd_transition_set(struct call *call, const void *body)
{
    const struct transition_set *ask = body;
    struct transition_ask key = { ask->household };
    struct agreed agreed;

    struct err err = fetch(call, &SQL_transition_agreed,
                           FROM(transition_ask, &key), INTO(agreed, &agreed));
    if (err.code == CODE_NOT_FOUND)
        return fail(CODE_CONFLICT, "this household has no agreement on a new "
                                   "house, and no time between two homes");
    if (err.code)
        return err;
    struct terms terms = {
        .id = ask->id,
        .household = ask->household,
        .agreement = agreed.agreement,
        .area = ask->area,
        .rate = ask->rate,
        .months = ask->months,
        .start = ask->start,
        .part = ask->part,
        .basis = ask->basis,
        .stop_months = ask->stop_months,
        .prepaid = agreed.prepaid,
        .turnover = ask->turnover,
        .liability_required = ask->liability_required,
        .liable = ask->liable,
        .citation = ask->citation,
        .set_by = call->actor,
        .set_at = call->now,
    };
    struct transition_terms facts =
        facts_of(&terms, ask->stages, (struct rows){ 0 });
    TRY(transition_check(&facts));
    TRY(store(call, &SQL_transition_terms_add, FROM(terms, &terms)));
    TRY(keep_stages(call, ask->id, ask->stages));
    about(call, ask->household);
    struct transition_set_answer answer = { ask->id, agreed.prepaid };
    return reply(call, FROM(transition_set_answer, &answer));
}

/* ---------------------------------------------------- transition.confirm */

struct transition_key {
    struct id id;
};
static const struct field transition_key_fields[] = {
    FIELD(transition_key, id),
};
const struct shape transition_key_shape = SHAPE(transition_key);

struct taken {
    struct id household;
    struct id set_by;
    bool confirmed;
};
static const struct field taken_fields[] = {
    FIELD(taken, household),
    FIELD(taken, set_by),
    FIELD(taken, confirmed),
};
static const struct shape taken_shape = SHAPE(taken);

struct confirmation {
    struct id id;
    struct id confirmed_by;
    struct moment confirmed_at;
};
static const struct field confirmation_fields[] = {
    FIELD(confirmation, id),
    FIELD(confirmation, confirmed_by),
    FIELD(confirmation, confirmed_at),
};
static const struct shape confirmation_shape = SHAPE(confirmation);

struct transition_confirmed {
    struct id household;
};
static const struct field transition_confirmed_fields[] = {
    FIELD(transition_confirmed, household),
};
const struct shape transition_confirmed_shape = SHAPE(transition_confirmed);

struct err cmd_transition_confirm(struct call *call, const void *body)
{
    const struct transition_key *ask = body;
    struct taken taken;

    TRY(fetch(call, &SQL_transition_taken, FROM(transition_key, ask),
              INTO(taken, &taken)));
    TRY(transition_may_confirm(taken.confirmed,
                               id_same(taken.set_by, call->actor)));
    struct confirmation said = { ask->id, call->actor, call->now };
    TRY(store(call, &SQL_transition_confirm, FROM(confirmation, &said)));
    about(call, taken.household);
    TRY(transition_turn(call, taken.household));
    struct transition_confirmed answer = { taken.household };
    return reply(call, FROM(transition_confirmed, &answer));
}

/* -------------------------------------------------------- month by month */

static const struct field running_fields[] = {
    TERMS_FIELDS,
    OPTIONAL(terms, vacated),
    OPTIONAL(terms, handed_over),
    FIELD(terms, written),
};
static const struct shape running_shape = {
    .name = "running",
    .size = sizeof(struct terms),
    .fields = running_fields,
    .count = sizeof running_fields / sizeof *running_fields,
};

static const struct field price_fields[] = {
    FIELD(transition_price, since),
    FIELD(transition_price, rate),
};
static const struct shape price_shape = {
    .name = "price",
    .size = sizeof(struct transition_price),
    .fields = price_fields,
    .count = sizeof price_fields / sizeof *price_fields,
};

struct due {
    struct id household;
    int64_t month;
    struct id terms;
    struct day first_day;
    struct day from_day;
    struct day to_day;
    int64_t overrun;
    struct rate multiplier;
    struct money rate;
    struct money amount;
    struct day due_on;
};
static const struct field due_fields[] = {
    FIELD(due, household), FIELD(due, month),      FIELD(due, terms),
    FIELD(due, first_day), FIELD(due, from_day),   FIELD(due, to_day),
    FIELD(due, overrun),   FIELD(due, multiplier), FIELD(due, rate),
    FIELD(due, amount),    FIELD(due, due_on),
};
static const struct shape due_shape = SHAPE(due);

struct transition_alarm {
    struct id household;
};
static const struct field transition_alarm_fields[] = {
    FIELD(transition_alarm, household),
};
const struct shape transition_alarm_shape = SHAPE(transition_alarm);

/* Terms, stages and prices of a household; CODE_NOT_FOUND without confirmed
 * ones. */
static struct err take(struct call *call, struct id household,
                       struct terms *terms, struct transition_terms *facts)
{
    struct transition_ask key = { household };
    struct rows stages, prices;

    *terms = (struct terms){ .id = { "" } };
    TRY(fetch(call, &SQL_transition_running, FROM(transition_ask, &key),
              (struct slot){ &running_shape, terms }));
    struct transition_key of = { terms->id };
    TRY(list(call, &SQL_transition_stages, FROM(transition_key, &of),
             &transition_stage_shape, &stages));
    TRY(list(call, &SQL_transition_prices, FROM(transition_ask, &key),
             &price_shape, &prices));
    *facts = facts_of(terms, stages, prices);
    return OK;
}

static struct err alarm_at(struct call *call, const char *topic,
                           struct id household, struct day day)
{
    struct transition_alarm body = { household };

    return alarm_set(call, topic, household, moment_at(day, 0),
                     FROM(transition_alarm, &body));
}

/* Writes all months that are over, and sets the alarm for the next. */
static struct err write_months(struct call *call, const struct terms *terms,
                               const struct transition_terms *facts)
{
    struct due *dues =
        arena_alloc(call->arena, TRANSITION_MONTHS_MAX * sizeof *dues);
    struct day today = day_of(call->now),
               first = transition_first(facts, terms->vacated),
               stop = transition_stop(facts, terms->handed_over);
    struct transition_month month;
    size_t count = 0;
    int64_t n = terms->written + 1;
    bool goes_on;

    while ((goes_on = transition_month(facts, first, n, stop, &month))
           && month.to.number <= today.number
           && count < TRANSITION_MONTHS_MAX) {
        dues[count++] = (struct due){
            .household = terms->household,
            .month = n++,
            .terms = terms->id,
            .first_day = first,
            .from_day = month.from,
            .to_day = month.to,
            .overrun = month.overrun,
            .multiplier = month.multiplier,
            .rate = month.rate,
            .amount = month.amount,
            .due_on = month.to,
        };
    }
    TRY(store_rows(call, &SQL_transition_due_add, &due_shape,
                   (struct rows){ dues, count }));
    if (goes_on)
        TRY(alarm_at(call, "transition.month", terms->household, month.to));
    if (!count)
        return OK;
    return alarm_at(call, "transition.late", terms->household,
                    days_after(today, PAY_WITHIN + 1));
}

/* The last day before the period: from it on the clocks count. */
static struct moment counted_from(struct day first)
{
    return moment_at(days_after(first, -1), 0);
}

static struct err start_clocks(struct call *call, const struct terms *terms,
                               const struct transition_terms *facts)
{
    struct moment from = counted_from(transition_first(facts, terms->vacated));
    int months = (int)terms->months;

    TRY(clock_start_for(call, &household_kind, "T-OVERRUN", terms->household,
                        from, (struct clock_length){ months, MONTHS }));
    return clock_start_for(call, &household_kind, "T-OVER24", terms->household,
                           from,
                           (struct clock_length){ months + OVER_24, MONTHS });
}

struct err transition_turn(struct call *call, struct id household)
{
    struct transition_terms facts;
    struct terms terms;
    struct err err = take(call, household, &terms, &facts);

    if (err.code == CODE_NOT_FOUND) /* a month, and nobody entered them */
        return alarm_at(
            call, "transition.late", household,
            days_after(months_after(day_of(call->now), 1), PAY_WITHIN + 1));
    if (err.code || !terms.vacated.number)
        return err;
    if (!terms.handed_over.number)
        TRY(start_clocks(call, &terms, &facts));
    return write_months(call, &terms, &facts);
}

struct err on_transition_month(struct call *call, const void *body)
{
    const struct transition_alarm *alarm = body;
    struct transition_terms facts;
    struct terms terms;

    TRY(take(call, alarm->household, &terms, &facts));
    about(call, alarm->household);
    return write_months(call, &terms, &facts);
}

struct unpaid_ask {
    struct id household;
    struct day day;
};
static const struct field unpaid_ask_fields[] = {
    FIELD(unpaid_ask, household),
    FIELD(unpaid_ask, day),
};
static const struct shape unpaid_ask_shape = SHAPE(unpaid_ask);

struct unpaid {
    struct id agreement;
    bool late;
};
static const struct field unpaid_fields[] = {
    FIELD(unpaid, agreement),
    FIELD(unpaid, late),
};
static const struct shape unpaid_shape = SHAPE(unpaid);

struct err on_transition_late(struct call *call, const void *body)
{
    const struct transition_alarm *alarm = body;
    struct unpaid_ask ask = { alarm->household, days_after(day_of(call->now),
                                                           -(PAY_WITHIN + 1)) };
    struct unpaid unpaid;

    TRY(fetch(call, &SQL_transition_unpaid, FROM(unpaid_ask, &ask),
              INTO(unpaid, &unpaid)));
    about(call, alarm->household);
    return unpaid.late ? grievance_late(call, alarm->household, T_TRANS,
                                        unpaid.agreement)
                       : OK;
}

/* ------------------------------------------------------- transition.show */

static const struct field shown_terms_fields[] = {
    TERMS_FIELDS,
    OPTIONAL(terms, confirmed_by),
    OPTIONAL(terms, confirmed_at),
};
static const struct shape shown_terms_shape = {
    .name = "terms",
    .size = sizeof(struct terms),
    .fields = shown_terms_fields,
    .count = sizeof shown_terms_fields / sizeof *shown_terms_fields,
};

struct shown_month {
    int64_t month;
    struct day from_day;
    struct day to_day;
    int64_t overrun;
    struct rate multiplier;
    struct money rate;
    struct money amount;
    struct day due_on;
    const char *receipt;
    struct day paid_on;
};
static const struct field shown_month_fields[] = {
    FIELD(shown_month, month),      FIELD(shown_month, from_day),
    FIELD(shown_month, to_day),     FIELD(shown_month, overrun),
    FIELD(shown_month, multiplier), FIELD(shown_month, rate),
    FIELD(shown_month, amount),     FIELD(shown_month, due_on),
    OPTIONAL(shown_month, receipt), OPTIONAL(shown_month, paid_on),
};
static const struct shape shown_month_shape = SHAPE(shown_month);

struct transition_full {
    struct rows terms;
    struct rows months;
};
static const struct field transition_full_fields[] = {
    FIELD(transition_full, terms, .shape = &shown_terms_shape,
          .max = TERMS_MAX),
    FIELD(transition_full, months, .shape = &shown_month_shape,
          .max = TRANSITION_MONTHS_MAX),
};
const struct shape transition_full_shape = SHAPE(transition_full);

struct err cmd_transition_show(struct call *call, const void *body)
{
    const struct transition_ask *ask = body;
    struct transition_full full;

    TRY(own_only(call, ROLE_MONEY | ROLE(FINANCE), ask->household));
    TRY(list(call, then(call, &SQL_transition_terms_of),
             FROM(transition_ask, ask), &shown_terms_shape, &full.terms));
    TRY(list(call, then(call, &SQL_transition_months),
             FROM(transition_ask, ask), &shown_month_shape, &full.months));
    about(call, ask->household);
    return reply(call, FROM(transition_full, &full));
}
