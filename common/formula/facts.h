/* facts.h — what counts of one household, as a pack names it.
 *
 *     { "area": "52.30", "choice": "cash", "parts": [ { ... }, ... ] }
 *
 * Every fact of the pack must be there, within its bounds, and nothing else. */
#pragma once

#include "common/formula/jcs.h"
#include "common/formula/pack.h"

struct fact_rows {
    struct number *cells; /* of each row all its fields */
    size_t count;
};

struct facts_of {
    struct number *single; /* by the fact's place in the pack */
    struct fact_rows *rows;
};

/* Reads them; a refusal names file, line and column. */
struct err facts_read(const struct rule_pack *pack, struct source source,
                      const struct node *object, struct arena *arena,
                      struct facts_of *facts);

/* Some of them, each by itself: known, of its type and within its bounds.
 * Whether days are in order is known when all are read. */
struct err facts_check(const struct rule_pack *pack, struct source source,
                       const struct node *object, struct arena *arena);

/* As canonical JSON. */
void facts_write(const struct rule_pack *pack, const struct facts_of *facts,
                 struct sink *sink);

/* A value as text: "52.30", "2026-11-25", "true", the name of a choice. */
size_t value_format(struct type type, struct number number,
                    char text[static NUMBER_TEXT_MAX]);
