#include "services/cases/meeting/commands.h"

#include "common/base/text.h"
#include "services/cases/meeting/record.h"
#include "services/cases/meeting/store_sql.h"

#include <string.h>

enum { TEXT_MOST = 6000, CODES_MAX = 300, CODE_MAX = 40 };

static const char *const channel_names[] = { "online", "counter", "phone",
                                             "paper",  "meeting", NULL };

/* ------------------------------------------------------------- meeting.call */

struct meeting_call {
    struct id id;
    struct id project;
    struct moment starts_at;
    struct id chair;
    const char *departments;
};
static const struct field meeting_call_fields[] = {
    OPTIONAL(meeting_call, id),
    FIELD(meeting_call, project),
    FIELD(meeting_call, starts_at),
    FIELD(meeting_call, chair),
    FIELD(meeting_call, departments, .max = CODES_MAX),
};
const struct shape meeting_call_shape = SHAPE(meeting_call);

struct err cmd_meeting_call(struct call *call, const void *body)
{
    const struct meeting_call *ask = body;
    department_set named;
    struct meeting m = {
        .id = id_given(ask->id) ? ask->id : id_new(call->now),
        .project = ask->project,
        .starts_at = ask->starts_at,
        .chair = ask->chair,
        .departments = ask->departments,
        .state = "called",
        .called_by = call->actor,
        .called_at = call->now,
    };

    if (!departments_parse(ask->departments, &named) || !named)
        return fail_at("departments", "is a list of known codes, by commas");
    if (ask->starts_at.us <= call->now.us)
        return fail_at("starts_at", "has passed");
    TRY(store(call, &SQL_meeting_add, FROM(meeting, &m)));
    TRY(meeting_tell(call, "meeting.called", &m, NULL));
    return meeting_reply(call, &m);
}

/* ------------------------------------------------------- the agenda of one */

struct meeting_item {
    struct id meeting;
    struct id problem;
    struct moment invited_at;
    const char *view;
    const char *view_from;
    const char *view_channel;
    struct bytes view_text;
    struct moment view_at;
    struct id view_by;
};
static const struct field meeting_item_fields[] = {
    FIELD(meeting_item, meeting),      FIELD(meeting_item, problem),
    FIELD(meeting_item, invited_at),   OPTIONAL(meeting_item, view),
    OPTIONAL(meeting_item, view_from), OPTIONAL(meeting_item, view_channel),
    OPTIONAL(meeting_item, view_text), OPTIONAL(meeting_item, view_at),
    OPTIONAL(meeting_item, view_by),
};
static const struct shape meeting_item_shape = SHAPE(meeting_item);

/* What the problem concerns is named at its meeting, too. */
static void name_departments(const struct call *call, struct meeting *m,
                             const struct problem *p)
{
    department_set named;

    (void)departments_parse(m->departments, &named);
    m->departments =
        departments_text(named | p->facts.departments, call->arena);
}

struct err cmd_meeting_agenda(struct call *call, const void *body)
{
    const struct meeting_key *ask = body;
    struct meeting_item item = { .meeting = ask->meeting,
                                 .problem = ask->problem,
                                 .invited_at = call->now };
    struct meeting m;
    struct problem p;

    TRY(meeting_take_open(call, ask->meeting, &m));
    TRY(problem_take(call, ask->problem, &p));
    if (!id_same(m.project, p.matter.project))
        return fail_at("problem", "is of another project");
    if (invited_until(call->now).us > m.starts_at.us)
        return fail(CODE_CONFLICT,
                    "whom it concerns hears of a meeting a day before it "
                    "starts, and this one starts sooner; call a later one");
    name_departments(call, &m, &p);
    TRY(meeting_put(call, &m));
    TRY(store(call, &SQL_meeting_item_add, FROM(meeting_item, &item)));
    TRY(problem_do(call, &p, DO_SET, NULL));
    TRY(meeting_tell(call, "meeting.invited", &m, &p));
    return meeting_reply(call, &m);
}

struct err cmd_meeting_postpone(struct call *call, const void *body)
{
    const struct meeting_key *ask = body;
    struct meeting_item item;
    struct meeting m;
    struct problem p;

    TRY(meeting_take(call, ask->meeting, &m));
    TRY(fetch(call, &SQL_meeting_item, FROM(meeting_key, ask),
              INTO(meeting_item, &item)));
    TRY(problem_take(call, ask->problem, &p));
    TRY(problem_do(call, &p, DO_POSTPONE, NULL));
    return meeting_reply(call, &m);
}

/* ------------------------------------------------------------- meeting.view */

enum { SAID_STATED, SAID_REFUSED };
static const char *const view_names[] = { "stated", "refused", NULL };
static const char *const from_names[] = { "household", "representative", NULL };

struct meeting_view {
    struct id meeting;
    struct id problem;
    unsigned said;
    unsigned from;
    unsigned channel;
    const char *text;
};
static const struct field meeting_view_fields[] = {
    FIELD(meeting_view, meeting),
    FIELD(meeting_view, problem),
    FIELD(meeting_view, said, .names = view_names),
    FIELD(meeting_view, from, .names = from_names),
    FIELD(meeting_view, channel, .names = channel_names),
    OPTIONAL(meeting_view, text, .max = TEXT_MOST),
};
const struct shape meeting_view_shape = SHAPE(meeting_view);

/* By itself, or as the office took it down. */
static struct err may_say(const struct call *call,
                          const struct meeting_view *ask,
                          const struct problem *p)
{
    bool self = id_same(call->actor, p->facts.concerned);
    bool online = strcmp(channel_names[ask->channel], "online") == 0;

    if (!self && !(call->roles & (ROLE_PC_SECRETARY | ROLE(T5_QUALITY))))
        return fail(CODE_DENIED, "only whom it concerns says its view; the "
                                 "secretary takes it down");
    if (self != online)
        return fail_at("channel", "online is who says it by itself");
    if ((ask->said == SAID_STATED) == text_is_blank(ask->text))
        return fail_at("text", "is what was stated, and nothing for a "
                               "refusal");
    return OK;
}

struct err cmd_meeting_view(struct call *call, const void *body)
{
    const struct meeting_view *ask = body;
    struct meeting_key key = { ask->meeting, ask->problem };
    struct meeting_item item;
    struct meeting m;
    struct problem p;

    TRY(meeting_take_open(call, ask->meeting, &m));
    TRY(fetch(call, &SQL_meeting_item, FROM(meeting_key, &key),
              INTO(meeting_item, &item)));
    TRY(problem_look(call, ask->problem, &p));
    TRY(may_say(call, ask, &p));
    if (item.view)
        return fail(CODE_CONFLICT, "the view was taken down already");
    item.view = view_names[ask->said];
    item.view_from = from_names[ask->from];
    item.view_channel = channel_names[ask->channel];
    item.view_at = call->now;
    item.view_by = call->actor;
    TRY(seal_field(call, "meeting_item.view_text", ask->problem,
                   ask->said == SAID_STATED ? ask->text : NULL,
                   &item.view_text));
    TRY(store(call, &SQL_meeting_item_view, FROM(meeting_item, &item)));
    TRY(matter_note(call, &p.matter, "view", item.view));
    return meeting_reply(call, &m);
}

/* ----------------------------------------------- meeting.attend, .opinion */

struct meeting_attend {
    struct id meeting;
    struct id member;
    unsigned part;
    const char *department;
    const char *flags;
    struct id said_by;
    struct moment said_at;
};
static const struct field meeting_attend_fields[] = {
    FIELD(meeting_attend, meeting),
    FIELD(meeting_attend, member),
    FIELD(meeting_attend, part, .names = seat_names),
    OPTIONAL(meeting_attend, department, .max = CODE_MAX),
    OPTIONAL(meeting_attend, flags, .max = CODES_MAX),
    /* ONLY_BOUND from here on: never read from the wire */
    OPTIONAL(meeting_attend, said_by),
    OPTIONAL(meeting_attend, said_at),
};
enum { ONLY_BOUND = 2 };
static const struct shape attend_bound_shape = SHAPE(meeting_attend);
const struct shape meeting_attend_shape =
    SHAPE_PART("meeting_attend", meeting_attend, ONLY_BOUND);

struct known {
    bool of_force;
};
static const struct field known_fields[] = {
    FIELD(known, of_force),
};
static const struct shape known_shape = SHAPE(known);

struct err cmd_meeting_attend(struct call *call, const void *body)
{
    struct meeting_attend ask = *(const struct meeting_attend *)body;
    struct meeting m;
    struct known known;

    TRY(meeting_take_open(call, ask.meeting, &m));
    TRY(fetch(call, &SQL_meeting_of_force, FROM(meeting_attend, body),
              INTO(known, &known)));
    struct attendee attendee = {
        .part = ask.part,
        .department = ask.department,
        .flags = ask.flags,
        .of_force = known.of_force,
        .member = ask.member,
        .actor = call->actor,
        .chair = m.chair,
    };
    TRY(attendee_check(&attendee, call->arena));
    if (ask.part == SEAT_QUALITY && !(call->roles & ROLE(T5_QUALITY)))
        return fail(CODE_DENIED, "quality is for: t5_quality");
    ask.flags = ask.flags ? ask.flags : "";
    ask.said_by = call->actor;
    ask.said_at = call->now;
    TRY(store(call, &SQL_meeting_attendee_add,
              (struct view){ &attend_bound_shape, &ask }));
    return meeting_reply(call, &m);
}

struct meeting_opinion {
    struct id meeting;
    const char *department;
    const char *text;
    struct bytes opinion;
    struct id taken_by;
    struct moment taken_at;
};
static const struct field meeting_opinion_fields[] = {
    FIELD(meeting_opinion, meeting),
    FIELD(meeting_opinion, department, .max = CODE_MAX),
    FIELD(meeting_opinion, text, .max = TEXT_MOST),
    /* only bound */
    OPTIONAL(meeting_opinion, opinion),
    OPTIONAL(meeting_opinion, taken_by),
    OPTIONAL(meeting_opinion, taken_at),
};
static const struct shape opinion_bound_shape = SHAPE(meeting_opinion);
const struct shape meeting_opinion_shape =
    SHAPE_PART("meeting_opinion", meeting_opinion, 3);

struct err cmd_meeting_opinion(struct call *call, const void *body)
{
    struct meeting_opinion ask = *(const struct meeting_opinion *)body;
    department_set one;
    struct meeting m;

    if (!departments_parse(ask.department, &one) || departments_count(one) != 1)
        return fail_at("department", "is one known department");
    if (text_is_blank(ask.text))
        return fail_at("text", "is the opinion");
    TRY(meeting_take_open(call, ask.meeting, &m));
    ask.taken_by = call->actor;
    ask.taken_at = call->now;
    TRY(seal_field(call, "meeting_opinion.opinion", ask.meeting, ask.text,
                   &ask.opinion));
    TRY(store(call, &SQL_meeting_opinion_add,
              (struct view){ &opinion_bound_shape, &ask }));
    return meeting_reply(call, &m);
}

/* ----------------------------------------------------- meeting.hold, .cancel
 */

struct meeting_id {
    struct id meeting;
};
static const struct field meeting_id_fields[] = {
    FIELD(meeting_id, meeting),
};
const struct shape meeting_id_shape = SHAPE(meeting_id);

/* Who came and who wrote. */
struct meeting_came {
    bool chair;
    bool quality;
    const char *here;
    const char *wrote;
};
static const struct field meeting_came_fields[] = {
    FIELD(meeting_came, chair),
    FIELD(meeting_came, quality),
    FIELD(meeting_came, here),
    FIELD(meeting_came, wrote),
};
static const struct shape meeting_came_shape = SHAPE(meeting_came);

static struct err quorum_of(struct call *call, const struct meeting *m,
                            struct quorum *quorum)
{
    struct meeting_key key = { .meeting = m->id };
    struct meeting_came came;

    TRY(fetch(call, &SQL_meeting_came, FROM(meeting_key, &key),
              INTO(meeting_came, &came)));
    quorum->chair = came.chair;
    quorum->quality = came.quality;
    (void)departments_parse(m->departments, &quorum->named);
    (void)departments_parse(came.here, &quorum->here);
    (void)departments_parse(came.wrote, &quorum->wrote);
    return OK;
}

static struct err items_of(struct call *call, const struct meeting *m,
                           struct rows *items)
{
    struct meeting_key key = { .meeting = m->id };

    return list(call, &SQL_meeting_items_open, FROM(meeting_key, &key),
                &meeting_item_shape, items);
}

/* The problems of the agenda, with what the guards of their meeting look at;
 * refused when one of them may not be held yet. */
static struct err ready_to_hold(struct call *call, const struct meeting *m,
                                const struct rows *items,
                                struct problem **problems)
{
    const struct meeting_item *item = items->at;
    struct quorum quorum;

    TRY(quorum_of(call, m, &quorum));
    *problems = arena_alloc(call->arena, items->count * sizeof **problems);
    for (size_t i = 0; i < items->count; i++) {
        struct problem *p = &(*problems)[i];
        TRY(problem_take(call, item[i].problem, p));
        p->facts.chair = m->chair;
        p->facts.invited_at = item[i].invited_at;
        p->facts.starts_at = m->starts_at;
        p->facts.quorum = quorum;
        TRY(problem_may(call, p, DO_HOLD));
    }
    return OK;
}

struct err cmd_meeting_hold(struct call *call, const void *body)
{
    struct problem *problems;
    struct rows items;
    struct meeting m;

    TRY(meeting_take_open(call, ((const struct meeting_id *)body)->meeting,
                          &m));
    TRY(items_of(call, &m, &items));
    if (items.count == 0)
        return fail(CODE_CONFLICT, "nothing is on its agenda");
    TRY(ready_to_hold(call, &m, &items, &problems));
    m.state = "held";
    m.ended_at = call->now;
    TRY(meeting_put(call, &m));
    for (size_t i = 0; i < items.count; i++)
        TRY(problem_do(call, &problems[i], DO_HOLD, NULL));
    TRY(meeting_tell(call, "meeting.held", &m, NULL));
    return meeting_reply(call, &m);
}

struct err cmd_meeting_cancel(struct call *call, const void *body)
{
    struct rows items;
    struct meeting m;

    TRY(meeting_take_open(call, ((const struct meeting_id *)body)->meeting,
                          &m));
    TRY(items_of(call, &m, &items));
    m.state = "cancelled";
    m.ended_at = call->now;
    TRY(meeting_put(call, &m));
    const struct meeting_item *item = items.at;
    for (size_t i = 0; i < items.count; i++) {
        struct problem p;
        TRY(problem_take(call, item[i].problem, &p));
        TRY(problem_do(call, &p, DO_POSTPONE, NULL));
    }
    TRY(meeting_tell(call, "meeting.cancelled", &m, NULL));
    return meeting_reply(call, &m);
}
