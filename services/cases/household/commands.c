#include "services/cases/household/commands.h"

#include "services/cases/condition/rules.h"
#include "services/cases/export/commands.h"
#include "services/cases/fact/rules.h"
#include "services/cases/household/own.h"
#include "services/cases/household/step.h"
#include "services/cases/household/store_sql.h"
#include "services/cases/period/rules.h"
#include "services/cases/publication/commands.h"

#include <string.h>

enum { PAGE = 50, PAGE_MAX = 200, LAST_OF_ID = 4 };

/* --------------------------------------------------------- household.list */

struct household_list {
    struct id project;
    struct id community;
    unsigned state; /* none: any */
    const char *after;
    int64_t limit;
    struct id export;
};

static const struct field household_list_fields[] = {
    FIELD(household_list, project),
    OPTIONAL(household_list, community),
    OPTIONAL(household_list, state, .names = household_states),
    OPTIONAL(household_list, after, .max = 40),
    OPTIONAL(household_list, limit, .least = 1, .most = PAGE_MAX),
    OPTIONAL(household_list, export),
};
const struct shape household_list_shape = SHAPE(household_list);

struct household_row {
    struct id id;
    const char *no;
    struct id community;
    const char *community_name;
    struct area registered_area;
    struct area measured_area;
    /* ROW_STATE, which an export leaves out: nobody's row says that it has not
     * signed (R-THRESH) */
    unsigned state;
    struct moment since;
};
enum { ROW_STATE = 2 };

static const struct field household_row_fields[] = {
    FIELD(household_row, id),
    FIELD(household_row, no),
    FIELD(household_row, community),
    FIELD(household_row, community_name),
    OPTIONAL(household_row, registered_area),
    OPTIONAL(household_row, measured_area),
    OPTIONAL(household_row, state, .names = household_states),
    OPTIONAL(household_row, since),
};
static const struct shape household_row_shape = SHAPE(household_row);
static const struct shape household_exported_shape =
    SHAPE_PART("household_row", household_row, ROW_STATE);

struct household_page {
    struct rows households;
    const char *next;
    const char *watermark; /* of an export */
};

static const struct field household_page_fields[] = {
    FIELD(household_page, households, .shape = &household_row_shape),
    OPTIONAL(household_page, next),
    OPTIONAL(household_page, watermark),
};
const struct shape household_page_shape = SHAPE(household_page);

static const struct field exported_fields[] = {
    FIELD(household_page, households, .shape = &household_exported_shape),
    OPTIONAL(household_page, next),
    OPTIONAL(household_page, watermark),
};
static const struct shape exported_shape = {
    .name = "household_page",
    .size = sizeof(struct household_page),
    .fields = exported_fields,
    .count = sizeof exported_fields / sizeof *exported_fields,
};

struct err cmd_household_list(struct call *call, const void *body)
{
    struct household_list ask = *(const struct household_list *)body;
    struct household_page answer = { 0 };

    if (ask.limit == 0)
        ask.limit = PAGE;
    TRY(list(call, then(call, &SQL_household_page), FROM(household_list, &ask),
             &household_row_shape, &answer.households));
    const struct household_row *rows = answer.households.at;
    if ((int64_t)answer.households.count == ask.limit)
        answer.next = rows[ask.limit - 1].no;
    struct export_look look = {
        .list = EXPORT_HOUSEHOLDS,
        .by = ask.export,
        .households = export_whose(call->arena, &rows->id,
                                   answer.households.count, sizeof *rows),
        .state = ask.state,
    };
    TRY(export_show(call, &look, &answer.watermark));
    return reply(call, id_given(ask.export)
                           ? (struct view){ &exported_shape, &answer }
                           : FROM(household_page, &answer));
}

/* --------------------------------------------------------- household.find */

struct household_find {
    struct id project;
    const char *no;
};
static const struct field household_find_fields[] = {
    FIELD(household_find, project),
    FIELD(household_find, no, .max = 40),
};
const struct shape household_find_shape = SHAPE(household_find);

struct household_name {
    struct id id;
};
static const struct field household_name_fields[] = {
    FIELD(household_name, id),
};
const struct shape household_name_shape = SHAPE(household_name);

struct err cmd_household_find(struct call *call, const void *body)
{
    struct household_name found;

    TRY(fetch(call, &SQL_household_named, FROM(household_find, body),
              INTO(household_name, &found)));
    return reply(call, FROM(household_name, &found));
}

/* --------------------------------------------------------- household.show */

struct household_show {
    struct id id;
    struct id project;
    const char *no;
};

static const struct field household_show_fields[] = {
    OPTIONAL(household_show, id),
    OPTIONAL(household_show, project),
    OPTIONAL(household_show, no, .max = 40),
};
const struct shape household_show_shape = SHAPE(household_show);

struct household_full {
    /* what is answered */
    struct id id;
    struct id project;
    struct id community;
    const char *community_name;
    const char *no;
    unsigned state;
    struct moment state_since;
    const char *name;
    const char *id_last4;
    const char *phone;
    const char *address;
    const char *certificate;
    const char *remark;
    unsigned registration;
    unsigned use;
    unsigned structure;
    struct area registered_area; /* 0: not known */
    struct area measured_area;
    int64_t persons;
    struct day surveyed_on;
    unsigned choice;
    struct id statement;
    const char *amount; /* of the offer; for those who may see money */
    struct moment offered_at;
    struct moment sign_from;
    struct id agreement;
    struct moment cooling_until;
    struct id prepared;  /* a statement that waits for its release */
    struct moment as_of; /* when it stood so; then nobody's name, no moves */
    struct rows moves;

    /* what is only read */
    struct bytes name_sealed;
    struct bytes id_sealed;
    struct bytes phone_sealed;
    struct bytes address_sealed;
    struct bytes certificate_sealed;
    struct bytes remark_sealed;
    struct money total;
    struct moment facts_since;
    struct day plan_published_on;
    int64_t offer_version;
    struct id prepared_by;
    struct moment prepared_at;
    int64_t pack_version;
    struct day pack_published_on;
    unsigned track;
    unsigned agreed; /* the choice in the agreement or the decision */
    unsigned condition;
    bool pack_first;
    bool tolled;
    bool unfounded;
    struct id paid_by;
    struct money paid;
};

static const struct field household_full_fields[] = {
    FIELD(household_full, id),
    FIELD(household_full, project),
    FIELD(household_full, community),
    FIELD(household_full, community_name),
    FIELD(household_full, no),
    FIELD(household_full, state, .names = household_states),
    FIELD(household_full, state_since),
    OPTIONAL(household_full, name),
    OPTIONAL(household_full, id_last4),
    OPTIONAL(household_full, phone),
    OPTIONAL(household_full, address),
    OPTIONAL(household_full, certificate),
    OPTIONAL(household_full, remark),
    FIELD(household_full, registration, .names = registration_names),
    FIELD(household_full, use, .names = use_names),
    FIELD(household_full, structure, .names = structure_names),
    OPTIONAL(household_full, registered_area),
    OPTIONAL(household_full, measured_area),
    OPTIONAL(household_full, persons),
    OPTIONAL(household_full, surveyed_on),
    FIELD(household_full, choice, .names = household_choices),
    OPTIONAL(household_full, statement),
    OPTIONAL(household_full, amount),
    OPTIONAL(household_full, offered_at),
    OPTIONAL(household_full, sign_from),
    OPTIONAL(household_full, agreement),
    OPTIONAL(household_full, cooling_until),
    OPTIONAL(household_full, prepared),
    OPTIONAL(household_full, as_of),
    FIELD(household_full, moves, .shape = &next_move_shape),
    /* ONLY_READ from here on: never answered */
    OPTIONAL(household_full, name_sealed),
    OPTIONAL(household_full, id_sealed),
    OPTIONAL(household_full, phone_sealed),
    OPTIONAL(household_full, address_sealed),
    OPTIONAL(household_full, certificate_sealed),
    OPTIONAL(household_full, remark_sealed),
    OPTIONAL(household_full, total),
    FIELD(household_full, facts_since),
    FIELD(household_full, plan_published_on),
    OPTIONAL(household_full, offer_version),
    OPTIONAL(household_full, prepared_by),
    OPTIONAL(household_full, prepared_at),
    OPTIONAL(household_full, pack_version),
    FIELD(household_full, pack_first),
    FIELD(household_full, condition, .names = condition_names),
    OPTIONAL(household_full, pack_published_on),
    FIELD(household_full, track, .names = household_tracks),
    FIELD(household_full, agreed, .names = household_choices),
    FIELD(household_full, tolled),
    OPTIONAL(household_full, paid_by),
    OPTIONAL(household_full, paid),
    FIELD(household_full, unfounded),
};
enum { ONLY_READ = 22 };
static const struct shape household_all_shape = {
    .name = "household_all",
    .size = sizeof(struct household_full),
    .fields = household_full_fields,
    .count = sizeof household_full_fields / sizeof *household_full_fields,
};
const struct shape household_full_shape =
    SHAPE_PART("household_full", household_full, ONLY_READ);

static struct err is_one(const struct household_show *ask, size_t found)
{
    if (found == 1)
        return OK;
    if (found > 1)
        return fail_at("project", "several projects have this number; name "
                                  "the project");
    return fail(CODE_NOT_FOUND, id_given(ask->id)
                                    ? "no household has this id"
                                    : "no household has this number");
}

/* How it stood: what it was and had, but not who, nor what was open. */
struct household_then {
    struct id id;
    struct id project;
    struct id community;
    const char *community_name;
    const char *no;
    unsigned state;
    struct moment state_since;
    unsigned registration;
    unsigned use;
    unsigned structure;
    struct area registered_area;
    struct area measured_area;
    int64_t persons;
    struct day surveyed_on;
    unsigned choice;
    struct id statement;
    struct moment offered_at;
    struct money total;
    struct id agreement;
    struct moment cooling_until;
};

static const struct field household_then_fields[] = {
    FIELD(household_then, id),
    FIELD(household_then, project),
    FIELD(household_then, community),
    FIELD(household_then, community_name),
    FIELD(household_then, no),
    FIELD(household_then, state, .names = household_states),
    FIELD(household_then, state_since),
    FIELD(household_then, registration, .names = registration_names),
    FIELD(household_then, use, .names = use_names),
    FIELD(household_then, structure, .names = structure_names),
    FIELD(household_then, registered_area),
    FIELD(household_then, measured_area),
    OPTIONAL(household_then, persons),
    OPTIONAL(household_then, surveyed_on),
    FIELD(household_then, choice, .names = household_choices),
    OPTIONAL(household_then, statement),
    OPTIONAL(household_then, offered_at),
    OPTIONAL(household_then, total),
    OPTIONAL(household_then, agreement),
    OPTIONAL(household_then, cooling_until),
};
static const struct shape household_then_shape = SHAPE(household_then);

static struct err find_then(struct call *call, const struct household_show *ask,
                            struct household_full *h)
{
    struct rows found;

    TRY(list(call, &SQL_household_then, FROM(household_show, ask),
             &household_then_shape, &found));
    TRY(is_one(ask, found.count));
    const struct household_then *stood = found.at;
    *h = (struct household_full){
        .id = stood->id,
        .project = stood->project,
        .community = stood->community,
        .community_name = stood->community_name,
        .no = stood->no,
        .state = stood->state,
        .state_since = stood->state_since,
        .registration = stood->registration,
        .use = stood->use,
        .structure = stood->structure,
        .registered_area = stood->registered_area,
        .measured_area = stood->measured_area,
        .persons = stood->persons,
        .surveyed_on = stood->surveyed_on,
        .choice = stood->choice,
        .statement = stood->statement,
        .offered_at = stood->offered_at,
        .total = stood->total,
        .agreement = stood->agreement,
        .cooling_until = stood->cooling_until,
        .as_of = call->as_of,
    };
    return OK;
}

/* By its id, or by its number, which is unique in a project. */
static struct err find(struct call *call, const struct household_show *ask,
                       struct household_full *h)
{
    struct rows found;

    if (!id_given(ask->id) && !ask->no)
        return fail_at("id", "or the household's number has to be given");
    if (call->as_of.us)
        return find_then(call, ask, h);
    TRY(list(call, &SQL_household_full, FROM(household_show, ask),
             &household_all_shape, &found));
    TRY(is_one(ask, found.count));
    *h = *(const struct household_full *)found.at;
    return OK;
}

static struct err unseal_person(const struct call *call,
                                struct household_full *h)
{
    const char *id_number = NULL;

    TRY(open_field(call, "household_person.name", h->id, h->name_sealed,
                   &h->name));
    TRY(open_field(call, "household_person.phone", h->id, h->phone_sealed,
                   &h->phone));
    TRY(open_field(call, "household_person.address", h->id, h->address_sealed,
                   &h->address));
    TRY(open_field(call, "household_person.certificate", h->id,
                   h->certificate_sealed, &h->certificate));
    TRY(open_field(call, "household_person.remark", h->id, h->remark_sealed,
                   &h->remark));
    TRY(open_field(call, "household_person.id_number", h->id, h->id_sealed,
                   &id_number));
    if (id_number && strlen(id_number) >= LAST_OF_ID)
        h->id_last4 = id_number + strlen(id_number) - LAST_OF_ID;
    return OK;
}

static struct standing standing_of(const struct call *call,
                                   const struct household_full *h)
{
    return (struct standing){
        .state = h->state,
        .track = h->track,
        .now = call->now,
        .actor = call->actor,
        .roles = call->roles,
        .plan_published_on = h->plan_published_on,
        .pack_version = h->pack_version,
        .pack_first = h->pack_first,
        .condition = h->condition,
        .pack_published_on = h->pack_published_on,
        .prepared = h->prepared,
        .prepared_by = h->prepared_by,
        .prepared_at = h->prepared_at,
        .offer_version = h->offer_version,
        .offered_at = h->offered_at,
        .facts_since = h->facts_since,
        .cooling_until = h->cooling_until,
        .agreement = h->agreement,
        .choice = h->agreed,
        .tolled = h->tolled,
        .unfounded = h->unfounded,
        .paid_by = h->paid_by,
        .paid = h->paid,
        .owed = h->total,
    };
}

/* Money is for those whom domain.md 5.4 lets see it. */
static void show_amount(const struct call *call, struct household_full *h)
{
    if (!id_given(h->statement) || own_only(call, ROLE_MONEY, h->id).code)
        return;
    char *amount = arena_alloc(call->arena, VALUE_TEXT_MAX);
    money_format(h->total, amount);
    h->amount = amount;
}

static struct err show_moves(struct call *call, struct household_full *h)
{
    struct next_moves *next = arena_alloc(call->arena, sizeof *next);
    struct standing at = standing_of(call, h);

    TRY(home_days(call, h->id, &at));
    if (id_given(h->prepared)) /* what else would wait for a publication? */
        TRY(outages_since(call, h->project, h->plan_published_on,
                          h->pack_published_on, &at.outages));
    *next = household_moves(&at, call->arena);
    h->moves = (struct rows){ next->at, next->count };
    return OK;
}

struct err cmd_household_show(struct call *call, const void *body)
{
    const struct household_show *ask = body;
    struct household_full h;

    TRY(find(call, ask, &h));
    TRY(own_only(call, ROLE_REGISTER, h.id));
    about(call, h.id);
    TRY(unseal_person(call, &h));
    show_amount(call, &h);
    if (id_given(h.statement))
        h.sign_from = sign_from(h.offered_at);

    if (!h.as_of.us)
        TRY(show_moves(call, &h));
    return reply(call, FROM(household_full, &h));
}
