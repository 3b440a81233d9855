/* sender.h — the rows of one sheet on their way to cases.
 *
 * Rows travel in batches, several of which are in flight; what became of them
 * is reported in the order of the sheet.  Two batches that hold lines of one
 * household never travel at once, so that the later line has the last word.
 * A batch without an answer is sent again under the same call id.  A run that
 * was killed is simply run again: what is there already is found there. */
#pragma once

#include "common/base/sheet.h"
#include "services/redkite/import/report.h"

/* What all batches of a sheet have in common. */
struct shipment {
    const struct run *run;
    struct report *report;
    struct client *client; /* of cases */
    const char *project;
    const char *sheet; /* the file's name       */
    const char *hash;  /* of its bytes, as hex  */
    bool dry_run;
};

struct sender;

struct sender *sender_new(const struct shipment *shipment, struct arena *arena);

/* One record more; false after it was said why the import cannot go on. */
bool sender_add(struct sender *sender, const struct sheet_record *record);

/* Sends what is left and waits for all answers. */
bool sender_finish(struct sender *sender);

/* Frees what the sender took beside the arena. */
void sender_close(struct sender **sender);
