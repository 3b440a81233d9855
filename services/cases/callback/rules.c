#include "services/cases/callback/rules.h"

#include "common/base/calendar.h"

const char *const callback_said_names[] = { "none", "done", "not_done", NULL };
const char *const callback_pressed_names[] = { "none", "yes", "no", NULL };

/* clang-format off */
static const char *const states[] = {
    "none", "due", "unreached", "confirmed", "contested", NULL,
};
static const char *const labels[] = {
    "未抽取", "待回访", "未联系上", "属实", "不属实", NULL,
};
static const char *const events[] = {
    "draw", "miss", "give_up", "confirm", "contest", NULL,
};
/* clang-format on */

static struct hold look_outside(const void *facts, struct arena *arena)
{
    const struct callback_facts *at = facts;

    (void)arena;
    return hold_unless(!at->handled, "经手过这件事的人不能回访，请由其他质量"
                                     "监督人员回访");
}

static struct hold look_hours(const void *facts, struct arena *arena)
{
    const struct callback_facts *at = facts;
    int minute = minute_of_day(at->now);

    (void)arena;
    return hold_unless(minute >= CALLBACK_FROM && minute < CALLBACK_UNTIL,
                       "晚上8点到早上8点半不打电话，请在白天回访");
}

static struct hold look_day(const void *facts, struct arena *arena)
{
    const struct callback_facts *at = facts;

    (void)arena;
    return hold_unless(
        !at->tried_at.us
            || days_between(day_of(at->tried_at), day_of(at->now)) > 0,
        "今天已经打过一次，请改天再打");
}

/* clang-format off */
static const struct guard
    outside = { "R-FAKE",  look_outside },
    hours   = { "R-QUIET", look_hours },
    once    = { "R-QUIET", look_day };

#define CALLS { &outside, &hours, &once }

static const struct move moves[] = {
    { CB_DRAW,    CB_DUE,       IN(CB_NONE), ROLE(SERVICE),    { 0 }, 0 },
    { CB_MISS,    FLOW_STAYS,   IN(CB_DUE),  ROLE(T5_QUALITY), CALLS, 0 },
    { CB_GIVE_UP, CB_UNREACHED, IN(CB_DUE),  ROLE(T5_QUALITY), CALLS, 0 },
    { CB_CONFIRM, CB_CONFIRMED, IN(CB_DUE),  ROLE(T5_QUALITY), CALLS, 0 },
    { CB_CONTEST, CB_CONTESTED, IN(CB_DUE),  ROLE(T5_QUALITY), CALLS, 0 },
};
/* clang-format on */

const struct flow callback_flow = {
    "callback",
    states,
    labels,
    events,
    NULL,
    moves,
    sizeof moves / sizeof *moves,
};

struct err callback_check(const struct callback_answer *answer)
{
    if (answer->reached != (answer->said != SAID_NOTHING))
        return fail_at("said", "联系上时须填写是否办成；没联系上时不填");
    if (answer->reached != (answer->pressed != PRESSED_UNASKED))
        return fail_at("asked_to_withdraw",
                       "联系上时须填写是否有人要求撤回；没联系上时不填");
    if (answer->reached != (answer->score != 0))
        return fail_at("score", "联系上时须填写1到5分；没联系上时不填");
    return OK;
}

unsigned callback_event(const struct callback_answer *answer, int64_t tries)
{
    if (!answer->reached)
        return tries + 1 < CALLBACK_TRIES ? CB_MISS : CB_GIVE_UP;
    return answer->said == SAID_DONE ? CB_CONFIRM : CB_CONTEST;
}

struct callback_effect callback_effect(const struct callback_answer *answer,
                                       bool problem)
{
    bool contested = answer->said == SAID_NOT_DONE;
    struct callback_effect effect = { .reopens = contested && problem };

    if (answer->pressed == PRESSED_YES)
        effect.grievance = "pressure";
    else if (contested && !problem)
        effect.grievance = "service";
    return effect;
}
