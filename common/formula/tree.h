/* tree.h — JSON read with the place of every value.
 *
 * Packs and saved statements are written by people and compared to the last
 * digit: so each value knows its line and column, and a number stays the text
 * that it was.  What json_check() refuses is refused here. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum node_kind {
    NODE_NULL,
    NODE_FALSE,
    NODE_TRUE,
    NODE_NUMBER,
    NODE_TEXT,
    NODE_ARRAY,
    NODE_OBJECT,
};

struct node {
    enum node_kind kind;
    const char *name; /* as a member of an object, else NULL             */
    const char *text; /* of a text, decoded; of a number, as it stands   */
    const char *raw;  /* where it stands in the source                   */
    struct node *first, *next;
    unsigned line, column; /* from 1; columns count characters           */
};

/* Where a text comes from: the name is what errors say. */
struct source {
    const char *name;
    const char *text;
    size_t size;
};

enum { SOURCE_MAX = 1 << 20 };

struct err tree_read(struct source source, struct arena *arena,
                     struct node **root);

/* The member of that name, or NULL; the number of values within. */
const struct node *tree_member(const struct node *object, const char *name);
size_t tree_count(const struct node *node);

/* A refusal that names "FILE:LINE:COLUMN"; of a byte within a text, too. */
struct err tree_refuse(struct source source, const struct node *node,
                       const char *why, struct arena *arena);
struct err tree_refuse_within(struct source source, const struct node *text,
                              size_t byte, const char *why,
                              struct arena *arena);
