/* rules.h — what the published rules give for the facts of one household.
 *
 * One pure function makes every statement (domain.md 2.0): facts and a pack of
 * rules go in, lines come out, each with the sum written out in numbers, so
 * that anybody can check it with a pencil.  There is no other way to an
 * amount: nobody types one in (R-BONUS).  Exact integers throughout; a line is
 * rounded once, half up, to the fen. */
#pragma once

#include "common/base/shape.h"

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

/* One building, or part of one, of one structure.  An area of 0 is unknown. */
struct part {
    unsigned structure;
    struct area registered_area;
    struct area measured_area;
};

/* What counts of a household; nothing about who lives there. */
struct facts {
    unsigned registration;
    unsigned use;
    struct rows parts; /* of struct part, 1 .. PARTS_MAX */
};

/* A published version of a project's rules.  Prices are fen a square metre,
 * multipliers apply to the price of the structure (TV-8: business x 1.5). */
struct pack {
    struct id id;
    struct id project;
    const char *name;
    struct day published_on;
    const char *document; /* the number of the published paper */
    struct money brick_concrete;
    struct money frame;
    struct money brick_wood;
    struct money earth_wood;
    struct money brick_fibre;
    struct money simple;
    bool simple_counted;              /* as building area, for transition */
    struct rate business_multiplier;  /* used for business             */
    struct rate converted_multiplier; /* a home turned to business     */
    struct money moving;              /* once a household              */
    struct money transition_rate;     /* a counted square metre a month */
    int64_t transition_months;
    /* Given by the register. */
    int64_t version; /* 1 is the project's first */
    struct id published_by;
    struct moment published_at;
};

struct line {
    int64_t position;    /* from 1 */
    const char *code;    /* of the catalogue in domain.md 2.1 */
    const char *label;   /* Chinese, as residents read it */
    const char *formula; /* with the numbers in it */
    struct money amount;
    const char *citation; /* which paper says so */
    const char *evidence; /* which fact was taken, and why */
    struct id statement;  /* set by who keeps the line */
};

enum {
    PARTS_MAX = 20,
    LINES_MAX = PARTS_MAX + 2,
    MULTIPLIER_ONE = 1000000, /* least a multiplier may be */
};

struct lines {
    struct line at[LINES_MAX];
    size_t count;
    struct money total; /* the sum of the lines */
};

/* All lines for the facts.  Texts are in the arena.  Refuses facts that lack
 * what the rules need, and amounts that no 64-bit number of fen holds. */
struct err statement_make(const struct facts *facts, const struct pack *pack,
                          struct lines *lines, struct arena *arena);

/* A pack alone: multipliers below one, a negative or a missing price. */
struct err pack_check(const struct pack *pack);

/* A later pack may lower nothing.  Every line rises with each number of the
 * pack, so that then no household's total can fall (domain.md 2.0). */
struct err pack_succeeds(const struct pack *later, const struct pack *earlier);
