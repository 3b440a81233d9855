/* commands.h — draws: bound to beforehand, revealed by another person, open to
 * whoever wants to work them out again (rules.h). */
#pragma once

#include "common/service/service.h"

/* draw.commit: among all who wait for a new home and stand in no draw; nobody
 * is picked or left out.  Answers what is to be published. */
extern const struct shape draw_commit_shape, draw_committed_shape;
struct err cmd_draw_commit(struct call *call, const void *body);

/* draw.reveal: the source's value; the order follows. */
extern const struct shape draw_reveal_shape, draw_revealed_shape;
struct err cmd_draw_reveal(struct call *call, const void *body);

/* draw.void: one that was not revealed, with the reason, for all to see. */
extern const struct shape draw_void_shape;
struct err cmd_draw_void(struct call *call, const void *body);

/* draw.show and draw.list: for everybody. */
extern const struct shape draw_id_shape, draw_full_shape;
struct err cmd_draw_show(struct call *call, const void *body);
extern const struct shape draw_ask_shape, draw_page_shape;
struct err cmd_draw_list(struct call *call, const void *body);

/* What is told of them. */
extern const struct shape draw_news_shape;
