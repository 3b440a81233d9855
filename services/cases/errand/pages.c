/* What is shown of errands: the catalogue to anyone, an errand to its person
 * and to those who run it, pages of them to the office. */
#include "services/cases/errand/commands.h"
#include "services/cases/errand/record.h"
#include "services/cases/errand/store_sql.h"

enum { PAGE = 50, PAGE_MAX = 200, WORD_MAX = 40 };

/* --------------------------------------------------------- errand.catalogue */

struct errand_entry {
    const char *kind;
    const char *label;
    const char *department;
    const char *documents;
    int64_t working_days; /* the department's; the result is promised with
                             three more                                   */
    struct money fee;
    bool two_persons;
    bool mediators_only;
    bool for_sites;
};
static const struct field errand_entry_fields[] = {
    FIELD(errand_entry, kind),         FIELD(errand_entry, label),
    FIELD(errand_entry, department),   FIELD(errand_entry, documents),
    FIELD(errand_entry, working_days), FIELD(errand_entry, fee),
    FIELD(errand_entry, two_persons),  FIELD(errand_entry, mediators_only),
    FIELD(errand_entry, for_sites),
};
static const struct shape errand_entry_shape = SHAPE(errand_entry);

struct errand_catalogue {
    struct rows kinds;
};
static const struct field errand_catalogue_fields[] = {
    FIELD(errand_catalogue, kinds, .shape = &errand_entry_shape),
};
const struct shape errand_catalogue_shape = SHAPE(errand_catalogue);

struct err cmd_errand_catalogue(struct call *call, const void *body)
{
    size_t count = 0;

    (void)body;
    while (errand_kinds[count].code)
        count++;
    struct errand_entry *entries =
        arena_alloc(call->arena, count * sizeof *entries);
    for (size_t i = 0; i < count; i++) {
        const struct errand_kind *kind = &errand_kinds[i];
        entries[i] = (struct errand_entry){
            .kind = kind->code,
            .label = kind->label,
            .department = kind->department,
            .documents = kind->documents,
            .working_days = kind->working_days,
            .two_persons = kind->touches & (ES_MONEY | ES_IDENTITY),
            .mediators_only = kind->touches & ES_FAMILY,
            .for_sites = kind->touches & ES_SITE,
        };
    }
    struct errand_catalogue answer = { { entries, count } };
    return reply(call, FROM(errand_catalogue, &answer));
}

/* -------------------------------------------------------------- errand.show */

struct errand_paper {
    struct id id;
    struct moment taken_at;
    struct moment returned_at;
    const char *name;
    struct bytes what; /* only read */
};
static const struct field errand_paper_fields[] = {
    FIELD(errand_paper, id),
    FIELD(errand_paper, taken_at),
    OPTIONAL(errand_paper, returned_at),
    OPTIONAL(errand_paper, name),
    FIELD(errand_paper, what),
};
static const struct shape errand_paper_shape = SHAPE(errand_paper);
static const struct shape errand_paper_said_shape =
    SHAPE_PART("errand_paper_said", errand_paper, 1);

struct errand_full {
    struct id id;
    const char *no;
    struct id project;
    struct id community;
    struct id household;
    struct id holder;
    struct moment opened_at;
    const char *kind;
    const char *kind_label;
    const char *documents;
    const char *state;
    const char *state_label;
    struct moment state_since;
    const char *text;
    const char *person;
    struct day authorised_until;
    bool may_submit;
    bool may_hold_papers;
    bool may_handle_money;
    const char *outcome;
    const char *answer;
    struct moment delivered_at;
    int64_t rating;
    struct rows originals;
    struct rows moves;
};
static const struct field errand_full_fields[] = {
    FIELD(errand_full, id),
    FIELD(errand_full, no),
    FIELD(errand_full, project),
    OPTIONAL(errand_full, community),
    OPTIONAL(errand_full, household),
    OPTIONAL(errand_full, holder),
    FIELD(errand_full, opened_at),
    FIELD(errand_full, kind),
    FIELD(errand_full, kind_label),
    FIELD(errand_full, documents),
    FIELD(errand_full, state),
    FIELD(errand_full, state_label),
    FIELD(errand_full, state_since),
    OPTIONAL(errand_full, text),
    OPTIONAL(errand_full, person),
    OPTIONAL(errand_full, authorised_until),
    FIELD(errand_full, may_submit),
    FIELD(errand_full, may_hold_papers),
    FIELD(errand_full, may_handle_money),
    OPTIONAL(errand_full, outcome),
    OPTIONAL(errand_full, answer),
    OPTIONAL(errand_full, delivered_at),
    FIELD(errand_full, rating),
    FIELD(errand_full, originals, .shape = &errand_paper_said_shape),
    FIELD(errand_full, moves, .shape = &next_move_shape),
};
const struct shape errand_full_shape = SHAPE(errand_full);

static struct errand_full full_of(const struct errand *errand)
{
    const struct matter *m = &errand->matter;

    return (struct errand_full){
        .id = m->id,
        .no = m->no,
        .project = m->project,
        .community = m->community,
        .household = m->household,
        .holder = m->holder,
        .opened_at = m->opened_at,
        .kind = m->kind,
        .kind_label = errand->facts.kind->label,
        .documents = errand->facts.kind->documents,
        .state = errand_flow.states[m->state],
        .state_label = errand_flow.labels[m->state],
        .state_since = m->state_since,
        .authorised_until = errand->authorised_until,
        .may_submit = errand->may_submit,
        .may_hold_papers = errand->may_hold_papers,
        .may_handle_money = errand->may_handle_money,
        .outcome = errand->outcome,
        .delivered_at = errand->delivered_at,
        .rating = errand->rating,
    };
}

static struct err read_papers(struct call *call, const struct errand_id *of,
                              struct rows *papers)
{
    TRY(list(call, then(call, &SQL_errand_originals),
             (struct view){ &errand_id_shape, of }, &errand_paper_shape,
             papers));
    struct errand_paper *paper = papers->at;
    for (size_t i = 0; i < papers->count; i++)
        TRY(open_field(call, "errand_original.what", paper[i].id, paper[i].what,
                       &paper[i].name));
    return OK;
}

struct err cmd_errand_show(struct call *call, const void *body)
{
    const struct errand_id *of = body;
    struct errand errand;

    TRY(errand_look(call, of->id, &errand));
    struct errand_full full = full_of(&errand);
    TRY(open_field(call, "errand.text", errand.id, errand.text, &full.text));
    TRY(open_field(call, "errand.person", errand.id, errand.person,
                   &full.person));
    TRY(open_field(call, "errand.answer", errand.id, errand.answer,
                   &full.answer));
    TRY(read_papers(call, of, &full.originals));
    struct next_moves next =
        matter_moves(call, &errand_case, &errand.matter, &errand.facts);
    full.moves = (struct rows){ next.at, next.count };
    return reply(call, FROM(errand_full, &full));
}

/* -------------------------------------------------------------- errand.list */

struct errand_list {
    struct id project;
    struct id community;
    const char *state;
    struct id after;
    int64_t limit;
    /* ONLY_BOUND from here on: never read from the wire */
    struct id actor;
    bool mediator;
    bool all;
};
static const struct field errand_list_fields[] = {
    FIELD(errand_list, project),
    OPTIONAL(errand_list, community),
    OPTIONAL(errand_list, state, .max = WORD_MAX),
    OPTIONAL(errand_list, after),
    OPTIONAL(errand_list, limit, .least = 1, .most = PAGE_MAX),
    OPTIONAL(errand_list, actor),
    OPTIONAL(errand_list, mediator),
    OPTIONAL(errand_list, all),
};
enum { ONLY_BOUND = 3 };
static const struct shape errand_list_bound_shape = SHAPE(errand_list);
const struct shape errand_list_shape =
    SHAPE_PART("errand_list", errand_list, ONLY_BOUND);

struct errand_row {
    struct id id;
    const char *no;
    const char *kind;
    const char *state;
    struct moment state_since;
    struct moment opened_at;
    struct id household;
    struct id community;
    struct id holder;
    struct moment promised_at;
};
static const struct field errand_row_fields[] = {
    FIELD(errand_row, id),           FIELD(errand_row, no),
    FIELD(errand_row, kind),         FIELD(errand_row, state),
    FIELD(errand_row, state_since),  FIELD(errand_row, opened_at),
    OPTIONAL(errand_row, household), OPTIONAL(errand_row, community),
    OPTIONAL(errand_row, holder),    OPTIONAL(errand_row, promised_at),
};
static const struct shape errand_row_shape = SHAPE(errand_row);

struct errand_page {
    struct rows errands;
    struct id next;
};
static const struct field errand_page_fields[] = {
    FIELD(errand_page, errands, .shape = &errand_row_shape),
    OPTIONAL(errand_page, next),
};
const struct shape errand_page_shape = SHAPE(errand_page);

struct err cmd_errand_list(struct call *call, const void *body)
{
    struct errand_list ask = *(const struct errand_list *)body;
    struct errand_page answer = { 0 };

    if (ask.limit == 0)
        ask.limit = PAGE;
    if (!ask.state)
        ask.state = errand_flow.states[ES_NONE];
    ask.actor = call->actor;
    ask.mediator = call->roles & ROLE(T4_MEDIATOR);
    ask.all = call->roles & ROLE_ES_STAFF & ~ROLE(GRID_MEMBER);
    TRY(list(call, then(call, &SQL_errand_page),
             (struct view){ &errand_list_bound_shape, &ask }, &errand_row_shape,
             &answer.errands));
    const struct errand_row *rows = answer.errands.at;
    if ((int64_t)answer.errands.count == ask.limit)
        answer.next = rows[ask.limit - 1].id;
    return reply(call, FROM(errand_page, &answer));
}
