/* commands.h — appointments: visit.book, .move, .cancel, .log, .list.
 *
 * Each locks the household first, then decides by facts that nobody else can
 * change meanwhile; the triggers of schema/0022 decide the same once more. */
#pragma once

#include "common/service/service.h"

extern const struct shape visit_book_shape;
extern const struct shape visit_booked_shape;
extern const struct shape visit_move_shape;
extern const struct shape visit_cancel_shape;
extern const struct shape visit_log_shape;
extern const struct shape visit_list_shape;
extern const struct shape visit_listed_shape;

struct err cmd_visit_book(struct call *call, const void *body);
struct err cmd_visit_move(struct call *call, const void *body);
struct err cmd_visit_cancel(struct call *call, const void *body);
struct err cmd_visit_log(struct call *call, const void *body);
struct err cmd_visit_list(struct call *call, const void *body);
