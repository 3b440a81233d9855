#include "services/redkite/import/receipts.h"

#include "common/base/text.h"

#include "services/redkite/import/sheet_file.h"

#include <stdlib.h>
#include <string.h>

enum { RECEIPTS_MAX = 100000, DAY_DIGITS = 8, DAY_CHARS = 10 };

enum column { C_RECEIPT, C_NO, C_AMOUNT, C_PAID_ON, COLUMNS };

static const struct sheet_column columns[COLUMNS + 1] = {
    [C_RECEIPT] = { "回单号", "receipt", true },
    [C_NO] = { "户编号", "no", true },
    [C_AMOUNT] = { "金额(元)", "amount", true },
    [C_PAID_ON] = { "支付日期", "paid_on", true },
};

/* ------------------------------------------------------------------ a cell */

/* "88,400.00": yuan, exact to the fen. */
static const char *read_amount(char *text, char amount[static VALUE_TEXT_MAX])
{
    struct money money;
    char *to = text;

    for (const char *at = text; *at; at++)
        if (*at != ',')
            *to++ = *at;
    *to = '\0';
    if (!money_parse(text, &money) || money.fen <= 0)
        return "金额不是大于零、至多两位小数的数（单位：元）";
    money_format(money, amount);
    return NULL;
}

/* "2026-12-01", "2026/12/01", "20261201": as banks write a day. */
static const char *read_day(const char *text, char day[static VALUE_TEXT_MAX])
{
    char digits[DAY_DIGITS + 1] = "";
    struct day parsed;
    size_t n = 0, length = strlen(text);

    for (; *text && n < DAY_DIGITS; text++)
        if (*text >= '0' && *text <= '9')
            digits[n++] = *text;
    (void)snprintf(day, VALUE_TEXT_MAX, "%.4s-%.2s-%.2s", digits, digits + 4,
                   digits + 6);
    bool whole = n == DAY_DIGITS && !*text
                 && (length == DAY_DIGITS || length == DAY_CHARS);
    return whole && day_parse(day, &parsed)
               ? NULL
               : "支付日期应写作 2026-12-01 这样的日期";
}

/* Why a record is no receipt, or NULL. */
static const char *read_record(const struct sheet_record *record,
                               struct arena *arena, struct receipt *receipt)
{
    char *cells[COLUMNS];
    const char *why;

    for (int i = 0; i < COLUMNS; i++) {
        if (!record->cells[i])
            return arena_format(arena, "缺少%s", columns[i].title);
        cells[i] = text_squeeze(arena_text(arena, record->cells[i]));
    }
    receipt->line = record->line;
    receipt->name = cells[C_RECEIPT];
    receipt->no = cells[C_NO];
    why = read_amount(cells[C_AMOUNT], receipt->amount);
    return why ? why : read_day(cells[C_PAID_ON], receipt->paid_on);
}

/* ---------------------------------------------------------------- the file */

static bool refuse(const char *path, int64_t line, const char *why)
{
    say("%s:%ld: %s; nothing of this file was read", path, (long)line, why);
    return false;
}

static int by_name(const void *a, const void *b)
{
    const struct receipt *one = a, *two = b;
    int order = strcmp(one->name, two->name);

    return order ? order : one->line < two->line ? -1 : 1;
}

/* A receipt is paid once: a line that comes twice is somebody's mistake, and
 * somebody has to say which of them counts. */
static bool each_once(const struct run *run, const char *path,
                      const struct receipts *receipts)
{
    size_t size = receipts->count * sizeof *receipts->at;
    struct receipt *sorted = arena_alloc(run->arena, size + 1);

    if (size)
        memcpy(sorted, receipts->at, size);
    qsort(sorted, receipts->count, sizeof *sorted, by_name);
    for (size_t i = 1; i < receipts->count; i++)
        if (strcmp(sorted[i - 1].name, sorted[i].name) == 0)
            return refuse(path, sorted[i].line,
                          arena_format(run->arena, "回单号 %s 在第 %ld 行已有",
                                       sorted[i].name,
                                       (long)sorted[i - 1].line));
    return true;
}

static bool read_all(const struct run *run, const char *path,
                     struct sheet *sheet, struct receipts *receipts)
{
    struct sheet_record record;
    struct err err = sheet_check(sheet);
    int64_t count = sheet_facts(sheet)->records;

    if (!err.code && count > RECEIPTS_MAX)
        return refuse(path, 1, "超过十万行，请分成几个文件");
    if (!err.code)
        receipts->at =
            arena_alloc(run->arena, ((size_t)count + 1) * sizeof *receipts->at);
    while (!err.code) {
        err = sheet_next(sheet, &record);
        if (err.code || !record.line || receipts->count == (size_t)count)
            break;
        const char *why =
            read_record(&record, run->arena, &receipts->at[receipts->count++]);
        if (why)
            return refuse(path, record.line, why);
    }
    if (err.code)
        say("%s: %s%s%s; nothing of this file was read", path,
            err.field ? err.field : "", err.field ? ": " : "", err.why);
    return !err.code;
}

bool receipts_read(struct run *run, const char *path, struct receipts *receipts)
{
    FILE *file = sheet_file_open(path);

    *receipts = (struct receipts){ .file = sheet_file_name(path) };
    receipts->hash = file ? sheet_file_hash(file, run->arena) : NULL;
    if (!receipts->hash) {
        say("%s cannot be read", path);
        if (file)
            (void)fclose(file);
        return false;
    }
    struct sheet *sheet =
        sheet_open(sheet_file_rows(run, file, run->arena), columns, run->arena);
    bool good = read_all(run, path, sheet, receipts);
    sheet_close(&sheet);
    (void)fclose(file);
    return good && each_once(run, path, receipts);
}
