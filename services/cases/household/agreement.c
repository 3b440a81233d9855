/* A household signs what was offered, after it has read it; for seven days it
 * may take that back, by any channel and without a reason; then it stands. */
#include "services/cases/condition/rules.h"
#include "services/cases/household/commands.h"
#include "services/cases/household/own.h"
#include "services/cases/household/policy.h"
#include "services/cases/household/record.h"
#include "services/cases/household/step.h"
#include "services/cases/household/store_sql.h"
#include "services/cases/owner/commands.h"
#include "services/cases/period/rules.h"

/* clang-format off */
static const char *const place_names[] = {
    "home_by_invitation", "community_window", "notary", "counter", NULL,
};
static const char *const choice_names[] = { "money", "swap", NULL };
static const char *const channel_names[] = {
    "counter", "phone", "paper", "online", NULL,
};
/* clang-format on */

/* The alarm's body: which agreement has cooled. */
struct agreement_cooled {
    struct id agreement;
};

static const struct field agreement_cooled_fields[] = {
    FIELD(agreement_cooled, agreement),
};
const struct shape agreement_cooled_shape = SHAPE(agreement_cooled);

/* --------------------------------------------------------- agreement.sign */

struct agreement_sign {
    struct id household;
    struct id statement;
    unsigned place;
    unsigned choice;
    struct ids signers; /* the office's witnesses */
    struct rows owners; /* who signs: owners on record, and a tenant */
    struct day pay_by;  /* agreed for the payment */
};

static const struct field agreement_sign_fields[] = {
    FIELD(agreement_sign, household),
    FIELD(agreement_sign, statement),
    FIELD(agreement_sign, place, .names = place_names),
    FIELD(agreement_sign, choice, .names = choice_names),
    FIELD(agreement_sign, signers, .max = SIGNERS_MAX),
    OPTIONAL(agreement_sign, owners, .shape = &owner_signature_shape,
             .max = OWNERS_MAX),
    OPTIONAL(agreement_sign, pay_by),
};
const struct shape agreement_sign_shape = SHAPE(agreement_sign);

struct agreement_ground {
    struct id project;
    struct id community;
    unsigned state;
    unsigned track;
    struct id offer;
    struct moment facts_since;
    struct moment offered_at;
    int64_t owners; /* on record */
};

static const struct field agreement_ground_fields[] = {
    FIELD(agreement_ground, project),
    FIELD(agreement_ground, community),
    FIELD(agreement_ground, state, .names = household_states),
    FIELD(agreement_ground, track, .names = household_tracks),
    OPTIONAL(agreement_ground, offer),
    FIELD(agreement_ground, facts_since),
    OPTIONAL(agreement_ground, offered_at),
    FIELD(agreement_ground, owners),
};
static const struct shape agreement_ground_shape = SHAPE(agreement_ground);

struct agreement {
    struct id id;
    struct id household;
    struct id statement;
    struct moment offer_released_at;
    unsigned place;
    unsigned choice;
    struct id signed_by;
    struct ids signers;
    struct moment signed_at;
    struct moment cooling_until;
};

static const struct field agreement_fields[] = {
    FIELD(agreement, id),
    FIELD(agreement, household),
    FIELD(agreement, statement),
    FIELD(agreement, offer_released_at),
    FIELD(agreement, place, .names = place_names),
    FIELD(agreement, choice, .names = choice_names),
    FIELD(agreement, signed_by),
    FIELD(agreement, signers),
    FIELD(agreement, signed_at),
    FIELD(agreement, cooling_until),
};
static const struct shape agreement_shape = SHAPE(agreement);

struct agreement_signed {
    struct id agreement;
    unsigned state;
    struct moment cooling_until;
};

static const struct field agreement_signed_fields[] = {
    FIELD(agreement_signed, agreement),
    FIELD(agreement_signed, state, .names = household_states),
    OPTIONAL(agreement_signed, cooling_until),
};
const struct shape agreement_signed_shape = SHAPE(agreement_signed);

struct pay_day {
    struct id agreement;
    struct day pay_by;
};

static const struct field pay_day_fields[] = {
    FIELD(pay_day, agreement),
    FIELD(pay_day, pay_by),
};
static const struct shape pay_day_shape = SHAPE(pay_day);

/* Whose signatures are there and whose are not (G-ALLOWNERS, G-CAPACITY). */
static struct err look_at_owners(struct call *call,
                                 const struct agreement_sign *ask,
                                 struct standing *at)
{
    struct rows owners;

    TRY(owners_of(call, ask->household, &owners));
    at->no_tenant =
        at->track == PUBLIC_HOUSING && !tenant_among(owners.at, owners.count);
    return signatures_count(owners.at, owners.count, ask->owners.at,
                            ask->owners.count, &at->owners_missing,
                            &at->owners_alone);
}

/* The state after signing, or why not. */
static struct err may_sign(struct call *call, const struct agreement_sign *ask,
                           const struct agreement_ground *ground, unsigned *to)
{
    struct standing at = {
        .state = ground->state,
        .track = ground->track,
        .now = call->now,
        .actor = call->actor,
        .roles = call->roles,
        .offered_at = ground->offered_at,
        .facts_since = ground->facts_since,
    };

    TRY(signers_check(ask->signers));
    if (ask->pay_by.number
        && ask->pay_by.number < day_of(cooling_end(call->now)).number)
        return fail_at("pay_by", "is after the days of cooling");
    if (ground->owners > 0 || ask->owners.count > 0
        || ground->track == PUBLIC_HOUSING)
        TRY(look_at_owners(call, ask, &at));
    TRY(household_move(&at, SIGN, to, call->arena));
    if (!id_same(ask->statement, ground->offer))
        return fail(CODE_CONFLICT, "this statement is not the one on offer; "
                                   "household.show names the one that is");
    return OK;
}

/* What only some agreements say. */
static struct err keep_beside(struct call *call,
                              const struct agreement_sign *ask,
                              struct id agreement)
{
    struct pay_day agreed = { agreement, ask->pay_by };

    if (ask->owners.count > 0)
        TRY(owners_signed(call, agreement, ask->owners));
    return ask->pay_by.number
               ? store(call, &SQL_agreement_pay_by, FROM(pay_day, &agreed))
               : OK;
}

/* Kept short: the statements of this command are what `make bench` sends. */
struct err cmd_agreement_sign(struct call *call, const void *body)
{
    const struct agreement_sign *ask = body;
    struct agreement_ground ground;
    unsigned to;

    TRY(fetch(call, &SQL_agreement_ground, FROM(agreement_sign, ask),
              INTO(agreement_ground, &ground)));
    TRY(may_sign(call, ask, &ground, &to));

    struct agreement agreement = {
        .id = id_new(call->now),
        .household = ask->household,
        .statement = ask->statement,
        .offer_released_at = ground.offered_at,
        .place = ask->place,
        .choice = ask->choice,
        .signed_by = call->actor,
        .signers = ask->signers,
        .signed_at = call->now,
        .cooling_until = cooling_end(call->now),
    };
    TRY(store(call, &SQL_agreement_add, FROM(agreement, &agreement)));
    TRY(keep_beside(call, ask, agreement.id));
    TRY(record_move(call, (struct record){ .household = ask->household,
                                           .event = SIGN,
                                           .from_state = ground.state,
                                           .to_state = to,
                                           .offer = ask->statement,
                                           .agreement = agreement.id,
                                           .about = agreement.id }));
    struct agreement_cooled later = { agreement.id };
    TRY(alarm_set(call, "agreement.cooled", agreement.id,
                  agreement.cooling_until, FROM(agreement_cooled, &later)));
    struct household_news news = {
        .household = ask->household,
        .project = ground.project,
        .community = ground.community,
        .state = to,
        .agreement = agreement.id,
        .cooling_until = agreement.cooling_until,
    };
    TRY(emit(call, "household.signed", ask->household,
             FROM(household_news, &news)));

    struct agreement_signed answer = { agreement.id, to,
                                       agreement.cooling_until };
    return reply(call, FROM(agreement_signed, &answer));
}

/* ----------------------------------------------------- how it ends, or not */

struct agreement_locked {
    struct id id;
    struct id household;
    struct id project;
    struct id community;
    unsigned state;
    unsigned track;
    struct id offer;
    struct id agreement; /* the one that stands: this, another or none */
    struct moment cooling_until;
    unsigned condition; /* of its project */
};

static const struct field agreement_locked_fields[] = {
    FIELD(agreement_locked, id),
    FIELD(agreement_locked, household),
    FIELD(agreement_locked, project),
    FIELD(agreement_locked, community),
    FIELD(agreement_locked, state, .names = household_states),
    FIELD(agreement_locked, track, .names = household_tracks),
    OPTIONAL(agreement_locked, offer),
    OPTIONAL(agreement_locked, agreement),
    FIELD(agreement_locked, cooling_until),
    FIELD(agreement_locked, condition, .names = condition_names),
};
static const struct shape agreement_locked_shape = SHAPE(agreement_locked);

struct agreement_end {
    struct id agreement;
    struct moment withdrawn_at;
    const char *withdrawn_channel;
    struct moment effective_at;
};

static const struct field agreement_end_fields[] = {
    FIELD(agreement_end, agreement),
    OPTIONAL(agreement_end, withdrawn_at),
    OPTIONAL(agreement_end, withdrawn_channel),
    OPTIONAL(agreement_end, effective_at),
};
static const struct shape agreement_end_shape = SHAPE(agreement_end);

/* The agreement, its household's row locked. */
static struct err lock(struct call *call, struct id agreement,
                       struct agreement_locked *locked)
{
    struct agreement_cooled of = { agreement };

    return fetch(call, &SQL_agreement_locked, FROM(agreement_cooled, &of),
                 INTO(agreement_locked, locked));
}

/* The agreement ends one way or the other, and the household moves with it. */
static struct err conclude(struct call *call, enum event event,
                           const struct agreement_locked *locked,
                           const struct agreement_end *end, unsigned *to)
{
    struct standing at = {
        .state = locked->state,
        .track = locked->track,
        .now = call->now,
        .actor = call->actor,
        .roles = call->roles,
        .cooling_until = locked->cooling_until,
        .condition = locked->condition,
    };

    struct home home;

    TRY(household_move(&at, event, to, call->arena));
    TRY(store(call, &SQL_agreement_end, FROM(agreement_end, end)));
    struct record record = {
        .household = locked->household,
        .event = event,
        .from_state = locked->state,
        .to_state = *to,
        .offer = locked->offer,
        .about = locked->id,
    };
    if (event == TAKE_EFFECT)
        record.agreement = locked->id;
    TRY(record_move(call, record));
    TRY(home_turn(call, locked->household, event, &home));
    struct household_news news = {
        .household = locked->household,
        .project = locked->project,
        .community = locked->community,
        .state = *to,
        .agreement = locked->id,
    };
    return emit(
        call, event == WITHDRAW ? "household.withdrew" : "household.effective",
        locked->household, FROM(household_news, &news));
}

/* ----------------------------------------------------- agreement.withdraw */

struct agreement_withdraw {
    struct id agreement;
    unsigned channel;
};

static const struct field agreement_withdraw_fields[] = {
    FIELD(agreement_withdraw, agreement),
    FIELD(agreement_withdraw, channel, .names = channel_names),
};
const struct shape agreement_withdraw_shape = SHAPE(agreement_withdraw);

struct err cmd_agreement_withdraw(struct call *call, const void *body)
{
    const struct agreement_withdraw *ask = body;
    struct agreement_locked locked;
    struct agreement_signed answer = { .agreement = ask->agreement };
    struct agreement_end end = {
        .agreement = ask->agreement,
        .withdrawn_at = call->now,
        .withdrawn_channel = channel_names[ask->channel],
    };

    TRY(lock(call, ask->agreement, &locked));
    TRY(own_only(call, ROLE_WINDOW, locked.household));
    if (!id_same(locked.agreement, locked.id))
        return fail(CODE_CONFLICT, "this agreement was withdrawn before; "
                                   "nothing is left to take back");
    TRY(conclude(call, WITHDRAW, &locked, &end, &answer.state));
    TRY(alarm_cancel(call, "agreement.cooled", locked.id));
    return reply(call, FROM(agreement_signed, &answer));
}

/* --------------------------------------------- the cooling days have passed */

struct err on_agreement_cooled(struct call *call, const void *body)
{
    const struct agreement_cooled *alarm = body;
    struct agreement_locked locked;
    struct agreement_end end = {
        .agreement = alarm->agreement,
        .effective_at = call->now,
    };
    unsigned to;

    TRY(lock(call, alarm->agreement, &locked));
    if (!id_same(locked.agreement, locked.id))
        return OK; /* withdrawn while the alarm was on its way */
    if (locked.condition == CONDITION_OPEN
        || locked.condition == CONDITION_MISSED)
        return OK; /* it comes again when enough have signed (G-THRESHOLD) */
    return conclude(call, TAKE_EFFECT, &locked, &end, &to);
}

/* --------------------------------------------------------- agreement.show */

struct agreement_show {
    struct id id;
    struct id household; /* the agreement that stands with it */
};

static const struct field agreement_show_fields[] = {
    OPTIONAL(agreement_show, id),
    OPTIONAL(agreement_show, household),
};
const struct shape agreement_show_shape = SHAPE(agreement_show);

struct agreement_full {
    struct id id;
    struct id household;
    struct id statement;
    struct moment offer_released_at;
    struct money total;
    unsigned place;
    unsigned choice;
    struct id signed_by;
    struct ids signers;
    struct moment signed_at;
    struct moment cooling_until;
    struct moment withdrawn_at;
    const char *withdrawn_channel;
    struct moment effective_at;
    struct day pay_by;
};

static const struct field agreement_full_fields[] = {
    FIELD(agreement_full, id),
    FIELD(agreement_full, household),
    FIELD(agreement_full, statement),
    FIELD(agreement_full, offer_released_at),
    FIELD(agreement_full, total),
    FIELD(agreement_full, place, .names = place_names),
    FIELD(agreement_full, choice, .names = choice_names),
    FIELD(agreement_full, signed_by),
    FIELD(agreement_full, signers),
    FIELD(agreement_full, signed_at),
    FIELD(agreement_full, cooling_until),
    OPTIONAL(agreement_full, withdrawn_at),
    OPTIONAL(agreement_full, withdrawn_channel),
    OPTIONAL(agreement_full, effective_at),
    OPTIONAL(agreement_full, pay_by),
};
const struct shape agreement_full_shape = SHAPE(agreement_full);

struct err cmd_agreement_show(struct call *call, const void *body)
{
    const struct agreement_show *ask = body;
    struct agreement_full answer;

    TRY(fetch(call, then(call, &SQL_agreement_full), FROM(agreement_show, ask),
              INTO(agreement_full, &answer)));
    TRY(own_only(call, ROLE_MONEY, answer.household));
    about(call, answer.household);
    return reply(call, FROM(agreement_full, &answer));
}
