#include "services/cases/meeting/minutes.h"

#include "services/cases/meeting/record.h"
#include "services/cases/meeting/store_sql.h"

/* A row of each list; the last field of a shape that is only read is the
 * sealed text of the field before it. */

struct shown_item {
    struct id problem;
    const char *no;
    const char *state;
    struct moment invited_at;
    const char *view;
    const char *view_from;
    const char *view_text;
    struct bytes view_sealed;
};
static const struct field shown_item_fields[] = {
    FIELD(shown_item, problem),      FIELD(shown_item, no),
    FIELD(shown_item, state),        FIELD(shown_item, invited_at),
    OPTIONAL(shown_item, view),      OPTIONAL(shown_item, view_from),
    OPTIONAL(shown_item, view_text), OPTIONAL(shown_item, view_sealed),
};
static const struct shape shown_item_shape = SHAPE(shown_item);

struct shown_attendee {
    struct id member;
    const char *part;
    const char *department;
};
static const struct field shown_attendee_fields[] = {
    FIELD(shown_attendee, member),
    FIELD(shown_attendee, part),
    OPTIONAL(shown_attendee, department),
};
static const struct shape shown_attendee_shape = SHAPE(shown_attendee);

struct shown_opinion {
    const char *department;
    const char *opinion;
    struct bytes opinion_sealed;
};
static const struct field shown_opinion_fields[] = {
    FIELD(shown_opinion, department),
    OPTIONAL(shown_opinion, opinion),
    OPTIONAL(shown_opinion, opinion_sealed),
};
static const struct shape shown_opinion_shape = SHAPE(shown_opinion);

struct shown_minutes {
    struct id id;
    struct id problem;
    const char *outcome;
    struct moment written_at;
    struct ids same_cases;
    const char *facts;
    const char *law;
    const char *options;
    const char *decision;
    const char *dissent;
    struct bytes facts_sealed;
    struct bytes law_sealed;
    struct bytes options_sealed;
    struct bytes decision_sealed;
    struct bytes dissent_sealed;
};
static const struct field shown_minutes_fields[] = {
    FIELD(shown_minutes, id),
    FIELD(shown_minutes, problem),
    FIELD(shown_minutes, outcome),
    FIELD(shown_minutes, written_at),
    FIELD(shown_minutes, same_cases),
    OPTIONAL(shown_minutes, facts),
    OPTIONAL(shown_minutes, law),
    OPTIONAL(shown_minutes, options),
    OPTIONAL(shown_minutes, decision),
    OPTIONAL(shown_minutes, dissent),
    OPTIONAL(shown_minutes, facts_sealed),
    OPTIONAL(shown_minutes, law_sealed),
    OPTIONAL(shown_minutes, options_sealed),
    OPTIONAL(shown_minutes, decision_sealed),
    OPTIONAL(shown_minutes, dissent_sealed),
};
static const struct shape shown_minutes_shape = SHAPE(shown_minutes);

struct shown_action {
    struct id id;
    struct id problem;
    int64_t position;
    struct id owner;
    struct day due_on;
    struct moment done_at;
    struct moment verified_at;
    const char *what;
    struct bytes what_sealed;
};
static const struct field shown_action_fields[] = {
    FIELD(shown_action, id),
    FIELD(shown_action, problem),
    FIELD(shown_action, position),
    FIELD(shown_action, owner),
    FIELD(shown_action, due_on),
    OPTIONAL(shown_action, done_at),
    OPTIONAL(shown_action, verified_at),
    OPTIONAL(shown_action, what),
    OPTIONAL(shown_action, what_sealed),
};
static const struct shape shown_action_shape = SHAPE(shown_action);

/* The same without what is sealed, for the answer. */
#define ANSWERED(of, left_out)                                                 \
    {                                                                          \
        .name = #of "_answered", .size = sizeof(struct of),                    \
        .fields = of##_fields,                                                 \
        .count = sizeof of##_fields / sizeof *of##_fields - (left_out),        \
    }
static const struct shape item_answered = ANSWERED(shown_item, 1);
static const struct shape opinion_answered = ANSWERED(shown_opinion, 1);
static const struct shape minutes_answered = ANSWERED(shown_minutes, 5);
static const struct shape action_answered = ANSWERED(shown_action, 1);

struct meeting_full {
    struct id id;
    struct id project;
    struct moment starts_at;
    struct id chair;
    const char *departments;
    const char *state;
    struct moment ended_at;
    struct rows items;
    struct rows attendees;
    struct rows opinions;
    struct rows minutes;
    struct rows actions;
};
static const struct field meeting_full_fields[] = {
    FIELD(meeting_full, id),
    FIELD(meeting_full, project),
    FIELD(meeting_full, starts_at),
    FIELD(meeting_full, chair),
    FIELD(meeting_full, departments),
    FIELD(meeting_full, state),
    OPTIONAL(meeting_full, ended_at),
    FIELD(meeting_full, items, .shape = &item_answered),
    FIELD(meeting_full, attendees, .shape = &shown_attendee_shape),
    FIELD(meeting_full, opinions, .shape = &opinion_answered),
    FIELD(meeting_full, minutes, .shape = &minutes_answered),
    FIELD(meeting_full, actions, .shape = &action_answered),
};
const struct shape meeting_full_shape = SHAPE(meeting_full);

static struct err unseal_said(struct call *call, const struct meeting_full *m)
{
    struct shown_item *item = m->items.at;
    struct shown_opinion *opinion = m->opinions.at;

    for (size_t i = 0; i < m->items.count; i++)
        TRY(open_field(call, "meeting_item.view_text", item[i].problem,
                       item[i].view_sealed, &item[i].view_text));
    for (size_t i = 0; i < m->opinions.count; i++)
        TRY(open_field(call, "meeting_opinion.opinion", m->id,
                       opinion[i].opinion_sealed, &opinion[i].opinion));
    return OK;
}

static struct err unseal_one(struct call *call, struct shown_minutes *n)
{
    TRY(open_field(call, "minutes.facts", n->id, n->facts_sealed, &n->facts));
    TRY(open_field(call, "minutes.law", n->id, n->law_sealed, &n->law));
    TRY(open_field(call, "minutes.options", n->id, n->options_sealed,
                   &n->options));
    TRY(open_field(call, "minutes.decision", n->id, n->decision_sealed,
                   &n->decision));
    return open_field(call, "minutes.dissent", n->id, n->dissent_sealed,
                      &n->dissent);
}

static struct err unseal_decided(struct call *call,
                                 const struct meeting_full *m)
{
    struct shown_minutes *minutes = m->minutes.at;
    struct shown_action *action = m->actions.at;

    for (size_t i = 0; i < m->minutes.count; i++)
        TRY(unseal_one(call, &minutes[i]));
    for (size_t i = 0; i < m->actions.count; i++)
        TRY(open_field(call, "meeting_action.what", action[i].id,
                       action[i].what_sealed, &action[i].what));
    return OK;
}

struct err cmd_meeting_show(struct call *call, const void *body)
{
    struct meeting_full m;
    struct view key = { &meeting_id_shape, body };

    struct err err =
        fetch(call, then(call, &SQL_meeting_seen), key, INTO(meeting_full, &m));
    if (err.code == CODE_NOT_FOUND)
        return fail(CODE_NOT_FOUND, "there is no meeting with this id");
    TRY(err);
    about(call, m.id);
    TRY(list(call, then(call, &SQL_meeting_items), key, &shown_item_shape,
             &m.items));
    TRY(list(call, then(call, &SQL_meeting_attendees), key,
             &shown_attendee_shape, &m.attendees));
    TRY(list(call, then(call, &SQL_meeting_opinions), key, &shown_opinion_shape,
             &m.opinions));
    TRY(list(call, then(call, &SQL_meeting_minutes), key, &shown_minutes_shape,
             &m.minutes));
    TRY(list(call, then(call, &SQL_meeting_actions), key, &shown_action_shape,
             &m.actions));
    TRY(unseal_said(call, &m));
    TRY(unseal_decided(call, &m));
    return reply(call, FROM(meeting_full, &m));
}
