#include "services/cases/errand/record.h"

#include "services/cases/clock/clock.h"
#include "services/cases/errand/store_sql.h"

static const struct field errand_fields[] = {
    FIELD(errand, id),
    FIELD(errand, text),
    OPTIONAL(errand, person),
    FIELD(errand, two),
    FIELD(errand, money),
    OPTIONAL(errand, authorised_until),
    FIELD(errand, may_submit),
    FIELD(errand, may_hold_papers),
    FIELD(errand, may_handle_money),
    OPTIONAL(errand, authorised_at),
    OPTIONAL(errand, second),
    OPTIONAL(errand, outcome),
    OPTIONAL(errand, answer),
    OPTIONAL(errand, delivered_at),
    OPTIONAL(errand, rating),
    OPTIONAL(errand, rated_by),
    OPTIONAL(errand, rated_channel),
    OPTIONAL(errand, originals_out),
    OPTIONAL(errand, ran),
};
static const struct shape errand_shape = SHAPE(errand);

struct errand_key {
    struct id id;
    struct id actor;
};
static const struct field errand_key_fields[] = {
    FIELD(errand_key, id),
    OPTIONAL(errand_key, actor),
};
static const struct shape errand_key_shape = SHAPE(errand_key);

struct errand_news {
    struct id errand;
    struct id project;
    struct id community;
    struct id household;
    const char *state;
};
static const struct field errand_news_fields[] = {
    FIELD(errand_news, errand),       FIELD(errand_news, project),
    OPTIONAL(errand_news, community), OPTIONAL(errand_news, household),
    FIELD(errand_news, state),
};
const struct shape errand_news_shape = SHAPE(errand_news);

/* ----------------------------------------------------------------- fetching */

static struct moment rate_until(struct moment delivered_at)
{
    const struct clock_rule *rule = clock_rule_of(errand_clocks, T_ES_RATE);
    bool provisional = false;

    return clock_end(delivered_at, rule->length, 0, &provisional);
}

static struct err fill_facts(const struct call *call, struct errand *errand)
{
    const struct matter *matter = &errand->matter;

    errand->facts = (struct errand_facts){
        .kind = errand_kind_of(matter->kind),
        .today = day_of(call->now),
        .now = call->now,
        .actor = call->actor,
        .roles = call->roles,
        .household = matter->household,
        .opened_by = matter->opened_by,
        .holder = matter->holder,
        .second = errand->second,
        .ran = errand->ran,
        .authorised = { errand->authorised_until, errand->may_submit,
                        errand->may_hold_papers, errand->may_handle_money },
        .originals_out = errand->originals_out,
        .said_why = errand->answer.at != NULL,
        .rate_until = rate_until(errand->delivered_at),
    };
    return errand->facts.kind
               ? OK
               : fail(CODE_FAULT, "the catalogue has no such kind of errand");
}

static struct err fill(struct call *call, const struct matter *matter,
                       struct errand *errand)
{
    struct errand_key key = { matter->id, call->actor };

    TRY(fetch(call, then(call, &SQL_errand_record), FROM(errand_key, &key),
              INTO(errand, errand)));
    errand->matter = *matter;
    return fill_facts(call, errand);
}

struct err errand_take(struct call *call, struct id id, struct errand *errand)
{
    struct matter matter;

    TRY(matter_take(call, &errand_case, id, &matter));
    TRY(matter_may_see(call, &matter));
    return fill(call, &matter, errand);
}

struct err errand_look(struct call *call, struct id id, struct errand *errand)
{
    struct matter matter;

    TRY(matter_look(call, &errand_case, id, &matter));
    TRY(matter_may_see(call, &matter));
    TRY(matter_as_it_stood(call, &matter));
    return fill(call, &matter, errand);
}

static struct err may_see(struct call *call, const struct matter *matter)
{
    struct errand_facts facts = {
        .kind = errand_kind_of(matter->kind),
        .actor = call->actor,
        .roles = call->roles,
        .holder = matter->holder,
        .opened_by = matter->opened_by,
    };

    return facts.kind && errand_is_seen(&facts)
               ? OK
               : fail(CODE_NOT_FOUND, "there is no errand with this id");
}

/* ------------------------------------------------------------------- moving */

static struct err tell(struct call *call, const char *topic,
                       const struct matter *matter)
{
    struct errand_news news = {
        .errand = matter->id,
        .project = matter->project,
        .community = matter->community,
        .household = matter->household,
        .state = errand_flow.states[matter->state],
    };
    return emit(call, topic, matter->id, FROM(errand_news, &news));
}

/* From the acceptance on the result is promised; while papers of the person are
 * awaited, its time stands still. */
static struct err accepted(struct call *call, const struct errand *errand)
{
    struct id id = errand->id;

    TRY(clock_stop(call, id, T_ES_ACCEPT));
    TRY(clock_start(call, &errand_case, T_ES_FIRST, id, call->now));
    return clock_start_for(call, &errand_case, T_ES_PROMISE, id, call->now,
                           errand_promise(errand->facts.kind));
}

static struct err need_docs(struct call *call, struct id id)
{
    TRY(clock_stop(call, id, T_ES_FIRST));
    return clock_pause(call, id, T_ES_PROMISE,
                       "papers of the person are "
                       "awaited");
}

static struct err progress(struct call *call, struct id id)
{
    TRY(clock_stop(call, id, T_ES_FIRST));
    return clock_resume(call, id, T_ES_PROMISE);
}

static struct err delivered(struct call *call, struct id id)
{
    TRY(clock_stop_all(call, id));
    return clock_start(call, &errand_case, T_ES_RATE, id, call->now);
}

static struct err periods(struct call *call, const struct errand *errand,
                          unsigned event)
{
    struct id id = errand->id;

    switch (event) {
    case RUN_REQUEST:
        return clock_start(call, &errand_case, T_ES_ACCEPT, id, call->now);
    case RUN_ACCEPT:
        return accepted(call, errand);
    case RUN_NEED_DOCS:
        return need_docs(call, id);
    case RUN_PROGRESS:
        return progress(call, id);
    case RUN_RESULT:
        return clock_stop(call, id, T_ES_PROMISE);
    case RUN_DELIVER:
        return delivered(call, id);
    case RUN_DECLINE:
    case RUN_CLOSE:
    case RUN_CANCEL:
    case RUN_FAIL:
        return clock_stop_all(call, id);
    default:
        return OK;
    }
}

struct err errand_open(struct call *call, struct errand *errand,
                       const char *text, const char *person)
{
    TRY(fill_facts(call, errand));
    TRY(matter_open(call, &errand_case, RUN_REQUEST, &errand->facts,
                    &errand->matter));
    errand->id = errand->matter.id;
    errand->two = errand->facts.kind->touches & (ES_MONEY | ES_IDENTITY);
    errand->money = errand->facts.kind->touches & ES_MONEY;
    TRY(seal_field(call, "errand.text", errand->id, text, &errand->text));
    TRY(seal_field(call, "errand.person", errand->id, person, &errand->person));
    TRY(store(call, &SQL_errand_add, FROM(errand, errand)));
    TRY(periods(call, errand, RUN_REQUEST));
    return tell(call, "errand.requested", &errand->matter);
}

struct err errand_do(struct call *call, struct errand *errand, unsigned event,
                     const char *reason)
{
    unsigned before = errand->matter.state;

    TRY(fill_facts(call, errand));
    TRY(matter_move(call, &errand_case, &errand->matter, event, &errand->facts,
                    reason));
    TRY(store(call, &SQL_errand_put, FROM(errand, errand)));
    TRY(periods(call, errand, event));
    return errand->matter.state == before
               ? OK
               : tell(call, "errand.moved", &errand->matter);
}

struct err errand_do_itself(struct call *call, struct errand *errand,
                            unsigned event)
{
    role_set asked = call->roles;

    call->roles = ROLE(SERVICE);
    struct err err = errand_do(call, errand, event, NULL);
    call->roles = asked;
    return err;
}

/* Fifteen days of silence close it; the other periods only tell. */
static struct err due(struct call *call, struct id subject,
                      const struct clock_rule *rule)
{
    struct errand errand;
    struct matter matter;

    if (rule != clock_rule_of(errand_clocks, T_ES_RATE))
        return OK;
    TRY(matter_take(call, &errand_case, subject, &matter));
    TRY(fill(call, &matter, &errand));
    return errand_do(call, &errand, RUN_CLOSE, NULL);
}

const struct case_kind errand_case = {
    .flow = &errand_flow,
    .prefix = "ES",
    .clocks = errand_clocks,
    .staff = ROLE_ES_STAFF,
    .leads = ROLE_ES_TEAM,
    .may_see = may_see,
    .due = due,
};
