/* redkite import survey: sheets of the home survey into the register.
 *
 * Each file is gone over whole before any of it is sent, so that a broken file
 * leaves nothing behind; the other files go on.  Memory stays flat however
 * long a sheet is. */
#include "common/base/survey_columns.h"

#include "services/redkite/import/sender.h"
#include "services/redkite/import/sheet_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* ---------------------------------------------------------------- one sheet */

/* The whole file is refused: nothing of it was sent. */
static void refuse_file(struct report *report, const char *path,
                        const char *where, const char *why)
{
    struct line line = {
        .no = "",
        .verdict = "refused",
        .column = where ? where : "",
        .remark = why,
    };

    say("%s%s%s: %s; nothing of this file was taken", path, where ? ": " : "",
        where ? where : "", why);
    report_begin(report, sheet_file_name(path), 0);
    report_line(report, &line);
    report_end(report);
}

/* All records, each checked once already; false when the import must end. */
static bool send_records(struct sheet *sheet, const struct shipment *shipment,
                         struct arena *arena)
{
    struct sender *sender = sender_new(shipment, arena);
    struct sheet_record record;
    struct err err;
    bool good = true;

    while (good) {
        err = sheet_next(sheet, &record);
        if (err.code || !record.line)
            break;
        good = sender_add(sender, &record);
    }
    if (err.code) {
        say("%s: %s: %s; it was changed while it was read", shipment->sheet,
            err.field ? err.field : "", err.why);
        good = false;
    }
    good = sender_finish(sender) && good;
    sender_close(&sender);
    return good;
}

static bool import_open(struct shipment *shipment, const char *path, FILE *file,
                        struct arena *arena)
{
    struct sheet *sheet = sheet_open(
        sheet_file_rows(shipment->run, file, arena), survey_columns, arena);
    struct err err = sheet_check(sheet);
    const struct sheet_facts *facts = sheet_facts(sheet);
    bool good = true;

    if (err.code) {
        refuse_file(shipment->report, path, err.field, err.why);
    } else {
        report_begin(shipment->report, shipment->sheet, facts->records);
        if (facts->sheets > 1)
            say("%s: of its %d sheets \"%s\" is read; --sheet NAME takes "
                "another",
                path, facts->sheets, facts->sheet);
        if (facts->ignored)
            say("%s: columns that are passed over: %s", path, facts->ignored);
        good = send_records(sheet, shipment, arena);
        report_end(shipment->report);
    }
    sheet_close(&sheet);
    return good;
}

static bool import_file(struct shipment *shipment, const char *path)
{
    FILE *file = sheet_file_open(path);
    struct arena *arena = arena_new();
    bool good = true;

    shipment->sheet = sheet_file_name(path);
    shipment->hash = file ? sheet_file_hash(file, arena) : NULL;
    if (shipment->hash)
        good = import_open(shipment, path, file, arena);
    else
        refuse_file(shipment->report, path, NULL, "it cannot be read");
    if (file)
        (void)fclose(file);
    arena_destroy(&arena);
    return good;
}

/* ----------------------------------------------------------------- the verb */

/* A report is never written over a sheet that is still to be read. */
static bool spares_sheets(const struct run *run, const char *report)
{
    struct stat to, from;
    const char *path;

    if (!report || stat(report, &to) != 0)
        return true;
    for (size_t i = 0; (path = given_nth(run, "FILE", i)); i++)
        if (stat(path, &from) == 0 && from.st_ino == to.st_ino
            && from.st_dev == to.st_dev) {
            say("%s is one of the sheets: name another file for the report",
                report);
            return false;
        }
    return true;
}

enum status act_import(struct run *run)
{
    struct report report;
    struct shipment shipment = {
        .run = run,
        .report = &report,
        .dry_run = given(run, "--dry-run"),
        .project = find_project(run, given(run, "--project")),
    };
    const char *path;
    bool good = true;

    if (!shipment.project || !spares_sheets(run, given(run, "--report"))
        || !report_open(&report, run, given(run, "--report")))
        return FAILED;
    shipment.client = client_of(run, "cases");
    for (size_t i = 0; good && (path = given_nth(run, "FILE", i)); i++)
        good = import_file(&shipment, path);
    client_close(&shipment.client);
    enum status status = report_close(&report);
    if (shipment.dry_run)
        say("nothing was changed (dry run)");
    else if (good)
        say("next: redkite household list");
    return good ? status : FAILED;
}
