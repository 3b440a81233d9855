/* How long an answer is remembered, and which calls are too old to be taken.
 *
 * A call's id bears the time of its making.  What is older than the memory is
 * refused: its answer may be gone, and it must not be done twice.  Let D be the
 * days of REDKITE_REMEMBER_DAYS, T the time in the id, A the time of the answer
 * and R that of the resend.  An id from more than a day ahead is refused, so
 * T <= A + 1; one older than D is refused, so a resend that is taken has
 * R <= T + D <= A + D + 1; answers go when they are older than D + 2.  Between
 * them stands a day by which the clocks of this house may differ. */
#include "common/service/frame.h"

#include <string.h>

enum { AHEAD_DAYS = 1, SLACK_DAYS = 1 };

/* The time in a UUIDv7, or none for another kind of id. */
static struct moment made_at(struct id id)
{
    int64_t ms = 0;

    if (!id_given(id) || id.text[14] != '7')
        return (struct moment){ 0 };
    for (const char *c = id.text; c < id.text + 13; c++)
        if (*c != '-')
            ms = ms * 16 + (*c <= '9' ? *c - '0' : *c - 'a' + 10);
    return (struct moment){ ms * 1000 };
}

struct err memory_admits(const struct frame *frame, const struct call *call)
{
    struct moment made = made_at(call->id);
    int64_t days = frame->settings.REDKITE_REMEMBER_DAYS;

    if (!made.us)
        return fail_at("meta.id", "is not a UUIDv7");
    if (made.us > call->now.us + AHEAD_DAYS * DAY_US)
        return fail_at("meta.id", "is from the future: is the clock right?");
    if (made.us < call->now.us - days * DAY_US)
        return fail_at("meta.id",
                       "is older than what is remembered: whether it was "
                       "answered cannot be told; look, and ask with a new id");
    return OK;
}

struct moment memory_ends(const struct frame *frame)
{
    int64_t days =
        frame->settings.REDKITE_REMEMBER_DAYS + AHEAD_DAYS + SLACK_DAYS;

    return (struct moment){ moment_now().us - days * DAY_US };
}
