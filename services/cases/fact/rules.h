/* rules.h — what the survey knows of a household, as facts for a rule pack.
 *
 * A clerk need not type a second time what stands in the survey sheet.  The
 * facts go by fixed names; a pack takes those that it names, and what the
 * survey does not know is no fact: somebody has to record it with its paper. */
#pragma once

#include "common/base/arena.h"
#include "common/base/value.h"

/* Not known is a value of its own: a survey sheet may lack the column. */
enum registration { REGISTRATION_UNKNOWN, REGISTRATION_YES, REGISTRATION_NO };
enum use { USE_UNKNOWN, USE_RESIDENTIAL, USE_BUSINESS, USE_CONVERTED };
enum structure {
    STRUCTURE_UNKNOWN,
    STRUCTURE_BRICK_CONCRETE,
    STRUCTURE_FRAME,
    STRUCTURE_BRICK_WOOD,
    STRUCTURE_EARTH_WOOD,
    STRUCTURE_BRICK_FIBRE,
    STRUCTURE_SIMPLE,
};
extern const char *const registration_names[];
extern const char *const use_names[];
extern const char *const structure_names[];

/* As the survey sheets say; an area of 0 is not known. */
struct surveyed {
    unsigned registration;
    unsigned use;
    unsigned structure;
    struct area registered_area;
    struct area measured_area;
};

struct surveyed_fact {
    const char *name;
    const char *value;    /* canonical JSON */
    const char *evidence; /* Chinese, as residents read it */
};

enum { SURVEYED_FACTS = 6 };

/* Those that are known; how many.  "area" is the area that counts: the
 * register's when the house is registered (domain.md 2.4), else the measured
 * one.  Texts are in the arena. */
size_t surveyed_facts(const struct surveyed *surveyed,
                      struct surveyed_fact facts[static SURVEYED_FACTS],
                      struct arena *arena);
