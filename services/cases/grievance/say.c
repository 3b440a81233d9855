/* What the complainant says to a grievance, and what the duty officer and the
 * panel decide about what it protects. */
#include "services/cases/grievance/commands.h"
#include "services/cases/grievance/guard.h"
#include "services/cases/grievance/record.h"
#include "services/cases/grievance/store_sql.h"

enum { REASON_MAX = 600 };

/* ----------------------------------------------------------- grievance.say */

struct grievance_say {
    struct id id;
    const char *no;
    const char *secret;
    unsigned event;
    unsigned channel;
    int64_t score;
    bool pressed; /* somebody asked the complainant to withdraw it */
};
static const struct field grievance_say_fields[] = {
    OPTIONAL(grievance_say, id),
    OPTIONAL(grievance_say, no, .max = 20),
    OPTIONAL(grievance_say, secret, .max = 40),
    FIELD(grievance_say, event, .names = grievance_events),
    OPTIONAL(grievance_say, channel, .names = channel_names, .fallback = "web"),
    OPTIONAL(grievance_say, score, .least = 1, .most = 5),
    OPTIONAL(grievance_say, pressed),
};
const struct shape grievance_say_shape = SHAPE(grievance_say);

struct rating {
    struct id id;
    int64_t score;
    bool pressed;
};
static const struct field rating_fields[] = {
    FIELD(rating, id),
    FIELD(rating, score),
    FIELD(rating, pressed),
};
static const struct shape rating_shape = SHAPE(rating);

/* Whoever has number and secret is the complainant, and nobody by name; else it
 * is the household itself.  Neither is anything more in this call. */
static struct err prove(struct call *call, const struct grievance_say *ask,
                        struct grievance *g)
{
    struct err unknown =
        fail(CODE_NOT_FOUND, "there is no grievance of yours with this id");
    struct id id = ask->id;
    bool by_secret = ask->no && ask->secret;

    if (!by_secret
        && (!id_given(id) || is_nobody(call->actor)
            || !(call->roles & ROLE_HOUSEHOLD)))
        return fail_at("secret", "and the number have to be given, or the id "
                                 "by the household itself");
    if (by_secret) {
        TRY(grievance_word(call, ask->no, ask->secret, &id));
        call->actor = nobody;
    }
    call->roles = ROLE(RESIDENT);
    struct err err = grievance_take(call, id, g);
    if (err.code == CODE_NOT_FOUND)
        return unknown;
    TRY(err);
    g->own = true;
    return by_secret || id_same(call->actor, g->matter.household) ? OK
                                                                  : unknown;
}

static struct err say(struct call *call, const struct grievance_say *ask,
                      struct grievance *g)
{
    if (ask->event == WITHDRAW_ASK) {
        TRY(withdrawal_ask(call, g, ask->channel, NULL));
        g->withdrawal = g->matter.id;
        return OK;
    }
    if (ask->event == WITHDRAW_KEEP) {
        TRY(withdrawal_answer(call, g, ask->channel, false));
        g->withdrawal = (struct id){ "" };
    }
    return grievance_step(call, g, ask->event, NULL);
}

struct err cmd_grievance_say(struct call *call, const void *body)
{
    const struct grievance_say *ask = body;
    struct grievance g;

    TRY(prove(call, ask, &g));
    TRY(say(call, ask, &g));
    if (ask->score || ask->pressed) {
        struct rating rating = { g.matter.id, ask->score, ask->pressed };
        TRY(store(call, &SQL_grievance_rate, FROM(rating, &rating)));
    }
    return answer_moved(call, &g);
}

/* --------------------------------------------------------- grievance.clear */

struct grievance_clear {
    struct id id;
    const char *reason;
    struct id actor;
    struct moment now;
};
static const struct field grievance_clear_fields[] = {
    FIELD(grievance_clear, id),
    FIELD(grievance_clear, reason, .max = REASON_MAX),
    /* ONLY_BOUND from here on: never read from the wire */
    OPTIONAL(grievance_clear, actor),
    OPTIONAL(grievance_clear, now),
};
enum { ONLY_BOUND = 2 };
static const struct shape grievance_clear_bound_shape = SHAPE(grievance_clear);
const struct shape grievance_clear_shape =
    SHAPE_PART("grievance_clear", grievance_clear, ONLY_BOUND);

struct err cmd_grievance_clear(struct call *call, const void *body)
{
    struct grievance_clear ask = *(const struct grievance_clear *)body;
    struct grievance g;

    TRY(grievance_take(call, ask.id, &g));
    TRY(matter_may_see(call, &g.matter));
    ask.actor = call->actor;
    ask.now = call->now;
    TRY(store(call, &SQL_plot_hold_clear,
              (struct view){ &grievance_clear_bound_shape, &ask }));
    TRY(matter_note(call, &g.matter, "clear_hold", ask.reason));
    return answer_moved(call, &g);
}

/* -------------------------------------------------------- grievance.shield */

struct grievance_shield {
    struct id household;
};
static const struct field grievance_shield_fields[] = {
    FIELD(grievance_shield, household),
};
const struct shape grievance_shield_shape = SHAPE(grievance_shield);

struct grievance_shielded {
    const char *why_no_change; /* NULL: a change is allowed */
    bool tolled;
    bool held;
};
static const struct field grievance_shielded_fields[] = {
    OPTIONAL(grievance_shielded, why_no_change),
    FIELD(grievance_shielded, tolled),
    FIELD(grievance_shielded, held),
};
const struct shape grievance_shielded_shape = SHAPE(grievance_shielded);

struct err cmd_grievance_shield(struct call *call, const void *body)
{
    const struct grievance_shield *ask = body;
    struct shield shield;

    TRY(shield_of(call, ask->household, &shield));
    struct err change = shield_allows(call, ask->household);
    if (change.code && change.code != CODE_CONFLICT)
        return change;
    about(call, ask->household);
    struct grievance_shielded answer = { change.why, shield.tolled,
                                         shield.held };
    return reply(call, FROM(grievance_shielded, &answer));
}

/* ------------------------------------------------------- grievance.approve */

struct grievance_approve {
    struct id household;
    const char *reason;
    struct id id;
    struct id approved_by;
    struct moment approved_at;
    struct moment until;
};
static const struct field grievance_approve_fields[] = {
    FIELD(grievance_approve, household),
    FIELD(grievance_approve, reason, .max = REASON_MAX),
    /* SET_BY_US from here on: never read from the wire */
    OPTIONAL(grievance_approve, id),
    OPTIONAL(grievance_approve, approved_by),
    OPTIONAL(grievance_approve, approved_at),
    OPTIONAL(grievance_approve, until),
};
enum { SET_BY_US = 4 };
static const struct shape grievance_approval_shape = SHAPE(grievance_approve);
const struct shape grievance_approve_shape =
    SHAPE_PART("grievance_approve", grievance_approve, SET_BY_US);

struct grievance_approved {
    struct id id;
    struct moment until;
};
static const struct field grievance_approved_fields[] = {
    FIELD(grievance_approved, id),
    FIELD(grievance_approved, until),
};
const struct shape grievance_approved_shape = SHAPE(grievance_approved);

struct err cmd_grievance_approve(struct call *call, const void *body)
{
    struct grievance_approve ask = *(const struct grievance_approve *)body;

    ask.id = id_new(call->now);
    ask.approved_by = call->actor;
    ask.approved_at = call->now;
    ask.until = approval_end(call->now);
    about(call, ask.household);
    TRY(store(call, &SQL_adverse_approval_add,
              (struct view){ &grievance_approval_shape, &ask }));
    struct grievance_approved answer = { ask.id, ask.until };
    return reply(call, FROM(grievance_approved, &answer));
}
