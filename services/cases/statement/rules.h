/* rules.h — statements as they are read: what was settled for, which ways there
 * are, and what differs between two versions. */
#pragma once

#include "common/base/shape.h"
#include "common/formula/pack.h"

/* The fact by whose name a pack asks for what a household takes: "cash" is
 * money, everything else a house for a house. */
#define SETTLES "settles"

/* "money" or "swap", by the statement (canonical JSON); NULL where its pack
 * does not ask. */
struct err choice_of(const char *statement, struct arena *arena,
                     const char **choice);

/* The ways to settle that a pack knows; NULL when it does not ask. */
const struct choices *ways_to_settle(const struct rule_pack *pack);

/* A fact, a line or the total that is not the same in both. */
struct change {
    const char *what;    /* "facts.area", "lines.moving", "lines.flat 2" */
    const char *label;   /* of the line, Chinese; else the same as what  */
    const char *earlier; /* NULL: it was not there                       */
    const char *later;   /* NULL: it is gone                             */
    const char *more;    /* the later line with its numbers, or NULL     */
};

/* What differs between two statements (canonical JSON), in the order facts,
 * lines, total; the texts are in the arena.  Fails for a text that is none. */
struct err statement_changes_of(const char *earlier, const char *later,
                                struct arena *arena, struct rows *changes);
