#include "services/cases/payment/batch.h"

#include "services/cases/owner/rules.h"
#include "services/cases/payment/commands.h"
#include "services/cases/payment/rules.h"
#include "services/cases/payment/store_sql.h"

enum { BATCH_MOST = 200, REASON_MAX = 200, PAGE = 100 };

struct batch_key {
    struct id batch;
};
static const struct field batch_key_fields[] = {
    FIELD(batch_key, batch),
};
const struct shape batch_key_shape = SHAPE(batch_key);

/* ----------------------------------------------------- payment.batch_make */

struct batch_make {
    struct id id;
    struct id project;
    unsigned kind;
    struct ids households; /* none: all */
};
static const struct field batch_make_fields[] = {
    FIELD(batch_make, id),
    FIELD(batch_make, project),
    FIELD(batch_make, kind, .names = payment_kind_names),
    OPTIONAL(batch_make, households, .max = BATCH_MOST),
};
const struct shape batch_make_shape = SHAPE(batch_make);

struct batch_made {
    struct id batch;
    int64_t lines;
    struct money total;
};
static const struct field batch_made_fields[] = {
    FIELD(batch_made, batch),
    FIELD(batch_made, lines),
    FIELD(batch_made, total),
};
const struct shape batch_made_shape = SHAPE(batch_made);

struct batch_line {
    struct id batch;
    int64_t position;
    struct id household;
    unsigned kind;
    int64_t month;
    struct money amount;
};
static const struct field batch_line_fields[] = {
    OPTIONAL(batch_line, batch),
    FIELD(batch_line, position),
    FIELD(batch_line, household),
    FIELD(batch_line, kind, .names = payment_kind_names),
    FIELD(batch_line, month),
    FIELD(batch_line, amount),
};
static const struct shape batch_line_shape = SHAPE(batch_line);

struct batch_row {
    struct id id;
    struct id project;
    int64_t lines;
    struct money total;
    struct id made_by;
    struct moment made_at;
};
static const struct field batch_row_fields[] = {
    FIELD(batch_row, id),      FIELD(batch_row, project),
    FIELD(batch_row, lines),   FIELD(batch_row, total),
    FIELD(batch_row, made_by), FIELD(batch_row, made_at),
};
static const struct shape batch_row_shape = SHAPE(batch_row);

/* ---- R-GENDER: a row for each account. ---- */

struct split_key {
    struct ids households;
};
static const struct field split_key_fields[] = {
    FIELD(split_key, households),
};
static const struct shape split_key_shape = SHAPE(split_key);

struct split_of {
    struct id household;
    int64_t part;
    struct id owner;
    struct rate share;
    struct id account; /* none: none was named yet */
};
static const struct field split_of_fields[] = {
    FIELD(split_of, household),  FIELD(split_of, part),
    FIELD(split_of, owner),      FIELD(split_of, share),
    OPTIONAL(split_of, account),
};
static const struct shape split_of_shape = SHAPE(split_of);

struct batch_part {
    struct id batch;
    int64_t position;
    int64_t part;
    struct id owner;
    struct id account;
    struct money amount;
};
static const struct field batch_part_fields[] = {
    FIELD(batch_part, batch),      FIELD(batch_part, position),
    FIELD(batch_part, part),       FIELD(batch_part, owner),
    OPTIONAL(batch_part, account), FIELD(batch_part, amount),
};
static const struct shape batch_part_shape = SHAPE(batch_part);

/* The parts of one line, from the first `split` of its household; how many of
 * them something goes to. */
static size_t parts_of(const struct batch_line *line,
                       const struct split_of *split, size_t count,
                       struct batch_part *parts)
{
    struct owner owners[OWNERS_MAX];
    struct money amounts[OWNERS_MAX];
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        owners[i] =
            (struct owner){ .id = split[i].owner, .share = split[i].share };
    sum_split(line->amount, owners, count, amounts);
    for (size_t i = 0; i < count; i++)
        if (amounts[i].fen)
            parts[kept++] =
                (struct batch_part){ line->batch,      line->position,
                                     split[i].part,    split[i].owner,
                                     split[i].account, amounts[i] };
    return kept;
}

/* How many rows from `from` on are of this household. */
static size_t run_of(struct id household, const struct split_of *split,
                     size_t count)
{
    size_t n = 0;

    while (n < count && n < OWNERS_MAX
           && id_same(split[n].household, household))
        n++;
    return n;
}

static struct err parts_keep(struct call *call, struct rows found)
{
    const struct batch_line *lines = found.at;
    struct id *households =
        arena_alloc(call->arena, found.count * sizeof *households);
    struct split_key key = { { households, found.count } };
    struct rows splits;

    for (size_t i = 0; i < found.count; i++)
        households[i] = lines[i].household;
    TRY(list(call, &SQL_batch_split, FROM(split_key, &key), &split_of_shape,
             &splits));
    const struct split_of *split = splits.at;
    size_t room = 0, count = 0;
    for (size_t i = 0; i < found.count; i++)
        for (size_t k = 0; k < splits.count; k++)
            room += id_same(split[k].household, lines[i].household);
    struct batch_part *parts =
        arena_alloc(call->arena, (room + 1) * sizeof *parts);
    for (size_t i = 0; i < found.count; i++)
        for (size_t k = 0, n; k < splits.count; k += n ? n : 1) {
            n = run_of(lines[i].household, &split[k], splits.count - k);
            count += parts_of(&lines[i], &split[k], n, &parts[count]);
        }
    return store_rows(call, &SQL_batch_part_add, &batch_part_shape,
                      (struct rows){ parts, count });
}

struct err cmd_payment_batch_make(struct call *call, const void *body)
{
    const struct batch_make *ask = body;
    struct rows found;

    TRY(list(call, &SQL_batch_owed, FROM(batch_make, ask), &batch_line_shape,
             &found));
    struct batch_line *lines = found.at;
    if (!found.count
        || (ask->households.count && found.count < ask->households.count))
        return fail(CODE_CONFLICT,
                    "what is to be paid together is owed, to the fen, and is "
                    "in no other batch; payment.batch_list tells the others");
    struct batch_row row = {
        .id = ask->id,
        .project = ask->project,
        .lines = (int64_t)found.count,
        .made_by = call->actor,
        .made_at = call->now,
    };
    for (size_t i = 0; i < found.count; i++) {
        lines[i].batch = ask->id;
        row.total.fen += lines[i].amount.fen;
    }
    TRY(store(call, &SQL_batch_add, FROM(batch_row, &row)));
    TRY(store_rows(call, &SQL_batch_line_add, &batch_line_shape, found));
    TRY(parts_keep(call, found));
    about(call, ask->project);
    struct batch_made answer = { row.id, row.lines, row.total };
    return reply(call, FROM(batch_made, &answer));
}

/* ------------------------------------------------ approved, or given up */

struct batch_approve {
    struct id batch;
    struct money total; /* that the checker has seen */
};
static const struct field batch_approve_fields[] = {
    FIELD(batch_approve, batch),
    FIELD(batch_approve, total),
};
const struct shape batch_approve_shape = SHAPE(batch_approve);

struct batch_void {
    struct id batch;
    const char *reason;
};
static const struct field batch_void_fields[] = {
    FIELD(batch_void, batch),
    FIELD(batch_void, reason, .max = REASON_MAX),
};
const struct shape batch_void_shape = SHAPE(batch_void);

struct batch_taken {
    struct id id;
    struct id project;
    int64_t lines;
    struct money total;
    struct id made_by;
    bool approved;
    bool voided;
    int64_t owed; /* of its lines, today */
};
static const struct field batch_taken_fields[] = {
    FIELD(batch_taken, id),      FIELD(batch_taken, project),
    FIELD(batch_taken, lines),   FIELD(batch_taken, total),
    FIELD(batch_taken, made_by), FIELD(batch_taken, approved),
    FIELD(batch_taken, voided),  FIELD(batch_taken, owed),
};
static const struct shape batch_taken_shape = SHAPE(batch_taken);

struct batch_end {
    struct id batch;
    struct id by;
    struct moment at;
    const char *reason;
};
static const struct field batch_end_fields[] = {
    FIELD(batch_end, batch),
    FIELD(batch_end, by),
    FIELD(batch_end, at),
    OPTIONAL(batch_end, reason),
};
static const struct shape batch_end_shape = SHAPE(batch_end);

struct batch_ended {
    struct id batch;
    struct money total;
};
static const struct field batch_ended_fields[] = {
    FIELD(batch_ended, batch),
    FIELD(batch_ended, total),
};
const struct shape batch_ended_shape = SHAPE(batch_ended);

/* The batch, locked, as the rules look at it. */
static struct err take(struct call *call, struct id batch,
                       struct batch_taken *taken, struct batch_standing *at)
{
    struct batch_key key = { batch };

    TRY(fetch(call, &SQL_batch_locked, FROM(batch_key, &key),
              INTO(batch_taken, taken)));
    *at = (struct batch_standing){
        .made_by = taken->made_by,
        .approved = taken->approved,
        .voided = taken->voided,
        .all_owed = taken->owed == taken->lines,
        .total = taken->total,
    };
    about(call, taken->project);
    return OK;
}

struct err cmd_payment_batch_approve(struct call *call, const void *body)
{
    const struct batch_approve *ask = body;
    struct batch_taken taken;
    struct batch_standing at;

    TRY(take(call, ask->batch, &taken, &at));
    TRY(batch_may_approve(&at, call->actor, ask->total));
    struct batch_end end = { .batch = taken.id,
                             .by = call->actor,
                             .at = call->now };
    TRY(store(call, &SQL_batch_approve, FROM(batch_end, &end)));
    struct batch_ended answer = { taken.id, taken.total };
    return reply(call, FROM(batch_ended, &answer));
}

struct err cmd_payment_batch_void(struct call *call, const void *body)
{
    const struct batch_void *ask = body;
    struct batch_taken taken;
    struct batch_standing at;

    TRY(take(call, ask->batch, &taken, &at));
    TRY(batch_may_void(&at));
    struct batch_end end = { taken.id, call->actor, call->now, ask->reason };
    TRY(store(call, &SQL_batch_void, FROM(batch_end, &end)));
    struct batch_ended answer = { taken.id, taken.total };
    return reply(call, FROM(batch_ended, &answer));
}

/* ----------------------------------------------------- payment.batch_show */

struct batch_shown {
    int64_t position;
    const char *no;
    unsigned kind;
    int64_t month;
    struct money amount;
    const char *receipt; /* of the bank; NULL: not paid yet */
    struct day paid_on;
};
static const struct field batch_shown_fields[] = {
    FIELD(batch_shown, position),
    FIELD(batch_shown, no),
    FIELD(batch_shown, kind, .names = payment_kind_names),
    FIELD(batch_shown, month),
    FIELD(batch_shown, amount),
    OPTIONAL(batch_shown, receipt),
    OPTIONAL(batch_shown, paid_on),
};
static const struct shape batch_shown_shape = SHAPE(batch_shown);

/* A batch without its lines, and with them. */
struct batch_full {
    struct id id;
    struct id project;
    int64_t count; /* of its lines */
    int64_t paid;  /* of them */
    struct money total;
    struct id made_by;
    struct moment made_at;
    struct id approved_by;
    struct moment approved_at;
    struct moment voided_at;
    const char *void_reason;
    struct rows lines;
};
#define HEAD_FIELDS                                                            \
    FIELD(batch_full, id), FIELD(batch_full, project),                         \
        FIELD(batch_full, count), FIELD(batch_full, paid),                     \
        FIELD(batch_full, total), FIELD(batch_full, made_by),                  \
        FIELD(batch_full, made_at), OPTIONAL(batch_full, approved_by),         \
        OPTIONAL(batch_full, approved_at), OPTIONAL(batch_full, voided_at),    \
        OPTIONAL(batch_full, void_reason)
static const struct field batch_head_fields[] = { HEAD_FIELDS };
static const struct shape batch_head_shape = {
    .name = "batch_head",
    .size = sizeof(struct batch_full),
    .fields = batch_head_fields,
    .count = sizeof batch_head_fields / sizeof *batch_head_fields,
};
static const struct field batch_full_fields[] = {
    HEAD_FIELDS,
    FIELD(batch_full, lines, .shape = &batch_shown_shape),
};
const struct shape batch_full_shape = SHAPE(batch_full);

struct err cmd_payment_batch_show(struct call *call, const void *body)
{
    const struct batch_key *ask = body;
    struct batch_full batch = { .id = ask->batch };

    TRY(fetch(call, then(call, &SQL_batch_by_id), FROM(batch_key, ask),
              (struct slot){ &batch_head_shape, &batch }));
    TRY(list(call, then(call, &SQL_batch_lines), FROM(batch_key, ask),
             &batch_shown_shape, &batch.lines));
    about(call, batch.project);
    return reply(call, FROM(batch_full, &batch));
}

/* ----------------------------------------------------- payment.batch_list */

struct batch_ask {
    struct id project;
    struct id after; /* the last of the page before */
};
static const struct field batch_ask_fields[] = {
    FIELD(batch_ask, project),
    OPTIONAL(batch_ask, after),
};
const struct shape batch_ask_shape = SHAPE(batch_ask);

struct batch_page {
    struct rows batches;
};
static const struct field batch_page_fields[] = {
    FIELD(batch_page, batches, .shape = &batch_head_shape, .max = PAGE),
};
const struct shape batch_page_shape = SHAPE(batch_page);

struct err cmd_payment_batch_list(struct call *call, const void *body)
{
    struct batch_page page;

    TRY(list(call, then(call, &SQL_batch_list), FROM(batch_ask, body),
             &batch_head_shape, &page.batches));
    return reply(call, FROM(batch_page, &page));
}

/* ------------------------------------------------- payment.batch_accounts */

struct account_full {
    int64_t position;
    const char *no;
    struct money amount;
    struct id owner;
    const char *name; /* of the owner */
    struct id holder;
    const char *holder_name;
    const char *number;
    struct id account; /* from here on only read */
    struct bytes owner_sealed;
    struct bytes holder_sealed;
    struct bytes number_sealed;
};
static const struct field account_full_fields[] = {
    FIELD(account_full, position),
    FIELD(account_full, no),
    FIELD(account_full, amount),
    FIELD(account_full, owner),
    OPTIONAL(account_full, name),
    OPTIONAL(account_full, holder),
    OPTIONAL(account_full, holder_name),
    OPTIONAL(account_full, number),
    OPTIONAL(account_full, account),
    FIELD(account_full, owner_sealed),
    OPTIONAL(account_full, holder_sealed),
    OPTIONAL(account_full, number_sealed),
};
enum { ACCOUNT_ONLY_READ = 4 };
static const struct shape account_full_shape = SHAPE(account_full);
static const struct shape account_shown_shape =
    SHAPE_PART("account_shown", account_full, ACCOUNT_ONLY_READ);

struct account_page {
    struct rows accounts;
};
static const struct field account_page_fields[] = {
    FIELD(account_page, accounts, .shape = &account_shown_shape),
};
const struct shape account_page_shape = SHAPE(account_page);

static struct err open_account(struct call *call, struct account_full *row)
{
    TRY(open_field(call, "owner_share.name", row->owner, row->owner_sealed,
                   &row->name));
    if (!id_given(row->account))
        return OK;
    TRY(open_field(call, "owner_share.name", row->holder, row->holder_sealed,
                   &row->holder_name));
    return open_field(call, "owner_account.number", row->account,
                      row->number_sealed, &row->number);
}

struct err cmd_payment_batch_accounts(struct call *call, const void *body)
{
    const struct batch_key *ask = body;
    struct account_page page;

    about(call, ask->batch);
    TRY(list(call, then(call, &SQL_batch_accounts), FROM(batch_key, ask),
             &account_full_shape, &page.accounts));
    struct account_full *rows = page.accounts.at;
    for (size_t i = 0; i < page.accounts.count; i++)
        TRY(open_account(call, &rows[i]));
    return reply(call, FROM(account_page, &page));
}
