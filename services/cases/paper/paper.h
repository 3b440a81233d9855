/* paper.h — a paper about a household is kept; who was served and why is kept
 * sealed. */
#pragma once

#include "common/service/service.h"
#include "services/cases/paper/rules.h"

/* Keeps it as written down now, by the actor; *id is its own. */
struct err paper_keep(struct call *call, struct id household,
                      const struct paper *paper, struct id *id);
