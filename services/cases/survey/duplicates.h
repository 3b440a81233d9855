/* duplicates.h — survey.duplicates {project, across, after_no, after_other}:
 * pairs of households with one ID number, one telephone or one address, and
 * which of them it is.  It is for people to look at: a family has one
 * telephone, and nothing is ever merged.  Numbers of households and names of
 * communities alone: whose they are must be looked up, for a purpose. */
#pragma once

#include "common/service/service.h"

extern const struct shape survey_duplicates_shape, survey_pairs_shape;
struct err cmd_survey_duplicates(struct call *call, const void *body);
