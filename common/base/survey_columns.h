/* survey_columns.h — the columns of a home survey sheet (入户调查表).
 *
 * The one table that ties the title in the sheet to the member of
 * survey.import.  There is no column for an employer, relatives or ethnicity,
 * and there must be none (domain.md 1.6, R-KIN): what a sheet has beyond this
 * table is passed over and named in the report. */
#pragma once

#include "common/base/sheet.h"

enum survey_column {
    SURVEY_SEQ,
    SURVEY_COMMUNITY,
    SURVEY_NO,
    SURVEY_NAME,
    SURVEY_ID_NUMBER,
    SURVEY_PHONE,
    SURVEY_ADDRESS,
    SURVEY_CERTIFICATE,
    SURVEY_REGISTRATION,
    SURVEY_USE,
    SURVEY_STRUCTURE,
    SURVEY_REGISTERED_AREA,
    SURVEY_MEASURED_AREA,
    SURVEY_PERSONS,
    SURVEY_SURVEYED_ON,
    SURVEY_CHOICE,
    SURVEY_HARDSHIP,
    SURVEY_REMARK,
    SURVEY_COLUMNS,
};

/* By enum survey_column; ends with a null title. */
extern const struct sheet_column survey_columns[SURVEY_COLUMNS + 1];
