#include "services/redkite/import/report.h"

#include "services/redkite/print.h"

#include <czmq.h>
#include <string.h>
#include <unistd.h>

enum {
    BAR = 30,           /* columns of the bar     */
    BAR_EVERY_MS = 100, /* redrawn at most so often */
    TELL_EVERY_MS = 5000,
};

/* clang-format off */
static const struct {
    const char *wire, *people, *office; /* in sums, in the CSV file */
    enum ink ink;
} verdicts[VERDICTS] = {
    [ACCEPTED]      = { "accepted",      "accepted",      "已登记",         INK_GOOD },
    [REMARKED]      = { "remarked",      "with a remark", "已登记，有备注", INK_GOOD },
    [CORRECTED]     = { "corrected",     "corrected",     "已更正",         INK_GOOD },
    [ALREADY_THERE] = { "already_there", "already there", "原已登记",       INK_DIM },
    [REFUSED]       = { "refused",       "refused",       "未登记，请改正", INK_BAD },
};
/* clang-format on */

static enum verdict verdict_of(const char *wire)
{
    for (int v = 0; v < VERDICTS; v++)
        if (strcmp(verdicts[v].wire, wire) == 0)
            return (enum verdict)v;
    return REFUSED;
}

/* ----------------------------------------------------------------- progress */

static void wipe_bar(struct report *report)
{
    if (report->drawn)
        (void)fputs("\r\033[K", stderr);
    report->drawn = false;
}

static void draw_bar(struct report *report)
{
    int full = report->total ? (int)(BAR * report->done / report->total) : BAR;
    char bar[BAR + 1] = { 0 };

    memset(bar, '-', BAR);
    memset(bar, '#', (size_t)full);
    (void)fflush(stdout);
    (void)fprintf(stderr, "\r\033[K[%s] %ld of %ld  %s", bar, report->done,
                  report->total, report->file);
    (void)fflush(stderr);
    report->drawn = true;
}

void report_progress(struct report *report)
{
    int64_t now = zclock_mono();
    int64_t every = report->bar ? BAR_EVERY_MS : TELL_EVERY_MS;

    if (now - report->told_at < every)
        return;
    report->told_at = now;
    if (report->bar)
        draw_bar(report);
    else
        say("%s: %ld of %ld", report->file, report->done, report->total);
}

/* ------------------------------------------------------------- the CSV file */

/* A cell as RFC 4180 wants it; one that a spreadsheet would run gets a "'". */
static void csv_cell(FILE *csv, const char *text, const char *after)
{
    (void)fputc('"', csv);
    if (*text && strchr("=+-@\t\r", *text))
        (void)fputc('\'', csv);
    for (; *text; text++) {
        if (*text == '"')
            (void)fputc('"', csv);
        (void)fputc(*text, csv);
    }
    (void)fprintf(csv, "\"%s", after);
}

static void csv_line(const struct report *report, const struct line *line)
{
    char number[24] = "";

    if (line->number)
        (void)snprintf(number, sizeof number, "%ld", line->number);
    csv_cell(report->csv, report->file, ",");
    csv_cell(report->csv, number, ",");
    csv_cell(report->csv, line->no, ",");
    csv_cell(report->csv, verdicts[verdict_of(line->verdict)].office, ",");
    csv_cell(report->csv, line->column, ",");
    csv_cell(report->csv, line->remark, "\r\n");
}

/* ----------------------------------------------------------------- one line */

static void print_json(const struct report *report, const struct line *line)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "file", report->file);
    if (line->number)
        cJSON_AddNumberToObject(row, "line", (double)line->number);
    cJSON_AddStringToObject(row, "no", line->no);
    cJSON_AddStringToObject(row, "verdict", line->verdict);
    cJSON_AddStringToObject(row, "column", line->column);
    cJSON_AddStringToObject(row, "remark", line->remark);
    char *text = cJSON_PrintUnformatted(row);
    (void)puts(text);
    cJSON_free(text);
    cJSON_Delete(row);
}

static void print_texts(const struct report *report, const char *const texts[6],
                        enum ink ink)
{
    static const int widths[] = { 26, 6, 10, 13, 13, 0 };
    bool plain = report->run->output == FOR_PLAIN;

    for (int i = 0; i < 6; i++) {
        if (i == 3)
            print_ink(report->run, ink);
        print_cell(texts[i], plain ? 0 : widths[i]);
        if (i == 3)
            print_ink(report->run, INK_PLAIN);
        (void)putchar(i == 5 ? '\n' : plain ? '\t' : ' ');
    }
}

static void print_people(struct report *report, const struct line *line)
{
    static const char *const heads[] = { "file",    "line",   "no",
                                         "verdict", "column", "remark" };
    char number[24] = "";

    if (!report->headed && report->run->output == FOR_PEOPLE)
        print_texts(report, heads, INK_PLAIN);
    report->headed = true;
    if (line->number)
        (void)snprintf(number, sizeof number, "%ld", line->number);
    print_texts(report,
                (const char *const[6]){ report->file, number, line->no,
                                        line->verdict, line->column,
                                        line->remark },
                verdicts[verdict_of(line->verdict)].ink);
}

void report_line(struct report *report, const struct line *line)
{
    enum verdict v = verdict_of(line->verdict);

    wipe_bar(report);
    report->of_file[v]++;
    report->of_all[v]++;
    report->done += line->number > 0;
    if (report->run->output == FOR_JSON)
        print_json(report, line);
    else
        print_people(report, line);
    if (report->csv)
        csv_line(report, line);
}

/* --------------------------------------------------------------------- sums */

static void say_sum(const char *what, const int64_t of[VERDICTS],
                    struct arena *arena)
{
    const char *text = "";

    for (int v = 0; v < VERDICTS; v++)
        if (of[v])
            text = arena_format(arena, "%s%s%ld %s", text, *text ? ", " : "",
                                of[v], verdicts[v].people);
    say("%s: %s", what, *text ? text : "no households");
}

bool report_open(struct report *report, const struct run *run,
                 const char *csv_path)
{
    *report = (struct report){ .run = run, .bar = isatty(STDERR_FILENO) };
    if (!csv_path)
        return true;
    report->csv = fopen(csv_path, "we");
    if (!report->csv) {
        say("%s cannot be written", csv_path);
        return false;
    }
    (void)fputs("\xEF\xBB\xBF文件,行号,户编号,结果,栏目,说明\r\n", report->csv);
    return true;
}

void report_begin(struct report *report, const char *file, int64_t total)
{
    report->file = file;
    report->done = 0;
    report->total = total;
    report->told_at = zclock_mono();
    memset(report->of_file, 0, sizeof report->of_file);
    report->files++;
}

void report_end(struct report *report)
{
    struct arena *arena = arena_new();

    wipe_bar(report);
    say_sum(report->file, report->of_file, arena);
    arena_destroy(&arena);
}

enum status report_close(struct report *report)
{
    bool written = true;

    if (report->files > 1)
        say_sum("in all", report->of_all, report->run->arena);
    if (report->csv) {
        written = !ferror(report->csv);
        written = fclose(report->csv) == 0 && written;
    }
    if (!written)
        say("the report could not be written to its end");
    return written && !report->of_all[REFUSED] ? DONE : FAILED;
}
