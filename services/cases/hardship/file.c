#include "services/cases/hardship/file.h"

#include "services/cases/clock/clock.h"
#include "services/cases/hardship/commands.h"
#include "services/cases/hardship/store_sql.h"

#include <string.h>

/* The same word for every case: of what kind the hardship is stands in the
 * sealed papers alone. */
#define KIND "support"

static const struct field hardship_fields[] = {
    FIELD(hardship, id),
    FIELD(hardship, household),
    OPTIONAL(hardship, social_worker),
    FIELD(hardship, statutory),
    OPTIONAL(hardship, consented_by),
    OPTIONAL(hardship, consented_at),
    OPTIONAL(hardship, locked_at),
    OPTIONAL(hardship, planned_by),
    OPTIONAL(hardship, reviewed_by),
    OPTIONAL(hardship, stable_from),
    OPTIONAL(hardship, stable_to),
    OPTIONAL(hardship, confirmed_at),
    OPTIONAL(hardship, fits_at),
    OPTIONAL(hardship, ended),
    OPTIONAL(hardship, ended_at),
    OPTIONAL(hardship, erased_at),
};
const struct shape hardship_shape = SHAPE(hardship);

struct hardship_home {
    struct id household;
    struct id project;
    struct id community;
};
static const struct field hardship_home_fields[] = {
    OPTIONAL(hardship_home, household),
    FIELD(hardship_home, project),
    FIELD(hardship_home, community),
};
static const struct shape hardship_home_shape = SHAPE(hardship_home);

/* Whom it concerns: never whose case it is, nor of what kind. */
struct hardship_news {
    struct id hardship;
    struct id project;
    const char *tell; /* role names, by commas; "" */
};
static const struct field hardship_news_fields[] = {
    FIELD(hardship_news, hardship),
    FIELD(hardship_news, project),
    FIELD(hardship_news, tell),
};
const struct shape hardship_news_shape = SHAPE(hardship_news);

struct hardship_paper {
    struct id id;
    struct id matter;
    struct moment at;
    struct id author;
    const char *part;
    struct bytes trigger_sealed;
    struct bytes body_sealed;
};
static const struct field hardship_paper_fields[] = {
    FIELD(hardship_paper, id),
    FIELD(hardship_paper, matter),
    FIELD(hardship_paper, at),
    FIELD(hardship_paper, author),
    FIELD(hardship_paper, part),
    OPTIONAL(hardship_paper, trigger_sealed),
    OPTIONAL(hardship_paper, body_sealed),
};
static const struct shape hardship_paper_shape = SHAPE(hardship_paper);

struct hardship_key {
    struct id id;
    struct moment at;
};
static const struct field hardship_key_fields[] = {
    FIELD(hardship_key, id),
    OPTIONAL(hardship_key, at),
};
static const struct shape hardship_key_shape = SHAPE(hardship_key);

struct hardship_erased {
    int64_t papers;
};
static const struct field hardship_erased_fields[] = {
    FIELD(hardship_erased, papers),
};
static const struct shape hardship_erased_shape = SHAPE(hardship_erased);

/* ------------------------------------------------------------------- facts */

static void learn(const struct call *call, struct hardship *h)
{
    h->facts = (struct hardship_facts){
        .actor = call->actor,
        .own = is_household(call, h->household),
        .named = (call->roles & ROLE(T6_SERVICE))
                 || (id_given(h->social_worker)
                     && id_same(call->actor, h->social_worker)),
        .signs = call->roles & ROLE(T2_SIGNING),
        .consented = h->consented_at.us && !h->locked_at.us,
        .statutory = h->statutory,
        .confirmed = h->confirmed_at.us != 0,
        .planned_by = h->planned_by,
        .reviewed_by = h->reviewed_by,
        .stable_from = h->stable_from,
        .stable_to = h->stable_to,
    };
}

static struct err read_by(struct call *call, const struct statement *sql,
                          struct hardship *h)
{
    struct matter matter = h->matter;
    struct hardship_key key = { .id = matter.id };

    TRY(fetch(call, sql, FROM(hardship_key, &key), INTO(hardship, h)));
    h->matter = matter;
    h->document = NULL;
    learn(call, h);
    return OK;
}

static struct err read_row(struct call *call, struct hardship *h)
{
    return read_by(call, &SQL_hardship_ground, h);
}

static struct err may_see(struct call *call, const struct matter *matter)
{
    struct hardship h = { .matter = *matter };

    TRY(read_row(call, &h));
    if (hardship_may_read(call->roles, &h.facts, matter->state))
        return OK;
    return fail(CODE_NOT_FOUND, "there is no hardship with this id");
}

struct err hardship_take(struct call *call, struct id id, struct hardship *h)
{
    TRY(matter_take(call, &hardship_kind, id, &h->matter));
    TRY(read_row(call, h));
    return hardship_may_read(call->roles, &h->facts, h->matter.state)
               ? OK
               : fail(CODE_NOT_FOUND, "there is no hardship with this id");
}

struct err hardship_look(struct call *call, struct id id, struct hardship *h)
{
    TRY(matter_look(call, &hardship_kind, id, &h->matter));
    TRY(read_row(call, h));
    return hardship_may_read(call->roles, &h->facts, h->matter.state)
               ? OK
               : fail(CODE_NOT_FOUND, "there is no hardship with this id");
}

struct err hardship_as_it_stood(struct call *call, struct hardship *h)
{
    TRY(matter_as_it_stood(call, &h->matter));
    return call->as_of.us ? read_by(call, then(call, &SQL_hardship_ground), h)
                          : OK;
}

/* ------------------------------------------------------------------- moves */

static struct err tell(struct call *call, const struct hardship *h,
                       const char *topic, const char *whom)
{
    struct hardship_news news = { h->matter.id, h->matter.project, whom };

    return emit(call, topic, h->matter.id, FROM(hardship_news, &news));
}

static struct err tell_event(struct call *call, const struct hardship *h,
                             enum hardship_event event)
{
    if (event == HARDSHIP_ALARM)
        return tell(call, h, "hardship.called", "duty_officer");
    return tell(call, h, "hardship.moved", "");
}

struct err hardship_open(struct call *call, struct id household,
                         enum hardship_event event, struct hardship *h)
{
    struct hardship_home home = { .household = household };

    *h = (struct hardship){ .household = household };
    TRY(fetch(call, &SQL_hardship_home, FROM(hardship_home, &home),
              INTO(hardship_home, &home)));
    h->matter = (struct matter){ .kind = KIND,
                                 .project = home.project,
                                 .community = home.community,
                                 .household = household,
                                 .opened_by = call->actor };
    learn(call, h);
    TRY(matter_open(call, &hardship_kind, event, &h->facts, &h->matter));
    h->id = h->matter.id;
    TRY(store(call, &SQL_hardship_add, FROM(hardship, h)));
    return tell_event(call, h, event);
}

struct err hardship_move(struct call *call, struct hardship *h,
                         enum hardship_event event)
{
    TRY(matter_move(call, &hardship_kind, &h->matter, event, &h->facts,
                    h->document));
    TRY(store(call, &SQL_hardship_put, FROM(hardship, h)));
    return tell_event(call, h, event);
}

static struct err due(struct call *call, struct id subject,
                      const struct clock_rule *rule)
{
    struct hardship h;

    if (strcmp(rule->name, CLOCK_REVIEW) != 0)
        return OK;
    TRY(matter_take(call, &hardship_kind, subject, &h.matter));
    TRY(read_row(call, &h));
    return hardship_move(call, &h, HARDSHIP_FALL_DUE);
}

const struct case_kind hardship_kind = {
    .flow = &hardship_flow,
    .prefix = "HS",
    .clocks = hardship_clocks,
    .staff = ROLE_HARDSHIP,
    .leads = ROLE(T6_SERVICE),
    .may_see = may_see,
    .due = due,
};

/* ------------------------------------------------------------------ papers */

struct err hardship_write(struct call *call, const struct hardship *h,
                          const char *part, const char *trigger,
                          const char *body)
{
    struct hardship_paper paper = { .id = id_new(call->now),
                                    .matter = h->matter.id,
                                    .at = call->now,
                                    .author = call->actor,
                                    .part = part };

    if (!trigger && !body)
        return OK;
    TRY(seal_field(call, "hardship_paper.trigger", paper.id, trigger,
                   &paper.trigger_sealed));
    TRY(seal_field(call, "hardship_paper.body", paper.id, body,
                   &paper.body_sealed));
    return store(call, &SQL_hardship_paper_add, FROM(hardship_paper, &paper));
}

struct err hardship_erase(struct call *call, struct id id)
{
    struct hardship_key key = { id, call->now };
    struct hardship_erased erased;

    return fetch(call, &SQL_hardship_erase_papers, FROM(hardship_key, &key),
                 INTO(hardship_erased, &erased));
}
