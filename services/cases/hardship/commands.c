#include "services/cases/hardship/commands.h"

#include "common/base/text.h"
#include "services/cases/clock/clock.h"
#include "services/cases/hardship/file.h"

#define ERASE_TOPIC "hardship.erase"

enum { TEXT_MAX = 4000 };

struct hardship_answer {
    struct id id;
    const char *no;
    unsigned state;
};
static const struct field hardship_answer_fields[] = {
    FIELD(hardship_answer, id),
    FIELD(hardship_answer, no),
    FIELD(hardship_answer, state, .names = hardship_states),
};
const struct shape hardship_answer_shape = SHAPE(hardship_answer);

static struct err answer(struct call *call, const struct hardship *h)
{
    struct hardship_answer told = { h->matter.id, h->matter.no,
                                    h->matter.state };

    return reply(call, FROM(hardship_answer, &told));
}

static const struct field hardship_id_fields[] = {
    FIELD(hardship_id, id),
};
const struct shape hardship_id_shape = SHAPE(hardship_id);

/* ---------------------------------------------------------------- the end */

static struct err end(struct call *call, struct hardship *h)
{
    struct hardship_id what = { h->matter.id };

    TRY(clock_stop_all(call, h->matter.id));
    return alarm_set(call, ERASE_TOPIC, h->matter.id,
                     hardship_erase_from(call->now), FROM(hardship_id, &what));
}

static struct err begin_again(struct call *call, struct hardship *h)
{
    h->ended = NULL;
    h->ended_at = (struct moment){ 0 };
    return alarm_cancel(call, ERASE_TOPIC, h->matter.id);
}

struct err on_hardship_erase(struct call *call, const void *body)
{
    const struct hardship_id *what = body;

    about(call, what->id);
    return hardship_erase(call, what->id);
}

/* -------------------------------------------------------- hardship.screen */

struct hardship_screen {
    struct id household;
    unsigned trigger;
    const char *text;
};
static const struct field hardship_screen_fields[] = {
    FIELD(hardship_screen, household),
    FIELD(hardship_screen, trigger, .names = hardship_trigger_names),
    OPTIONAL(hardship_screen, text, .max = TEXT_MAX),
};
const struct shape hardship_screen_shape = SHAPE(hardship_screen);

static struct err own_household(const struct call *call, role_set office,
                                struct id household)
{
    if ((call->roles & office) || id_same(call->actor, household))
        return OK;
    return fail(CODE_DENIED, "a household asks for itself alone");
}

struct err cmd_hardship_screen(struct call *call, const void *body)
{
    const struct hardship_screen *ask = body;
    struct hardship h;

    TRY(own_household(call, ROLE(T6_SERVICE) | ROLE(GRID_MEMBER),
                      ask->household));
    if (ask->trigger == 0)
        return fail_at("trigger", "what made somebody ask has to be said");
    TRY(hardship_open(call, ask->household, HARDSHIP_SCREEN, &h));
    TRY(hardship_write(call, &h, "screening",
                       hardship_trigger_names[ask->trigger], ask->text));
    return answer(call, &h);
}

/* -------------------------------------------- consent, and taking it back */

struct hardship_word {
    struct id id;
    const char *document; /* the signed form's, for who has no account */
};
static const struct field hardship_word_fields[] = {
    FIELD(hardship_word, id),
    OPTIONAL(hardship_word, document, .max = 100),
};
const struct shape hardship_word_shape = SHAPE(hardship_word);

/* What the resident says, by itself or on paper (domain.md 8 R-ACCESS). */
static struct err take_word(struct call *call, const struct hardship_word *ask,
                            struct hardship *h)
{
    TRY(hardship_take(call, ask->id, h));
    h->document = ask->document;
    h->facts.form = !text_is_blank(ask->document);
    return OK;
}

struct err cmd_hardship_consent(struct call *call, const void *body)
{
    const struct hardship_word *ask = body;
    struct hardship h;

    TRY(take_word(call, ask, &h));
    bool asked = h.matter.state <= HARDSHIP_DECLINED;
    if (h.matter.state == HARDSHIP_DECLINED)
        TRY(begin_again(call, &h));
    h.consented_by = h.household;
    h.consented_at = call->now;
    h.locked_at = (struct moment){ 0 };
    TRY(hardship_move(call, &h, asked ? HARDSHIP_CONSENT : HARDSHIP_AGREE));
    if (asked)
        TRY(clock_start(call, &hardship_kind, CLOCK_ASSESS, h.matter.id,
                        call->now));
    return answer(call, &h);
}

/* Nobody agreed to anything: what was noted goes at once. */
struct err cmd_hardship_decline(struct call *call, const void *body)
{
    const struct hardship_word *ask = body;
    struct hardship h;

    TRY(take_word(call, ask, &h));
    if (h.consented_at.us) { /* once given, then taken back */
        h.ended = "revoked";
        h.ended_at = call->now;
    }
    TRY(hardship_move(call, &h, HARDSHIP_DECLINE));
    TRY(h.consented_at.us ? end(call, &h) : hardship_erase(call, h.matter.id));
    return answer(call, &h);
}

/* The data is locked.  Help that the law owes goes on, and so does what is
 * done in a crisis; other help ends. */
struct err cmd_hardship_revoke(struct call *call, const void *body)
{
    const struct hardship_word *ask = body;
    struct hardship h;

    TRY(take_word(call, ask, &h));
    bool goes_on = h.statutory || h.matter.state == HARDSHIP_CRISIS;
    h.locked_at = call->now;
    if (!goes_on) {
        h.ended = "revoked";
        h.ended_at = call->now;
    }
    TRY(hardship_move(call, &h, goes_on ? HARDSHIP_LOCK : HARDSHIP_REVOKE));
    if (!goes_on)
        TRY(end(call, &h));
    return answer(call, &h);
}

/* --------------------------------------------------------- assess and plan */

struct hardship_assess {
    struct id id;
    const char *text;
    struct id social_worker;
};
static const struct field hardship_assess_fields[] = {
    FIELD(hardship_assess, id),
    FIELD(hardship_assess, text, .max = TEXT_MAX),
    OPTIONAL(hardship_assess, social_worker),
};
const struct shape hardship_assess_shape = SHAPE(hardship_assess);

/* Needs are known anew: a dwelling has to be looked at for them. */
struct err cmd_hardship_assess(struct call *call, const void *body)
{
    const struct hardship_assess *ask = body;
    struct hardship h;

    TRY(hardship_take(call, ask->id, &h));
    if (id_given(ask->social_worker))
        h.social_worker = ask->social_worker;
    h.fits_at = (struct moment){ 0 };
    h.statutory = false;
    TRY(hardship_move(call, &h, HARDSHIP_ASSESS));
    TRY(hardship_write(call, &h, "assessment", NULL, ask->text));
    TRY(clock_stop_all(call, h.matter.id));
    return answer(call, &h);
}

struct hardship_plan {
    struct id id;
    const char *text;
    bool statutory;
};
static const struct field hardship_plan_fields[] = {
    FIELD(hardship_plan, id),
    FIELD(hardship_plan, text, .max = TEXT_MAX),
    OPTIONAL(hardship_plan, statutory),
};
const struct shape hardship_plan_shape = SHAPE(hardship_plan);

struct err cmd_hardship_plan(struct call *call, const void *body)
{
    const struct hardship_plan *ask = body;
    struct hardship h;

    TRY(hardship_take(call, ask->id, &h));
    h.statutory = ask->statutory;
    h.planned_by = call->actor;
    TRY(hardship_move(call, &h, HARDSHIP_PLAN));
    TRY(hardship_write(call, &h, "plan", NULL, ask->text));
    return answer(call, &h);
}

static struct err next_review(struct call *call, const struct hardship *h)
{
    return clock_start(call, &hardship_kind, CLOCK_REVIEW, h->matter.id,
                       call->now);
}

struct err cmd_hardship_activate(struct call *call, const void *body)
{
    const struct hardship_id *ask = body;
    struct hardship h;

    TRY(hardship_take(call, ask->id, &h));
    TRY(hardship_move(call, &h, HARDSHIP_ACTIVATE));
    TRY(next_review(call, &h));
    return answer(call, &h);
}

/* ----------------------------------------------------------- hardship.fit */

struct hardship_fit {
    struct id id;
    unsigned lift;
    unsigned bathroom;
    unsigned school;
    unsigned dialysis;
    const char *text;
};
static const struct field hardship_fit_fields[] = {
    FIELD(hardship_fit, id),
    FIELD(hardship_fit, lift, .names = fit_names),
    FIELD(hardship_fit, bathroom, .names = fit_names),
    FIELD(hardship_fit, school, .names = fit_names),
    FIELD(hardship_fit, dialysis, .names = fit_names),
    OPTIONAL(hardship_fit, text, .max = TEXT_MAX),
};
const struct shape hardship_fit_shape = SHAPE(hardship_fit);

struct err cmd_hardship_fit(struct call *call, const void *body)
{
    const struct hardship_fit *ask = body;
    struct dwelling dwelling = { ask->lift, ask->bathroom, ask->school,
                                 ask->dialysis };
    struct hardship h;

    TRY(hardship_take(call, ask->id, &h));
    h.facts.writes = true;
    h.fits_at = dwelling_fits(&dwelling) ? call->now : (struct moment){ 0 };
    TRY(hardship_move(call, &h, HARDSHIP_FIT));
    const char *seen = arena_format(
        call->arena, "lift %s, bathroom %s, school %s, dialysis %s\n%s",
        fit_names[ask->lift], fit_names[ask->bathroom], fit_names[ask->school],
        fit_names[ask->dialysis], ask->text ? ask->text : "");
    TRY(hardship_write(call, &h, "dwelling", NULL, seen));
    return answer(call, &h);
}

/* -------------------------------------------------------- hardship.review */

struct hardship_review {
    struct id id;
    bool stable;
    const char *text;
};
static const struct field hardship_review_fields[] = {
    FIELD(hardship_review, id),
    OPTIONAL(hardship_review, stable),
    OPTIONAL(hardship_review, text, .max = TEXT_MAX),
};
const struct shape hardship_review_shape = SHAPE(hardship_review);

struct err cmd_hardship_review(struct call *call, const void *body)
{
    const struct hardship_review *ask = body;
    struct hardship h;

    TRY(hardship_take(call, ask->id, &h));
    h.facts.writes = ask->text != NULL;
    hardship_reviewed(&h.facts, ask->stable, call->now);
    h.stable_from = h.facts.stable_from;
    h.stable_to = h.facts.stable_to;
    h.reviewed_by = call->actor;
    h.confirmed_at = (struct moment){ 0 };
    TRY(hardship_move(call, &h,
                      ask->stable ? HARDSHIP_STEADY : HARDSHIP_NEEDY));
    TRY(hardship_write(call, &h, "review", NULL, ask->text));
    TRY(next_review(call, &h));
    return answer(call, &h);
}

/* -------------------------------------------------------- hardship.crisis */

struct hardship_crisis {
    struct id id;
    struct id household;
    const char *text;
};
static const struct field hardship_crisis_fields[] = {
    OPTIONAL(hardship_crisis, id),
    OPTIONAL(hardship_crisis, household),
    FIELD(hardship_crisis, text, .max = TEXT_MAX),
};
const struct shape hardship_crisis_shape = SHAPE(hardship_crisis);

/* Somebody who may not know of a case says whom it is about, and a new one is
 * opened: it needs no consent (PIPL art. 13 (4)). */
static struct err raise_alarm(struct call *call,
                              const struct hardship_crisis *ask,
                              struct hardship *h)
{
    if (!id_given(ask->id)) {
        TRY(own_household(call, ROLE_HARDSHIP_CALLS, ask->household));
        return hardship_open(call, ask->household, HARDSHIP_ALARM, h);
    }
    TRY(hardship_take(call, ask->id, h));
    TRY(begin_again(call, h));
    h->stable_from = h->stable_to = (struct moment){ 0 };
    h->confirmed_at = h->fits_at = (struct moment){ 0 };
    TRY(clock_stop_all(call, ask->id));
    return hardship_move(call, h, HARDSHIP_ALARM);
}

struct err cmd_hardship_crisis(struct call *call, const void *body)
{
    const struct hardship_crisis *ask = body;
    struct hardship h;

    if (id_given(ask->id) == id_given(ask->household))
        return fail_at("household", "or the id of a case has to be given");
    TRY(raise_alarm(call, ask, &h));
    TRY(hardship_write(call, &h, "crisis", NULL, ask->text));
    TRY(clock_start(call, &hardship_kind, CLOCK_CRISIS, h.matter.id,
                    call->now));
    return answer(call, &h);
}

struct err cmd_hardship_settle(struct call *call, const void *body)
{
    const struct hardship_id *ask = body;
    struct hardship h;

    TRY(hardship_take(call, ask->id, &h));
    TRY(hardship_move(call, &h,
                      h.statutory ? HARDSHIP_RESUME : HARDSHIP_SETTLE));
    TRY(clock_stop_all(call, h.matter.id));
    if (h.statutory)
        TRY(next_review(call, &h));
    return answer(call, &h);
}

/* ---------------------------------------------------------- refer and close */

struct hardship_refer {
    struct id id;
    const char *text; /* to whom, and what for */
};
static const struct field hardship_refer_fields[] = {
    FIELD(hardship_refer, id),
    FIELD(hardship_refer, text, .max = TEXT_MAX),
};
const struct shape hardship_refer_shape = SHAPE(hardship_refer);

struct err cmd_hardship_refer(struct call *call, const void *body)
{
    const struct hardship_refer *ask = body;
    struct hardship h;

    TRY(hardship_take(call, ask->id, &h));
    TRY(hardship_move(call, &h, HARDSHIP_REFER));
    TRY(hardship_write(call, &h, "referral", NULL, ask->text));
    TRY(clock_stop_all(call, h.matter.id));
    return answer(call, &h);
}

/* The resident confirms, then a lead closes. */
struct err cmd_hardship_close(struct call *call, const void *body)
{
    const struct hardship_word *ask = body;
    struct hardship h;

    TRY(take_word(call, ask, &h));
    if (h.facts.own || h.facts.form) {
        h.confirmed_at = call->now;
        TRY(hardship_move(call, &h, HARDSHIP_CONFIRM));
        return answer(call, &h);
    }
    h.ended = "closed";
    h.ended_at = call->now;
    TRY(hardship_move(call, &h, HARDSHIP_CLOSE));
    TRY(end(call, &h));
    return answer(call, &h);
}
