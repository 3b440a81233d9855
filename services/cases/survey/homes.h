/* homes.h — the households that one batch of a survey sheet is about.
 *
 * They are loaded at once, changed here while the lines are judged, and saved
 * at once: a handful of statements whatever the number of lines.  What is
 * personal is opened and sealed on the way. */
#pragma once

#include "common/service/seal.h"
#include "common/service/service.h"
#include "services/cases/survey/rules.h"

struct survey_community {
    struct id id;
    const char *name;
    const char *track;
};

/* One household as the batch finds and leaves it. */
struct survey_home {
    struct id id;
    struct id community;
    const char *state;
    struct survey_household is;
    struct bytes content_hash; /* of the line last taken over           */
    struct bytes sheet;        /* see cases.survey_correction           */
    int64_t line;
    unsigned changes; /* of which columns, as survey_changes() has them */
    bool fresh;       /* the batch registers it                         */
    bool touched;     /* the batch corrects it                          */
};

struct survey_homes {
    struct call *call;
    struct id project;
    struct rows communities; /* of struct survey_community */
    struct rows twins;       /* private to homes.c         */
    struct survey_home *at;  /* room for one more a line   */
    size_t count;
};

/* What is told of a household by its registration, and by its correction. */
extern const struct shape survey_registered_shape;
extern const struct shape survey_corrected_shape;

/* One line of the sheet, read. */
struct survey_reading {
    struct err err;
    struct survey_household is;
    struct bytes blind; /* of the ID number */
};

/* The keyed hashes by which a person, and a line's content, are found. */
struct bytes survey_blind(const struct call *call, const char *id_full);
struct bytes survey_hash(const struct call *call,
                         const struct survey_household *is);

/* Loads and locks what the readings are about, and the project's communities;
 * CODE_NOT_FOUND when it has none. */
struct err survey_homes_load(struct survey_homes *homes,
                             const struct survey_reading *readings,
                             size_t count);

/* Each NULL when there is none: the household of that number, the community of
 * that name, the number of another household with that ID number. */
struct survey_home *survey_home_find(const struct survey_homes *homes,
                                     const char *no);
const struct survey_community *
survey_community_find(const struct survey_homes *homes, const char *name);
const char *survey_twin_find(const struct survey_homes *homes,
                             struct bytes blind, const char *no);

/* Writes what is fresh and what is touched, and tells of it. */
struct err survey_homes_save(const struct survey_homes *homes);
