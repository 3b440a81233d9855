/* What is read of hardship, and that it was read. */
#include "services/cases/hardship/commands.h"
#include "services/cases/hardship/file.h"
#include "services/cases/hardship/store_sql.h"
#include "services/cases/household/policy.h"

enum { PAGE = 50, PAGE_MAX = 200 };

/* ---------------------------------------------------------- hardship.show */

struct paper {
    struct id id;
    struct moment at;
    struct id author;
    const char *part;
    const char *trigger;
    const char *text;
    /* what is only read */
    struct bytes trigger_sealed;
    struct bytes body_sealed;
};
static const struct field paper_fields[] = {
    FIELD(paper, id),
    FIELD(paper, at),
    FIELD(paper, author),
    FIELD(paper, part),
    OPTIONAL(paper, trigger),
    OPTIONAL(paper, text),
    /* ONLY_READ from here on: never answered */
    OPTIONAL(paper, trigger_sealed),
    OPTIONAL(paper, body_sealed),
};
enum { ONLY_READ = 2 };
static const struct shape paper_all_shape = {
    .name = "hardship_paper_all",
    .size = sizeof(struct paper),
    .fields = paper_fields,
    .count = sizeof paper_fields / sizeof *paper_fields,
};
static const struct shape paper_shape =
    SHAPE_PART("hardship_paper_shown", paper, ONLY_READ);

/* What the door asks. */
struct hardship_reader {
    struct id id;
    struct id actor;
    const char *roles;
    const char *purpose;
    struct moment at;
    struct id call;
};
static const struct field hardship_reader_fields[] = {
    FIELD(hardship_reader, id),    FIELD(hardship_reader, actor),
    FIELD(hardship_reader, roles), FIELD(hardship_reader, purpose),
    FIELD(hardship_reader, at),    FIELD(hardship_reader, call),
};
static const struct shape hardship_reader_shape = SHAPE(hardship_reader);

struct hardship_full {
    struct id id;
    const char *no;
    unsigned state;
    struct moment state_since;
    struct id household;
    struct id social_worker;
    bool statutory;
    struct moment consented_at;
    struct moment locked_at;
    struct moment stable_from;
    struct moment stable_to;
    struct moment confirmed_at;
    struct moment fits_at;
    struct rows papers;
    struct rows moves;
};
static const struct field hardship_full_fields[] = {
    FIELD(hardship_full, id),
    FIELD(hardship_full, no),
    FIELD(hardship_full, state, .names = hardship_states),
    FIELD(hardship_full, state_since),
    FIELD(hardship_full, household),
    OPTIONAL(hardship_full, social_worker),
    FIELD(hardship_full, statutory),
    OPTIONAL(hardship_full, consented_at),
    OPTIONAL(hardship_full, locked_at),
    OPTIONAL(hardship_full, stable_from),
    OPTIONAL(hardship_full, stable_to),
    OPTIONAL(hardship_full, confirmed_at),
    OPTIONAL(hardship_full, fits_at),
    FIELD(hardship_full, papers, .shape = &paper_shape),
    FIELD(hardship_full, moves, .shape = &next_move_shape),
};
const struct shape hardship_full_shape = SHAPE(hardship_full);

static struct err read_papers(struct call *call, struct id id,
                              struct rows *papers)
{
    struct hardship_reader reader = { .id = id,
                                      .actor = call->actor,
                                      .roles = roles_text(call->roles, ",",
                                                          call->arena),
                                      .purpose = call->purpose,
                                      .at = call->now,
                                      .call = call->id };

    TRY(list(call, then(call, &SQL_hardship_papers),
             FROM(hardship_reader, &reader), &paper_all_shape, papers));
    struct paper *paper = papers->at;
    for (size_t i = 0; i < papers->count; i++) {
        TRY(open_field(call, "hardship_paper.trigger", paper[i].id,
                       paper[i].trigger_sealed, &paper[i].trigger));
        TRY(open_field(call, "hardship_paper.body", paper[i].id,
                       paper[i].body_sealed, &paper[i].text));
    }
    return OK;
}

/* Behind the lock the resident alone reads; others see that it is there.  The
 * lock of today holds for a look at the past, too. */
struct err cmd_hardship_show(struct call *call, const void *body)
{
    const struct hardship_id *ask = body;
    struct hardship h;

    TRY(hardship_look(call, ask->id, &h));
    bool shut = h.locked_at.us && !h.facts.own;
    TRY(hardship_as_it_stood(call, &h));
    struct hardship_full full = {
        .id = h.matter.id,
        .no = h.matter.no,
        .state = h.matter.state,
        .state_since = h.matter.state_since,
        .household = h.household,
        .social_worker = h.social_worker,
        .statutory = h.statutory,
        .consented_at = h.consented_at,
        .locked_at = h.locked_at,
        .stable_from = h.stable_from,
        .stable_to = h.stable_to,
        .confirmed_at = h.confirmed_at,
        .fits_at = h.fits_at,
    };
    if (!shut)
        TRY(read_papers(call, h.matter.id, &full.papers));
    struct next_moves next =
        matter_moves(call, &hardship_kind, &h.matter, &h.facts);
    full.moves = (struct rows){ next.at, next.count };
    return reply(call, FROM(hardship_full, &full));
}

/* ---------------------------------------------------------- hardship.list */

struct hardship_list {
    struct id project;
    unsigned state; /* none: any */
    struct id after;
    int64_t limit;
    bool all;
    bool crisis;
    struct id worker;
    struct id household;
};
static const struct field hardship_list_fields[] = {
    OPTIONAL(hardship_list, project),
    OPTIONAL(hardship_list, state, .names = hardship_states),
    OPTIONAL(hardship_list, after),
    OPTIONAL(hardship_list, limit, .least = 1, .most = PAGE_MAX),
    /* ONLY_BOUND from here on: never read from the wire */
    FIELD(hardship_list, all),
    FIELD(hardship_list, crisis),
    OPTIONAL(hardship_list, worker),
    OPTIONAL(hardship_list, household),
};
enum { ONLY_BOUND = 4 };
static const struct shape hardship_list_bound_shape = SHAPE(hardship_list);
const struct shape hardship_list_shape =
    SHAPE_PART("hardship_list", hardship_list, ONLY_BOUND);

struct hardship_row {
    struct id id;
    const char *no;
    unsigned state;
    struct moment state_since;
    struct id household;
    struct id holder;
};
static const struct field hardship_row_fields[] = {
    FIELD(hardship_row, id),
    FIELD(hardship_row, no),
    FIELD(hardship_row, state, .names = hardship_states),
    FIELD(hardship_row, state_since),
    FIELD(hardship_row, household),
    OPTIONAL(hardship_row, holder),
};
static const struct shape hardship_row_shape = SHAPE(hardship_row);

struct hardship_page {
    struct rows cases;
    struct id next;
};
static const struct field hardship_page_fields[] = {
    FIELD(hardship_page, cases, .shape = &hardship_row_shape),
    OPTIONAL(hardship_page, next),
};
const struct shape hardship_page_shape = SHAPE(hardship_page);

struct err cmd_hardship_list(struct call *call, const void *body)
{
    struct hardship_list ask = *(const struct hardship_list *)body;
    struct hardship_page answer = { 0 };

    if (ask.limit == 0)
        ask.limit = PAGE;
    if (call->roles & ROLE_HOUSEHOLD)
        ask.household = call->actor;
    if (!(call->roles & ROLE(T2_SIGNING))) {
        ask.all = call->roles & ROLE(T6_SERVICE);
        ask.crisis = call->roles & ROLE(DUTY_OFFICER);
        ask.worker = call->actor;
    }
    TRY(list(call, then(call, &SQL_hardship_page),
             (struct view){ &hardship_list_bound_shape, &ask },
             &hardship_row_shape, &answer.cases));
    const struct hardship_row *rows = answer.cases.at;
    if ((int64_t)answer.cases.count == ask.limit)
        answer.next = rows[ask.limit - 1].id;
    return reply(call, FROM(hardship_page, &answer));
}

/* ------------------------------------------------------ hardship.accesses */

struct access_row {
    struct moment at;
    struct id actor;
    const char *roles;
    const char *purpose;
};
static const struct field access_row_fields[] = {
    FIELD(access_row, at),
    FIELD(access_row, actor),
    FIELD(access_row, roles),
    FIELD(access_row, purpose),
};
static const struct shape access_row_shape = SHAPE(access_row);

struct hardship_accesses {
    struct rows accesses;
};
static const struct field hardship_accesses_fields[] = {
    FIELD(hardship_accesses, accesses, .shape = &access_row_shape),
};
const struct shape hardship_accesses_shape = SHAPE(hardship_accesses);

/* For the resident alone: who looked, when and why (R-SNOOP). */
struct err cmd_hardship_accesses(struct call *call, const void *body)
{
    const struct hardship_id *ask = body;
    struct hardship_accesses answer;
    struct hardship h;

    TRY(hardship_look(call, ask->id, &h));
    if (!h.facts.own)
        return fail(CODE_DENIED, "who looked is for the resident to see");
    TRY(list(call, then(call, &SQL_hardship_access_page),
             FROM(hardship_id, ask), &access_row_shape, &answer.accesses));
    return reply(call, FROM(hardship_accesses, &answer));
}
