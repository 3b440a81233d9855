#include "services/cases/paper/commands.h"

#include "services/cases/household/record.h"
#include "services/cases/household/step.h"
#include "services/cases/paper/paper.h"
#include "services/cases/period/period.h"

#include <stdlib.h>
#include <string.h>

enum { PAPER_HOUSEHOLDS_MAX = 100 };

struct paper_record {
    struct ids households;
    unsigned event;
    struct day day; /* today when it is not said */
    const char *document;
    const char *evidence;
    unsigned served_mode;
    const char *served_to;
    const char *reason;
    const char *organ;
    const char *court;
    const char *legal_aid_phone;
    const char *account;
    const char *housing;
    int64_t panel;
    int64_t panel_appraisers;
    unsigned choice;
};

static const struct field paper_record_fields[] = {
    FIELD(paper_record, households, .max = PAPER_HOUSEHOLDS_MAX),
    FIELD(paper_record, event, .names = household_events),
    OPTIONAL(paper_record, day),
    OPTIONAL(paper_record, document, .max = 100),
    OPTIONAL(paper_record, evidence, .max = 100),
    OPTIONAL(paper_record, served_mode, .names = served_modes),
    OPTIONAL(paper_record, served_to, .max = 100),
    OPTIONAL(paper_record, reason, .max = 1000),
    OPTIONAL(paper_record, organ, .max = 100),
    OPTIONAL(paper_record, court, .max = 100),
    OPTIONAL(paper_record, legal_aid_phone, .max = 30),
    OPTIONAL(paper_record, account, .max = 60),
    OPTIONAL(paper_record, housing, .max = 200),
    OPTIONAL(paper_record, panel, .least = 1, .most = 99),
    OPTIONAL(paper_record, panel_appraisers, .least = 1, .most = 99),
    OPTIONAL(paper_record, choice, .names = household_choices),
};
const struct shape paper_record_shape = SHAPE(paper_record);

struct paper_result {
    struct id household;
    struct id paper;
    unsigned state;
};

static const struct field paper_result_fields[] = {
    FIELD(paper_result, household),
    FIELD(paper_result, paper),
    FIELD(paper_result, state, .names = household_states),
};
static const struct shape paper_result_shape = SHAPE(paper_result);

struct paper_recorded {
    struct rows results;
};

static const struct field paper_recorded_fields[] = {
    FIELD(paper_recorded, results, .shape = &paper_result_shape),
};
const struct shape paper_recorded_shape = SHAPE(paper_recorded);

static struct paper paper_of(const struct call *call,
                             const struct paper_record *ask)
{
    return (struct paper){
        .event = ask->event,
        .day = ask->day.number ? ask->day : day_of(call->now),
        .document = ask->document,
        .evidence = ask->evidence,
        .served_mode = ask->served_mode,
        .served_to = ask->served_to,
        .reason = ask->reason,
        .organ = ask->organ,
        .court = ask->court,
        .legal_aid_phone = ask->legal_aid_phone,
        .account = ask->account,
        .housing = ask->housing,
        .panel = ask->panel,
        .panel_appraisers = ask->panel_appraisers,
        .choice = ask->choice,
    };
}

static struct day last_day(const struct standing *at)
{
    struct day last = { 0 };

    for (unsigned event = 0; event < EVENT_COUNT; event++)
        if (at->on[event].number > last.number)
            last = at->on[event];
    return last;
}

static struct err write_down(struct call *call, const struct paper *paper,
                             struct id household, struct paper_result *result)
{
    struct home home;

    TRY(home_take(call, household, &home));
    TRY(paper_check(paper, last_day(&home.at), day_of(call->now), call->arena));
    home.at.reasoned = paper->reason != NULL;
    home.at.panel = paper->panel;
    home.at.panel_appraisers = paper->panel_appraisers;
    home.day = paper->day;
    if (paper->event == DECIDE)
        home.at.choice = paper->choice;
    TRY(paper_keep(call, household, paper, &result->paper));
    TRY(home_step(call, &home, paper->event, result->paper));
    if (paper->event == TOLL || paper->event == UNTOLL)
        TRY(periods_toll(call, household));
    result->household = household;
    result->state = home.at.state;
    return OK;
}

/* One paper for many is written down for all of them or for none: which one
 * was in the way is said. */
static struct err named(const struct call *call, struct id household,
                        struct err err)
{
    if (err.code)
        err.why = arena_format(call->arena, "%s: %s", household.text, err.why);
    return err;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct id *)a)->text, ((const struct id *)b)->text);
}

/* In the order of their ids, so that two rounds never wait for each other. */
struct err cmd_household_record(struct call *call, const void *body)
{
    const struct paper_record *ask = body;
    const struct paper paper = paper_of(call, ask);
    size_t count = ask->households.count;
    struct paper_recorded answer = {
        { arena_alloc(call->arena, count * sizeof(struct paper_result)), count }
    };

    if (count == 0)
        return fail_at("households", "names none");
    struct id *sorted = arena_alloc(call->arena, count * sizeof *sorted);
    memcpy(sorted, ask->households.at, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_text);
    struct paper_result *results = answer.results.at;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && id_same(sorted[i], sorted[i - 1]))
            return fail_at("households", "names one twice");
        struct err err = write_down(call, &paper, sorted[i], &results[i]);
        TRY(count > 1 ? named(call, sorted[i], err) : err);
    }
    return reply(call, FROM(paper_recorded, &answer));
}
