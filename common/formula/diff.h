/* diff.h — a version of a pack beside the one before it. */
#pragma once

#include "common/formula/pack.h"

/* What differs, a line of text for each: "+" is new, "-" is gone, "~" says
 * what stood there and what stands there now.  Empty when nothing does. */
const char *pack_diff(const struct rule_pack *earlier,
                      const struct rule_pack *later, struct arena *arena);

/* The later pack, held against the earlier one for so many households that are
 * made up (from a seed, so always the same ones), among them those at every
 * end of every band: refuses when one of them would get less, and says whose
 * facts.  A search, not a proof; a district adds its real households. */
struct err pack_search_lower(const struct rule_pack *earlier,
                             const struct rule_pack *later, unsigned households,
                             struct arena *arena);

/* The same for the facts of one household. */
struct err pack_compare_for(const struct rule_pack *earlier,
                            const struct rule_pack *later,
                            const char *facts_json, struct arena *arena);
