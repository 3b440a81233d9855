/* The verbs of money: what the bank says it paid, matched to what is owed, a
 * hundred lines at a time.  A run that was cut off is simply run again: a
 * receipt counts once. */
#include "services/redkite/cli.h"
#include "services/redkite/csv.h"
#include "services/redkite/import/receipts.h"
#include "services/redkite/print.h"

#include <stdio.h>
#include <string.h>

enum { LINES = 100 }; /* of one batch (payment.match) */

/* ---------------------------------------------------------- payment match */

/* clang-format off */
static const struct {
    const char *wire, *office;
} verdicts[] = {
    { "unknown",      "没有这个户编号" },
    { "to_come",      "支付日期在今天之后" },
    { "not_due",      "这一户目前没有应付未付的款项" },
    { "other_amount", "金额与应付金额不一致（须分毫不差）" },
    { "second",       "同一笔款项已有另一张回单" },
    { "repeated",     "这张回单以前读过" },
};
/* clang-format on */

struct matching {
    struct run *run;
    const char *path;
    struct receipts receipts;
    cJSON *lines; /* what became of each, to print */
    size_t entered, before, repeated, exceptions;
    FILE *csv; /* the exceptions; NULL when no file of them is wanted */
};

static const char *text_of(const cJSON *row, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));

    return text ? text : "";
}

static const char *office_of(const char *verdict)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (strcmp(verdicts[i].wire, verdict) == 0)
            return verdicts[i].office;
    return verdict;
}

static void write_exception(const struct matching *matching,
                            const struct receipt *receipt, const char *verdict)
{
    char line[24];

    (void)snprintf(line, sizeof line, "%ld", (long)receipt->line);
    if (matching->csv)
        csv_row(matching->csv,
                (const char *const[]){
                    matching->receipts.file, line, receipt->name, receipt->no,
                    receipt->amount, receipt->paid_on, office_of(verdict) },
                7);
}

/* What the service said of one line. */
static void take_result(struct matching *matching,
                        const struct receipt *receipt, const cJSON *result)
{
    const char *verdict = text_of(result, "verdict");
    bool same = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(result, "same"));
    cJSON *row = cJSON_CreateObject();

    cJSON_AddNumberToObject(row, "line", (double)receipt->line);
    cJSON_AddStringToObject(row, "receipt", receipt->name);
    cJSON_AddStringToObject(row, "no", receipt->no);
    cJSON_AddStringToObject(row, "amount", receipt->amount);
    cJSON_AddStringToObject(row, "verdict", same ? "before" : verdict);
    cJSON_AddStringToObject(row, "payment", text_of(result, "payment"));
    cJSON_AddItemToArray(matching->lines, row);
    if (same) {
        matching->before++;
    } else if (strcmp(verdict, "entered") == 0) {
        matching->entered++;
    } else if (strcmp(verdict, "repeated") == 0) {
        matching->repeated++;
        say("%s:%ld: the receipt was read before, %s", matching->path,
            (long)receipt->line, text_of(result, "read_at"));
        write_exception(matching, receipt, verdict);
    } else {
        matching->exceptions++;
        write_exception(matching, receipt, verdict);
    }
}

static const char *batch_body(const struct matching *matching,
                              const char *project, size_t from, size_t to)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "project", project);
    cJSON_AddStringToObject(body, "file", matching->receipts.file);
    cJSON_AddStringToObject(body, "sha256", matching->receipts.hash);
    cJSON *rows = cJSON_AddArrayToObject(body, "lines");
    for (size_t i = from; i < to; i++) {
        const struct receipt *receipt = &matching->receipts.at[i];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddNumberToObject(row, "line", (double)receipt->line);
        cJSON_AddStringToObject(row, "receipt", receipt->name);
        cJSON_AddStringToObject(row, "no", receipt->no);
        cJSON_AddStringToObject(row, "amount", receipt->amount);
        cJSON_AddStringToObject(row, "paid_on", receipt->paid_on);
        cJSON_AddItemToArray(rows, row);
    }
    char *heap = cJSON_PrintUnformatted(body);
    const char *text = arena_text(matching->run->arena, heap);
    cJSON_free(heap);
    cJSON_Delete(body);
    return text;
}

static enum status send_batch(struct matching *matching, const char *project,
                              size_t from, size_t to)
{
    struct answer answer = ask(matching->run, "cases", "payment.match",
                               batch_body(matching, project, from, to));
    const cJSON *result;

    if (answer.code)
        return say_problem(matching->run, "payment.match", answer);
    cJSON *whole = cJSON_Parse(answer.body);
    cJSON_ArrayForEach(result,
                       cJSON_GetObjectItemCaseSensitive(whole, "results")) {
        if (from < to)
            take_result(matching, &matching->receipts.at[from++], result);
    }
    cJSON_Delete(whole);
    return DONE;
}

static void print_matching(const struct matching *matching)
{
    char *text = cJSON_PrintUnformatted(matching->lines);

    print_answer(matching->run,
                 arena_format(matching->run->arena, "{\"lines\":%s}", text));
    cJSON_free(text);
    say("%s: %zu lines: %zu entered, %zu exceptions, %zu read before in "
        "another file, %zu in this one",
        matching->path, matching->receipts.count, matching->entered,
        matching->exceptions, matching->repeated, matching->before);
}

static enum status match_all(struct matching *matching, const char *project)
{
    size_t count = matching->receipts.count;
    enum status status = DONE;

    for (size_t i = 0; i < count && status == DONE; i += LINES)
        status = send_batch(matching, project, i,
                            i + LINES < count ? i + LINES : count);
    print_matching(matching);
    if (status == DONE && count && matching->before == count) {
        say("%s:%ld: this file was read before, to its end; nothing was "
            "entered",
            matching->path, (long)matching->receipts.at[0].line);
        return FAILED;
    }
    if (matching->entered)
        say("next: redkite payment confirm PAYMENT (another person)");
    return status != DONE || matching->exceptions || matching->repeated ? FAILED
                                                                        : DONE;
}

static bool open_exceptions(struct matching *matching, const char *path)
{
    static const char *const heads[] = { "文件",      "行号",     "回单号",
                                         "户编号",    "金额(元)", "支付日期",
                                         "为何未入账" };

    if (!path)
        return true;
    matching->csv = csv_create(path);
    if (!matching->csv) {
        say("%s cannot be written", path);
        return false;
    }
    csv_row(matching->csv, heads, 7);
    return true;
}

static bool close_exceptions(struct matching *matching)
{
    bool good = !matching->csv || !ferror(matching->csv);

    if (matching->csv && fclose(matching->csv) != 0)
        good = false;
    if (!good)
        say("the exceptions could not be written to their end");
    return good;
}

enum status act_payment_match(struct run *run)
{
    struct matching matching = { .run = run, .path = given(run, "FILE") };
    const char *project = find_project(run, given(run, "--project"));

    if (!project || !receipts_read(run, matching.path, &matching.receipts)
        || !open_exceptions(&matching, given(run, "--exceptions")))
        return FAILED;
    matching.lines = cJSON_CreateArray();
    enum status status = match_all(&matching, project);
    cJSON_Delete(matching.lines);
    return close_exceptions(&matching) ? status : FAILED;
}

/* ---------------------------------------------------------- payment batch */

static const char *kind_of(const char *wire)
{
    return strcmp(wire, "transition") == 0 ? "临时安置费" : "补偿款";
}

static void write_batch(const cJSON *batch, const char *id)
{
    static const char *const heads[] = { "批次", "序号",     "户编号",
                                         "款项", "第几个月", "金额(元)" };
    const cJSON *line;

    csv_begin(stdout);
    csv_row(stdout, heads, 6);
    cJSON_ArrayForEach(line, cJSON_GetObjectItemCaseSensitive(batch, "lines")) {
        char position[24], month[24] = "";
        double of = cJSON_GetNumberValue(
            cJSON_GetObjectItemCaseSensitive(line, "month"));
        (void)snprintf(position, sizeof position, "%.0f",
                       cJSON_GetNumberValue(
                           cJSON_GetObjectItemCaseSensitive(line, "position")));
        if (of > 0)
            (void)snprintf(month, sizeof month, "%.0f", of);
        csv_row(stdout,
                (const char *const[]){ id, position, text_of(line, "no"),
                                       kind_of(text_of(line, "kind")), month,
                                       text_of(line, "amount") },
                6);
    }
}

/* The bank pays what two persons have seen, and nothing else. */
enum status act_payment_batch(struct run *run)
{
    const char *body = args_body(run);
    struct answer answer = body ? ask(run, "cases", "payment.batch_show", body)
                                : (struct answer){ CODE_BAD_REQUEST, "{}" };

    if (!body)
        return FAILED;
    if (answer.code)
        return say_problem(run, "payment.batch_show", answer);
    cJSON *batch = cJSON_Parse(answer.body);
    bool approved = *text_of(batch, "approved_at") != '\0';
    if (approved)
        write_batch(batch, text_of(batch, "id"));
    else
        say("this batch is not approved; next: redkite payment batch-approve "
            "BATCH --total YUAN (another person)");
    cJSON_Delete(batch);
    return approved ? DONE : FAILED;
}

/* --------------------------------------------------------------- the table */

/* clang-format off */
#define PROJECT { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }
#define HOUSEHOLD { "HOUSEHOLD", "household", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or its number (QH-0001)" }
#define WHERE   { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" }
#define END     { 0 }

static const struct arg payment_enter_args[] = {
    HOUSEHOLD, WHERE,
    { "--kind", "kind", ARG_TEXT, NEEDED, "KIND", "compensation, settlement or transition" },
    { "--month", "month", ARG_NUMBER, 0, "N", "of a transition fee: which month, from 1" },
    { "--part", "part", ARG_NUMBER, 0, "N", "of what goes to several accounts: which, from 1" },
    { "--amount", "amount", ARG_TEXT, NEEDED, "YUAN", "by the bank's receipt" },
    { "--receipt", "receipt", ARG_TEXT, NEEDED, "NO", "the receipt's number" },
    { "--paid-on", "paid_on", ARG_DAY, NEEDED, "DAY", "when it was paid" },
    END,
};
static const struct arg payment_confirm_args[] = {
    { "PAYMENT", "payment", ARG_ID, NEEDED, NULL, "entered by somebody else" }, END,
};
static const struct arg payment_match_args[] = {
    { "FILE", NULL, ARG_TEXT, NEEDED, NULL, "the bank's receipts (CSV or XLSX) with the columns 回单号, 户编号, 金额(元), 支付日期; - is stdin" },
    PROJECT,
    { "--sheet", NULL, ARG_TEXT, 0, "NAME", "of a workbook the sheet of that name" },
    { "--exceptions", NULL, ARG_TEXT, 0, "FILE", "write the lines that paid nothing there (CSV), each with its reason" },
    END,
};
static const struct arg payment_exceptions_args[] = {
    PROJECT,
    { "--after", "after", ARG_TEXT, 0, "RECEIPT", "the last of the page before" },
    END,
};

#define BATCH { "BATCH", "batch", ARG_ID, NEEDED, NULL, "its id" }
static const struct arg batch_make_args[] = {
    PROJECT,
    { "--kind", "kind", ARG_TEXT, NEEDED, "KIND", "compensation or transition" },
    { "--households", "households", ARG_IDS, 0, "ID,ID", "these only; else all that are owed" },
    { "--id", "id", ARG_NEW, 0, "ID", "its id; without it, a new one" },
    END,
};
static const struct arg batch_approve_args[] = {
    BATCH,
    { "--total", "total", ARG_TEXT, NEEDED, "YUAN", "the sum that you have seen" }, END,
};
static const struct arg batch_void_args[] = {
    BATCH,
    { "--reason", "reason", ARG_TEXT, NEEDED, "TEXT", "why" }, END,
};
static const struct arg batch_args[] = { BATCH, END };
static const struct arg accounts_args[] = { BATCH, WHERE, END };
static const struct arg batches_args[] = {
    PROJECT,
    { "--after", "after", ARG_ID, 0, "ID", "the last of the page before" }, END,
};

static const struct arg fund_deposit_args[] = {
    PROJECT,
    { "--amount", "amount", ARG_TEXT, NEEDED, "YUAN", "by the paper" },
    { "--document", "document", ARG_TEXT, NEEDED, "NO", "the paper of the deposit" },
    { "--day", "day", ARG_DAY, NEEDED, "DAY", "when the money came" },
    { "--id", "id", ARG_NEW, 0, "ID", "its id; without it, a new one" },
    END,
};
static const struct arg fund_show_args[] = { PROJECT, END };

static const struct arg transition_set_args[] = {
    { "FILE", NULL, ARG_BODY, NEEDED, NULL, "household, area, rate, months, start, part, basis, stages and citation as JSON; - is stdin" },
    { "--id", "id", ARG_NEW, 0, "ID", "its id; without it, a new one" },
    END,
};
static const struct arg transition_confirm_args[] = {
    { "TERMS", "id", ARG_ID, NEEDED, NULL, "entered by somebody else" }, END,
};
static const struct arg transition_price_args[] = {
    PROJECT,
    { "--since", "since", ARG_DAY, NEEDED, "DAY", "from when on it counts" },
    { "--rate", "rate", ARG_TEXT, NEEDED, "YUAN", "a square metre and month" },
    { "--document", "document", ARG_TEXT, NEEDED, "NO", "the paper that publishes it" }, END,
};
static const struct arg transition_show_args[] = { HOUSEHOLD, WHERE, END };

static const struct arg settlement_args[] = { HOUSEHOLD, WHERE, END };

const struct verb money_verbs[] = {
    { "settlement", "sheet", "Show the settlement sheet of a household: lines, sums, payments",
      "settlement sheet QH-0001 --purpose \"printing it\"",
      "cases", "settlement.sheet", settlement_args, .stuck = "household show HOUSEHOLD", .personal = true },
    { "transition", "set", "Enter what a household is paid between its two homes", "transition set terms.json",
      "cases", "transition.set", transition_set_args,
      .next = "transition confirm TERMS (another person)", .stuck = "household show HOUSEHOLD" },
    { "transition", "confirm", "Confirm the terms that another person entered", "transition confirm ID",
      "cases", "transition.confirm", transition_confirm_args, .stuck = "transition show HOUSEHOLD" },
    { "transition", "price", "Enter a rate that was published later",
      "transition price --since 2027-01-01 --rate 24.00 --document NO",
      "cases", "transition.price", transition_price_args },
    { "transition", "show", "Show the terms and the months of a household", "transition show QH-0001 --purpose \"the fee of March\"",
      "cases", "transition.show", transition_show_args, .personal = true,
      .columns = "month from_day to_day overrun amount due_on receipt paid_on" },
    { "fund", "deposit", "Enter money that a project was given", "fund deposit --amount 50000000.00 --document NO --day 2026-09-01",
      "cases", "fund.deposit", fund_deposit_args, .stuck = "fund show" },
    { "fund", "show", "Show what a project was given, and what of it is free", "fund show",
      "cases", "fund.show", fund_show_args },
    { "payment", "batch-make", "Put together what is owed, to be paid at once", "payment batch-make --kind compensation",
      "cases", "payment.batch_make", batch_make_args,
      .next = "payment batch-approve BATCH --total YUAN (another person)", .stuck = "payment batches" },
    { "payment", "batch-approve", "Approve a batch that another person made", "payment batch-approve ID --total 88400.00",
      "cases", "payment.batch_approve", batch_approve_args,
      .next = "payment batch BATCH > batch.csv", .stuck = "payment batches" },
    { "payment", "batch-void", "Give up a batch that is not approved", "payment batch-void ID --reason TEXT",
      "cases", "payment.batch_void", batch_void_args, .stuck = "payment batches" },
    { "payment", "batch", "Write an approved batch for the bank (CSV)", "payment batch ID > batch.csv",
      .args = batch_args, .act = act_payment_batch },
    { "payment", "accounts", "Show the accounts that the parts of a batch go to",
      "payment accounts ID --purpose \"paying them\"",
      "cases", "payment.batch_accounts", accounts_args, .personal = true, .stuck = "payment batch BATCH" },
    { "payment", "batches", "List the batches of a project, and what of each is paid", "payment batches",
      "cases", "payment.batch_list", batches_args,
      .columns = "id count paid total made_at approved_at voided_at" },
    { "payment", "enter", "Enter a receipt of the bank",
      "payment enter QH-0001 --kind compensation --amount 88400.00 --receipt NO --paid-on 2026-12-01",
      "cases", "payment.enter", payment_enter_args, .next = "payment confirm PAYMENT (another person)" },
    { "payment", "confirm", "Check a receipt that another person entered", "payment confirm ID",
      "cases", "payment.confirm", payment_confirm_args, .stuck = "household show HOUSEHOLD" },
    { "payment", "match", "Match the bank's receipts to what is owed", "payment match bank.csv --exceptions left.csv",
      .args = payment_match_args, .act = act_payment_match,
      .columns = "line receipt no amount verdict payment" },
    { "payment", "exceptions", "List the bank's lines that paid nothing", "payment exceptions",
      "cases", "payment.exceptions", payment_exceptions_args, .columns = "receipt file line no amount paid_on verdict" },
    { 0 },
};
/* clang-format on */
