/* rules.h — one line of a home survey sheet: what it says, and whether it can.
 *
 * The cells come as they stand in the sheet (入户调查表); out comes a household
 * in our own words, or a refusal that tells the office how to mend the line.
 * Nothing is guessed: what cannot be read for certain is refused.  There is no
 * place for an employer, relatives or ethnicity (domain.md 1.6, R-KIN). */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/survey_columns.h"
#include "common/base/value.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SURVEY_PERSONS_MAX = 30,
    SURVEY_AREA_MAX = 100000 * 100, /* 0.01 m2 */
    SURVEY_AREAS_APART = 20,        /* percent, beyond which it is remarked */
};

/* Texts are NULL, areas, persons and days 0 when the sheet does not say. */
struct survey_household {
    const char *community; /* its name */
    const char *no;
    const char *name;
    const char *id_number; /* as on the card: 18 or, from before 1999, 15 */
    const char *id_full;   /* its 18 digits, by which a person is found   */
    const char *phone;     /* digits alone                                */
    const char *address;
    const char *certificate;
    const char *registration; /* registered, unregistered                 */
    const char *use;          /* residential, business, converted         */
    const char *structure;    /* frame, brick_concrete, brick_wood,
                                 earth_wood, brick_fibre, simple          */
    struct area registered_area, measured_area;
    int64_t persons;
    struct day surveyed_on;
    const char *choice;   /* money, swap, undecided: an intention, no more */
    const char *hardship; /* behind the firewall (domain.md 4.4)           */
    const char *note;     /* the sheet's 备注                              */
    const char *remarks;  /* what the office should look at, joined by "；" */
};

/* Reads the cells, by enum survey_column; NULL where the sheet says nothing.
 * A refusal has the first wrong column's title in `field` and in `why`, in
 * Chinese, all that is wrong and how to mend it.  `today` is the last day that
 * a survey or a birth can have had. */
struct err survey_read(const char *const cells[SURVEY_COLUMNS],
                       struct day today, struct arena *arena,
                       struct survey_household *household);

/* The columns in which a later reading says something else, as a set
 * (1 << SURVEY_PHONE, ...).  A column that it leaves empty stays as it was;
 * hardship cannot be read back, so it is never among them. */
unsigned survey_changes(const struct survey_household *before,
                        const struct survey_household *after,
                        struct arena *arena);

/* The columns that a statement of compensation counts: once it was offered, a
 * change of these needs a new offer. */
#define SURVEY_FACTS                                                           \
    (1U << SURVEY_REGISTRATION | 1U << SURVEY_USE | 1U << SURVEY_STRUCTURE     \
     | 1U << SURVEY_REGISTERED_AREA | 1U << SURVEY_MEASURED_AREA               \
     | 1U << SURVEY_PERSONS)

/* The names of the columns on the wire, by commas, for an event. */
const char *survey_names(unsigned changes, struct arena *arena);

/* What a correction changed, in Chinese: areas, persons and the like with
 * their old and new values, personal ones by title alone. */
const char *survey_difference(const struct survey_household *before,
                              const struct survey_household *after,
                              unsigned changes, struct arena *arena);

/* All of it as one text, equal for equal readings: for a keyed hash. */
const char *survey_content(const struct survey_household *household,
                           struct arena *arena);
