/* audit.h — the chain over the audit (schema/0004_audit.sql): what says that no
 * row was changed, removed or slipped in (domain.md §8 R-EDIT).
 *
 * The store links and verifies; who noted a head once can hold the store to it.
 * Private to common/service. */
#pragma once

#include "common/service/service.h"

/* The last link, as people note it: "NO:HASH". */
extern const struct shape audit_head_shape;
struct err cmd_audit_head(struct call *call, const void *body);

/* Verifies a stretch after a link and a row; asked again with what it answers,
 * until "ended", it has looked at all.  "wrong" names the first place that does
 * not hold. */
extern const struct shape audit_look_shape;
extern const struct shape audit_found_shape;
struct err cmd_audit_verify(struct call *call, const void *body);
