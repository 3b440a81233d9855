/* An offer is made by one person and released by another (domain.md 4.1); its
 * amount comes from the engine, twice, and from nobody's keyboard. */
#include "services/cases/household/commands.h"
#include "services/cases/household/record.h"
#include "services/cases/household/step.h"
#include "services/cases/household/store_sql.h"
#include "services/cases/period/rules.h"
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
    unsigned registration;
    unsigned use;
    unsigned structure;
    struct area registered_area;
    struct area measured_area;
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
    FIELD(offer_ground, registration, .names = registration_names),
    FIELD(offer_ground, use, .names = use_names),
    FIELD(offer_ground, structure, .names = structure_names),
    FIELD(offer_ground, registered_area),
    FIELD(offer_ground, measured_area),
    FIELD(offer_ground, facts_since),
    OPTIONAL(offer_ground, offer),
    OPTIONAL(offer_ground, offered_at),
    OPTIONAL(offer_ground, offer_version),
};
static const struct shape offer_ground_shape = SHAPE(offer_ground);

/* A survey knows one house a household; the engine takes several. */
static struct facts facts_of(const struct offer_ground *ground,
                             struct arena *arena)
{
    struct part *part = arena_alloc(arena, sizeof *part);

    *part = (struct part){
        .structure = ground->structure,
        .registered_area = ground->registered_area,
        .measured_area = ground->measured_area,
    };
    return (struct facts){
        .registration = ground->registration,
        .use = ground->use,
        .parts = { part, 1 },
    };
}

static struct standing standing_of(const struct call *call,
                                   const struct offer_ground *ground,
                                   const struct pack *pack)
{
    return (struct standing){
        .state = ground->state,
        .track = ground->track,
        .now = call->now,
        .actor = call->actor,
        .roles = call->roles,
        .pack_version = pack->version,
        .pack_published_on = pack->published_on,
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
    struct money total;
    struct rows lines;
};

static const struct field offer_made_fields[] = {
    FIELD(offer_made, statement),
    FIELD(offer_made, household),
    FIELD(offer_made, pack),
    FIELD(offer_made, total),
    FIELD(offer_made, lines, .shape = &line_shape),
};
const struct shape offer_made_shape = SHAPE(offer_made);

/* The newest pack; none at all is for the rules to say. */
static struct err pack_for(struct call *call, struct id project,
                           struct id wanted, struct pack *pack)
{
    *pack = (struct pack){ 0 };
    struct err err = pack_newest(call, project, pack);
    if (err.code && err.code != CODE_NOT_FOUND)
        return err;
    if (id_given(wanted) && !id_same(wanted, pack->id))
        return fail(CODE_CONFLICT,
                    "this is not the newest pack of the project; leave it out "
                    "to take the newest, which never pays less");
    return OK;
}

struct err cmd_household_offer_make(struct call *call, const void *body)
{
    const struct offer_make *ask = body;
    struct offer_ground ground;
    struct pack pack;
    struct lines lines;
    unsigned to;

    TRY(fetch(call, &SQL_offer_ground, FROM(offer_make, ask),
              INTO(offer_ground, &ground)));
    TRY(pack_for(call, ground.project, ask->pack, &pack));
    struct standing at = standing_of(call, &ground, &pack);
    TRY(household_move(&at, MAKE, &to, call->arena));

    struct facts facts = facts_of(&ground, call->arena);
    struct statement_kept kept = { .id = id_new(call->now),
                                   .household = ground.household };
    TRY(statement_keep(call, &facts, &pack, &lines, &kept));
    TRY(record_entry(call, (struct record){ .household = ground.household,
                                            .event = MAKE,
                                            .from_state = ground.state,
                                            .to_state = to,
                                            .about = kept.id }));
    about(call, ground.household);

    struct offer_made answer = {
        .statement = kept.id,
        .household = ground.household,
        .pack = pack.id,
        .total = kept.total,
        .lines = { lines.at, lines.count },
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
    struct json facts;
    struct money total;
    struct day plan_published_on;
};

static const struct field offer_paper_fields[] = {
    FIELD(offer_paper, household),
    FIELD(offer_paper, pack),
    FIELD(offer_paper, prepared_by),
    FIELD(offer_paper, prepared_at),
    FIELD(offer_paper, facts),
    FIELD(offer_paper, total),
    FIELD(offer_paper, plan_published_on),
};
static const struct shape offer_paper_shape = SHAPE(offer_paper);

struct offer {
    struct id statement;
    struct id household;
    struct id made_by;
    struct id released_by;
    struct moment released_at;
};

static const struct field offer_fields[] = {
    FIELD(offer, statement),   FIELD(offer, household),   FIELD(offer, made_by),
    FIELD(offer, released_by), FIELD(offer, released_at),
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
                       struct pack *pack)
{
    struct offer_release ask = { statement };

    TRY(fetch(call, &SQL_offer_paper, FROM(offer_release, &ask),
              INTO(offer_paper, paper)));
    struct offer_make of = { .household = paper->household };
    TRY(fetch(call, &SQL_offer_ground, FROM(offer_make, &of),
              INTO(offer_ground, ground)));
    return pack_get(call, paper->pack, pack);
}

/* G-CHECKS: a second run by a second person gives the same (domain.md 2.5). */
static struct err run_again(const struct call *call,
                            const struct offer_paper *paper,
                            const struct offer_ground *ground,
                            const struct pack *pack)
{
    struct facts facts = facts_of(ground, call->arena);
    struct lines lines;

    TRY(statement_make(&facts, pack, &lines, call->arena));
    if (strcmp(paper->facts.text, facts_text(&facts, call->arena)) != 0
        || lines.total.fen != paper->total.fen)
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
    struct pack pack;
    struct home home;
    unsigned to;

    TRY(load(call, ask->statement, &paper, &ground, &pack));
    struct standing at = standing_of(call, &ground, &pack);
    at.plan_published_on = paper.plan_published_on;
    at.prepared = ask->statement;
    at.prepared_by = paper.prepared_by;
    at.prepared_at = paper.prepared_at;
    enum event event = ground.state == EXPLAINING ? OFFER : REOFFER;
    TRY(household_move(&at, event, &to, call->arena));
    TRY(run_again(call, &paper, &ground, &pack));

    struct offer offer = {
        .statement = ask->statement,
        .household = paper.household,
        .made_by = paper.prepared_by,
        .released_by = call->actor,
        .released_at = call->now,
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
