/* An offer is made by one person and released by another (domain.md 4.1); its
 * amount comes from the engine, twice, and from nobody's keyboard. */
#include "services/cases/household/commands.h"
#include "services/cases/household/record.h"
#include "services/cases/household/step.h"
#include "services/cases/household/store_sql.h"
#include "services/cases/pack/commands.h"
#include "services/cases/payment/fund.h"
#include "services/cases/period/rules.h"
#include "services/cases/publication/commands.h"
#include "services/cases/statement/commands.h"

#include <string.h>

/* ---------------------------------------------------------- what it rests on
 */

struct offer_ground {
    struct id household;
    struct id project;
    struct id community;
    unsigned state;
    unsigned track;
    struct moment facts_since;
    struct id offer;
    struct moment offered_at;
    int64_t offer_version;
};

static const struct field offer_ground_fields[] = {
    FIELD(offer_ground, household),
    FIELD(offer_ground, project),
    FIELD(offer_ground, community),
    FIELD(offer_ground, state, .names = household_states),
    FIELD(offer_ground, track, .names = household_tracks),
    FIELD(offer_ground, facts_since),
    OPTIONAL(offer_ground, offer),
    OPTIONAL(offer_ground, offered_at),
    OPTIONAL(offer_ground, offer_version),
};
static const struct shape offer_ground_shape = SHAPE(offer_ground);

static struct standing standing_of(const struct call *call,
                                   const struct offer_ground *ground,
                                   const struct pack_of *of)
{
    return (struct standing){
        .state = ground->state,
        .track = ground->track,
        .now = call->now,
        .actor = call->actor,
        .roles = call->roles,
        .pack_version = of->version,
        .pack_first = of->first,
        .pack_published_on = of->published_on,
        .offer_version = ground->offer_version,
        .offered_at = ground->offered_at,
        .facts_since = ground->facts_since,
    };
}

/* --------------------------------------------------- household.offer_make */

struct offer_make {
    struct id household;
    struct id pack; /* when given, it has to be the newest */
};

static const struct field offer_make_fields[] = {
    FIELD(offer_make, household),
    OPTIONAL(offer_make, pack),
};
const struct shape offer_make_shape = SHAPE(offer_make);

struct offer_made {
    struct id statement;
    struct id household;
    struct id pack;
    const char *sha256;
    struct money total;
    const char *words;
};

static const struct field offer_made_fields[] = {
    FIELD(offer_made, statement), FIELD(offer_made, household),
    FIELD(offer_made, pack),      FIELD(offer_made, sha256),
    FIELD(offer_made, total),     FIELD(offer_made, words),
};
const struct shape offer_made_shape = SHAPE(offer_made);

/* The pack in force; none at all is for the rules to say. */
static struct err pack_for(struct call *call, struct id project,
                           struct id wanted, struct pack_of *of)
{
    TRY(pack_in_force(call, project, of));
    if (id_given(wanted) && !id_same(wanted, of->id))
        return fail(CODE_CONFLICT,
                    "this is not the newest pack of the project; leave it out "
                    "to take the newest, which never pays less");
    return OK;
}

struct err cmd_household_offer_make(struct call *call, const void *body)
{
    const struct offer_make *ask = body;
    struct statement_kept made;
    struct offer_ground ground;
    struct pack_of of;
    unsigned to;

    TRY(fetch(call, &SQL_offer_ground, FROM(offer_make, ask),
              INTO(offer_ground, &ground)));
    TRY(pack_for(call, ground.project, ask->pack, &of));
    struct standing at = standing_of(call, &ground, &of);
    TRY(household_move(&at, MAKE, &to, call->arena));

    TRY(statement_reckon(call, ground.household, &of, (struct json){ 0 },
                         &made));
    TRY(statement_keep(call, &made));
    TRY(record_entry(call, (struct record){ .household = ground.household,
                                            .event = MAKE,
                                            .from_state = ground.state,
                                            .to_state = to,
                                            .about = made.id }));
    about(call, ground.household);

    struct offer_made answer = {
        .statement = made.id,
        .household = ground.household,
        .pack = made.pack,
        .sha256 = made.sha256,
        .total = made.total,
        .words = made.words,
    };
    return reply(call, FROM(offer_made, &answer));
}

/* ------------------------------------------------ household.offer_release */

struct offer_release {
    struct id statement;
};

static const struct field offer_release_fields[] = {
    FIELD(offer_release, statement),
};
const struct shape offer_release_shape = SHAPE(offer_release);

struct offer_paper {
    struct id household;
    struct id pack;
    struct id prepared_by;
    struct moment prepared_at;
    const char *sha256;
    struct day plan_published_on;
};

static const struct field offer_paper_fields[] = {
    FIELD(offer_paper, household),         FIELD(offer_paper, pack),
    FIELD(offer_paper, prepared_by),       FIELD(offer_paper, prepared_at),
    OPTIONAL(offer_paper, sha256), /* the first engine kept none */
    FIELD(offer_paper, plan_published_on),
};
static const struct shape offer_paper_shape = SHAPE(offer_paper);

struct offer {
    struct id statement;
    struct id household;
    struct id made_by;
    struct id released_by;
    struct moment released_at;
    const char *reproduced; /* what the second run gave */
};

static const struct field offer_fields[] = {
    FIELD(offer, statement),   FIELD(offer, household),
    FIELD(offer, made_by),     FIELD(offer, released_by),
    FIELD(offer, released_at), FIELD(offer, reproduced),
};
static const struct shape offer_shape = SHAPE(offer);

struct offer_released {
    struct id household;
    unsigned state;
    struct moment sign_from;
};

static const struct field offer_released_fields[] = {
    FIELD(offer_released, household),
    FIELD(offer_released, state, .names = household_states),
    FIELD(offer_released, sign_from),
};
const struct shape offer_released_shape = SHAPE(offer_released);

/* The statement, its household (locked) and its pack. */
static struct err load(struct call *call, struct id statement,
                       struct offer_paper *paper, struct offer_ground *ground,
                       struct pack_of *of)
{
    struct offer_release ask = { statement };

    TRY(fetch(call, &SQL_offer_paper, FROM(offer_release, &ask),
              INTO(offer_paper, paper)));
    struct offer_make key = { .household = paper->household };
    TRY(fetch(call, &SQL_offer_ground, FROM(offer_make, &key),
              INTO(offer_ground, ground)));
    if (!paper->sha256)
        return fail(CODE_CONFLICT, "this statement was made by the first "
                                   "engine; make a new one");
    return pack_by_id(call, paper->pack, of);
}

/* What the statement itself has to do with its release. */
static struct err look_at_paper(struct call *call, struct id statement,
                                const struct offer_paper *paper,
                                struct id project, struct standing *at)
{
    at->plan_published_on = paper->plan_published_on;
    at->prepared = statement;
    at->prepared_by = paper->prepared_by;
    at->prepared_at = paper->prepared_at;
    return outages_since(call, project, at->plan_published_on,
                         at->pack_published_on, &at->outages);
}

/* G-CHECKS: a second run by a second person gives the same (domain.md 2.5). */
static struct err run_again(struct call *call, const struct offer_paper *paper,
                            const struct pack_of *of,
                            struct statement_kept *again)
{
    TRY(statement_reckon(call, paper->household, of, (struct json){ 0 },
                         again));
    if (strcmp(paper->sha256, again->sha256) != 0)
        return fail(CODE_CONFLICT,
                    "a second run from today's facts gives another statement; "
                    "make a new one");
    return OK;
}

struct err cmd_household_offer_release(struct call *call, const void *body)
{
    const struct offer_release *ask = body;
    struct offer_paper paper;
    struct offer_ground ground;
    struct statement_kept again;
    struct pack_of of;
    struct home home;
    unsigned to;

    TRY(load(call, ask->statement, &paper, &ground, &of));
    struct standing at = standing_of(call, &ground, &of);
    TRY(look_at_paper(call, ask->statement, &paper, ground.project, &at));
    enum event event = ground.state == EXPLAINING ? OFFER : REOFFER;
    TRY(household_move(&at, event, &to, call->arena));
    TRY(run_again(call, &paper, &of, &again));
    TRY(fund_covers(call, ground.project, paper.household, again.total));

    struct offer offer = {
        .statement = ask->statement,
        .household = paper.household,
        .made_by = paper.prepared_by,
        .released_by = call->actor,
        .released_at = call->now,
        .reproduced = again.sha256,
    };
    TRY(store(call, &SQL_offer_add, FROM(offer, &offer)));
    TRY(record_move(call, (struct record){ .household = paper.household,
                                           .event = event,
                                           .from_state = ground.state,
                                           .to_state = to,
                                           .offer = ask->statement,
                                           .about = ask->statement }));
    TRY(home_turn(call, paper.household, event, &home));
    struct household_news news = {
        .household = paper.household,
        .project = ground.project,
        .community = ground.community,
        .state = home.at.state,
        .statement = ask->statement,
        .sign_from = sign_from(call->now),
    };
    TRY(emit(call, "household.offered", paper.household,
             FROM(household_news, &news)));

    struct offer_released answer = { paper.household, news.state,
                                     news.sign_from };
    return reply(call, FROM(offer_released, &answer));
}
