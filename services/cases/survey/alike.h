/* alike.h — survey.alike {community, after_no, after_other}: pairs of
 * households whose heads have the same or nearly the same name, in one
 * community, or of one address wherever it was put down.  A slip of the pen has
 * no hash to be found by, so the names are opened here, for the moment of the
 * call, by the department alone, for a purpose and on record; no name is told.
 * As with survey.duplicates, people look at it and nothing is ever merged. */
#pragma once

#include "common/service/service.h"

extern const struct shape survey_alike_shape;
struct err cmd_survey_alike(struct call *call, const void *body);
