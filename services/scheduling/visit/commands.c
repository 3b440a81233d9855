#include "services/scheduling/visit/commands.h"

#include "services/scheduling/contact/commands.h"
#include "services/scheduling/visit/rules.h"
#include "services/scheduling/visit/shapes.h"
#include "services/scheduling/visit/store_sql.h"
#include "services/scheduling/visit/withdraw.h"

#define MINUTE_US (60 * MICROSECONDS)

/* ------------------------------------------------------------- the facts */

/* What is asked about: one visit of one household by some people. */
struct lookup {
    struct id household;
    struct id except; /* the visit that does not count itself */
    struct id squad;
    struct ids visitors;
    struct moment start, end, now;
};

static const struct field lookup_fields[] = {
    FIELD(lookup, household), OPTIONAL(lookup, except),
    OPTIONAL(lookup, squad),  OPTIONAL(lookup, visitors),
    FIELD(lookup, start),     FIELD(lookup, end),
    FIELD(lookup, now),
};
static const struct shape lookup_shape = SHAPE(lookup);

static const struct field visitor_fields[] = {
    FIELD(visitor, member),        FIELD(visitor, active),
    FIELD(visitor, flags),         OPTIONAL(visitor, community),
    FIELD(visitor, related),       FIELD(visitor, unwelcome),
    OPTIONAL(visitor, busy_until),
};
static const struct shape visitor_shape = SHAPE(visitor);

struct known {
    struct contact_policy policy;
    struct rows visits, windows, quiet, visitors;
    struct day squad_from, squad_until;
    bool in_remedy;
};

/* clang-format off */
#define KNOWN_NUMBER(name, loosest, tightest, source)                        \
    CONTACT_POLICY_FIELD(known, name)
static const struct field known_fields[] = {
    CONTACT_POLICY(KNOWN_NUMBER)
    FIELD(known, visits, .shape = &contact_visit_shape, .max = 10000),
    FIELD(known, windows, .shape = &contact_window_shape),
    FIELD(known, quiet, .shape = &contact_quiet_shape),
    FIELD(known, visitors, .shape = &visitor_shape),
    OPTIONAL(known, squad_from),
    OPTIONAL(known, squad_until),
    FIELD(known, in_remedy),
};
/* clang-format on */
static const struct shape known_shape = SHAPE(known);

static struct contact_facts facts_of(const struct call *call,
                                     const struct known *known)
{
    return (struct contact_facts){
        .policy = known->policy,
        .now = call->now,
        .visits = known->visits,
        .windows = known->windows,
        .quiet = known->quiet,
        .in_remedy = known->in_remedy,
    };
}

static struct ids ids_of(struct rows visitors, struct arena *arena)
{
    const struct visitor *visitor = visitors.at;
    struct id *id = arena_alloc(arena, (visitors.count + 1) * sizeof *id);

    for (size_t i = 0; i < visitors.count; i++)
        id[i] = visitor[i].member;
    return (struct ids){ id, visitors.count };
}

/* -------------------------------------------------------------- visit.book */

struct visit_book {
    struct id id;
    struct id household;
    struct ids visitors;
    struct id squad;
    struct moment start;
    int64_t minutes;
    unsigned topic;
    bool asked_by_resident;
};

static const struct field visit_book_fields[] = {
    OPTIONAL(visit_book, id),
    FIELD(visit_book, household),
    OPTIONAL(visit_book, visitors, .max = 20),
    OPTIONAL(visit_book, squad),
    FIELD(visit_book, start),
    FIELD(visit_book, minutes, .least = 1, .most = 1440),
    FIELD(visit_book, topic, .names = contact_topics),
    OPTIONAL(visit_book, asked_by_resident, .fallback = "false"),
};
const struct shape visit_book_shape = SHAPE(visit_book);

struct visit_booked {
    struct id visit;
    struct moment start, end;
};

static const struct field visit_booked_fields[] = {
    FIELD(visit_booked, visit),
    FIELD(visit_booked, start),
    FIELD(visit_booked, end),
};
const struct shape visit_booked_shape = SHAPE(visit_booked);

/* An appointment as it is written. */
struct booking {
    struct id visit, household, squad;
    unsigned topic;
    bool asked_by_resident;
    struct moment start, end, agreed_at;
    struct id agreed_by;
    struct ids visitors;
};

static const struct field booking_fields[] = {
    FIELD(booking, visit),
    FIELD(booking, household),
    OPTIONAL(booking, squad),
    FIELD(booking, topic, .names = contact_topics),
    FIELD(booking, asked_by_resident),
    FIELD(booking, start),
    FIELD(booking, end),
    FIELD(booking, agreed_at),
    FIELD(booking, agreed_by),
    FIELD(booking, visitors),
};
static const struct shape booking_shape = SHAPE(booking);

static struct booking booking_of(const struct call *call,
                                 const struct visit_book *ask)
{
    return (struct booking){
        .visit = id_given(ask->id) ? ask->id : id_new(call->now),
        .household = ask->household,
        .squad = ask->squad,
        .topic = ask->topic,
        .asked_by_resident = ask->asked_by_resident,
        .start = ask->start,
        .end = { ask->start.us + ask->minutes * MINUTE_US },
        .agreed_at = call->now,
        .agreed_by = call->actor,
        .visitors = ask->visitors,
    };
}

/* May this household be visited then, and by these people?  Fills in the
 * visitors of a squad. */
static struct err decide(struct call *call, struct booking *b,
                         const struct contact_house *house, struct id except)
{
    struct lookup lookup = {
        .household = b->household,
        .except = except,
        .squad = b->squad,
        .visitors = b->visitors,
        .start = b->start,
        .end = b->end,
        .now = call->now,
    };
    struct known known;

    TRY(fetch(call, &SQL_visit_facts, FROM(lookup, &lookup),
              INTO(known, &known)));
    struct contact_facts facts = facts_of(call, &known);
    struct contact_ask ask = {
        .start = b->start,
        .minutes = (b->end.us - b->start.us) / MINUTE_US,
        .topic = b->topic,
        .asked_by_resident = b->asked_by_resident,
    };
    struct visit_party party = {
        .visitors = known.visitors,
        .wanted = b->visitors.count,
        .community = house->community,
        .squad = { b->squad, known.squad_from, known.squad_until },
        .start = b->start,
    };
    TRY(contact_check(&facts, &ask, call->arena));
    TRY(visit_party_check(&known.policy, &party, call->arena));
    b->visitors = ids_of(known.visitors, call->arena);
    return OK;
}

struct err cmd_visit_book(struct call *call, const void *body)
{
    const struct visit_book *ask = body;
    struct booking b = booking_of(call, ask);
    struct contact_house house;

    if (id_given(ask->squad) == (ask->visitors.count > 0))
        return fail_at("visitors", "name the visitors or a squad");
    TRY(contact_lock(call, ask->household, &house));
    TRY(decide(call, &b, &house, (struct id){ "" }));
    TRY(store(call, &SQL_visit_add, FROM(booking, &b)));
    TRY(store(call, &SQL_visit_members_add, FROM(booking, &b)));

    struct visit_booked_event said = {
        .visit = b.visit,
        .household = b.household,
        .community = house.community,
        .start = b.start,
        .minutes = ask->minutes,
        .topic = b.topic,
        .visitors = b.visitors,
    };
    TRY(emit(call, "visit.booked", b.household,
             FROM(visit_booked_event, &said)));
    struct visit_booked answer = { b.visit, b.start, b.end };
    return reply(call, FROM(visit_booked, &answer));
}

/* ------------------------------------------------------------ one's visit */

struct visit_key {
    struct id visit;
};

static const struct field visit_key_fields[] = { FIELD(visit_key, visit) };
static const struct shape visit_key_shape = SHAPE(visit_key);

struct visit_row {
    struct id visit, household, community;
    unsigned topic, state;
    bool asked_by_resident;
    struct moment starts, ends;
    struct ids visitors;
};

static const struct field visit_row_fields[] = {
    FIELD(visit_row, visit),
    FIELD(visit_row, household),
    FIELD(visit_row, community),
    FIELD(visit_row, topic, .names = contact_topics),
    FIELD(visit_row, state, .names = visit_states),
    FIELD(visit_row, asked_by_resident),
    FIELD(visit_row, starts),
    FIELD(visit_row, ends),
    FIELD(visit_row, visitors),
};
static const struct shape visit_row_shape = SHAPE(visit_row);

static struct err lock_visit(struct call *call, struct id visit,
                             struct visit_row *row)
{
    struct visit_key key = { visit };
    struct err err = fetch(call, &SQL_visit_lock, FROM(visit_key, &key),
                           INTO(visit_row, row));

    if (err.code == CODE_NOT_FOUND)
        return (struct err){ CODE_NOT_FOUND, "there is no visit of that id",
                             "visit" };
    return err;
}

static struct visit_times times_of(const struct visit_row *row)
{
    return (struct visit_times){ row->state, row->starts, row->ends };
}

/* -------------------------------------------------------------- visit.move */

struct visit_move {
    struct id visit;
    struct moment start;
    int64_t minutes;
};

static const struct field visit_move_fields[] = {
    FIELD(visit_move, visit),
    FIELD(visit_move, start),
    OPTIONAL(visit_move, minutes, .least = 1, .most = 1440),
};
const struct shape visit_move_shape = SHAPE(visit_move);

static struct booking moved(const struct call *call,
                            const struct visit_row *row,
                            const struct visit_move *ask)
{
    int64_t us =
        ask->minutes ? ask->minutes * MINUTE_US : row->ends.us - row->starts.us;
    return (struct booking){
        .visit = row->visit,
        .household = row->household,
        .topic = row->topic,
        .asked_by_resident = row->asked_by_resident,
        .start = ask->start,
        .end = { ask->start.us + us },
        .agreed_at = call->now,
        .agreed_by = call->actor,
        .visitors = row->visitors,
    };
}

struct err cmd_visit_move(struct call *call, const void *body)
{
    const struct visit_move *ask = body;
    struct visit_row row;

    TRY(lock_visit(call, ask->visit, &row));
    struct visit_times times = times_of(&row);
    struct contact_house house = { row.household, row.community };
    struct booking b = moved(call, &row, ask);
    TRY(visit_may_change(&times, call->now));
    TRY(decide(call, &b, &house, row.visit));
    TRY(store(call, &SQL_visit_move, FROM(booking, &b)));

    struct visit_moved_event said = {
        .visit = b.visit,
        .household = b.household,
        .community = row.community,
        .start = b.start,
        .was = row.starts,
        .minutes = (b.end.us - b.start.us) / MINUTE_US,
        .topic = b.topic,
        .visitors = b.visitors,
    };
    TRY(emit(call, "visit.moved", b.household, FROM(visit_moved_event, &said)));
    struct visit_booked answer = { b.visit, b.start, b.end };
    return reply(call, FROM(visit_booked, &answer));
}

/* ------------------------------------------------------------ visit.cancel */

struct visit_cancel {
    struct id visit;
    unsigned by;
};

static const struct field visit_cancel_fields[] = {
    FIELD(visit_cancel, visit),
    FIELD(visit_cancel, by, .names = visit_sides),
};
const struct shape visit_cancel_shape = SHAPE(visit_cancel);

struct cancellation {
    struct id visit;
    struct moment at;
    unsigned by;
};

static const struct field cancellation_fields[] = {
    FIELD(cancellation, visit),
    FIELD(cancellation, at),
    FIELD(cancellation, by, .names = visit_sides),
};
static const struct shape cancellation_shape = SHAPE(cancellation);

struct err cmd_visit_cancel(struct call *call, const void *body)
{
    const struct visit_cancel *ask = body;
    struct cancellation c = { ask->visit, call->now, ask->by };
    struct visit_row row;

    if (ask->by == SIDE_OFFICE && !(call->roles & ROLE_TEAMS))
        return fail_at("by", "only the office cancels for the office");
    TRY(lock_visit(call, ask->visit, &row));
    struct visit_times times = times_of(&row);
    TRY(visit_may_change(&times, call->now));
    TRY(store(call, &SQL_visit_cancel, FROM(cancellation, &c)));

    struct visit_cancelled said = {
        .visit = row.visit,
        .household = row.household,
        .start = row.starts,
        .topic = row.topic,
        .by = ask->by,
        .late = visit_cancelled_late(row.starts, ask->by, call->now),
        .visitors = row.visitors,
    };
    return emit(call, "visit.cancelled", row.household,
                FROM(visit_cancelled, &said));
}

/* --------------------------------------------------------------- visit.log */

struct visit_log {
    struct id visit;
    struct moment started, ended;
    unsigned outcome;
    const char *left, *promise, *resident_remark;
    struct id by;     /* ours: who logs it, */
    struct moment at; /* and when           */
};

#define VISIT_LOG_FIELDS                                                       \
    FIELD(visit_log, visit), FIELD(visit_log, started),                        \
        FIELD(visit_log, ended),                                               \
        FIELD(visit_log, outcome, .names = contact_outcomes),                  \
        OPTIONAL(visit_log, left, .max = 600),                                 \
        OPTIONAL(visit_log, promise, .max = 600),                              \
        OPTIONAL(visit_log, resident_remark, .max = 1500)

static const struct field visit_log_fields[] = { VISIT_LOG_FIELDS };
const struct shape visit_log_shape = SHAPE(visit_log);

static const struct field log_row_fields[] = {
    VISIT_LOG_FIELDS,
    FIELD(visit_log, by),
    FIELD(visit_log, at),
};
static const struct shape log_row_shape = {
    .name = "log_row",
    .size = sizeof(struct visit_log),
    .fields = log_row_fields,
    .count = sizeof log_row_fields / sizeof *log_row_fields,
};

static bool is_visitor(const struct visit_row *row, struct id actor)
{
    for (size_t i = 0; i < row->visitors.count; i++)
        if (id_same(row->visitors.at[i], actor))
            return true;
    return false;
}

static struct err check_log(struct call *call, const struct visit_row *row,
                            const struct visit_log *ask)
{
    struct visit_times times = times_of(row);
    struct visit_report report = {
        .started = ask->started,
        .ended = ask->ended,
        .outcome = ask->outcome,
    };
    bool visitor = is_visitor(row, call->actor);

    TRY(visit_may_log(&times, &report, visitor, call->now));
    TRY(visit_text_check("left", ask->left, call->arena));
    TRY(visit_text_check("promise", ask->promise, call->arena));
    return visit_text_check("resident_remark", ask->resident_remark,
                            call->arena);
}

/* The talk or the refusal that was logged begins a pause: signing visits that
 * were planned in it are cancelled. */
static struct err begin_pauses(struct call *call, const struct visit_row *row,
                               const struct contact_facts *facts)
{
    struct visit_withdraw talk = {
        .household = row->household,
        .topics = VISITS_SIGNING,
        .before = contact_talk_pause(facts),
        .by = SIDE_OFFICE,
    };
    struct visit_withdraw refusal = {
        .household = row->household,
        .topics = VISITS_SIGNING,
        .before = contact_refusal_pause(facts),
        .asked_too = true,
        .by = SIDE_OFFICE,
    };

    if (refusal.before.us > call->now.us)
        TRY(visit_withdraw(call, &refusal));
    if (talk.before.us > call->now.us)
        TRY(visit_withdraw(call, &talk));
    return OK;
}

/* The facts with the logged visit as it really was. */
static void put_logged(struct contact_facts *facts, const struct visit_log *log)
{
    struct contact_visit *visit = facts->visits.at;

    for (size_t i = 0; i < facts->visits.count; i++) {
        if (!id_same(visit[i].visit, log->visit))
            continue;
        visit[i].starts = log->started;
        visit[i].ends = log->ended;
        visit[i].outcome = log->outcome;
    }
}

struct err cmd_visit_log(struct call *call, const void *body)
{
    const struct visit_log *ask = body;
    struct visit_log log = *ask;
    struct visit_row row;
    struct known known;

    TRY(lock_visit(call, ask->visit, &row));
    struct lookup lookup = {
        .household = row.household,
        .start = row.starts,
        .end = row.ends,
        .now = call->now,
    };
    TRY(fetch(call, &SQL_visit_facts, FROM(lookup, &lookup),
              INTO(known, &known)));
    TRY(check_log(call, &row, ask));
    TRY(contact_begins(&known.policy, ask->started, call->arena));

    struct contact_facts facts = facts_of(call, &known);
    put_logged(&facts, ask);
    log.by = call->actor;
    log.at = call->now;
    TRY(store(call, &SQL_visit_log, (struct view){ &log_row_shape, &log }));
    TRY(begin_pauses(call, &row, &facts));

    struct visit_logged_event said = {
        .visit = row.visit,
        .household = row.household,
        .outcome = ask->outcome,
        .topic = row.topic,
        .started = ask->started,
        .ended = ask->ended,
    };
    return emit(call, "visit.logged", row.household,
                FROM(visit_logged_event, &said));
}

/* -------------------------------------------------------------- visit.list */

struct visit_list {
    struct id household;
    struct id member;
    struct day from, to;
};

static const struct field visit_list_fields[] = {
    OPTIONAL(visit_list, household),
    OPTIONAL(visit_list, member),
    OPTIONAL(visit_list, from),
    OPTIONAL(visit_list, to),
};
const struct shape visit_list_shape = SHAPE(visit_list);

struct visit_line {
    struct id visit, household, community;
    struct moment start, end;
    unsigned topic, state;
    const char *outcome, *cancelled_by;
    bool late;
    struct ids visitors;
};

static const struct field visit_line_fields[] = {
    FIELD(visit_line, visit),
    FIELD(visit_line, household),
    FIELD(visit_line, community),
    FIELD(visit_line, start),
    FIELD(visit_line, end),
    FIELD(visit_line, topic, .names = contact_topics),
    FIELD(visit_line, state, .names = visit_states),
    OPTIONAL(visit_line, outcome),
    OPTIONAL(visit_line, cancelled_by),
    OPTIONAL(visit_line, late),
    FIELD(visit_line, visitors),
};
static const struct shape visit_line_shape = SHAPE(visit_line);

struct visit_listed {
    struct rows visits;
};

static const struct field visit_listed_fields[] = {
    FIELD(visit_listed, visits, .shape = &visit_line_shape),
};
const struct shape visit_listed_shape = SHAPE(visit_listed);

struct err cmd_visit_list(struct call *call, const void *body)
{
    struct visit_listed answer;

    TRY(list(call, &SQL_visit_list, FROM(visit_list, body), &visit_line_shape,
             &answer.visits));
    return reply(call, FROM(visit_listed, &answer));
}
