/* rules.h — who may put a rule pack into force, and what it may follow.
 *
 * A pack decides what every household of a project is paid, so no single person
 * may set one: who imported it neither approves nor releases it.  A version
 * follows the one in force and pays no household less (domain.md 2.0). */
#pragma once

#include "common/base/value.h"
#include "common/formula/pack.h"

/* Households that are made up to find one that a new version would lower:
 * fewer than `redkite pack check` draws, since others wait meanwhile. */
enum { PACK_HOUSEHOLDS_DRAWN = 1000 };

/* Who has put a hand to a pack; empty where nobody has. */
struct pack_hands {
    struct id imported_by;
    struct id approved_by;
    struct id released_by;
};

/* That this person may approve it now: another than who imported it, once. */
struct err pack_may_approve(const struct pack_hands *hands, struct id actor);

/* That this person may release it now: approved, and not by themselves
 * imported; once. */
struct err pack_may_release(const struct pack_hands *hands, struct id actor);

/* That a pack may stand after the one in force, or as the first (`earlier` is
 * NULL): nothing in it is left open, it names what it supersedes, and no
 * household of those drawn gets less by it. */
struct err pack_may_follow(const struct rule_pack *earlier,
                           const struct rule_pack *later, struct arena *arena);
