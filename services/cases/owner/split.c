#include "services/cases/owner/split.h"

#include "common/service/seal.h"
#include "services/cases/household/step.h"
#include "services/cases/owner/commands.h"
#include "services/cases/owner/store_sql.h"

#include <string.h>

/* ----------------------------------------------------------- owner.account */

struct owner_account {
    struct id household;
    struct id owner;
    struct id holder; /* none: the owner */
    const char *number;
    unsigned how;
    const char *document;
};
static const struct field owner_account_fields[] = {
    FIELD(owner_account, household),
    FIELD(owner_account, owner),
    OPTIONAL(owner_account, holder),
    FIELD(owner_account, number, .max = 34),
    FIELD(owner_account, how, .names = signing_names),
    FIELD(owner_account, document, .max = 100),
};
const struct shape owner_account_shape = SHAPE(owner_account);

struct account_row {
    struct id id;
    struct id household;
    struct id owner;
    struct id holder;
    struct bytes number;
    struct bytes blind;
    unsigned how;
    const char *document;
    struct moment since;
    struct id recorded_by;
};
static const struct field account_row_fields[] = {
    FIELD(account_row, id),
    FIELD(account_row, household),
    FIELD(account_row, owner),
    FIELD(account_row, holder),
    FIELD(account_row, number),
    FIELD(account_row, blind),
    FIELD(account_row, how, .names = signing_names),
    FIELD(account_row, document),
    FIELD(account_row, since),
    FIELD(account_row, recorded_by),
};
static const struct shape account_row_shape = SHAPE(account_row);

struct account_found {
    bool taken;
};
static const struct field account_found_fields[] = {
    FIELD(account_found, taken),
};
static const struct shape account_found_shape = SHAPE(account_found);

struct account_named {
    struct id account;
};
static const struct field account_named_fields[] = {
    FIELD(account_named, account),
};
const struct shape account_named_shape = SHAPE(account_named);

/* Digits alone, so that the same account is found again however it is written.
 */
static struct err digits_of(struct call *call, const char *number,
                            const char **digits)
{
    size_t count = 0;
    char *kept = arena_alloc(call->arena, strlen(number) + 1);

    for (; *number; number++)
        if (*number >= '0' && *number <= '9')
            kept[count++] = *number;
        else if (*number != ' ')
            return fail_at("number", "is 8 to 30 digits");
    kept[count] = '\0';
    *digits = kept;
    return count >= 8 && count <= 30 ? OK
                                     : fail_at("number", "is 8 to 30 digits");
}

struct err cmd_owner_account(struct call *call, const void *body)
{
    const struct owner_account *ask = body;
    struct id holder = id_given(ask->holder) ? ask->holder : ask->owner;
    struct home home;
    struct rows owners;
    struct account_found found;
    const char *digits;

    TRY(digits_of(call, ask->number, &digits));
    TRY(home_take(call, ask->household, &home));
    TRY(owners_of(call, ask->household, &owners));
    TRY(account_may(owners.at, owners.count, ask->owner, holder, ask->how));
    struct account_row row = {
        .id = id_new(call->now),
        .household = ask->household,
        .owner = ask->owner,
        .holder = holder,
        .blind =
            seal_blind(call->seal, "owner_account.number", digits, call->arena),
        .how = ask->how,
        .document = ask->document,
        .since = call->now,
        .recorded_by = call->actor,
    };
    TRY(seal_field(call, "owner_account.number", row.id, digits, &row.number));
    TRY(fetch(call, &SQL_account_taken, FROM(account_row, &row),
              INTO(account_found, &found)));
    if (found.taken)
        return fail(CODE_CONFLICT,
                    "R-GENDER: this account is another owner's; name the "
                    "holder, by the owner's own signed word");
    TRY(store(call, &SQL_account_add, FROM(account_row, &row)));
    about(call, ask->household);
    struct account_named answer = { row.id };
    return reply(call, FROM(account_named, &answer));
}

/* ------------------------------------------------------------- owner.split */

static const struct field owner_part_fields[] = {
    FIELD(owner_part, owner),
    FIELD(owner_part, share),
};
static const struct shape owner_part_shape = SHAPE(owner_part);

struct owner_split {
    struct id household;
    const char *document;
    struct rows owners; /* who have signed */
    struct rows parts;  /* none: the shares on record */
};
static const struct field owner_split_fields[] = {
    FIELD(owner_split, household),
    FIELD(owner_split, document, .max = 100),
    FIELD(owner_split, owners, .shape = &owner_signature_shape,
          .max = OWNERS_MAX),
    OPTIONAL(owner_split, parts, .shape = &owner_part_shape, .max = OWNERS_MAX),
};
const struct shape owner_split_shape = SHAPE(owner_split);

struct split_last {
    struct id agreement;
    int64_t seq; /* of its last split; 0: none */
};
static const struct field split_last_fields[] = {
    FIELD(split_last, agreement),
    FIELD(split_last, seq),
};
static const struct shape split_last_shape = SHAPE(split_last);

struct split_row {
    struct id id;
    struct id agreement;
    int64_t seq;
    const char *document;
    struct moment since;
    struct id recorded_by;
};
static const struct field split_row_fields[] = {
    FIELD(split_row, id),    FIELD(split_row, agreement),
    FIELD(split_row, seq),   FIELD(split_row, document),
    FIELD(split_row, since), FIELD(split_row, recorded_by),
};
static const struct shape split_row_shape = SHAPE(split_row);

struct part_row {
    struct id split;
    int64_t part;
    struct id owner;
    struct rate share;
    const char *how; /* NULL: has not signed */
    const char *document;
};
static const struct field part_row_fields[] = {
    FIELD(part_row, split),  FIELD(part_row, part),
    FIELD(part_row, owner),  FIELD(part_row, share),
    OPTIONAL(part_row, how), OPTIONAL(part_row, document),
};
static const struct shape part_row_shape = SHAPE(part_row);

struct split_stands {
    struct id split;
    int64_t seq;
};
static const struct field split_stands_fields[] = {
    FIELD(split_stands, split),
    FIELD(split_stands, seq),
};
const struct shape split_stands_shape = SHAPE(split_stands);

/* A part for each owner, in the order of the record, with who has signed. */
static struct err parts_keep(struct call *call, struct id split,
                             struct rows owners, struct rows signatures)
{
    const struct owner *owner = owners.at;
    const struct owner_signature *given = signatures.at;
    struct part_row *rows =
        arena_alloc(call->arena, owners.count * sizeof *rows);

    for (size_t i = 0; i < owners.count; i++) {
        rows[i] = (struct part_row){ .split = split,
                                     .part = (int64_t)i + 1,
                                     .owner = owner[i].id,
                                     .share = owner[i].share };
        for (size_t k = 0; k < signatures.count; k++)
            if (id_same(given[k].owner, owner[i].id)) {
                rows[i].how = signing_names[given[k].how];
                rows[i].document = given[k].document;
            }
    }
    return store_rows(call, &SQL_split_part_add, &part_row_shape,
                      (struct rows){ rows, owners.count });
}

struct owner_household {
    struct id household;
};
static const struct field owner_household_fields[] = {
    FIELD(owner_household, household),
};
static const struct shape owner_household_shape = SHAPE(owner_household);

struct err cmd_owner_split(struct call *call, const void *body)
{
    const struct owner_split *ask = body;
    struct owner_household key = { ask->household };
    struct home home;
    struct rows owners, agreements;

    TRY(home_take(call, ask->household, &home));
    TRY(list(call, &SQL_split_last, FROM(owner_household, &key),
             &split_last_shape, &agreements));
    if (!agreements.count)
        return fail(CODE_CONFLICT, "R-GENDER: what is paid under an agreement "
                                   "is split, and none is signed yet");
    const struct split_last *last = agreements.at;
    TRY(owners_of(call, ask->household, &owners));
    TRY(parts_agree(owners.at, owners.count, ask->parts.at, ask->parts.count));
    TRY(split_may(owners.at, owners.count, ask->owners.at, ask->owners.count,
                  ask->parts.count > 0, last->seq == 0));
    struct split_row row = { id_new(call->now), last->agreement, last->seq + 1,
                             ask->document,     call->now,       call->actor };
    TRY(store(call, &SQL_split_add, FROM(split_row, &row)));
    TRY(parts_keep(call, row.id, owners, ask->owners));
    about(call, ask->household);
    struct split_stands answer = { row.id, row.seq };
    return reply(call, FROM(split_stands, &answer));
}
