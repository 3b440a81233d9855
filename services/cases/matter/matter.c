#include "services/cases/matter/matter.h"

#include "services/cases/household/policy.h"
#include "services/cases/matter/store_sql.h"

#include <string.h>

static const struct id no_actor = { "" };

/* A row of cases.matter: which words its state can be depends on its flow. */
struct matter_row {
    struct id id;
    const char *flow;
    const char *prefix; /* only written: the number is made of it */
    const char *no;
    struct id project;
    struct id community;
    struct id household;
    const char *kind;
    const char *state;
    struct moment state_since;
    struct moment opened_at;
    struct id opened_by;
    struct id holder;
};

static const struct field matter_row_fields[] = {
    FIELD(matter_row, id),           OPTIONAL(matter_row, flow),
    OPTIONAL(matter_row, prefix),    OPTIONAL(matter_row, no),
    FIELD(matter_row, project),      OPTIONAL(matter_row, community),
    OPTIONAL(matter_row, household), FIELD(matter_row, kind),
    FIELD(matter_row, state),        FIELD(matter_row, state_since),
    FIELD(matter_row, opened_at),    OPTIONAL(matter_row, opened_by),
    OPTIONAL(matter_row, holder),
};
static const struct shape matter_row_shape = SHAPE(matter_row);

struct matter_number {
    const char *no;
};
static const struct field matter_number_fields[] = {
    FIELD(matter_number, no),
};
static const struct shape matter_number_shape = SHAPE(matter_number);

struct matter_key {
    struct id id;
    const char *flow; /* NULL: of any kind */
};
static const struct field matter_key_fields[] = {
    FIELD(matter_key, id),
    OPTIONAL(matter_key, flow),
};
static const struct shape matter_key_shape = SHAPE(matter_key);

struct matter_entry {
    struct id matter;
    struct moment at;
    const char *event;
    const char *from_state;
    const char *to_state;
    struct id actor;
    struct id call;
    const char *reason;
};
static const struct field matter_entry_fields[] = {
    FIELD(matter_entry, matter),   FIELD(matter_entry, at),
    FIELD(matter_entry, event),    FIELD(matter_entry, from_state),
    FIELD(matter_entry, to_state), OPTIONAL(matter_entry, actor),
    FIELD(matter_entry, call),     OPTIONAL(matter_entry, reason),
};
static const struct shape matter_entry_shape = SHAPE(matter_entry);

const struct case_kind *kind_of(const char *flow)
{
    for (size_t i = 0; kinds[i]; i++)
        if (strcmp(kinds[i]->flow->name, flow) == 0)
            return kinds[i];
    return NULL;
}

static struct err write_entry(struct call *call, const struct matter *matter,
                              const char *event, unsigned from,
                              const char *reason)
{
    const struct flow *flow = matter->of->flow;
    /* what a deadline did, nobody did; what is said without a name stays so */
    bool unsaid = (call->roles & ROLE(SERVICE))
                  || (from == 0 && !id_given(matter->opened_by));
    struct matter_entry entry = {
        .matter = matter->id,
        .at = call->now,
        .event = event,
        .from_state = flow->states[from],
        .to_state = flow->states[matter->state],
        .actor = unsaid ? no_actor : call->actor,
        .call = call->id,
        .reason = reason,
    };

    about(call, matter->id);
    return store(call, &SQL_matter_entry_add, FROM(matter_entry, &entry));
}

static struct stand stand_of(const struct call *call, unsigned state,
                             const void *facts)
{
    return (
        struct stand){ .state = state, .roles = call->roles, .facts = facts };
}

struct err matter_open(struct call *call, const struct case_kind *kind,
                       unsigned event, const void *facts, struct matter *matter)
{
    struct stand stand = stand_of(call, 0, facts);
    struct matter_number number;

    TRY(flow_move(kind->flow, &stand, event, &matter->state, call->arena));
    matter->id = id_new(call->now);
    matter->of = kind;
    matter->opened_at = matter->state_since = call->now;

    struct matter_row row = {
        .id = matter->id,
        .flow = kind->flow->name,
        .prefix = kind->prefix,
        .project = matter->project,
        .community = matter->community,
        .household = matter->household,
        .kind = matter->kind,
        .state = kind->flow->states[matter->state],
        .state_since = call->now,
        .opened_at = call->now,
        .opened_by = matter->opened_by,
    };
    TRY(fetch(call, &SQL_matter_add, FROM(matter_row, &row),
              INTO(matter_number, &number)));
    matter->no = number.no;
    return write_entry(call, matter, kind->flow->events[event], 0, NULL);
}

static struct err from_row(const struct matter_row *row, struct matter *matter)
{
    const struct case_kind *kind = kind_of(row->flow);

    if (!kind)
        return fail(CODE_FAULT, "the case is of a kind that no table knows");
    *matter = (struct matter){
        .id = row->id,
        .of = kind,
        .no = row->no,
        .project = row->project,
        .community = row->community,
        .household = row->household,
        .kind = row->kind,
        .state_since = row->state_since,
        .opened_at = row->opened_at,
        .opened_by = row->opened_by,
        .holder = row->holder,
    };
    return flow_state(kind->flow, row->state, &matter->state)
               ? OK
               : fail(CODE_FAULT, "the case is in a state that its table does "
                                  "not know");
}

static struct err get(struct call *call, const struct statement *sql,
                      const struct case_kind *kind, struct id id,
                      struct matter *matter)
{
    struct matter_key key = { id, kind ? kind->flow->name : NULL };
    struct matter_row row;
    struct err err =
        fetch(call, sql, FROM(matter_key, &key), INTO(matter_row, &row));

    if (err.code == CODE_NOT_FOUND)
        return fail(CODE_NOT_FOUND,
                    arena_format(call->arena, "there is no %s with this id",
                                 kind ? kind->flow->name : "case"));
    TRY(err);
    about(call, id);
    return from_row(&row, matter);
}

struct err matter_take(struct call *call, const struct case_kind *kind,
                       struct id id, struct matter *matter)
{
    return get(call, &SQL_matter_locked, kind, id, matter);
}

struct err matter_look(struct call *call, const struct case_kind *kind,
                       struct id id, struct matter *matter)
{
    return get(call, &SQL_matter_seen, kind, id, matter);
}

struct err matter_as_it_stood(struct call *call, struct matter *matter)
{
    if (!call->as_of.us)
        return OK;
    return get(call, then(call, &SQL_matter_seen), matter->of, matter->id,
               matter);
}

struct err matter_move(struct call *call, const struct case_kind *kind,
                       struct matter *matter, unsigned event, const void *facts,
                       const char *reason)
{
    struct stand stand = stand_of(call, matter->state, facts);
    unsigned from = matter->state;

    TRY(flow_move(kind->flow, &stand, event, &matter->state, call->arena));
    if (matter->state != from) {
        struct matter_entry move = { .matter = matter->id,
                                     .to_state =
                                         kind->flow->states[matter->state],
                                     .at = call->now };
        matter->state_since = call->now;
        TRY(store(call, &SQL_matter_state, FROM(matter_entry, &move)));
    }
    return write_entry(call, matter, kind->flow->events[event], from, reason);
}

struct next_moves matter_moves(const struct call *call,
                               const struct case_kind *kind,
                               const struct matter *matter, const void *facts)
{
    struct stand stand = stand_of(call, matter->state, facts);

    if (call->as_of.us)
        return (struct next_moves){ 0 };
    return flow_moves(kind->flow, &stand, call->arena);
}

struct err matter_note(struct call *call, const struct matter *matter,
                       const char *event, const char *reason)
{
    return write_entry(call, matter, event, matter->state, reason);
}

/* --------------------------------------------------------- whose case it is */

bool is_household(const struct call *call, struct id household)
{
    return (call->roles & ROLE_HOUSEHOLD) && id_same(call->actor, household);
}

struct err matter_may_see(struct call *call, const struct matter *matter)
{
    const struct case_kind *kind = matter->of;

    if (id_given(matter->household) && is_household(call, matter->household))
        return OK;
    if (!(call->roles & kind->staff))
        return fail(CODE_NOT_FOUND, "there is no case with this id");
    return kind->may_see ? kind->may_see(call, matter) : OK;
}

struct err matter_give(struct call *call, struct matter *matter,
                       struct id holder, const char *event, const char *reason)
{
    struct matter_row row = { .id = matter->id, .holder = holder };

    matter->holder = holder;
    TRY(store(call, &SQL_matter_holder, FROM(matter_row, &row)));
    return matter_note(call, matter, event, reason);
}

struct err matter_of_holder(struct call *call, struct view from_after,
                            struct matter *matters, size_t *count)
{
    struct rows rows;

    TRY(list(call, &SQL_matter_of_holder, from_after, &matter_row_shape,
             &rows));
    const struct matter_row *row = rows.at;
    for (*count = 0; *count < rows.count; ++*count)
        TRY(from_row(&row[*count], &matters[*count]));
    return OK;
}
