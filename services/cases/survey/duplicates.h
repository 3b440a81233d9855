/* duplicates.h — survey.duplicates {project, across, after_no, after_other}:
 * pairs of households with one ID number.  Numbers of households and names of
 * communities alone: whose ID number it is must be looked up, for a purpose. */
#pragma once

#include "common/service/service.h"

extern const struct shape survey_duplicates_shape, survey_pairs_shape;
struct err cmd_survey_duplicates(struct call *call, const void *body);
