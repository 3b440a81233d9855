/* rules.h — the flats that households choose from: what a list may say of one.
 *
 * Everything about them is public: size, price, building progress (domain.md
 * §7, item 14). */
#pragma once

#include "common/base/err.h"
#include "common/base/shape.h"

enum site { ON_SITE, OFF_SITE };
extern const char *const site_names[];

/* Of a building, one after the other. */
enum progress { PLANNED, STARTED, TOPPED_OUT, ACCEPTED, READY };
extern const char *const progress_names[];

/* As its line of the list says. */
struct flat {
    const char *building, *unit, *door;
    int64_t floor; /* below the ground is below 0; there is no 0 */
    struct area area;
    const char *rooms, *facing; /* may be NULL */
    struct money price;         /* of a square metre */
    unsigned site;
};

/* The first thing wrong with a line, by the member's name. */
struct err flat_check(const struct flat *flat);

/* Whether a line says of a flat what is known already. */
bool flat_same(const struct flat *a, const struct flat *b);
