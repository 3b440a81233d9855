/* statement.h — what a pack gives for the facts of one household.
 *
 * A pure function: the same pack and the same facts give the same lines, byte
 * for byte, here and in fifty years.  Each line has its formula, the formula
 * with the numbers in it, how it was rounded, and the paper that says so; the
 * whole has a canonical form (RFC 8785), and the hash of that. */
#pragma once

#include "common/formula/eval.h"

#include <stdint.h>

struct statement_line {
    const struct rule_line *rule;
    size_t row; /* from 1, in a line for each of a list; else 0 */
    struct number value;
    const char *numbers; /* within the canonical form, of `numbers_size` */
    size_t numbers_at, numbers_size;
};

struct reckoning {
    struct statement_line *at;
    size_t count;
    struct number total;
    const char *total_text, *words;
    const char *canonical;
    size_t size;
    char hash[SHA256_TEXT];
};

/* Works all lines out; everything is in the arena.  Refuses a pack that lacks
 * what the district has yet to enter, and amounts past the bound, by the name
 * of the line (`field`). */
struct err statement_work_out(const struct rule_pack *pack,
                              const struct facts_of *facts, struct arena *arena,
                              struct reckoning *made);

/* Facts as they stand in a file, and the statement for them. */
struct err statement_of_facts(const struct rule_pack *pack,
                              struct source source, const struct node *facts,
                              struct arena *arena, struct reckoning *made);

/* A saved statement: pack, statement and hash in one document, enough to work
 * it out again from the file alone. */
const char *statement_save(const struct rule_pack *pack,
                           const struct reckoning *statement,
                           struct arena *arena);

/* Works a saved statement out again.  Refuses one that differs, and says where
 * and in which line. */
struct err statement_verify(struct source source, struct arena *arena,
                            struct reckoning *made);

/* Makes of each line of a pack what is the same in every statement. */
void lines_prepare(struct rule_pack *pack, struct arena *arena);
