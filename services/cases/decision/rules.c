#include "services/cases/decision/rules.h"

#include "services/cases/household/rules.h"
#include "services/cases/period/rules.h"
#include "services/cases/shield/rules.h"

static struct hold look_commented(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    return hold_wait(
        at->now, at->on[DRAFT_DECISION],
        end_after(at->on[DRAFT_DECISION], "T-DRAFT"),
        "the household may still comment on the draft and nothing is "
        "decided",
        arena);
}

/* The court is for a decision that nobody disputes any more (Decree 590
 * art. 28). */
static struct hold look_remedies(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    return hold_wait(at->now, at->on[DECIDE],
                     remedies_over(at->on[DECIDE], at->on[REMEDY_END]),
                     "the household may still seek a remedy and is not urged",
                     arena);
}

static struct hold look_unmoved(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    if (at->state != PAID)
        return hold_none();
    if (id_given(at->agreement))
        return hold_for("an agreement is never enforced this way");
    return hold_wait(at->now, at->on[PAY], end_after(at->on[PAY], "T-MOVE"),
                     "the household has time to move and is not urged", arena);
}

static struct hold look_urged(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    return hold_wait(at->now, at->on[URGE], end_after(at->on[URGE], "T-URGE"),
                     "the household was urged and no court is asked", arena);
}

static struct hold look_court_term(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;
    struct moment end = remedies_over(at->on[DECIDE], at->on[REMEDY_END]);
    struct moment last = { end.us - 1 };

    (void)arena;
    return hold_unless(at->now.us < end_from(last, "T-COURT").us,
                       "the three months to apply to the court are over");
}

static struct hold look_reprisal(const void *facts, struct arena *arena)
{
    const struct standing *at = facts;

    return shield_hold(at->complained_at, at->change_approved_until, at->now,
                       arena);
}

const struct guard draft_commented = { "T-DRAFT", look_commented };
const struct guard remedies_past = { "T-SUIT", look_remedies };
const struct guard move_refused = { "T-MOVE", look_unmoved };
const struct guard urge_past = { "T-URGE", look_urged };
const struct guard court_in_time = { "T-COURT", look_court_term };
const struct guard no_reprisal = { "G-NORETAL", look_reprisal };
