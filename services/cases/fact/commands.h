/* commands.h — facts of a household for the rule pack in force.
 *
 * Only what the pack names can be recorded, typed and bounded as it says: so
 * nothing is counted that the published rules do not ask for. */
#pragma once

#include "common/service/service.h"

extern const struct shape facts_record_shape;
extern const struct shape facts_recorded_shape;
extern const struct shape facts_show_shape;
extern const struct shape facts_page_shape;

struct err cmd_facts_record(struct call *call, const void *body);
struct err cmd_facts_show(struct call *call, const void *body);

struct pack_of;

/* The pack in force for a household's project; refuses when there is none. */
struct err facts_pack(struct call *call, struct id household,
                      struct pack_of *of);

/* What counts of a household for a pack, as one JSON object: what the survey
 * says, over it what was recorded, over that `others` (may be empty). */
struct err facts_now(struct call *call, struct id household,
                     const struct pack_of *of, struct json others,
                     const char **text);
