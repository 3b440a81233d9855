#include "services/cases/clock/clock.h"

#include "services/cases/clock/store_sql.h"
#include "services/cases/matter/matter.h"

#define STEP_TOPIC "clock.step"

static const struct id no_actor = { "" };

/* A row of cases.clock. */
struct clock {
    struct id id;
    const char *flow;
    struct id subject;
    const char *name;
    int64_t count;
    unsigned unit;
    const char *source;
    struct moment started_at;
    struct moment due_at;
    bool provisional;
    struct moment paused_at;
    const char *pause_reason;
    int64_t paused_us;
    int64_t step;
    struct moment stopped_at;
};

static const struct field clock_fields[] = {
    FIELD(clock, id),
    FIELD(clock, flow),
    FIELD(clock, subject),
    FIELD(clock, name),
    FIELD(clock, count),
    FIELD(clock, unit, .names = clock_unit_names),
    FIELD(clock, source),
    FIELD(clock, started_at),
    FIELD(clock, due_at),
    FIELD(clock, provisional),
    OPTIONAL(clock, paused_at),
    OPTIONAL(clock, pause_reason),
    FIELD(clock, paused_us),
    FIELD(clock, step),
    OPTIONAL(clock, stopped_at),
};
static const struct shape clock_shape = SHAPE(clock);

struct clock_entry {
    struct id clock;
    struct moment at;
    const char *event;
    struct moment due_at;
    const char *step;
    struct id actor;
    const char *reason;
};
static const struct field clock_entry_fields[] = {
    FIELD(clock_entry, clock),     FIELD(clock_entry, at),
    FIELD(clock_entry, event),     FIELD(clock_entry, due_at),
    OPTIONAL(clock_entry, step),   OPTIONAL(clock_entry, actor),
    OPTIONAL(clock_entry, reason),
};
static const struct shape clock_entry_shape = SHAPE(clock_entry);

struct clock_key {
    struct id id;
    struct id subject;
    const char *name;
};
static const struct field clock_key_fields[] = {
    OPTIONAL(clock_key, id),
    OPTIONAL(clock_key, subject),
    OPTIONAL(clock_key, name),
};
static const struct shape clock_key_shape = SHAPE(clock_key);

struct clock_alarm {
    struct id clock;
    int64_t step;
};
static const struct field clock_alarm_fields[] = {
    FIELD(clock_alarm, clock),
    FIELD(clock_alarm, step),
};
const struct shape clock_alarm_shape = SHAPE(clock_alarm);

struct deadline_step {
    struct id subject;
    const char *flow;
    const char *clock;
    int64_t step;
    bool over;        /* the period has ended       */
    const char *tell; /* role names, by commas; "" */
    struct moment due_at;
};
static const struct field deadline_step_fields[] = {
    FIELD(deadline_step, subject), FIELD(deadline_step, flow),
    FIELD(deadline_step, clock),   FIELD(deadline_step, step),
    FIELD(deadline_step, over),    FIELD(deadline_step, tell),
    FIELD(deadline_step, due_at),
};
const struct shape deadline_step_shape = SHAPE(deadline_step);

static const struct clock_rule *rule_of(const struct clock *clock)
{
    const struct case_kind *kind = kind_of(clock->flow);

    return kind ? clock_rule_of(kind->clocks, clock->name) : NULL;
}

static struct moment end_of(struct clock *clock)
{
    return clock_end(clock->started_at,
                     (struct clock_length){ (int)clock->count, clock->unit },
                     clock->paused_us, &clock->provisional);
}

static struct err write_entry(struct call *call, const struct clock *clock,
                              const char *event, const char *step,
                              const char *reason)
{
    struct clock_entry entry = {
        .clock = clock->id,
        .at = call->now,
        .event = event,
        .due_at = clock->due_at,
        .step = step,
        .actor = (call->roles & ROLE(SERVICE)) ? no_actor : call->actor,
        .reason = reason,
    };
    return store(call, &SQL_clock_entry_add, FROM(clock_entry, &entry));
}

/* The alarm of the step that comes next; none when the ladder is at its end or
 * the clock stands still. */
static struct err set_alarm(struct call *call, const struct clock *clock)
{
    const struct clock_rule *rule = rule_of(clock);
    struct clock_alarm alarm = { clock->id, clock->step };

    if (!rule)
        return fail(CODE_FAULT, "a clock runs by a rule that no table knows");
    if (clock->stopped_at.us || clock->paused_at.us
        || clock->step >= (int64_t)clock_steps(rule))
        return alarm_cancel(call, STEP_TOPIC, clock->id);
    return alarm_set(call, STEP_TOPIC, clock->id,
                     clock_step_at(rule, (unsigned)clock->step, clock->due_at),
                     FROM(clock_alarm, &alarm));
}

static struct err put(struct call *call, const struct clock *clock,
                      const char *event, const char *reason)
{
    TRY(store(call, &SQL_clock_put, FROM(clock, clock)));
    TRY(write_entry(call, clock, event, NULL, reason));
    return set_alarm(call, clock);
}

/* ------------------------------------------------------- start, stop, pause */

/* Steps that would have come before it began are not taken. */
static int64_t first_step(const struct clock_rule *rule,
                          const struct clock *clock, struct moment now)
{
    unsigned step = 0;

    while (step + 1 < clock_steps(rule) && rule->steps[step].count < 0
           && clock_step_at(rule, step, clock->due_at).us < now.us)
        step++;
    return step;
}

struct err clock_start_for(struct call *call, const struct case_kind *kind,
                           const char *name, struct id subject,
                           struct moment from, struct clock_length length)
{
    const struct clock_rule *rule = clock_rule_of(kind->clocks, name);
    struct clock clock = {
        .id = id_new(call->now),
        .flow = kind->flow->name,
        .subject = subject,
        .name = name,
        .count = length.count,
        .unit = length.unit,
        .started_at = from,
    };

    if (!rule)
        return fail(CODE_FAULT, "no rule of this kind has that name");
    TRY(clock_stop(call, subject, name));
    clock.source = rule->source;
    clock.due_at = clock_end(from, length, 0, &clock.provisional);
    clock.step = first_step(rule, &clock, call->now);
    TRY(store(call, &SQL_clock_add, FROM(clock, &clock)));
    TRY(write_entry(call, &clock, "start", NULL, NULL));
    return set_alarm(call, &clock);
}

struct err clock_start(struct call *call, const struct case_kind *kind,
                       const char *name, struct id subject, struct moment from)
{
    const struct clock_rule *rule = clock_rule_of(kind->clocks, name);

    if (!rule)
        return fail(CODE_FAULT, "no rule of this kind has that name");
    return clock_start_for(call, kind, name, subject, from, rule->length);
}

static struct err running(struct call *call, struct id subject,
                          const char *name, struct rows *clocks)
{
    struct clock_key key = { .subject = subject, .name = name };

    return list(call, &SQL_clock_running, FROM(clock_key, &key), &clock_shape,
                clocks);
}

static struct err stop(struct call *call, struct id subject, const char *name)
{
    struct rows found;

    TRY(running(call, subject, name, &found));
    struct clock *clock = found.at;
    for (size_t i = 0; i < found.count; i++) {
        clock[i].stopped_at = call->now;
        TRY(put(call, &clock[i], "stop", NULL));
    }
    return OK;
}

struct err clock_stop(struct call *call, struct id subject, const char *name)
{
    return stop(call, subject, name);
}

struct err clock_stop_all(struct call *call, struct id subject)
{
    return stop(call, subject, NULL);
}

struct err clock_pause(struct call *call, struct id subject, const char *name,
                       const char *reason)
{
    struct rows found;

    TRY(running(call, subject, name, &found));
    struct clock *clock = found.at;
    if (found.count == 0 || clock->paused_at.us)
        return OK;
    clock->paused_at = call->now;
    clock->pause_reason = reason;
    return put(call, clock, "pause", reason);
}

struct err clock_resume(struct call *call, struct id subject, const char *name)
{
    struct rows found;

    TRY(running(call, subject, name, &found));
    struct clock *clock = found.at;
    if (found.count == 0 || !clock->paused_at.us)
        return OK;
    clock->paused_us += call->now.us - clock->paused_at.us;
    clock->paused_at = (struct moment){ 0 };
    clock->pause_reason = NULL;
    clock->due_at = end_of(clock);
    return put(call, clock, "resume", NULL);
}

/* ------------------------------------------------------------------ a step */

static struct err tell(struct call *call, const struct clock *clock,
                       const struct clock_step *step)
{
    struct deadline_step news = {
        .subject = clock->subject,
        .flow = clock->flow,
        .clock = clock->name,
        .step = clock->step,
        .over = step->count >= 0,
        .tell = roles_text(step->tell, ",", call->arena),
        .due_at = clock->due_at,
    };
    return emit(call, "deadline.step", clock->subject,
                FROM(deadline_step, &news));
}

/* A step is taken once: its entry is unique, and the clock goes on to the
 * next.  An alarm of a clock that was stopped, paused or moved meanwhile is
 * stale and does nothing. */
struct err on_clock_step(struct call *call, const void *body)
{
    const struct clock_alarm *alarm = body;
    struct clock_key key = { .id = alarm->clock };
    struct rows found;

    TRY(list(call, &SQL_clock_locked, FROM(clock_key, &key), &clock_shape,
             &found));
    struct clock *clock = found.at;
    if (found.count == 0 || clock->paused_at.us || clock->step != alarm->step)
        return OK;

    const struct clock_rule *rule = rule_of(clock);
    if (!rule)
        return fail(CODE_FAULT, "a clock runs by a rule that no table knows");
    const struct clock_step *step = &rule->steps[clock->step];
    if (clock_step_at(rule, (unsigned)clock->step, clock->due_at).us
        > call->now.us)
        return set_alarm(call, clock);

    TRY(tell(call, clock, step));
    TRY(write_entry(call, clock, "step",
                    arena_format(call->arena, "%d", (int)clock->step), NULL));
    clock->step++;
    TRY(store(call, &SQL_clock_put, FROM(clock, clock)));
    TRY(set_alarm(call, clock));

    const struct case_kind *kind = kind_of(clock->flow);
    return step->count == 0 && kind->due ? kind->due(call, clock->subject, rule)
                                         : OK;
}

/* ----------------------------------------------------------- deadline.list */

struct deadline_list {
    struct id subject;
};
static const struct field deadline_list_fields[] = {
    FIELD(deadline_list, subject),
};
const struct shape deadline_list_shape = SHAPE(deadline_list);

/* A period as it is told. */
struct deadline {
    const char *flow;
    const char *name;
    const char *source;
    int64_t count;
    unsigned unit;
    struct moment started_at;
    struct moment due_at; /* the first moment that no longer belongs to it */
    struct day last_day;
    bool provisional;
    struct moment paused_at;
    const char *pause_reason;
};
static const struct field deadline_fields[] = {
    FIELD(deadline, flow),
    FIELD(deadline, name),
    FIELD(deadline, source),
    FIELD(deadline, count),
    FIELD(deadline, unit, .names = clock_unit_names),
    FIELD(deadline, started_at),
    FIELD(deadline, due_at),
    FIELD(deadline, last_day),
    FIELD(deadline, provisional),
    OPTIONAL(deadline, paused_at),
    OPTIONAL(deadline, pause_reason),
};
static const struct shape deadline_shape = SHAPE(deadline);

struct deadline_page {
    struct rows deadlines;
};
static const struct field deadline_page_fields[] = {
    FIELD(deadline_page, deadlines, .shape = &deadline_shape),
};
const struct shape deadline_page_shape = SHAPE(deadline_page);

/* Who may see the case may see its periods; a household sees its own. */
static struct err may_see(struct call *call, struct id subject,
                          const char *flow)
{
    const struct case_kind *kind = kind_of(flow);
    struct matter matter;

    if (kind && !kind->prefix)
        return (call->roles & kind->staff) || id_same(call->actor, subject)
                   ? OK
                   : fail(CODE_DENIED, "these periods are not yours to see");
    TRY(matter_look(call, NULL, subject, &matter));
    return matter_may_see(call, &matter);
}

struct err cmd_deadline_list(struct call *call, const void *body)
{
    const struct deadline_list *ask = body;
    struct deadline_page answer;

    TRY(list(call, then(call, &SQL_clock_list), FROM(deadline_list, ask),
             &deadline_shape, &answer.deadlines));
    about(call, ask->subject);
    const struct deadline *first = answer.deadlines.at;
    if (answer.deadlines.count > 0)
        TRY(may_see(call, ask->subject, first->flow));
    return reply(call, FROM(deadline_page, &answer));
}

/* -------------------------------------------------------- deadline.recount */

enum { RECOUNT = 50, RECOUNT_MAX = 200 };

struct deadline_recount {
    struct id after;
    int64_t limit;
    bool all; /* those too that were counted by announced days */
};
static const struct field deadline_recount_fields[] = {
    OPTIONAL(deadline_recount, after),
    OPTIONAL(deadline_recount, limit, .least = 1, .most = RECOUNT_MAX),
    OPTIONAL(deadline_recount, all),
};
const struct shape deadline_recount_shape = SHAPE(deadline_recount);

struct deadline_recounted {
    int64_t moved;
    int64_t stayed;
    struct id next; /* go on after it; none: that was all */
};
static const struct field deadline_recounted_fields[] = {
    FIELD(deadline_recounted, moved),
    FIELD(deadline_recounted, stayed),
    OPTIONAL(deadline_recounted, next),
};
const struct shape deadline_recounted_shape = SHAPE(deadline_recounted);

static struct err recount(struct call *call, struct clock *clock, bool *moved)
{
    struct moment before = clock->due_at;
    bool was = clock->provisional;

    clock->provisional = false;
    clock->due_at = end_of(clock);
    *moved = clock->due_at.us != before.us;
    if (!*moved && clock->provisional == was)
        return OK;
    return put(call, clock, "recount", NULL);
}

static struct err recount_page(struct call *call,
                               const struct deadline_recount *ask,
                               struct deadline_recounted *answer)
{
    struct rows found;

    TRY(list(call, &SQL_clock_provisionals, FROM(deadline_recount, ask),
             &clock_shape, &found));
    struct clock *clock = found.at;
    *answer = (struct deadline_recounted){ 0 };
    for (size_t i = 0; i < found.count; i++) {
        bool moved;
        TRY(recount(call, &clock[i], &moved));
        *(moved ? &answer->moved : &answer->stayed) += 1;
    }
    if ((int64_t)found.count == ask->limit)
        answer->next = clock[found.count - 1].id;
    return OK;
}

struct err cmd_deadline_recount(struct call *call, const void *body)
{
    struct deadline_recount ask = *(const struct deadline_recount *)body;
    struct deadline_recounted answer;

    if (ask.limit == 0)
        ask.limit = RECOUNT;
    TRY(recount_page(call, &ask, &answer));
    return reply(call, FROM(deadline_recounted, &answer));
}

struct err clock_recount(struct call *call, struct id after, struct id *next)
{
    struct deadline_recount ask = { after, RECOUNT_MAX, true };
    struct deadline_recounted answer;

    TRY(recount_page(call, &ask, &answer));
    *next = answer.next;
    return OK;
}
