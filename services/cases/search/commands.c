#include "services/cases/search/commands.h"

#include "common/service/seal.h"
#include "services/cases/export/commands.h"
#include "services/cases/household/rules.h"
#include "services/cases/search/store_sql.h"

enum { PAGE = 50, PAGE_MAX = 200, INDEX = 500 };

static const char *const places[SEARCH_WAYS] = {
    [SEARCH_ID_NUMBER] = "household_person.id_number",
    [SEARCH_PHONE] = "household_person.phone",
    [SEARCH_ADDRESS] = "household_person.address",
    [SEARCH_NAME] = "household_person.name",
};

struct bytes search_blind(const struct call *call, enum search_way way,
                          const char *text)
{
    const char *key = search_key(way, text, call->arena);

    if (!key)
        return (struct bytes){ 0 };
    return seal_blind(call->seal, places[way], key, call->arena);
}

/* ------------------------------------------------------- household.search */

struct household_search {
    const char *name;
    const char *id_number;
    const char *phone;
    const char *address;
    struct id after;
    int64_t limit;
    struct id export;
};

static const struct field household_search_fields[] = {
    OPTIONAL(household_search, name, .max = 50),
    OPTIONAL(household_search, id_number, .max = 40),
    OPTIONAL(household_search, phone, .max = 40),
    OPTIONAL(household_search, address, .max = 200),
    OPTIONAL(household_search, after),
    OPTIONAL(household_search, limit, .least = 1, .most = PAGE_MAX),
    OPTIONAL(household_search, export),
};
const struct shape household_search_shape = SHAPE(household_search);

struct search_look {
    struct bytes id_blind;
    struct bytes phone_blind;
    struct bytes address_blind;
    struct bytes name_blind;
    struct id after;
    int64_t limit;
};

static const struct field search_look_fields[] = {
    OPTIONAL(search_look, id_blind),      OPTIONAL(search_look, phone_blind),
    OPTIONAL(search_look, address_blind), OPTIONAL(search_look, name_blind),
    OPTIONAL(search_look, after),         FIELD(search_look, limit),
};
static const struct shape search_look_shape = SHAPE(search_look);

struct search_row {
    struct id id;
    struct id project;
    const char *no;
    struct id community;
    const char *community_name;
    unsigned state;
    struct moment since;
    struct area registered_area;
    struct area measured_area;
};

static const struct field search_row_fields[] = {
    FIELD(search_row, id),
    FIELD(search_row, project),
    FIELD(search_row, no),
    FIELD(search_row, community),
    FIELD(search_row, community_name),
    FIELD(search_row, state, .names = household_states),
    FIELD(search_row, since),
    OPTIONAL(search_row, registered_area),
    OPTIONAL(search_row, measured_area),
};
static const struct shape search_row_shape = SHAPE(search_row);

struct household_found {
    struct rows households;
    struct id next; /* go on after it; none: that was all */
    const char *watermark;
};

static const struct field household_found_fields[] = {
    FIELD(household_found, households, .shape = &search_row_shape),
    OPTIONAL(household_found, next),
    OPTIONAL(household_found, watermark),
};
const struct shape household_found_shape = SHAPE(household_found);

/* The one word that is asked for, hashed. */
static struct err look_of(const struct call *call,
                          const struct household_search *ask,
                          struct search_look *look)
{
    const struct {
        const char *said;
        struct bytes *blind;
    } words[SEARCH_WAYS] = {
        [SEARCH_ID_NUMBER] = { ask->id_number, &look->id_blind },
        [SEARCH_PHONE] = { ask->phone, &look->phone_blind },
        [SEARCH_ADDRESS] = { ask->address, &look->address_blind },
        [SEARCH_NAME] = { ask->name, &look->name_blind },
    };
    int given = 0;

    if (!call->seal)
        return fail(CODE_FAULT,
                    "no field key is set: REDKITE_FIELD_KEY_FILE names it");
    for (enum search_way w = 0; w < SEARCH_WAYS; w++) {
        *words[w].blind = search_blind(call, w, words[w].said);
        given += words[w].blind->at != NULL;
    }
    return given == 1 ? OK
                      : fail(CODE_BAD_REQUEST,
                             "请只填一项：姓名、身份证号（18位）、电话或房屋"
                             "坐落，并填写完整");
}

/* Namesakes are a list of whose name is known, and are counted (R-LEAK). */
static struct err count_shown(struct call *call,
                              const struct household_search *ask,
                              struct household_found *found)
{
    const struct search_row *row = found->households.at;
    struct export_look look = { .list = EXPORT_FOUND,
                                .by = ask->export,
                                .households = export_whose(
                                    call->arena, &row->id,
                                    found->households.count, sizeof *row),
                                .goes_on = id_given(ask->after) };
    return export_show(call, &look, &found->watermark);
}

struct err cmd_household_search(struct call *call, const void *body)
{
    const struct household_search *ask = body;
    struct household_found answer = { 0 };
    struct search_look look = {
        .after = ask->after,
        .limit = ask->limit ? ask->limit : PAGE,
    };

    TRY(look_of(call, ask, &look));
    TRY(list(call, &SQL_household_found, FROM(search_look, &look),
             &search_row_shape, &answer.households));
    const struct search_row *rows = answer.households.at;
    if ((int64_t)answer.households.count == look.limit)
        answer.next = rows[look.limit - 1].id;
    TRY(count_shown(call, ask, &answer));
    return reply(call, FROM(household_found, &answer));
}

/* -------------------------------------------------------- household.index */

struct household_index {
    int64_t limit;
};

static const struct field household_index_fields[] = {
    OPTIONAL(household_index, limit, .least = 1, .most = INDEX),
};
const struct shape household_index_shape = SHAPE(household_index);

struct household_indexed {
    int64_t done;
    bool more; /* ask again */
};

static const struct field household_indexed_fields[] = {
    FIELD(household_indexed, done),
    FIELD(household_indexed, more),
};
const struct shape household_indexed_shape = SHAPE(household_indexed);

struct search_unfound {
    struct id household;
    struct bytes name;
    struct bytes phone;
    struct bytes address;
};

static const struct field search_unfound_fields[] = {
    FIELD(search_unfound, household),
    FIELD(search_unfound, name),
    OPTIONAL(search_unfound, phone),
    OPTIONAL(search_unfound, address),
};
static const struct shape search_unfound_shape = SHAPE(search_unfound);

struct search_findable {
    struct id household;
    struct bytes name_blind;
    struct bytes phone_blind;
    struct bytes address_blind;
};

static const struct field search_findable_fields[] = {
    FIELD(search_findable, household),
    FIELD(search_findable, name_blind),
    OPTIONAL(search_findable, phone_blind),
    OPTIONAL(search_findable, address_blind),
};
static const struct shape search_findable_shape = SHAPE(search_findable);

static struct err blind_of(const struct call *call, enum search_way way,
                           struct id household, struct bytes sealed,
                           struct bytes *blind)
{
    const char *text;

    TRY(open_field(call, places[way], household, sealed, &text));
    *blind = search_blind(call, way, text);
    return OK;
}

struct err cmd_household_index(struct call *call, const void *body)
{
    struct household_index ask = *(const struct household_index *)body;
    struct rows found;

    if (ask.limit == 0)
        ask.limit = INDEX;
    TRY(list(call, &SQL_household_unfound, FROM(household_index, &ask),
             &search_unfound_shape, &found));
    const struct search_unfound *from = found.at;
    struct search_findable *to =
        arena_alloc(call->arena, (found.count + 1) * sizeof *to);

    for (size_t i = 0; i < found.count; i++) {
        struct id id = to[i].household = from[i].household;
        TRY(blind_of(call, SEARCH_NAME, id, from[i].name, &to[i].name_blind));
        TRY(blind_of(call, SEARCH_PHONE, id, from[i].phone,
                     &to[i].phone_blind));
        TRY(blind_of(call, SEARCH_ADDRESS, id, from[i].address,
                     &to[i].address_blind));
    }
    TRY(store_rows(call, &SQL_household_findable, &search_findable_shape,
                   (struct rows){ to, found.count }));
    struct household_indexed answer = { (int64_t)found.count,
                                        (int64_t)found.count == ask.limit };
    return reply(call, FROM(household_indexed, &answer));
}
