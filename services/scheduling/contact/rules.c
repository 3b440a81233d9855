#include "services/scheduling/contact/rules.h"

#include "common/base/calendar.h"

#include <inttypes.h>

enum {
    SEARCH_STEPS = 2000, /* contact_next() gives up after so many moments   */
    SEARCH_DAYS = 366,   /* and so many days                                */
    HOURS_DAYS = 60,     /* within so many days there is an open hour, or
                            none is long enough                             */
    WINDOWS_MAX = 21,    /* three a day                                     */
};

#define MINUTE_US (60 * MICROSECONDS)

/* "There is no such moment", and "nothing to wait for". */
static const struct moment never = { INT64_MAX };
static const struct moment passes = { 0 };

static struct moment later(struct moment moment, int64_t us)
{
    return (struct moment){ moment.us + us };
}

static struct moment ask_end(const struct contact_ask *ask)
{
    return later(ask->start, ask->minutes * MINUTE_US);
}

static const struct contact_visit *visit_at(const struct contact_facts *facts,
                                            size_t i)
{
    return (const struct contact_visit *)facts->visits.at + i;
}

/* ------------------------------------------------------------- the rules
 *
 * Each says `passes`, or the first later moment at which it might not object
 * (`never` when waiting does not help).  That is all contact_next() needs. */

typedef struct moment rule(const struct contact_facts *facts,
                           const struct contact_ask *ask);

static struct moment length(const struct contact_facts *facts,
                            const struct contact_ask *ask)
{
    bool fits =
        ask->minutes >= 1 && ask->minutes <= facts->policy.visit_max_min;
    return fits ? passes : never;
}

static struct moment ahead(const struct contact_facts *facts,
                           const struct contact_ask *ask)
{
    struct moment first = later(facts->now, facts->policy.ahead_h * HOUR_US);
    return ask->start.us >= first.us ? passes : first;
}

static struct moment quiet_hours(const struct contact_facts *facts,
                                 const struct contact_ask *ask)
{
    const struct contact_policy *policy = &facts->policy;
    struct day day = day_of(ask->start);
    struct moment morning = moment_at(day, (int)policy->quiet_until_min);
    struct moment evening = moment_at(day, (int)policy->quiet_from_min);

    if (ask->start.us < morning.us)
        return morning;
    if (ask->start.us < evening.us && ask_end(ask).us <= evening.us)
        return passes;
    return moment_at(days_after(day, 1), (int)policy->quiet_until_min);
}

static struct moment holiday(const struct contact_facts *facts,
                             const struct contact_ask *ask)
{
    struct day day = day_of(ask->start);

    (void)facts;
    return is_public_holiday(day) ? moment_at(days_after(day, 1), 0) : passes;
}

/* The windows of a day of the week: the resident's, or the default ones, which
 * know the week alone: a make-up working Saturday is a Saturday. */
static size_t windows_of(const struct contact_facts *facts, int64_t weekday,
                         struct contact_window open[static WINDOWS_MAX])
{
    const struct contact_policy *p = &facts->policy;
    const struct contact_window *chosen = facts->windows.at;
    size_t count = 0;

    for (size_t i = 0; i < facts->windows.count && count < WINDOWS_MAX; i++)
        if (chosen[i].weekday == weekday)
            open[count++] = chosen[i];
    if (facts->windows.count > 0 || weekday > 5)
        return count;
    open[0] = (struct contact_window){ weekday, p->morning_from_min,
                                       p->morning_until_min };
    open[1] = (struct contact_window){ weekday, p->afternoon_from_min,
                                       p->afternoon_until_min };
    return 2;
}

/* The first moment of the day, not before ask->start, that lies with the whole
 * visit in a window; `never` when there is none. */
static struct moment opening(const struct contact_facts *facts,
                             const struct contact_ask *ask, struct day day)
{
    struct contact_window open[WINDOWS_MAX];
    size_t count = windows_of(facts, weekday(day), open);
    struct moment first = never;

    for (size_t i = 0; i < count; i++) {
        struct moment at = moment_at(day, (int)open[i].from);
        struct moment end = moment_at(day, (int)open[i].until);
        if (at.us < ask->start.us)
            at = ask->start;
        if (later(at, ask->minutes * MINUTE_US).us <= end.us
            && at.us < first.us)
            first = at;
    }
    return first;
}

static struct moment hours(const struct contact_facts *facts,
                           const struct contact_ask *ask)
{
    struct day day = day_of(ask->start);

    for (int i = 0; i < HOURS_DAYS; i++, day = days_after(day, 1)) {
        struct moment at = opening(facts, ask, day);
        if (at.us == ask->start.us)
            return passes;
        if (at.us != never.us)
            return at;
    }
    return never;
}

static bool covers(unsigned scope, unsigned topic)
{
    switch (scope) {
    case QUIET_SIGNING:
        return topic == TOPIC_SIGNING;
    case QUIET_SERVICE:
        return topic == TOPIC_SERVICE;
    default:
        return topic != TOPIC_STATUTORY;
    }
}

/* While a remedy is open nobody comes unasked, but for what the law serves. */
static struct moment in_remedy(const struct contact_facts *facts,
                               const struct contact_ask *ask)
{
    return facts->in_remedy && !ask->asked_by_resident
                   && ask->topic != TOPIC_STATUTORY
               ? never
               : passes;
}

static struct moment do_not_contact(const struct contact_facts *facts,
                                    const struct contact_ask *ask)
{
    const struct contact_quiet *quiet = facts->quiet.at;
    struct day day = day_of(ask->start);

    for (size_t i = 0; i < facts->quiet.count; i++)
        if (covers(quiet[i].scope, ask->topic)
            && quiet[i].until.number >= day.number)
            return moment_at(days_after(quiet[i].until, 1), 0);
    return passes;
}

struct moment contact_refusal_pause(const struct contact_facts *facts)
{
    int64_t in_a_row = 0;
    struct moment last = { 0 };

    /* Nobody at home is neither yes nor no. */
    for (size_t i = 0; i < facts->visits.count; i++) {
        const struct contact_visit *v = visit_at(facts, i);
        if (v->outcome == OUTCOME_MET)
            in_a_row = 0;
        if (v->outcome != OUTCOME_NOT_NOW && v->outcome != OUTCOME_REFUSED)
            continue;
        in_a_row++;
        last = v->ends;
    }
    if (in_a_row < facts->policy.refusals)
        return passes;
    return later(last, facts->policy.refusal_pause_d * DAY_US);
}

struct moment contact_talk_pause(const struct contact_facts *facts)
{
    struct moment last = { 0 };

    for (size_t i = 0; i < facts->visits.count; i++) {
        const struct contact_visit *v = visit_at(facts, i);
        if (v->topic == TOPIC_SIGNING && v->outcome == OUTCOME_MET)
            last = v->ends;
    }
    if (last.us == 0)
        return passes;
    return later(last, facts->policy.talk_pause_d * DAY_US);
}

static struct moment pauses(const struct contact_ask *ask, struct moment until)
{
    return ask->topic == TOPIC_SIGNING && ask->start.us < until.us ? until
                                                                   : passes;
}

static struct moment refused_before(const struct contact_facts *facts,
                                    const struct contact_ask *ask)
{
    return pauses(ask, contact_refusal_pause(facts));
}

static struct moment talked_before(const struct contact_facts *facts,
                                   const struct contact_ask *ask)
{
    if (ask->asked_by_resident)
        return passes;
    return pauses(ask, contact_talk_pause(facts));
}

/* One attempt to serve a document in any run of `serve_wd` working days. */
static struct moment serve(const struct contact_facts *facts,
                           const struct contact_ask *ask)
{
    int apart = (int)facts->policy.serve_wd;
    struct day day = day_of(ask->start);
    bool provisional = false;

    if (ask->topic != TOPIC_STATUTORY)
        return passes;
    for (size_t i = 0; i < facts->visits.count; i++) {
        const struct contact_visit *v = visit_at(facts, i);
        struct day other = day_of(v->starts);
        if (v->topic != TOPIC_STATUTORY)
            continue;
        struct day free = working_days_after(other, apart, &provisional);
        struct day reach = working_days_after(day, apart, &provisional);
        if (day.number < free.number && other.number < reach.number)
            return moment_at(free, 0);
    }
    return passes;
}

static size_t begins_within(const struct contact_facts *facts,
                            struct moment from, int64_t us)
{
    size_t count = 0;

    for (size_t i = 0; i < facts->visits.count; i++) {
        struct moment at = visit_at(facts, i)->starts;
        count += at.us >= from.us && at.us < from.us + us;
    }
    return count;
}

/* Of all windows of that length which hold the asked visit, it is enough to
 * look at those that begin with a visit. */
static struct moment crowded(const struct contact_facts *facts,
                             const struct contact_ask *ask, int64_t us,
                             int64_t cap)
{
    for (size_t i = 0; i < facts->visits.count; i++) {
        struct moment from = visit_at(facts, i)->starts;
        if (from.us <= ask->start.us && ask->start.us < from.us + us
            && (int64_t)begins_within(facts, from, us) >= cap)
            return later(from, us);
    }
    if ((int64_t)begins_within(facts, ask->start, us) < cap)
        return passes;
    for (size_t i = 0; i < facts->visits.count; i++)
        if (visit_at(facts, i)->starts.us >= ask->start.us)
            return later(visit_at(facts, i)->starts, MINUTE_US);
    return never;
}

static struct moment in_7_days(const struct contact_facts *facts,
                               const struct contact_ask *ask)
{
    return crowded(facts, ask, 7 * DAY_US, facts->policy.visit_7d);
}

static struct moment in_30_days(const struct contact_facts *facts,
                                const struct contact_ask *ask)
{
    return crowded(facts, ask, 30 * DAY_US, facts->policy.visit_30d);
}

static struct moment gap(const struct contact_facts *facts,
                         const struct contact_ask *ask)
{
    int64_t apart = facts->policy.visit_gap_h * HOUR_US;

    for (size_t i = 0; i < facts->visits.count; i++) {
        const struct contact_visit *v = visit_at(facts, i);
        if (ask->start.us < v->ends.us + apart
            && ask_end(ask).us > v->starts.us - apart)
            return later(v->ends, apart);
    }
    return passes;
}

static rule *const rules[] = {
    [RULE_LENGTH] = length,
    [RULE_AHEAD] = ahead,
    [RULE_QUIET_HOURS] = quiet_hours,
    [RULE_HOLIDAY] = holiday,
    [RULE_HOURS] = hours,
    [RULE_REMEDY] = in_remedy,
    [RULE_DO_NOT_CONTACT] = do_not_contact,
    [RULE_REFUSALS] = refused_before,
    [RULE_TALK] = talked_before,
    [RULE_SERVE] = serve,
    [RULE_7D] = in_7_days,
    [RULE_30D] = in_30_days,
    [RULE_GAP] = gap,
};

/* --------------------------------------------------------------- the guard */

static enum contact_rule judge(const struct contact_facts *facts,
                               const struct contact_ask *ask,
                               struct moment *until)
{
    for (size_t i = RULE_LENGTH; i < sizeof rules / sizeof *rules; i++) {
        *until = rules[i](facts, ask);
        if (until->us != passes.us)
            return (enum contact_rule)i;
    }
    return RULE_NONE;
}

enum contact_rule contact_judge(const struct contact_facts *facts,
                                const struct contact_ask *ask)
{
    struct moment until;
    return judge(facts, ask, &until);
}

static struct moment whole_minute(struct moment moment)
{
    int64_t rest = moment.us % MINUTE_US;
    return rest ? later(moment, MINUTE_US - rest) : moment;
}

struct moment contact_next(const struct contact_facts *facts,
                           const struct contact_ask *ask)
{
    struct contact_ask at = *ask;
    int64_t last =
        ask->start.us > facts->now.us ? ask->start.us : facts->now.us;
    struct moment until;

    last += SEARCH_DAYS * DAY_US;
    for (int i = 0; i < SEARCH_STEPS && at.start.us <= last; i++) {
        if (judge(facts, &at, &until) == RULE_NONE)
            return at.start;
        if (until.us == never.us)
            break;
        at.start = whole_minute(until);
    }
    return (struct moment){ 0 };
}

static const char *clock_text(struct arena *arena, int64_t minute)
{
    return arena_format(arena, "%02" PRId64 ":%02" PRId64, minute / 60,
                        minute % 60);
}

/* The rule in one sentence, without its full stop. */
static const char *sentence(const struct contact_policy *p,
                            enum contact_rule broken, struct arena *a)
{
    switch (broken) {
    case RULE_LENGTH:
        return arena_format(a, "a visit lasts 1 to %" PRId64 " minutes",
                            p->visit_max_min);
    case RULE_AHEAD:
        return arena_format(
            a, "a visit is agreed at least %" PRId64 " hours ahead",
            p->ahead_h);
    case RULE_QUIET_HOURS:
        return arena_format(a,
                            "from %s to %s residents are left in peace, and a "
                            "visit ends by then",
                            clock_text(a, p->quiet_from_min),
                            clock_text(a, p->quiet_until_min));
    case RULE_HOLIDAY:
        return "there are no visits on public holidays";
    case RULE_HOURS:
        return "the whole visit must lie within the household's agreed hours";
    case RULE_REMEDY:
        return "the household is before a court or an organ of review: nobody "
               "comes unless it asks";
    case RULE_DO_NOT_CONTACT:
        return "the household asked not to be contacted about this";
    case RULE_REFUSALS:
        return arena_format(a,
                            "the resident said no %" PRId64
                            " times in a row: no talk about signing for "
                            "%" PRId64 " days",
                            p->refusals, p->refusal_pause_d);
    case RULE_TALK:
        return arena_format(a,
                            "after a talk about signing there is none for "
                            "%" PRId64 " days unless the resident asks",
                            p->talk_pause_d);
    case RULE_SERVE:
        return arena_format(a,
                            "there is one attempt to serve a document in "
                            "%" PRId64 " working days",
                            p->serve_wd);
    case RULE_7D:
        return arena_format(a, "the household has %" PRId64 " visits in 7 days",
                            p->visit_7d);
    case RULE_30D:
        return arena_format(
            a, "the household has %" PRId64 " visits in 30 days", p->visit_30d);
    default:
        return arena_format(a, "visits are at least %" PRId64 " hours apart",
                            p->visit_gap_h);
    }
}

struct err contact_check(const struct contact_facts *facts,
                         const struct contact_ask *ask, struct arena *arena)
{
    enum contact_rule broken = contact_judge(facts, ask);
    if (broken == RULE_NONE)
        return OK;

    const char *why = sentence(&facts->policy, broken, arena);
    struct moment next = contact_next(facts, ask);
    char text[VALUE_TEXT_MAX];

    if (next.us == 0)
        return fail(CODE_CONFLICT, arena_format(arena,
                                                "%s; for this visit no moment "
                                                "is possible within a year",
                                                why));
    moment_format_local(next, text);
    return fail(
        CODE_CONFLICT,
        arena_format(arena, "%s; the next is possible from %s", why, text));
}

struct err contact_begins(const struct contact_policy *policy,
                          struct moment started, struct arena *arena)
{
    int minute = minute_of_day(started);

    if (minute >= policy->quiet_until_min && minute < policy->quiet_from_min)
        return OK;
    return (struct err){
        .code = CODE_CONFLICT,
        .why = arena_format(arena,
                            "from %s to %s residents are left in peace: no "
                            "visit begins then; agree another time with them",
                            clock_text(arena, policy->quiet_from_min),
                            clock_text(arena, policy->quiet_until_min)),
        .field = "started",
    };
}

/* ------------------------------------------------- what a resident may set */

static struct err window_check(const struct contact_policy *policy,
                               const struct contact_window *w)
{
    if (w->weekday < 1 || w->weekday > 7)
        return fail_at("windows", "a weekday is 1 (Monday) to 7");
    if (w->from >= w->until)
        return fail_at("windows", "a window ends after it begins");
    if (w->from < policy->quiet_until_min || w->until > policy->quiet_from_min)
        return fail_at("windows", "a window lies outside the quiet hours");
    return OK;
}

static bool overlap(const struct contact_window *a,
                    const struct contact_window *b)
{
    return a->weekday == b->weekday && a->from < b->until && b->from < a->until;
}

struct err contact_windows_check(const struct contact_policy *policy,
                                 struct rows windows)
{
    const struct contact_window *w = windows.at;

    if (windows.count > WINDOWS_MAX)
        return fail_at("windows", "at most 21 windows a week");
    for (size_t i = 0; i < windows.count; i++) {
        TRY(window_check(policy, &w[i]));
        for (size_t k = 0; k < i; k++)
            if (overlap(&w[k], &w[i]))
                return fail_at("windows", "two windows of a day overlap");
    }
    return OK;
}

struct err contact_quiet_check(const struct contact_policy *policy,
                               struct day today, struct day before,
                               struct day until, bool for_resident)
{
    if (days_between(today, until) > policy->dnc_d)
        return fail_at("until", "do-not-contact is set for 30 days at a time; "
                                "renew it before it ends");
    if (until.number < before.number && !for_resident)
        return (struct err){ CODE_DENIED,
                             "only the resident may shorten a do-not-contact",
                             "until" };
    return OK;
}
