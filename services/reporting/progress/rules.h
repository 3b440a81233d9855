/* rules.h — what the public may see of the progress of households.
 *
 * The true numbers go in, the numbers that may be shown come out.  A resident
 * decides in peace only when nobody can work out from the public page who has
 * not signed, or that somebody signed just now.  So households are counted in
 * steps of five, rounded down: of every number shown, at least five true ones
 * are possible, and the total is such that it tells nothing more about any
 * place (domain.md 6.2 and 7.1: small cells suppressed, k >= 5, and not to be
 * computed back).  The last tenth of the way is shown as a share alone, in
 * steps of five points (R-THRESH: at 98 % with 3 missing, "at least 95 %").
 *
 * Suppressing single cells instead was tried and refused: whoever knows the
 * rule could compute some of them back, and a live page would show each
 * signature at the minute when it was made.
 *
 * Numbers are cumulative: "reached" counts the households that have come at
 * least as far as a stage. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Households are counted in steps of so many; fewer than one step are few. */
enum { HOUSEHOLDS_STEP = 5 };

/* A place smaller than this shows how many households it has, no stages. */
enum { STAGES_FROM = 2 * HOUSEHOLDS_STEP };

/* From this share on there is no count, and the share moves in steps. */
enum { SHARE_STEPS_FROM = 90, SHARE_STEP = 5 };

/* The states of a household on the wire (cases). */
enum household_state {
    STATE_REGISTERED,
    STATE_OFFERED,
    STATE_SIGNED_COOLING,
    STATE_EFFECTIVE,
    STATE_COUNT,
};

/* The same, from a state as cases tells it: who considers an offer or talks
 * about it has one.  NULL stays NULL, and what is not known is for the store to
 * refuse. */
const char *progress_state(const char *told);

enum stage { STAGE_REGISTERED, STAGE_OFFERED, STAGE_EFFECTIVE, STAGE_COUNT };

/* How far a state counts in public.  Who signed and may still withdraw is not
 * shown as signed (the cooling period, domain.md 4.1). */
enum stage stage_of(enum household_state state);

/* Households of one place by how far they have come; reached[0] is all. */
struct tally {
    int64_t reached[STAGE_COUNT];
};

/* The tally of the true numbers by state. */
struct tally tally_of(const int64_t by_state[static STATE_COUNT]);

enum showing {
    SHOW_COUNT, /* at least `count`, and `percent` of all, rounded down */
    SHOW_SHARE, /* at least `percent`: no count                         */
    SHOW_FEW,   /* fewer than HOUSEHOLDS_STEP, or none                  */
    SHOW_NOT,   /* nothing can be said                                  */
};

struct figure {
    enum showing showing;
    int64_t count;
    int percent;
};

/* What may be shown of one place.  The number of all its households, and "all
 * of them", are exact. */
struct line {
    struct figure reached[STAGE_COUNT];
};

/* What may be shown of the communities of a project, and of all together.  A
 * community of fewer than HOUSEHOLDS_STEP households shows nothing and does
 * not count in the total. */
void progress_publish(const struct tally *tallies, size_t count,
                      struct line *lines, struct line *total);
