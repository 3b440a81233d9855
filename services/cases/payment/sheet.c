#include "services/cases/payment/sheet.h"

#include "common/formula/words.h"
#include "services/cases/household/own.h"
#include "services/cases/household/rules.h"
#include "services/cases/payment/commands.h"
#include "services/cases/payment/store_sql.h"

enum { LINES_MAX = 500, PAYMENTS_MAX = 200 };

struct sheet_ask {
    struct id household;
};
static const struct field sheet_ask_fields[] = {
    FIELD(sheet_ask, household),
};
const struct shape sheet_ask_shape = SHAPE(sheet_ask);

struct sheet_line {
    int64_t position;
    const char *code;
    const char *label;
    const char *formula;
    const char *numbers;
    const char *value;
    const char *unit;
    const char *counts;
    const char *citation;
};
static const struct field sheet_line_fields[] = {
    FIELD(sheet_line, position), FIELD(sheet_line, code),
    FIELD(sheet_line, label),    FIELD(sheet_line, formula),
    FIELD(sheet_line, numbers),  FIELD(sheet_line, value),
    FIELD(sheet_line, unit),     FIELD(sheet_line, counts),
    FIELD(sheet_line, citation),
};
static const struct shape sheet_line_shape = SHAPE(sheet_line);

struct sheet_payment {
    unsigned kind;
    int64_t month;
    struct money amount;
    const char *receipt;
    struct day paid_on;
};
static const struct field sheet_payment_fields[] = {
    FIELD(sheet_payment, kind, .names = payment_kind_names),
    FIELD(sheet_payment, month),
    FIELD(sheet_payment, amount),
    FIELD(sheet_payment, receipt),
    FIELD(sheet_payment, paid_on),
};
static const struct shape sheet_payment_shape = SHAPE(sheet_payment);

struct sheet_full {
    struct id household;
    const char *no;
    const char *project;
    const char *community;
    unsigned state;
    struct id statement;
    const char *sha256;
    const char *document; /* of the rules */
    struct id agreement;
    unsigned choice;
    const char *place;
    struct moment signed_at;
    struct moment cooling_until;
    struct moment effective_at;
    struct day pay_by;
    struct money total;
    struct money monthly; /* fees of the time between two homes, due so far */
    struct money paid;    /* of both */
    struct money left;    /* total and monthly, less what was paid */
    const char *total_words;
    const char *paid_words;
    const char *left_words;
    struct rows lines;
    struct rows payments;
};
#define HEAD_FIELDS                                                            \
    FIELD(sheet_full, household), FIELD(sheet_full, no),                       \
        FIELD(sheet_full, project), FIELD(sheet_full, community),              \
        FIELD(sheet_full, state, .names = household_states),                   \
        FIELD(sheet_full, statement), OPTIONAL(sheet_full, sha256),            \
        OPTIONAL(sheet_full, document), OPTIONAL(sheet_full, agreement),       \
        FIELD(sheet_full, choice, .names = household_choices),                 \
        OPTIONAL(sheet_full, place), OPTIONAL(sheet_full, signed_at),          \
        OPTIONAL(sheet_full, cooling_until),                                   \
        OPTIONAL(sheet_full, effective_at), OPTIONAL(sheet_full, pay_by),      \
        FIELD(sheet_full, total), FIELD(sheet_full, monthly),                  \
        FIELD(sheet_full, paid), FIELD(sheet_full, left)
static const struct field sheet_head_fields[] = { HEAD_FIELDS };
static const struct shape sheet_head_shape = {
    .name = "sheet_head",
    .size = sizeof(struct sheet_full),
    .fields = sheet_head_fields,
    .count = sizeof sheet_head_fields / sizeof *sheet_head_fields,
};
static const struct field sheet_full_fields[] = {
    HEAD_FIELDS,
    FIELD(sheet_full, total_words),
    FIELD(sheet_full, paid_words),
    FIELD(sheet_full, left_words),
    FIELD(sheet_full, lines, .shape = &sheet_line_shape, .max = LINES_MAX),
    FIELD(sheet_full, payments, .shape = &sheet_payment_shape,
          .max = PAYMENTS_MAX),
};
const struct shape sheet_full_shape = SHAPE(sheet_full);

static const char *words_of(struct money money, struct arena *arena)
{
    char text[WORDS_MAX];
    struct number yuan = number_of(0);

    return number_divide(number_of(money.fen), number_of(100), &yuan)
                   && amount_in_words(yuan, text)
               ? arena_text(arena, text)
               : "";
}

struct err cmd_settlement_sheet(struct call *call, const void *body)
{
    const struct sheet_ask *ask = body;
    struct sheet_full sheet = { .household = ask->household };

    TRY(own_only(call, ROLE_MONEY | ROLE(FINANCE), ask->household));
    TRY(fetch(call, then(call, &SQL_sheet_head), FROM(sheet_ask, ask),
              (struct slot){ &sheet_head_shape, &sheet }));
    TRY(list(call, then(call, &SQL_sheet_lines), FROM(sheet_ask, ask),
             &sheet_line_shape, &sheet.lines));
    TRY(list(call, then(call, &SQL_sheet_payments), FROM(sheet_ask, ask),
             &sheet_payment_shape, &sheet.payments));
    sheet.total_words = words_of(sheet.total, call->arena);
    sheet.paid_words = words_of(sheet.paid, call->arena);
    sheet.left_words = words_of(sheet.left, call->arena);
    about(call, ask->household);
    return reply(call, FROM(sheet_full, &sheet));
}
