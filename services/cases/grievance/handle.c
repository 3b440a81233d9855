/* What the office does with a grievance, and what it may need for it. */
#include "services/cases/grievance/commands.h"
#include "services/cases/grievance/record.h"
#include "services/cases/grievance/store_sql.h"

#include <string.h>

enum { TEXT_MAX = 6000, REASON_MAX = 600 };

struct grievance_handle {
    struct id id;
    unsigned event;
    const char *reason;
    const char *text;
    unsigned weight;
    struct ids about;
    const char *to;
    struct id into;
    int64_t days;
    unsigned channel;
};
static const struct field grievance_handle_fields[] = {
    FIELD(grievance_handle, id),
    FIELD(grievance_handle, event, .names = grievance_events),
    OPTIONAL(grievance_handle, reason, .max = REASON_MAX),
    OPTIONAL(grievance_handle, text, .max = TEXT_MAX),
    OPTIONAL(grievance_handle, weight, .names = weight_names,
             .fallback = "normal"),
    OPTIONAL(grievance_handle, about),
    OPTIONAL(grievance_handle, to, .max = 40),
    OPTIONAL(grievance_handle, into),
    OPTIONAL(grievance_handle, days, .least = 1, .most = EXTEND_DAYS_MAX),
    OPTIONAL(grievance_handle, channel, .names = channel_names),
};
const struct shape grievance_handle_shape = SHAPE(grievance_handle);

/* --------------------------------------------------------------- its papers */

struct paper {
    struct id grievance;
    const char *what;
    int64_t level;
    struct moment written_at;
    struct id written_by;
    struct bytes content;
};
static const struct field paper_fields[] = {
    FIELD(paper, grievance),  FIELD(paper, what),       FIELD(paper, level),
    FIELD(paper, written_at), FIELD(paper, written_by), FIELD(paper, content),
};
static const struct shape paper_shape = SHAPE(paper);

static struct err write_paper(struct call *call, struct grievance *g,
                              const struct grievance_handle *ask)
{
    TRY(grievance_step(call, g, ask->event, ask->reason));

    struct paper paper = {
        .grievance = g->matter.id,
        .what = ask->event == REPLY ? "reply" : "proposal",
        .level = grievance_level(g->matter.state),
        .written_at = call->now,
        .written_by = call->actor,
    };
    TRY(seal_field(call, "grievance_paper.content", g->matter.id, ask->text,
                   &paper.content));
    return store(call, &SQL_grievance_paper_add, FROM(paper, &paper));
}

/* -------------------------------------------------------------- what differs
 */

struct about_rows {
    struct id id;
    struct ids about;
    struct moment now;
};
static const struct field about_rows_fields[] = {
    FIELD(about_rows, id),
    FIELD(about_rows, about),
    FIELD(about_rows, now),
};
static const struct shape about_rows_shape = SHAPE(about_rows);

struct kept {
    struct id id;
};
static const struct field kept_fields[] = { FIELD(kept, id) };
static const struct shape kept_shape = SHAPE(kept);

static struct err add_about(struct call *call, struct grievance *g,
                            struct ids about)
{
    struct about_rows rows = { g->matter.id, about, call->now };
    struct rows kept;

    if (about.count == 0)
        return OK;
    TRY(store_any(call, &SQL_grievance_about_add, FROM(about_rows, &rows)));
    TRY(list(call, &SQL_grievance_about_kept, FROM(about_rows, &rows),
             &kept_shape, &kept));
    return kept.count == 0
               ? OK
               : fail_at("about", "names somebody who handles this grievance; "
                                  "a new one has to be filed about that");
}

static struct err do_triage(struct call *call, struct grievance *g,
                            const struct grievance_handle *ask)
{
    g->weight = ask->weight;
    TRY(add_about(call, g, ask->about));
    return grievance_step(call, g, TRIAGE, ask->reason);
}

struct put_by {
    struct id id;
    const char *redirected_to;
    struct id duplicate_of;
};
static const struct field put_by_fields[] = {
    FIELD(put_by, id),
    OPTIONAL(put_by, redirected_to),
    OPTIONAL(put_by, duplicate_of),
};
static const struct shape put_by_shape = SHAPE(put_by);

static struct err do_put_by(struct call *call, struct grievance *g,
                            const struct grievance_handle *ask)
{
    struct put_by put = { g->matter.id, ask->to, ask->into };
    struct grievance other;

    if (ask->event == MERGE) {
        TRY(grievance_look(call, ask->into, &other));
        TRY(matter_may_see(call, &other.matter));
    }
    TRY(grievance_step(call, g, ask->event, ask->reason));
    return store(call, &SQL_grievance_redirect, FROM(put_by, &put));
}

static struct err do_extend(struct call *call, struct grievance *g,
                            const struct grievance_handle *ask)
{
    g->add_days = ask->days;
    return grievance_step(call, g, EXTEND, ask->reason);
}

static struct err do_alarm(struct call *call, struct grievance *g,
                           const struct grievance_handle *ask)
{
    TRY(grievance_step(call, g, RAISE_ALARM, ask->reason));
    return plot_hold_set(call, g);
}

static struct err do_withdraw(struct call *call, struct grievance *g,
                              const struct grievance_handle *ask)
{
    TRY(withdrawal_ask(call, g, ask->channel, ask->reason));
    g->withdrawal = g->matter.id;
    return OK;
}

/* The answer comes first: the store looks at it when the move is written. */
static struct err do_answer(struct call *call, struct grievance *g,
                            const struct grievance_handle *ask)
{
    bool confirmed = ask->event == WITHDRAW_CONFIRM;

    g->facts.same_way = ask->channel == g->withdraw_channel;
    TRY(withdrawal_answer(call, g, ask->channel, confirmed));
    TRY(grievance_step(call, g, ask->event, ask->reason));
    g->withdrawal = (struct id){ "" };
    return OK;
}

static struct err do_step(struct call *call, struct grievance *g,
                          const struct grievance_handle *ask)
{
    return grievance_step(call, g, ask->event, ask->reason);
}

/* -------------------------------------------------------- grievance.handle */

enum {
    REASON = 1 << 0,
    TEXT = 1 << 1,
    TO = 1 << 2,
    INTO = 1 << 3,
    LENGTH = 1 << 4,
};

/* clang-format off */
static const struct {
    struct err (*act)(struct call *, struct grievance *,
                      const struct grievance_handle *);
    unsigned needs;
} acts[REOPEN + 1] = {
    [ACK]              = { do_step,     0 },
    [TRIAGE]           = { do_triage,   0 },
    [ACCEPT]           = { do_step,     0 },
    [REDIRECT]         = { do_put_by,   REASON | TO },
    [MERGE]            = { do_put_by,   REASON | INTO },
    [INVESTIGATE]      = { do_step,     0 },
    [PROPOSE]          = { write_paper, TEXT },
    [REPLY]            = { write_paper, TEXT },
    [EXTEND]           = { do_extend,   REASON | LENGTH },
    [RAISE_ALARM]      = { do_alarm,    REASON },
    [ACT]              = { do_step,     REASON },
    [SAFEGUARD_ON]     = { do_step,     REASON },
    [SAFEGUARD_OFF]    = { do_step,     REASON },
    [WITHDRAW_ASK]     = { do_withdraw, 0 },
    [WITHDRAW_KEEP]    = { do_answer,   0 },
    [WITHDRAW_CONFIRM] = { do_answer,   0 },
};
/* clang-format on */

static struct err has_needs(const struct grievance_handle *ask)
{
    const struct {
        const char *field;
        bool given;
    } parts[] = {
        { "reason", ask->reason && *ask->reason },
        { "text", ask->text && *ask->text },
        { "to", ask->to && *ask->to },
        { "into", id_given(ask->into) },
        { "days", ask->days > 0 },
    };

    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++)
        if ((acts[ask->event].needs >> i & 1) && !parts[i].given)
            return fail_at(parts[i].field, "has to be given for this");
    return OK;
}

struct err cmd_grievance_handle(struct call *call, const void *body)
{
    const struct grievance_handle *ask = body;
    struct grievance g;

    TRY(grievance_take(call, ask->id, &g));
    TRY(matter_may_see(call, &g.matter));
    if (!acts[ask->event].act)
        return fail(CODE_DENIED, "R-CLOSE: that is the complainant's alone, "
                                 "or the system's");
    TRY(has_needs(ask));
    struct err err = acts[ask->event].act(call, &g, ask);
    return err.code ? err : answer_moved(call, &g);
}
