#include "services/cases/owner/commands.h"

#include "services/cases/household/own.h"
#include "services/cases/household/step.h"
#include "services/cases/owner/store_sql.h"

struct owner_key {
    struct id household;
    struct moment at;
};
static const struct field owner_key_fields[] = {
    FIELD(owner_key, household),
    OPTIONAL(owner_key, at),
};
static const struct shape owner_key_shape = SHAPE(owner_key);

static const struct field owner_fields[] = {
    FIELD(owner, id),
    FIELD(owner, share),
    FIELD(owner, capacity, .names = capacity_names),
    FIELD(owner, title, .names = owner_title_names),
};
static const struct shape owner_shape = SHAPE(owner);

static const struct field owner_signature_fields[] = {
    FIELD(owner_signature, owner),
    FIELD(owner_signature, how, .names = signing_names),
    OPTIONAL(owner_signature, document, .max = 100),
};
const struct shape owner_signature_shape = SHAPE(owner_signature);

struct err owners_of(struct call *call, struct id household,
                     struct rows *owners)
{
    struct owner_key key = { .household = household };

    return list(call, &SQL_owner_now, FROM(owner_key, &key), &owner_shape,
                owners);
}

struct signature_row {
    struct id agreement;
    struct id owner;
    unsigned how;
    const char *document;
};
static const struct field signature_row_fields[] = {
    FIELD(signature_row, agreement),
    FIELD(signature_row, owner),
    FIELD(signature_row, how, .names = signing_names),
    OPTIONAL(signature_row, document),
};
static const struct shape signature_row_shape = SHAPE(signature_row);

struct err owners_signed(struct call *call, struct id agreement,
                         struct rows signatures)
{
    const struct owner_signature *given = signatures.at;
    struct rows rows = { arena_alloc(call->arena,
                                     signatures.count
                                         * sizeof(struct signature_row)),
                         signatures.count };
    struct signature_row *row = rows.at;

    for (size_t i = 0; i < rows.count; i++)
        row[i] = (struct signature_row){ agreement, given[i].owner,
                                         given[i].how, given[i].document };
    return store_rows(call, &SQL_owner_signature_add, &signature_row_shape,
                      rows);
}

/* --------------------------------------------------------------- owner.set */

struct owner_said {
    const char *name;
    struct rate share;
    unsigned capacity;
    unsigned title;
};
static const struct field owner_said_fields[] = {
    FIELD(owner_said, name, .max = 100),
    FIELD(owner_said, share),
    FIELD(owner_said, capacity, .names = capacity_names),
    OPTIONAL(owner_said, title, .names = owner_title_names),
};
static const struct shape owner_said_shape = SHAPE(owner_said);

struct owner_set {
    struct id household;
    const char *document;
    struct rows owners;
};
static const struct field owner_set_fields[] = {
    FIELD(owner_set, household),
    FIELD(owner_set, document, .max = 100),
    FIELD(owner_set, owners, .shape = &owner_said_shape, .max = OWNERS_MAX),
};
const struct shape owner_set_shape = SHAPE(owner_set);

struct owner_row {
    struct id id;
    struct id household;
    struct rate share;
    unsigned capacity;
    unsigned title;
    struct bytes name;
    const char *document;
    struct moment since;
    struct id recorded_by;
};
static const struct field owner_row_fields[] = {
    FIELD(owner_row, id),
    FIELD(owner_row, household),
    FIELD(owner_row, share),
    FIELD(owner_row, capacity, .names = capacity_names),
    FIELD(owner_row, title, .names = owner_title_names),
    FIELD(owner_row, name),
    FIELD(owner_row, document),
    FIELD(owner_row, since),
    FIELD(owner_row, recorded_by),
};
static const struct shape owner_row_shape = SHAPE(owner_row);

struct owner_kept {
    struct ids owners;
};
static const struct field owner_kept_fields[] = {
    FIELD(owner_kept, owners),
};
const struct shape owner_kept_shape = SHAPE(owner_kept);

/* The rows, their shares checked; `ids` has room for as many. */
static struct err rows_of(struct call *call, const struct owner_set *ask,
                          struct owner_row *rows, struct id *ids)
{
    const struct owner_said *said = ask->owners.at;
    struct owner *owners =
        arena_alloc(call->arena, (ask->owners.count + 1) * sizeof *owners);

    for (size_t i = 0; i < ask->owners.count; i++) {
        ids[i] = id_new(call->now);
        owners[i] = (struct owner){ ids[i], said[i].share, said[i].capacity,
                                    said[i].title };
        rows[i] = (struct owner_row){
            .id = ids[i],
            .household = ask->household,
            .share = said[i].share,
            .capacity = said[i].capacity,
            .title = said[i].title,
            .document = ask->document,
            .since = call->now,
            .recorded_by = call->actor,
        };
        TRY(seal_field(call, "owner_share.name", ids[i], said[i].name,
                       &rows[i].name));
    }
    return shares_check(owners, ask->owners.count);
}

struct err cmd_owner_set(struct call *call, const void *body)
{
    const struct owner_set *ask = body;
    struct owner_key key = { ask->household, call->now };
    size_t count = ask->owners.count;
    struct owner_row *rows =
        arena_alloc(call->arena, (count + 1) * sizeof *rows);
    struct id *ids = arena_alloc(call->arena, (count + 1) * sizeof *ids);
    struct home home;

    TRY(home_take(call, ask->household, &home));
    if (id_given(home.at.agreement))
        return fail(CODE_CONFLICT, "the owners of a signed agreement stand");
    TRY(rows_of(call, ask, rows, ids));
    TRY(store_any(call, &SQL_owner_end, FROM(owner_key, &key)));
    TRY(store_rows(call, &SQL_owner_add, &owner_row_shape,
                   (struct rows){ rows, count }));
    about(call, ask->household);
    struct owner_kept answer = { { ids, count } };
    return reply(call, FROM(owner_kept, &answer));
}

/* -------------------------------------------------------------- owner.list */

struct owner_list {
    struct id household;
};
static const struct field owner_list_fields[] = {
    FIELD(owner_list, household),
};
const struct shape owner_list_shape = SHAPE(owner_list);

struct owner_full {
    struct id id;
    const char *name;
    struct rate share;
    unsigned capacity;
    unsigned title;
    const char *document;
    struct moment since;
    struct bytes name_sealed; /* only read */
};
static const struct field owner_full_fields[] = {
    FIELD(owner_full, id),
    OPTIONAL(owner_full, name),
    FIELD(owner_full, share),
    FIELD(owner_full, capacity, .names = capacity_names),
    FIELD(owner_full, title, .names = owner_title_names),
    FIELD(owner_full, document),
    FIELD(owner_full, since),
    FIELD(owner_full, name_sealed),
};
enum { OWNER_ONLY_READ = 1 };
static const struct shape owner_full_shape = SHAPE(owner_full);
static const struct shape owner_shown_shape =
    SHAPE_PART("owner_shown", owner_full, OWNER_ONLY_READ);

struct owner_page {
    struct rows owners;
};
static const struct field owner_page_fields[] = {
    FIELD(owner_page, owners, .shape = &owner_shown_shape),
};
const struct shape owner_page_shape = SHAPE(owner_page);

struct err cmd_owner_list(struct call *call, const void *body)
{
    const struct owner_list *ask = body;
    struct owner_key key = { .household = ask->household };
    struct owner_page answer;

    TRY(own_only(call, ROLE_REGISTER, ask->household));
    about(call, ask->household);
    TRY(list(call, then(call, &SQL_owner_named), FROM(owner_key, &key),
             &owner_full_shape, &answer.owners));
    struct owner_full *owner = answer.owners.at;
    for (size_t i = 0; i < answer.owners.count; i++)
        TRY(open_field(call, "owner_share.name", owner[i].id,
                       owner[i].name_sealed, &owner[i].name));
    return reply(call, FROM(owner_page, &answer));
}
