#include "services/cases/grievance/commands.h"

#include "common/service/seal.h"
#include "services/cases/grievance/record.h"
#include "services/cases/grievance/store_sql.h"

#include <string.h>

enum { TEXT_MAX = 6000, ABOUT_MAX = 20 };

/* -------------------------------------------------------------- who sees it */

struct seen_key {
    struct id id;
    struct id actor;
};
static const struct field seen_key_fields[] = {
    FIELD(seen_key, id),
    FIELD(seen_key, actor),
};
static const struct shape seen_key_shape = SHAPE(seen_key);

struct seen {
    bool about;
    bool emergency;
};
static const struct field seen_fields[] = {
    FIELD(seen, about),
    FIELD(seen, emergency),
};
static const struct shape seen_shape = SHAPE(seen);

/* The officer on duty sees emergencies, the signing team nothing (domain.md
 * 5.4). */
bool grievance_only_emergencies(role_set roles)
{
    return (roles & ROLE_GRIEVANCE) == ROLE(DUTY_OFFICER);
}

static struct err may_see(struct call *call, const struct matter *matter)
{
    struct err unknown = fail(CODE_NOT_FOUND, "there is no case with this id");
    struct seen_key key = { matter->id, call->actor };
    struct seen seen;

    if (call->roles & ROLE(T2_SIGNING))
        return unknown;
    TRY(fetch(call, &SQL_grievance_seen, FROM(seen_key, &key),
              INTO(seen, &seen)));
    if (seen.about
        || (grievance_only_emergencies(call->roles) && !seen.emergency))
        return unknown;
    return OK;
}

/* The days to appeal are over: nobody of the office closes it, the system
 * does. */
static struct err on_due(struct call *call, struct id subject,
                         const struct clock_rule *rule)
{
    struct grievance g;

    if (strcmp(rule->name, "T-GR-APPEAL") != 0)
        return OK;
    TRY(grievance_take(call, subject, &g));
    return grievance_step(call, &g, CLOSE, NULL);
}

const struct case_kind grievance_case = {
    .flow = &grievance_flow,
    .prefix = "GR",
    .clocks = grievance_clocks,
    .staff = ROLE_GRIEVANCE,
    .leads = ROLE_GUARD,
    .may_see = may_see,
    .due = on_due,
};

/* ---------------------------------------------------------- grievance.file */

struct grievance_file {
    struct id project;
    struct id community;
    struct id household;
    const char *kind;
    unsigned channel;
    const char *text;
    struct ids about;
};
static const struct field grievance_file_fields[] = {
    OPTIONAL(grievance_file, project),
    OPTIONAL(grievance_file, community),
    OPTIONAL(grievance_file, household),
    FIELD(grievance_file, kind, .max = 40),
    FIELD(grievance_file, channel, .names = channel_names),
    FIELD(grievance_file, text, .max = TEXT_MAX),
    OPTIONAL(grievance_file, about),
};
const struct shape grievance_file_shape = SHAPE(grievance_file);

struct grievance_filed {
    struct id id;
    const char *no;
    const char *secret;
    const char *state;
};
static const struct field grievance_filed_fields[] = {
    FIELD(grievance_filed, id),
    FIELD(grievance_filed, no),
    FIELD(grievance_filed, secret),
    FIELD(grievance_filed, state),
};
const struct shape grievance_filed_shape = SHAPE(grievance_filed);

struct place {
    struct id project;
    struct id community;
};
static const struct field place_fields[] = {
    FIELD(place, project),
    OPTIONAL(place, community),
};
static const struct shape place_shape = SHAPE(place);

struct grievance_row {
    struct id id;
    const char *channel; /* or its source */
    const char *source;
    struct id source_of;
    struct bytes track_blind;
    struct bytes content;
};
static const struct field grievance_row_fields[] = {
    FIELD(grievance_row, id),          OPTIONAL(grievance_row, channel),
    OPTIONAL(grievance_row, source),   OPTIONAL(grievance_row, source_of),
    FIELD(grievance_row, track_blind), FIELD(grievance_row, content),
};
static const struct shape grievance_row_shape = SHAPE(grievance_row);

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

/* A household files for itself; without a name, and by the office, it is filed
 * for anybody. */
static struct err whose(const struct call *call, struct grievance_file *ask)
{
    if (is_nobody(call->actor) || !(call->roles & ROLE_HOUSEHOLD))
        return OK;
    if (id_given(ask->household) && !id_same(ask->household, call->actor))
        return fail(CODE_DENIED, "a household complains for itself; without "
                                 "an actor anybody may");
    ask->household = call->actor;
    return OK;
}

static struct err place_of(struct call *call, const struct grievance_file *ask,
                           struct matter *matter)
{
    struct rows found;

    TRY(list(call, &SQL_grievance_place, FROM(grievance_file, ask),
             &place_shape, &found));
    if (found.count == 0)
        return fail(CODE_NOT_FOUND, "there is no such household, community or "
                                    "project; one of them has to be named");
    const struct place *place = found.at;
    matter->project = place->project;
    matter->community = place->community;
    matter->household = ask->household;
    return OK;
}

static struct err check_file(const struct call *call,
                             const struct grievance_file *ask)
{
    if (!call->seal)
        return fail(CODE_FAULT, "the field key is missing");
    if (!grievance_kind_of(ask->kind))
        return fail_at("kind", "is none of the kinds of grievance");
    if (ask->about.count > ABOUT_MAX)
        return fail_at("about", "names too many");
    return *ask->text ? OK : fail_at("text", "is empty");
}

static struct err store_row(struct call *call, const struct matter *m,
                            const char *secret, const char *text,
                            struct grievance_row *row)
{
    row->id = m->id;
    row->track_blind = grievance_blind(call, m->no, secret);
    TRY(seal_field(call, "grievance.content", m->id, text, &row->content));
    return store(call, &SQL_grievance_add, FROM(grievance_row, row));
}

static struct err store_file(struct call *call,
                             const struct grievance_file *ask,
                             const struct matter *m, const char *secret)
{
    struct grievance_row row = { .channel = channel_names[ask->channel] };
    struct about_rows named = { m->id, ask->about, call->now };

    TRY(store_row(call, m, secret, ask->text, &row));
    if (ask->about.count == 0)
        return OK;
    return store_any(call, &SQL_grievance_about_add, FROM(about_rows, &named));
}

struct err cmd_grievance_file(struct call *call, const void *body)
{
    struct grievance_file ask = *(const struct grievance_file *)body;
    struct grievance g = { .own = true, .weight = ORDINARY };
    const char *secret = seal_secret(call->arena);

    TRY(check_file(call, &ask));
    TRY(whose(call, &ask));
    TRY(place_of(call, &ask, &g.matter));
    g.matter.kind = ask.kind;
    if (is_nobody(call->actor))
        call->roles |= ROLE(RESIDENT);
    else
        g.matter.opened_by = call->actor;
    TRY(matter_open(call, &grievance_case, LODGE, &g.facts, &g.matter));
    TRY(store_file(call, &ask, &g.matter, secret));
    g.id = g.matter.id;
    g.facts.state = g.matter.state;
    TRY(grievance_after(call, &g, LODGE));
    if (grievance_kind_of(ask.kind)->urgency == AT_ONCE)
        TRY(grievance_alarm(call, &g));

    struct grievance_filed answer = { g.matter.id, g.matter.no, secret,
                                      grievance_states[g.matter.state] };
    return reply(call, FROM(grievance_filed, &answer));
}

/* --------------------------------------------------- what nobody has to file
 */

static const char late_text[] =
    "约定的付款日已过，款项仍未支付。系统代住户登记，住户不需要申请。";

static struct err file_for(struct call *call, const struct grievance_file *ask,
                           struct grievance_row *row, struct grievance *g)
{
    TRY(check_file(call, ask));
    TRY(place_of(call, ask, &g->matter));
    g->matter.kind = ask->kind;
    TRY(matter_open(call, &grievance_case, LODGE, &g->facts, &g->matter));
    g->id = g->matter.id;
    TRY(store_row(call, &g->matter, seal_secret(call->arena), ask->text, row));
    return grievance_after(call, g, LODGE);
}

struct err grievance_late(struct call *call, struct id household,
                          const char *source, struct id source_of)
{
    const struct grievance_file ask = { .household = household,
                                        .kind = "late_payment",
                                        .text = late_text };
    struct grievance g = { .weight = ORDINARY };
    struct grievance_row row = { .source = source, .source_of = source_of };

    return file_for(call, &ask, &row, &g);
}

static const char called_text[] =
    "回访时本人反映：事情没有办成，或有人要求撤回。系统代为登记，本人不需要"
    "另外申请。";

struct err grievance_called(struct call *call,
                            const struct grievance_home *home, const char *kind)
{
    const struct grievance_file ask = { .project = home->project,
                                        .community = home->community,
                                        .household = home->household,
                                        .kind = kind,
                                        .text = called_text };
    struct grievance g = { .weight = ORDINARY };
    struct grievance_row row = { .channel = channel_names[PHONE] };
    role_set asked = call->roles;

    call->roles = ROLE(SERVICE);
    struct err err = file_for(call, &ask, &row, &g);
    if (!err.code)
        err = grievance_step(call, &g, ESCALATE, NULL);
    call->roles = asked;
    return err;
}
