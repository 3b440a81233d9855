#include "services/cases/household/step.h"

#include "services/cases/grievance/commands.h"
#include "services/cases/household/own.h"
#include "services/cases/household/record.h"
#include "services/cases/household/store_sql.h"
#include "services/cases/period/period.h"
#include "services/cases/period/rules.h"
#include "services/cases/publication/commands.h"
#include "services/cases/transition/commands.h"

#include <string.h>

/* ------------------------------------------------------- the household taken
 */

struct home_key {
    struct id household;
};
static const struct field home_key_fields[] = {
    FIELD(home_key, household),
};
static const struct shape home_key_shape = SHAPE(home_key);

struct home_row {
    struct id id;
    struct id project;
    struct id community;
    unsigned state;
    unsigned track;
    struct id offer;
    struct id agreement;
    struct moment offered_at;
    struct moment facts_since;
    struct money owed;
    unsigned choice;
    bool tolled;
    bool unfit;
    bool unended;
    bool unfounded;
    struct moment complained_at;
    struct moment change_approved_until;
    struct day pay_by;
};

static const struct field home_row_fields[] = {
    FIELD(home_row, id),
    FIELD(home_row, project),
    FIELD(home_row, community),
    FIELD(home_row, state, .names = household_states),
    FIELD(home_row, track, .names = household_tracks),
    OPTIONAL(home_row, offer),
    OPTIONAL(home_row, agreement),
    OPTIONAL(home_row, offered_at),
    FIELD(home_row, facts_since),
    OPTIONAL(home_row, owed),
    FIELD(home_row, choice, .names = household_choices),
    FIELD(home_row, tolled),
    FIELD(home_row, unfit),
    FIELD(home_row, unended),
    FIELD(home_row, unfounded),
    OPTIONAL(home_row, complained_at),
    OPTIONAL(home_row, change_approved_until),
    OPTIONAL(home_row, pay_by),
};
static const struct shape home_row_shape = SHAPE(home_row);

struct home_day {
    unsigned event;
    struct day day;
};

static const struct field home_day_fields[] = {
    FIELD(home_day, event, .names = household_events),
    FIELD(home_day, day),
};
static const struct shape home_day_shape = SHAPE(home_day);

/* Where something of the household hangs on a board (G-POST). */
#define POSTED                                                                 \
    (IN(SURVEY_POSTED) | IN(SURVEY_DISPUTED) | IN(OWNER_UNCLEAR)               \
     | IN(APPRAISAL_POSTED))

struct err home_days(struct call *call, struct id household,
                     struct standing *at)
{
    struct home_key key = { household };
    struct rows found;

    TRY(list(call, &SQL_home_days, FROM(home_key, &key), &home_day_shape,
             &found));
    const struct home_day *day = found.at;
    for (size_t i = 0; i < found.count; i++)
        at->on[day[i].event] = day[i].day;
    if (at->on[SURVEY_POST].number && (IN(at->state) & POSTED))
        return outages_of_board(call, household, at->on[SURVEY_POST],
                                &at->outages);
    return OK;
}

/* A household's role counts for itself alone. */
static role_set roles_for(const struct call *call, struct id household)
{
    return id_same(call->actor, household) ? call->roles
                                           : call->roles & ~ROLE_HOUSEHOLD;
}

struct err home_take(struct call *call, struct id household, struct home *home)
{
    struct home_key key = { household };
    struct home_row row;

    TRY(fetch(call, &SQL_home_locked, FROM(home_key, &key),
              INTO(home_row, &row)));
    *home = (struct home){
        .id = row.id,
        .project = row.project,
        .community = row.community,
        .offer = row.offer,
        .at = {
            .state = row.state,
            .track = row.track,
            .now = call->now,
            .actor = call->actor,
            .roles = roles_for(call, household),
            .offered_at = row.offered_at,
            .facts_since = row.facts_since,
            .agreement = row.agreement,
            .choice = row.choice,
            .pay_by = row.pay_by,
            .tolled = row.tolled,
            .unfit = row.unfit,
            .unended = row.unended,
            .unfounded = row.unfounded,
            .complained_at = row.complained_at,
            .change_approved_until = row.change_approved_until,
            .owed = row.owed,
        },
    };
    return home_days(call, household, &home->at);
}

/* ----------------------------------------------------------- and its steps */

struct household_moved {
    struct id household;
    struct id project;
    struct id community;
    unsigned event;
    unsigned from;
    unsigned state;
};

static const struct field household_moved_fields[] = {
    FIELD(household_moved, household),
    FIELD(household_moved, project),
    FIELD(household_moved, community),
    FIELD(household_moved, event, .names = household_events),
    FIELD(household_moved, from, .names = household_states),
    FIELD(household_moved, state, .names = household_states),
};
const struct shape household_moved_shape = SHAPE(household_moved);

static struct err tell(struct call *call, const struct home *home,
                       unsigned event, unsigned from)
{
    struct household_moved moved = {
        .household = home->id,
        .project = home->project,
        .community = home->community,
        .event = event,
        .from = from,
        .state = home->at.state,
    };

    return emit(call, "household.moved", home->id,
                FROM(household_moved, &moved));
}

static struct day day_said(const struct home *home)
{
    return home->day.number ? home->day : day_of(home->at.now);
}

static struct err step(struct call *call, struct home *home, unsigned event,
                       struct id about_what)
{
    unsigned from = home->at.state;
    unsigned to;

    TRY(household_move(&home->at, event, &to, call->arena));
    struct record record = { .household = home->id,
                             .event = event,
                             .from_state = from,
                             .to_state = to,
                             .offer = home->offer,
                             .agreement = home->at.agreement,
                             .about = about_what };
    home->at.state = to;
    home->at.on[event] = day_said(home);
    about(call, home->id);
    if (from == to)
        return record_entry(call, record);
    TRY(record_move(call, record));
    TRY(periods_turn(call, home->id, &home->at, event));
    if (event == TRANSIT || event == RESETTLE)
        TRY(transition_turn(call, home->id));
    /* that it considers is told by household.offered */
    return event == CONSIDER ? OK : tell(call, home, event, from);
}

static struct err follow(struct call *call, struct home *home)
{
    unsigned event = household_follow(&home->at);
    role_set roles = home->at.roles;

    if (event == EVENT_COUNT)
        return OK;
    home->at.roles = ROLE(SERVICE);
    TRY(step(call, home, event, (struct id){ "" }));
    home->at.roles = roles;
    return OK;
}

struct err home_step(struct call *call, struct home *home, unsigned event,
                     struct id about_what)
{
    TRY(step(call, home, event, about_what));
    return follow(call, home);
}

struct err home_turn(struct call *call, struct id household, unsigned event,
                     struct home *home)
{
    TRY(home_take(call, household, home));
    home->at.on[event] = day_of(call->now);
    TRY(periods_turn(call, household, &home->at, event));
    return follow(call, home);
}

/* ------------------------------------------------------- a period that ends */

/* What the end of a period does by itself. */
static unsigned event_of(const struct clock_rule *rule)
{
    if (strcmp(rule->name, "T-APPR") == 0)
        return FINAL;
    return strcmp(rule->name, "T-OFFER") == 0 ? PERIOD_END : EVENT_COUNT;
}

static struct err household_due(struct call *call, struct id household,
                                const struct clock_rule *rule)
{
    unsigned event = event_of(rule);
    struct home home;
    bool pays = strcmp(rule->name, T_PAY) == 0;

    if (event == EVENT_COUNT && !pays)
        return OK;
    TRY(home_take(call, household, &home));
    if (!(period_runs_in(rule) & IN(home.at.state)))
        return OK; /* signed meanwhile: what it waited for is past */
    if (pays)
        return grievance_late(call, household, T_PAY, home.at.agreement);
    return home_step(call, &home, event, (struct id){ "" });
}

const struct case_kind household_kind = {
    .flow = &household_flow,
    .clocks = household_clocks,
    .staff = ROLE_REGISTER,
    .due = household_due,
};
