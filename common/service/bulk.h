/* bulk.h — the writes of a follower's batch, gathered into sets.
 *
 * Reactions to many events write the same statement again and again.  Those
 * that follow each other and are about different subjects go as the
 * statement's set, one for all; whatever is another statement, or the same
 * subject once more, or a read, comes after what was gathered so far.  So the
 * order is that of the events.  Private to common/service. */
#pragma once

#include "common/service/db.h"

struct bulk;

/* Empty, for writes on this connection until the arena is reset. */
struct bulk *bulk_new(struct db *db, struct arena *arena);

/* What is stored from here on is about this subject. */
void bulk_about(struct bulk *bulk, struct id subject);

/* Gather a write that may write nothing. */
struct err bulk_store(struct bulk *bulk, const struct statement *sql,
                      struct view given);

/* Queue what was gathered; NULL and nothing are fine. */
struct err bulk_end(struct bulk *bulk);
