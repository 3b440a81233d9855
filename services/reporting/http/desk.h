/* desk.h — the board as last read, so that a hundred viewers cost one query.
 *
 * The board is read again when the read model has moved (the bell), and now
 * and then to see that the store is still there: a figure that cannot be
 * confirmed is not given out.  After a failure the store is left alone for a
 * moment, so that an absent store does not hold up every visitor. */
#pragma once

#include "common/service/service.h"
#include "services/reporting/progress/board.h"

struct desk;

/* On the room's connection and arena; lives as long as `arena`. */
struct desk *desk_new(struct room *room, struct arena *arena);

/* The read model has moved. */
void desk_ring(struct desk *desk);

/* True when it moved and has not been read since. */
bool desk_is_rung(const struct desk *desk);

/* Make sure of the board.  `now_ms` is a steady clock.  CODE_BUSY: the store
 * is away. */
struct err desk_look(struct desk *desk, int64_t now_ms);

/* The board, and its JSON; good until the next desk_look(). */
const struct board *desk_board(const struct desk *desk);
const char *desk_json(const struct desk *desk);
