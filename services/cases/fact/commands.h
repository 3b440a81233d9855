/* commands.h — facts of a household for the rule pack in force, and what it
 * would give for them.
 *
 * Only what the pack names can be recorded, typed and bounded as it says: so
 * nothing is counted that the published rules do not ask for. */
#pragma once

#include "common/service/service.h"

extern const struct shape facts_record_shape;
extern const struct shape facts_recorded_shape;
extern const struct shape facts_show_shape;
extern const struct shape facts_page_shape;
extern const struct shape what_if_shape;
extern const struct shape what_if_made_shape;

struct err cmd_facts_record(struct call *call, const void *body);
struct err cmd_facts_show(struct call *call, const void *body);
struct err cmd_statement_what_if(struct call *call, const void *body);
