/* shapes.h — what is said of a visit to the other services.
 *
 * The subject of each event is the household.  Ids only: who a visitor is, and
 * what was said, stays here. */
#pragma once

#include "common/base/shape.h"

struct visit_booked_event {
    struct id visit, household, community;
    struct moment start;
    int64_t minutes;
    unsigned topic;
    struct ids visitors;
};
extern const struct shape visit_booked_event_shape;

struct visit_moved_event {
    struct id visit, household, community;
    struct moment start, was;
    int64_t minutes;
    unsigned topic;
    struct ids visitors;
};
extern const struct shape visit_moved_event_shape;

/* `late`: the office gave less than a day's notice. */
struct visit_cancelled {
    struct id visit, household;
    struct moment start;
    unsigned topic, by;
    bool late;
    struct ids visitors;
};
extern const struct shape visit_cancelled_shape;

/* Less notice than a resident gets for a visit (recorded, never refused). */
bool visit_cancelled_late(struct moment start, unsigned by, struct moment now);

struct visit_logged_event {
    struct id visit, household;
    unsigned outcome, topic;
    struct moment started, ended;
};
extern const struct shape visit_logged_event_shape;

extern const char *const visit_sides[];  /* of enum visit_side  */
extern const char *const visit_states[]; /* of enum visit_state */
