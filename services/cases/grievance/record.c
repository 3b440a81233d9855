#include "services/cases/grievance/record.h"

#include "common/service/seal.h"
#include "services/cases/clock/clock.h"
#include "services/cases/grievance/commands.h"
#include "services/cases/grievance/store_sql.h"
#include "services/cases/period/period.h"

#include <string.h>

static const char *const part_names[] = { "none", "g1",    "g2",
                                          "g3",   "about", NULL };
enum { PART_ABOUT = 4 };

static const struct field grievance_fields[] = {
    OPTIONAL(grievance, id),
    OPTIONAL(grievance, channel, .names = channel_names),
    FIELD(grievance, weight, .names = weight_names),
    OPTIONAL(grievance, accepted_at),
    OPTIONAL(grievance, extended_at),
    OPTIONAL(grievance, first_reply_at),
    OPTIONAL(grievance, appeal_until),
    OPTIONAL(grievance, part, .names = part_names),
    OPTIONAL(grievance, took_down),
    OPTIONAL(grievance, case_team),
    OPTIONAL(grievance, withdrawal),
    OPTIONAL(grievance, withdraw_channel, .names = channel_names),
};
static const struct shape grievance_shape = SHAPE(grievance);

struct grievance_key {
    struct id id;
    struct id actor;
};
static const struct field grievance_key_fields[] = {
    FIELD(grievance_key, id),
    OPTIONAL(grievance_key, actor),
};
static const struct shape grievance_key_shape = SHAPE(grievance_key);

/* ------------------------------------------------------------------- to have
 */

static void fill_facts(const struct call *call, struct grievance *g)
{
    bool ended = g->matter.state == CLOSED || g->matter.state == WITHDRAWN;

    g->facts = (struct grievance_facts){
        .now = call->now,
        .state = g->matter.state,
        .by_system = (call->roles & ROLE(SERVICE)) != 0,
        .about = g->part == PART_ABOUT,
        .part = g->part == PART_ABOUT ? 0 : g->part,
        .case_team = g->case_team,
        .extended = g->extended_at.us != 0,
        .appeal_until = g->appeal_until,
        .reopen_until =
            ended ? reopen_end(g->matter.state_since) : (struct moment){ 0 },
        .withdrawing = id_given(g->withdrawal),
        .took_down = g->took_down,
    };
}

static struct err fill(struct call *call, struct grievance *g)
{
    struct grievance_key key = { g->matter.id, call->actor };
    struct matter matter = g->matter;

    TRY(fetch(call, &SQL_grievance_facts, FROM(grievance_key, &key),
              INTO(grievance, g)));
    g->matter = matter;
    g->id = matter.id;
    fill_facts(call, g);
    return OK;
}

struct err grievance_take(struct call *call, struct id id, struct grievance *g)
{
    memset(g, 0, sizeof *g);
    TRY(matter_take(call, &grievance_case, id, &g->matter));
    return fill(call, g);
}

struct err grievance_look(struct call *call, struct id id, struct grievance *g)
{
    memset(g, 0, sizeof *g);
    TRY(matter_look(call, &grievance_case, id, &g->matter));
    return fill(call, g);
}

struct by_secret {
    struct id id;
    const char *no;
    struct bytes track_blind;
};
static const struct field by_secret_fields[] = {
    OPTIONAL(by_secret, id),
    OPTIONAL(by_secret, no),
    OPTIONAL(by_secret, track_blind),
};
static const struct shape by_secret_shape = SHAPE(by_secret);

struct bytes grievance_blind(const struct call *call, const char *no,
                             const char *secret)
{
    return seal_blind(call->seal, "grievance.secret",
                      arena_format(call->arena, "%s|%s", no, secret),
                      call->arena);
}

static struct err by_secret(struct call *call, const struct statement *sql,
                            const char *no, const char *secret, struct id *id)
{
    struct rows found;

    if (!call->seal)
        return fail(CODE_FAULT, "the field key is missing");
    struct by_secret key = { .no = no,
                             .track_blind = grievance_blind(call, no, secret) };
    TRY(list(call, sql, FROM(by_secret, &key), &by_secret_shape, &found));
    if (found.count == 0)
        return fail(CODE_NOT_FOUND, "no grievance has this number together "
                                    "with this secret");
    *id = ((const struct by_secret *)found.at)->id;
    return OK;
}

struct err grievance_by_secret(struct call *call, const char *no,
                               const char *secret, struct id *id)
{
    return by_secret(call, &SQL_grievance_by_secret, no, secret, id);
}

struct err grievance_word(struct call *call, const char *no, const char *secret,
                          struct id *id)
{
    return by_secret(call, &SQL_grievance_word, no, secret, id);
}

/* ------------------------------------------------------------- what it says */

/* Ids and kinds, never a text; nor the household, for whoever reads the events
 * may be complained of (G-SEAL). */
struct grievance_news {
    struct id grievance;
    struct id project;
    struct id community;
    const char *kind;
    const char *event;
    const char *state;
    int64_t level;
    const char *tell; /* an emergency's: role names, by commas */
};
static const struct field grievance_news_fields[] = {
    FIELD(grievance_news, grievance),    FIELD(grievance_news, project),
    OPTIONAL(grievance_news, community), FIELD(grievance_news, kind),
    FIELD(grievance_news, event),        FIELD(grievance_news, state),
    FIELD(grievance_news, level),        OPTIONAL(grievance_news, tell),
};
const struct shape grievance_news_shape = SHAPE(grievance_news);

static const char *topic_of(unsigned event)
{
    if (event == LODGE)
        return "grievance.filed";
    return event == RAISE_ALARM ? "grievance.emergency" : "grievance.moved";
}

static struct err tell(struct call *call, const struct grievance *g,
                       unsigned event)
{
    struct grievance_news news = {
        .grievance = g->matter.id,
        .project = g->matter.project,
        .community = g->matter.community,
        .kind = g->matter.kind,
        .event = grievance_events[event],
        .state = grievance_states[g->matter.state],
        .level = grievance_level(g->matter.state),
        .tell = event == RAISE_ALARM ? "duty_officer,t5_quality,district_panel"
                                     : NULL,
    };

    return emit(call, topic_of(event), g->matter.id,
                FROM(grievance_news, &news));
}

/* -------------------------------------------------------------------- to move
 */

static struct clock_length length_of(const char *name)
{
    return clock_rule_of(grievance_clocks, name)->length;
}

/* An extension goes on from where the period would have ended. */
static struct err extend(struct call *call, const struct grievance *g)
{
    struct clock_change was = grievance_clock(ACCEPT, NORMAL, g->weight);
    bool provisional = false;
    struct moment end =
        clock_end(g->accepted_at, length_of(was.starts), 0, &provisional);

    return clock_start_for(call, &grievance_case, "T-GR-EXTEND", g->matter.id,
                           (struct moment){ end.us - 1 },
                           (struct clock_length){ (int)g->add_days, DAYS });
}

static struct err run_clocks(struct call *call, const struct grievance *g,
                             unsigned event)
{
    const struct grievance_kind *kind = grievance_kind_of(g->matter.kind);
    struct clock_change change =
        grievance_clock(event, kind ? kind->urgency : NORMAL, g->weight);

    if (change.stops)
        TRY(clock_stop_all(call, g->matter.id));
    if (event == EXTEND)
        return extend(call, g);
    return change.starts ? clock_start(call, &grievance_case, change.starts,
                                       g->matter.id, call->now)
                         : OK;
}

static struct err put_dates(struct call *call, struct grievance *g,
                            unsigned event)
{
    bool provisional = false;

    if (event == ACCEPT || event == REOPEN)
        g->accepted_at = call->now;
    if (event == EXTEND)
        g->extended_at = call->now;
    if (event == REPLY && !g->first_reply_at.us)
        g->first_reply_at = call->now;
    if (event == REPLY || event == REDIRECT || event == MERGE)
        g->appeal_until =
            clock_end(call->now, length_of("T-GR-APPEAL"), 0, &provisional);
    return store(call, &SQL_grievance_put, FROM(grievance, g));
}

/* While what a household is owed is in dispute, its offer does not end. */
static struct err toll(struct call *call, const struct grievance *g)
{
    if (!id_given(g->matter.household)
        || !grievance_kind_of(g->matter.kind)->tolls)
        return OK;
    return periods_toll(call, g->matter.household);
}

struct err grievance_after(struct call *call, struct grievance *g,
                           unsigned event)
{
    if (g->own)
        call->actor = nobody;
    TRY(run_clocks(call, g, event));
    TRY(toll(call, g));
    return tell(call, g, event);
}

struct err grievance_step(struct call *call, struct grievance *g,
                          unsigned event, const char *reason)
{
    TRY(matter_move(call, &grievance_case, &g->matter, event, &g->facts,
                    reason));
    TRY(put_dates(call, g, event));
    return grievance_after(call, g, event);
}

/* -------------------------------------------------------------- an emergency
 */

struct plot_hold {
    struct id id;
    struct id grievance;
    struct id project;
    struct id community;
    struct id household;
    struct moment set_at;
};
static const struct field plot_hold_fields[] = {
    FIELD(plot_hold, id),           FIELD(plot_hold, grievance),
    FIELD(plot_hold, project),      OPTIONAL(plot_hold, community),
    OPTIONAL(plot_hold, household), FIELD(plot_hold, set_at),
};
static const struct shape plot_hold_shape = SHAPE(plot_hold);

struct err plot_hold_set(struct call *call, const struct grievance *g)
{
    struct plot_hold hold = {
        .id = id_new(call->now),
        .grievance = g->matter.id,
        .project = g->matter.project,
        .community = g->matter.community,
        .household = g->matter.household,
        .set_at = call->now,
    };

    return store_any(call, &SQL_plot_hold_add, FROM(plot_hold, &hold));
}

struct err grievance_alarm(struct call *call, struct grievance *g)
{
    role_set roles = call->roles;

    TRY(plot_hold_set(call, g));
    call->roles = ROLE(SERVICE);
    struct err err = grievance_step(call, g, RAISE_ALARM, NULL);
    call->roles = roles;
    return err;
}

/* -------------------------------------------------------------- a withdrawal
 */

struct withdrawal {
    struct id id;
    struct id grievance;
    struct moment asked_at;
    unsigned channel;
    struct id taken_down_by;
    bool confirmed;
};
static const struct field withdrawal_fields[] = {
    OPTIONAL(withdrawal, id),
    FIELD(withdrawal, grievance),
    FIELD(withdrawal, asked_at),
    FIELD(withdrawal, channel, .names = channel_names),
    OPTIONAL(withdrawal, taken_down_by),
    FIELD(withdrawal, confirmed),
};
static const struct shape withdrawal_shape = SHAPE(withdrawal);

static struct withdrawal withdrawal_of(const struct call *call,
                                       const struct grievance *g,
                                       unsigned channel)
{
    struct withdrawal w = {
        .id = id_new(call->now),
        .grievance = g->matter.id,
        .asked_at = call->now,
        .channel = channel,
    };

    if (!g->own)
        w.taken_down_by = call->actor;
    return w;
}

struct err withdrawal_ask(struct call *call, struct grievance *g,
                          unsigned channel, const char *reason)
{
    struct withdrawal w = withdrawal_of(call, g, channel);

    TRY(grievance_step(call, g, WITHDRAW_ASK, reason));
    return store(call, &SQL_withdrawal_add, FROM(withdrawal, &w));
}

struct err withdrawal_answer(struct call *call, struct grievance *g,
                             unsigned channel, bool confirmed)
{
    struct withdrawal w = withdrawal_of(call, g, channel);

    w.confirmed = confirmed;
    return store_any(call, &SQL_withdrawal_answer, FROM(withdrawal, &w));
}

/* --------------------------------------------------------- what is answered */

struct grievance_moved {
    struct id id;
    const char *no;
    unsigned state;
    const char *label;
    bool withdrawal_waits;
};
static const struct field grievance_moved_fields[] = {
    FIELD(grievance_moved, id),
    FIELD(grievance_moved, no),
    FIELD(grievance_moved, state, .names = grievance_states),
    FIELD(grievance_moved, label),
    FIELD(grievance_moved, withdrawal_waits),
};
const struct shape grievance_moved_shape = SHAPE(grievance_moved);

struct err answer_moved(struct call *call, const struct grievance *g)
{
    struct grievance_moved answer = {
        .id = g->matter.id,
        .no = g->matter.no,
        .state = g->matter.state,
        .label = grievance_labels[g->matter.state],
        .withdrawal_waits = id_given(g->withdrawal),
    };

    return reply(call, FROM(grievance_moved, &answer));
}
