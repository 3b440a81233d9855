/* duplicates.h — survey.duplicates {project, across, after_no, after_other}:
 * pairs of households with one ID number, one telephone or one address, and
 * which of them it is.  It is for people to look at: a family has one
 * telephone, and nothing is ever merged.  Numbers of households and names of
 * communities alone: whose they are must be looked up, for a purpose. */
#pragma once

#include "common/service/service.h"

/* Two households and what they have in common: of id_number, phone, address,
 * name, name_alike, by commas. */
struct survey_pair {
    const char *no;
    const char *community;
    const char *other_no;
    const char *other_community;
    const char *same;
    struct id household, other; /* for the count of exports; never told */
};

/* A page of pairs. */
struct survey_pairs {
    struct rows pairs;
    const char *next_no; /* both, when there is more */
    const char *next_other;
    const char *watermark; /* of an export */
};

extern const struct shape survey_duplicates_shape, survey_pairs_shape;
struct err cmd_survey_duplicates(struct call *call, const void *body);
