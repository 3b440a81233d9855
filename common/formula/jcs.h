/* jcs.h — canonical JSON (RFC 8785) for what our documents contain: texts,
 * whole numbers up to 2^53, true, false, null, arrays and objects.
 *
 * Every decimal of ours is a text, so that no reader can turn it into a
 * double; other numbers are refused. */
#pragma once

#include "common/base/arena.h"
#include "common/formula/tree.h"

/* A text that grows in an arena.  `text` ends with NUL once sink_end() ran. */
struct sink {
    struct arena *arena;
    char *text;
    size_t size, room;
};

void sink_put(struct sink *sink, const char *text, size_t size);
void sink_text(struct sink *sink, const char *text);
const char *sink_end(struct sink *sink);

/* A text in quotes, escaped as RFC 8785 wants. */
void jcs_text(struct sink *sink, const char *text);

/* A whole value; `without` is the member of the outermost object that is left
 * out, or NULL.  False for a number that is not whole and exact. */
bool jcs_node(struct sink *sink, const struct node *node, const char *without);
