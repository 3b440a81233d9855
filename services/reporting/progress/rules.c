#include "services/reporting/progress/rules.h"

#include <string.h>

const char *progress_state(const char *told)
{
    if (told
        && (strcmp(told, "considering") == 0
            || strcmp(told, "negotiating") == 0))
        return "offered";
    return told;
}

enum stage stage_of(enum household_state state)
{
    switch (state) {
    case STATE_OFFERED:
    case STATE_SIGNED_COOLING:
        return STAGE_OFFERED;
    case STATE_EFFECTIVE:
        return STAGE_EFFECTIVE;
    default:
        return STAGE_REGISTERED;
    }
}

struct tally tally_of(const int64_t by_state[static STATE_COUNT])
{
    struct tally tally = { { 0 } };

    for (unsigned state = 0; state < STATE_COUNT; state++)
        for (unsigned stage = 0; stage <= stage_of(state); stage++)
            tally.reached[stage] += by_state[state];
    return tally;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t step_down(int64_t households)
{
    return households - households % HOUSEHOLDS_STEP;
}

/* What is said of a number: it is at least `least`, and as far as the reader
 * can know, up to `room` more. */
struct said {
    int64_t least, room;
};

/* All of them is said as it is.  Short of all, the highest step that is said
 * is one from which at least HOUSEHOLDS_STEP may be missing. */
static struct said said_of(int64_t part, int64_t all)
{
    if (part == all)
        return (struct said){ all, 0 };
    if (all < STAGES_FROM)
        return (struct said){ 0, all };

    int64_t top = step_down(all - HOUSEHOLDS_STEP);
    int64_t step = least(step_down(part), top);
    return (struct said){ step,
                          step == top ? all - 1 - top : HOUSEHOLDS_STEP - 1 };
}

static struct figure figure_of(int64_t count, int64_t all)
{
    int percent = all ? (int)(count * 100 / all) : 0;

    if (count == all || percent < SHARE_STEPS_FROM)
        return (struct figure){ SHOW_COUNT, count, percent };
    return (struct figure){ SHOW_SHARE, 0, percent - percent % SHARE_STEP };
}

static struct figure figure_in(int64_t part, int64_t all)
{
    struct said said = said_of(part, all);

    if (all < STAGES_FROM)
        return (struct figure){ .showing = SHOW_NOT };
    if (said.least == 0)
        return (struct figure){ .showing = SHOW_FEW };
    return figure_of(said.least, all);
}

static bool counts_in_total(const struct tally *tally)
{
    return tally->reached[0] >= HOUSEHOLDS_STEP;
}

static struct line line_of(const struct tally *tally)
{
    int64_t all = tally->reached[0];
    struct line line;

    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        line.reached[stage] = figure_in(tally->reached[stage], all);
    if (counts_in_total(tally))
        line.reached[0] = figure_of(all, all);
    return line;
}

/* The total at a stage: the sum of what is said of the places, and of what
 * that left unsaid as many whole steps as leave every place all its room.
 * (Places with `room` r1, r2 ... hold some rest each, from 0 to ri.  Knowing
 * that the rests sum to at least s excludes no rest of place i as long as the
 * other places have room for s.) */
static struct figure total_of(const struct tally *tallies, size_t count,
                              unsigned stage)
{
    int64_t all = 0, sum = 0, shown = 0, room = 0, widest = 0;

    for (size_t i = 0; i < count; i++) {
        if (!counts_in_total(&tallies[i]))
            continue;
        struct said said =
            said_of(tallies[i].reached[stage], tallies[i].reached[0]);
        all += tallies[i].reached[0];
        sum += tallies[i].reached[stage];
        shown += said.least;
        room += said.room;
        widest = said.room > widest ? said.room : widest;
    }
    int64_t whole = step_down(room - widest);
    int64_t rest = least(step_down(sum - shown), whole);

    if (shown + rest == 0 && all)
        return (struct figure){ .showing = whole ? SHOW_FEW : SHOW_NOT };
    return figure_of(shown + rest, all);
}

void progress_publish(const struct tally *tallies, size_t count,
                      struct line *lines, struct line *total)
{
    for (size_t i = 0; i < count; i++)
        lines[i] = line_of(&tallies[i]);
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        total->reached[stage] = total_of(tallies, count, stage);
}
