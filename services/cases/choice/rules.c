#include "services/cases/choice/rules.h"

enum { OPENS = 8 * 60 + 30, CLOSES = 18 * 60 };
#define MINUTE_US INT64_C(60000000)

/* The first moment within the hours from which the minutes fit, if they can. */
static struct moment turn_from(struct moment now, int64_t minutes)
{
    struct day today = day_of(now);
    int minute = minute_of_day(now);
    bool fits = minute + minutes <= CLOSES || minutes > CLOSES - OPENS;

    if (minute < OPENS)
        return moment_at(today, OPENS);
    return minute < CLOSES && fits ? now
                                   : moment_at(days_after(today, 1), OPENS);
}

struct moment turn_until(struct moment now, int64_t minutes)
{
    struct moment until = turn_from(now, minutes);

    until.us += minutes * MINUTE_US;
    if (minute_of_day(until) < OPENS)
        return moment_at(day_of(until), CLOSES);
    if (minute_of_day(until) > CLOSES)
        return moment_at(days_after(day_of(until), 1), CLOSES);
    return until;
}

struct err choosing_may_begin(const struct choosing *choosing)
{
    if (choosing->voided)
        return fail(CODE_CONFLICT, "this draw is void");
    if (!choosing->revealed)
        return fail(CODE_CONFLICT, "the order is not known yet: see "
                                   "draw.reveal");
    if (choosing->begun)
        return fail(CODE_CONFLICT, "choosing has begun before");
    if (choosing->flats == 0)
        return fail(CODE_CONFLICT, "the draw was committed to no flats: see "
                                   "stock.import, before draw.commit");
    return OK;
}

struct err may_choose(const struct chooser *chooser)
{
    if (!chooser->begun)
        return fail(CODE_CONFLICT, "choosing has not begun: see choice.open");
    if (!chooser->on_roster)
        return fail(CODE_CONFLICT, "this household stands in another draw, or "
                                   "in none");
    if (!chooser->on_turn && chooser->turns_left)
        return fail(CODE_CONFLICT, "it is another household's turn; "
                                   "choice.roll tells whose, and until when");
    if (chooser->taken >= chooser->take)
        return fail(CODE_CONFLICT, "the household has as many flats as it may "
                                   "choose");
    if (!chooser->in_draw)
        return fail(CODE_CONFLICT, "this flat does not belong to the draw");
    if (!chooser->free)
        return fail(CODE_CONFLICT, "this flat is gone; stock.list shows those "
                                   "that are free");
    return OK;
}

bool comes_again(bool again)
{
    return !again;
}

int64_t measured_more(struct area said, struct area measured)
{
    return measured.centi - said.centi;
}
