#include "services/scheduling/visit/shapes.h"

#include "services/scheduling/contact/commands.h"
#include "services/scheduling/visit/withdraw.h"

const char *const visit_sides[] = { "resident", "office", NULL };
const char *const visit_states[] = { "planned", "held", "cancelled", NULL };

static const struct field visit_booked_event_fields[] = {
    FIELD(visit_booked_event, visit),
    FIELD(visit_booked_event, household),
    FIELD(visit_booked_event, community),
    FIELD(visit_booked_event, start),
    FIELD(visit_booked_event, minutes),
    FIELD(visit_booked_event, topic, .names = contact_topics),
    FIELD(visit_booked_event, visitors),
};
const struct shape visit_booked_event_shape = SHAPE(visit_booked_event);

static const struct field visit_moved_event_fields[] = {
    FIELD(visit_moved_event, visit),
    FIELD(visit_moved_event, household),
    FIELD(visit_moved_event, community),
    FIELD(visit_moved_event, start),
    FIELD(visit_moved_event, was),
    FIELD(visit_moved_event, minutes),
    FIELD(visit_moved_event, topic, .names = contact_topics),
    FIELD(visit_moved_event, visitors),
};
const struct shape visit_moved_event_shape = SHAPE(visit_moved_event);

static const struct field visit_cancelled_fields[] = {
    FIELD(visit_cancelled, visit),
    FIELD(visit_cancelled, household),
    FIELD(visit_cancelled, start),
    FIELD(visit_cancelled, topic, .names = contact_topics),
    FIELD(visit_cancelled, by, .names = visit_sides),
    FIELD(visit_cancelled, late),
    FIELD(visit_cancelled, visitors),
};
const struct shape visit_cancelled_shape = SHAPE(visit_cancelled);

bool visit_cancelled_late(struct moment start, unsigned by, struct moment now)
{
    return by == SIDE_OFFICE && start.us - now.us < DAY_US;
}

static const struct field visit_logged_event_fields[] = {
    FIELD(visit_logged_event, visit),
    FIELD(visit_logged_event, household),
    FIELD(visit_logged_event, outcome, .names = contact_outcomes),
    FIELD(visit_logged_event, topic, .names = contact_topics),
    FIELD(visit_logged_event, started),
    FIELD(visit_logged_event, ended),
};
const struct shape visit_logged_event_shape = SHAPE(visit_logged_event);
