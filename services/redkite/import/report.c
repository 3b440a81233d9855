#include "services/redkite/import/report.h"

#include "services/redkite/import/report_file.h"
#include "services/redkite/print.h"

#include <czmq.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    BAR = 30,           /* columns of the bar     */
    BAR_EVERY_MS = 100, /* redrawn at most so often */
    TELL_EVERY_MS = 5000,
};

/* clang-format off */
static const struct {
    const char *wire, *people, *office; /* in sums, in the file */
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

static void write_line(struct report *report, const struct line *line,
                       enum verdict v)
{
    char number[24] = "";
    struct report_row row = {
        .texts = { report->file, number, verdicts[v].office, line->column,
                   line->remark },
        .good = v != REFUSED,
    };

    if (line->number)
        (void)snprintf(number, sizeof number, "%ld", line->number);
    for (int i = 0; line->cells && i < SURVEY_COLUMNS; i++)
        row.texts[REPORT_OWN + i] = line->cells[i];
    report_file_row(report->to, &row);
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
    if (report->to)
        write_line(report, line, v);
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

bool report_open(struct report *report, const struct run *run, const char *path)
{
    *report = (struct report){ .run = run, .bar = isatty(STDERR_FILENO) };
    if (!path)
        return true;
    report->to = report_file_open(path, run->arena);
    if (!report->to)
        say("%s cannot be written", path);
    return report->to;
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
    if (report->to)
        written = report_file_close(&report->to);
    if (!written)
        say("the report could not be written to its end");
    return written && !report->of_all[REFUSED] ? DONE : FAILED;
}
