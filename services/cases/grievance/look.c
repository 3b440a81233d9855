/* What is shown of a grievance, and to whom: the whole to the office and the
 * household itself, how it stands to whoever has number and secret. */
#include "services/cases/grievance/commands.h"
#include "services/cases/grievance/record.h"
#include "services/cases/grievance/store_sql.h"

enum { PAGE = 50, PAGE_MAX = 200 };

struct grievance_reply {
    int64_t level;
    struct moment written_at;
    const char *text;
    struct bytes sealed; /* only read */
};
static const struct field grievance_reply_fields[] = {
    FIELD(grievance_reply, level),
    FIELD(grievance_reply, written_at),
    OPTIONAL(grievance_reply, text),
    OPTIONAL(grievance_reply, sealed),
};
static const struct shape grievance_reply_all_shape = {
    .name = "grievance_reply_all",
    .size = sizeof(struct grievance_reply),
    .fields = grievance_reply_fields,
    .count = 4,
};
static const struct shape grievance_reply_shape = {
    .name = "grievance_reply",
    .size = sizeof(struct grievance_reply),
    .fields = grievance_reply_fields,
    .count = 3,
};

struct by_id {
    struct id id;
};
static const struct field by_id_fields[] = { FIELD(by_id, id) };
static const struct shape by_id_shape = SHAPE(by_id);

static struct err replies_of(struct call *call, struct id id,
                             struct rows *replies)
{
    struct by_id key = { id };

    TRY(list(call, then(call, &SQL_grievance_replies), FROM(by_id, &key),
             &grievance_reply_all_shape, replies));
    struct grievance_reply *row = replies->at;
    for (size_t i = 0; i < replies->count; i++)
        TRY(open_field(call, "grievance_paper.content", id, row[i].sealed,
                       &row[i].text));
    return OK;
}

/* ---------------------------------------------------------- grievance.show */

struct grievance_full {
    struct id id;
    const char *no;
    const char *kind;
    unsigned state;
    struct moment since;
    struct moment opened_at;
    struct id project;
    struct id community;
    struct id household;
    struct id holder;
    const char *channel; /* or its source */
    const char *source;
    unsigned weight;
    struct moment first_reply_at;
    struct moment appeal_until;
    struct moment extended_at;
    struct moment due_at;
    const char *redirected_to;
    struct id duplicate_of;
    int64_t score;
    int64_t withdrawals;
    struct ids about;
    const char *kind_label;
    const char *label;
    const char *text;
    struct rows replies;
    struct rows moves;
    struct bytes sealed; /* only read */
};
static const struct field grievance_full_fields[] = {
    FIELD(grievance_full, id),
    FIELD(grievance_full, no),
    FIELD(grievance_full, kind),
    FIELD(grievance_full, state, .names = grievance_states),
    FIELD(grievance_full, since),
    FIELD(grievance_full, opened_at),
    FIELD(grievance_full, project),
    OPTIONAL(grievance_full, community),
    OPTIONAL(grievance_full, household),
    OPTIONAL(grievance_full, holder),
    OPTIONAL(grievance_full, channel),
    OPTIONAL(grievance_full, source),
    FIELD(grievance_full, weight, .names = weight_names),
    OPTIONAL(grievance_full, first_reply_at),
    OPTIONAL(grievance_full, appeal_until),
    OPTIONAL(grievance_full, extended_at),
    OPTIONAL(grievance_full, due_at),
    OPTIONAL(grievance_full, redirected_to),
    OPTIONAL(grievance_full, duplicate_of),
    OPTIONAL(grievance_full, score),
    FIELD(grievance_full, withdrawals),
    OPTIONAL(grievance_full, about),
    OPTIONAL(grievance_full, kind_label),
    OPTIONAL(grievance_full, label),
    OPTIONAL(grievance_full, text),
    OPTIONAL(grievance_full, replies, .shape = &grievance_reply_shape),
    OPTIONAL(grievance_full, moves, .shape = &next_move_shape),
    /* ONLY_READ from here on: never answered */
    OPTIONAL(grievance_full, sealed),
};
enum { ONLY_READ = 1 };
static const struct shape grievance_all_shape = {
    .name = "grievance_all",
    .size = sizeof(struct grievance_full),
    .fields = grievance_full_fields,
    .count = sizeof grievance_full_fields / sizeof *grievance_full_fields,
};
const struct shape grievance_full_shape =
    SHAPE_PART("grievance_full", grievance_full, ONLY_READ);

static const struct field grievance_show_fields[] = { FIELD(by_id, id) };
const struct shape grievance_show_shape = {
    .name = "grievance_show",
    .size = sizeof(struct by_id),
    .fields = grievance_show_fields,
    .count = 1,
};

static struct err whole(struct call *call, struct id id,
                        struct grievance_full *full)
{
    struct by_id key = { id };

    TRY(fetch(call, then(call, &SQL_grievance_full), FROM(by_id, &key),
              (struct slot){ &grievance_all_shape, full }));
    full->kind_label = grievance_kind_of(full->kind)->label;
    full->label = grievance_labels[full->state];
    TRY(open_field(call, "grievance.content", id, full->sealed, &full->text));
    return replies_of(call, id, &full->replies);
}

struct err cmd_grievance_show(struct call *call, const void *body)
{
    const struct by_id *ask = body;
    struct grievance g;
    struct grievance_full full;

    TRY(grievance_look(call, ask->id, &g));
    if (!(call->roles & ROLE_HOUSEHOLD)
        || !id_same(call->actor, g.matter.household))
        TRY(matter_may_see(call, &g.matter));
    TRY(whole(call, ask->id, &full));
    struct next_moves next =
        matter_moves(call, &grievance_case, &g.matter, &g.facts);
    full.moves = (struct rows){ next.at, next.count };
    return reply(call, FROM(grievance_full, &full));
}

/* --------------------------------------------------------- grievance.track */

struct grievance_track {
    const char *no;
    const char *secret;
};
static const struct field grievance_track_fields[] = {
    FIELD(grievance_track, no, .max = 20),
    FIELD(grievance_track, secret, .max = 40),
};
const struct shape grievance_track_shape = SHAPE(grievance_track);

struct grievance_status {
    const char *no;
    const char *kind_label;
    unsigned state;
    const char *label;
    struct moment since;
    struct moment due_at;
    struct moment appeal_until;
    const char *redirected_to;
    const char *may; /* what the complainant may say now, by commas */
    struct rows replies;
};
static const struct field grievance_status_fields[] = {
    FIELD(grievance_status, no),
    FIELD(grievance_status, kind_label),
    FIELD(grievance_status, state, .names = grievance_states),
    FIELD(grievance_status, label),
    FIELD(grievance_status, since),
    OPTIONAL(grievance_status, due_at),
    OPTIONAL(grievance_status, appeal_until),
    OPTIONAL(grievance_status, redirected_to),
    FIELD(grievance_status, may),
    FIELD(grievance_status, replies, .shape = &grievance_reply_shape),
};
const struct shape grievance_status_shape = SHAPE(grievance_status);

static const char *may_say(const struct call *call, const struct grievance *g)
{
    struct stand stand = { .state = g->matter.state,
                           .roles = ROLE(RESIDENT),
                           .facts = &g->facts };
    const char *may = "";

    for (unsigned event = WITHDRAW_ASK; !call->as_of.us && event <= REOPEN;
         event++) {
        unsigned to;
        if (!flow_move(&grievance_flow, &stand, event, &to, call->arena).code)
            may = arena_format(call->arena, "%s%s%s", may, *may ? "," : "",
                               grievance_events[event]);
    }
    return may;
}

struct err cmd_grievance_track(struct call *call, const void *body)
{
    const struct grievance_track *ask = body;
    struct grievance g;
    struct grievance_full full;
    struct id id;

    TRY(grievance_by_secret(call, ask->no, ask->secret, &id));
    TRY(grievance_look(call, id, &g));
    TRY(whole(call, id, &full));
    struct grievance_status answer = {
        .no = full.no,
        .kind_label = full.kind_label,
        .state = full.state,
        .label = full.label,
        .since = full.since,
        .due_at = full.due_at,
        .appeal_until = full.appeal_until,
        .redirected_to = full.redirected_to,
        .may = may_say(call, &g),
        .replies = full.replies,
    };
    return reply(call, FROM(grievance_status, &answer));
}

/* ---------------------------------------------------------- grievance.list */

struct grievance_list {
    struct id project;
    unsigned state; /* none: any */
    struct id after;
    int64_t limit;
    struct id actor;
    bool emergencies;
};
static const struct field grievance_list_fields[] = {
    FIELD(grievance_list, project),
    OPTIONAL(grievance_list, state, .names = grievance_states),
    OPTIONAL(grievance_list, after),
    OPTIONAL(grievance_list, limit, .least = 1, .most = PAGE_MAX),
    /* ONLY_BOUND from here on: never read from the wire */
    OPTIONAL(grievance_list, actor),
    OPTIONAL(grievance_list, emergencies),
};
enum { ONLY_BOUND = 2 };
static const struct shape grievance_list_bound_shape = SHAPE(grievance_list);
const struct shape grievance_list_shape =
    SHAPE_PART("grievance_list", grievance_list, ONLY_BOUND);

struct grievance_line {
    struct id id;
    const char *no;
    const char *kind;
    unsigned state;
    struct moment since;
    struct id community;
    struct id holder;
};
static const struct field grievance_line_fields[] = {
    FIELD(grievance_line, id),
    FIELD(grievance_line, no),
    FIELD(grievance_line, kind),
    FIELD(grievance_line, state, .names = grievance_states),
    FIELD(grievance_line, since),
    OPTIONAL(grievance_line, community),
    OPTIONAL(grievance_line, holder),
};
static const struct shape grievance_line_shape = SHAPE(grievance_line);

struct grievance_page {
    struct rows grievances;
    struct id next;
};
static const struct field grievance_page_fields[] = {
    FIELD(grievance_page, grievances, .shape = &grievance_line_shape),
    OPTIONAL(grievance_page, next),
};
const struct shape grievance_page_shape = SHAPE(grievance_page);

struct err cmd_grievance_list(struct call *call, const void *body)
{
    struct grievance_list ask = *(const struct grievance_list *)body;
    struct grievance_page answer = { 0 };

    if (call->roles & ROLE(T2_SIGNING))
        return fail(CODE_DENIED, "the signing team sees no grievance");
    if (ask.limit == 0)
        ask.limit = PAGE;
    ask.actor = call->actor;
    ask.emergencies = grievance_only_emergencies(call->roles);
    TRY(list(call, then(call, &SQL_grievance_page),
             (struct view){ &grievance_list_bound_shape, &ask },
             &grievance_line_shape, &answer.grievances));
    const struct grievance_line *lines = answer.grievances.at;
    if ((int64_t)answer.grievances.count == ask.limit)
        answer.next = lines[ask.limit - 1].id;
    return reply(call, FROM(grievance_page, &answer));
}
