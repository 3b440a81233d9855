/* reader.h — what the parts of the pack reader share.
 *
 * The first thing that is wrong is kept and ends the reading: every function
 * here does nothing more once there is an error. */
#pragma once

#include "common/formula/pack.h"

struct reader {
    struct source source;
    struct arena *arena;
    struct rule_pack *pack;
    struct err err;
};

/* "FILE:LINE:COLUMN", why. */
void reader_refuse(struct reader *r, const struct node *node, const char *why);

/* Every member is one of the names, by blanks; it is an object. */
void reader_members(struct reader *r, const struct node *object,
                    const char *names);

/* A member: of a kind, or NULL with an error, which is none when it may be
 * missing and is. */
const struct node *reader_need(struct reader *r, const struct node *object,
                               const char *name, enum node_kind kind);
const struct node *reader_may(struct reader *r, const struct node *object,
                              const char *name, enum node_kind kind);

/* The text of a member that must be there; of one that may be missing. */
const char *reader_text(struct reader *r, const struct node *object,
                        const char *name);
const char *reader_text_may(struct reader *r, const struct node *object,
                            const char *name);

/* A name of the formula language that stands for nothing else yet. */
const char *reader_name(struct reader *r, const struct node *object);

/* One of some names; 0 with an error. */
unsigned reader_word(struct reader *r, const struct node *object,
                     const char *name, const char *const *words);

/* Zeroed room for each value of an array of at most so many. */
void *reader_room(struct reader *r, const struct node *array, size_t size,
                  size_t most);

/* What "type" and "unit" (or others so called) say. */
struct type_words {
    const char *type, *unit, *choices;
};
void reader_type(struct reader *r, const struct node *object,
                 struct type_words words, struct type *type, unsigned *places);

/* A value of a type, as a number. */
struct number reader_value(struct reader *r, const struct node *node,
                           struct type type, unsigned places);

/* The kind of choices of that name; NULL with an error. */
const struct choices *reader_choices(struct reader *r, const struct node *text);

void read_facts(struct reader *r, const struct node *array);
void read_parameters(struct reader *r, const struct node *array);
void read_lines(struct reader *r, const struct node *array);
struct rounding read_rounding(struct reader *r, const struct node *object);
