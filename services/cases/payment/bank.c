#include "services/cases/payment/bank.h"

#include "common/base/calendar.h"
#include "services/cases/payment/commands.h"
#include "services/cases/payment/rules.h"
#include "services/cases/payment/store_sql.h"

enum { LINES_MAX = 100, RECEIPT_MAX = 100, NO_MAX = 100 };

/* ----------------------------------------------------------- payment.match */

struct bank_line {
    int64_t line; /* in the file, from 1 */
    const char *receipt;
    const char *no; /* the household's number, or number/part */
    struct money amount;
    struct day paid_on;
};
static const struct field bank_line_fields[] = {
    FIELD(bank_line, line, .least = 1, .most = INT32_MAX),
    FIELD(bank_line, receipt, .max = RECEIPT_MAX),
    FIELD(bank_line, no, .max = NO_MAX),
    FIELD(bank_line, amount),
    FIELD(bank_line, paid_on),
};
static const struct shape bank_line_shape = SHAPE(bank_line);

struct bank_match {
    struct id project;
    const char *file;   /* its name, for people */
    const char *sha256; /* of its bytes; NULL: not known */
    struct rows lines;
};
static const struct field bank_match_fields[] = {
    FIELD(bank_match, project),
    FIELD(bank_match, file, .max = 255),
    OPTIONAL(bank_match, sha256, .max = 64),
    FIELD(bank_match, lines, .shape = &bank_line_shape, .max = LINES_MAX),
};
const struct shape bank_match_shape = SHAPE(bank_match);

struct bank_result {
    int64_t line;
    unsigned verdict;
    struct id payment;   /* entered: to be confirmed by another person */
    const char *read_at; /* repeated: file:line where it was read first */
    bool same;           /* which is this line of this very file */
};
static const struct field bank_result_fields[] = {
    FIELD(bank_result, line),
    FIELD(bank_result, verdict, .names = bank_verdicts),
    OPTIONAL(bank_result, payment),
    OPTIONAL(bank_result, read_at),
    FIELD(bank_result, same),
};
static const struct shape bank_result_shape = SHAPE(bank_result);

struct bank_report {
    struct rows results;
};
static const struct field bank_report_fields[] = {
    FIELD(bank_report, results, .shape = &bank_result_shape),
};
const struct shape bank_report_shape = SHAPE(bank_report);

struct bank_key {
    struct id project;
    const char *no;
    const char *receipt;
    const char *sha256;
    int64_t line;
    struct money amount;
};
static const struct field bank_key_fields[] = {
    FIELD(bank_key, project),   FIELD(bank_key, no),   FIELD(bank_key, receipt),
    OPTIONAL(bank_key, sha256), FIELD(bank_key, line), FIELD(bank_key, amount),
};
static const struct shape bank_key_shape = SHAPE(bank_key);

struct bank_found {
    struct id household;
    unsigned kind;
    int64_t month;
    int64_t part;
    struct money owed;
    bool due;
    bool second;
    const char *read_at;
    bool same;
};
static const struct field bank_found_fields[] = {
    OPTIONAL(bank_found, household),
    FIELD(bank_found, kind, .names = payment_kind_names),
    FIELD(bank_found, month),
    FIELD(bank_found, part),
    OPTIONAL(bank_found, owed),
    FIELD(bank_found, due),
    FIELD(bank_found, second),
    OPTIONAL(bank_found, read_at),
    FIELD(bank_found, same),
};
static const struct shape bank_found_shape = SHAPE(bank_found);

/* A line as it is kept. */
struct bank_row {
    struct id project;
    const char *receipt;
    const char *file;
    const char *sha256;
    int64_t line;
    const char *no;
    struct money amount;
    struct day paid_on;
    unsigned verdict;
    struct id payment;
    struct id entered_by;
    struct moment entered_at;
};
static const struct field bank_row_fields[] = {
    FIELD(bank_row, project),
    FIELD(bank_row, receipt),
    FIELD(bank_row, file),
    OPTIONAL(bank_row, sha256),
    FIELD(bank_row, line),
    FIELD(bank_row, no),
    FIELD(bank_row, amount),
    FIELD(bank_row, paid_on),
    FIELD(bank_row, verdict, .names = bank_verdicts),
    OPTIONAL(bank_row, payment),
    FIELD(bank_row, entered_by),
    FIELD(bank_row, entered_at),
};
static const struct shape bank_row_shape = SHAPE(bank_row);

static struct err keep(struct call *call, struct bank_row *row,
                       const struct bank_found *found)
{
    if (row->verdict == BANK_REPEATED)
        return OK;
    if (row->verdict == BANK_ENTERED) {
        const struct payment_enter entered = {
            .household = found->household,
            .kind = found->kind,
            .month = found->month,
            .part = found->part,
            .amount = row->amount,
            .receipt = row->receipt,
            .paid_on = row->paid_on,
        };
        TRY(payment_keep(call, &entered, &row->payment));
    }
    return store(call, &SQL_bank_line_add, FROM(bank_row, row));
}

static struct err match(struct call *call, const struct bank_match *ask,
                        const struct bank_line *line,
                        struct bank_result *result)
{
    struct bank_key key = { ask->project, line->no,   line->receipt,
                            ask->sha256,  line->line, line->amount };
    struct bank_found found;

    TRY(fetch(call, &SQL_bank_facts, FROM(bank_key, &key),
              INTO(bank_found, &found)));
    struct bank_facts facts = {
        .repeated = found.read_at != NULL,
        .known = id_given(found.household),
        .due = found.due,
        .second = found.second,
        .owed = found.owed,
        .paid = line->amount,
        .paid_on = line->paid_on,
        .today = day_of(call->now),
    };
    struct bank_row row = {
        .project = ask->project,
        .receipt = line->receipt,
        .file = ask->file,
        .sha256 = ask->sha256,
        .line = line->line,
        .no = line->no,
        .amount = line->amount,
        .paid_on = line->paid_on,
        .verdict = bank_judge(&facts),
        .entered_by = call->actor,
        .entered_at = call->now,
    };
    TRY(keep(call, &row, &found));
    *result = (struct bank_result){ line->line, row.verdict, row.payment,
                                    found.read_at, found.same };
    return OK;
}

struct err cmd_payment_match(struct call *call, const void *body)
{
    const struct bank_match *ask = body;
    const struct bank_line *lines = ask->lines.at;
    size_t count = ask->lines.count;
    struct bank_result *results =
        arena_alloc(call->arena, count * sizeof *results);

    for (size_t i = 0; i < count; i++) {
        if (lines[i].amount.fen < 0)
            return fail_at(arena_format(call->arena, "lines[%zu].amount", i),
                           "is below nothing");
        TRY(match(call, ask, &lines[i], &results[i]));
    }
    about(call, ask->project);
    struct bank_report report = { { results, count } };
    return reply(call, FROM(bank_report, &report));
}

/* ------------------------------------------------------ payment.exceptions */

struct bank_ask {
    struct id project;
    const char *after; /* the last receipt of the page before */
};
static const struct field bank_ask_fields[] = {
    FIELD(bank_ask, project),
    OPTIONAL(bank_ask, after, .max = RECEIPT_MAX),
};
const struct shape bank_ask_shape = SHAPE(bank_ask);

struct bank_exception {
    const char *receipt;
    const char *file;
    int64_t line;
    const char *no;
    struct money amount;
    struct day paid_on;
    unsigned verdict;
};
static const struct field bank_exception_fields[] = {
    FIELD(bank_exception, receipt),
    FIELD(bank_exception, file),
    FIELD(bank_exception, line),
    FIELD(bank_exception, no),
    FIELD(bank_exception, amount),
    FIELD(bank_exception, paid_on),
    FIELD(bank_exception, verdict, .names = bank_verdicts),
};
static const struct shape bank_exception_shape = SHAPE(bank_exception);

struct bank_page {
    struct rows exceptions;
};
static const struct field bank_page_fields[] = {
    FIELD(bank_page, exceptions, .shape = &bank_exception_shape,
          .max = LINES_MAX),
};
const struct shape bank_page_shape = SHAPE(bank_page);

struct err cmd_payment_exceptions(struct call *call, const void *body)
{
    struct bank_page page;

    TRY(list(call, then(call, &SQL_bank_exceptions), FROM(bank_ask, body),
             &bank_exception_shape, &page.exceptions));
    return reply(call, FROM(bank_page, &page));
}
