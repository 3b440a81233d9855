/* commands.h — survey.import: a home survey sheet, a hundred lines at a time.
 *
 * Each line gets its verdict: accepted, remarked, corrected, already there, or
 * refused with the column and a way to mend it.  A sheet that is imported
 * again changes nothing.  The batches of one sheet take turns; they should be
 * sent in the order of the sheet, for a later line corrects an earlier one.
 * A rehearsal (dry_run) gives the same verdicts and writes nothing; what an
 * earlier batch of the same rehearsal would have written it cannot know. */
#pragma once

#include "common/service/service.h"

extern const struct shape survey_import_shape;
extern const struct shape survey_report_shape;

struct err cmd_survey_import(struct call *call, const void *body);
