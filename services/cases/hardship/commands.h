/* commands.h — help in hardship (domain.md 4.4), from the first look to the
 * end.  What may happen is in rules.h; who may read what, there and in the
 * store's door (cases.hardship_read). */
#pragma once

#include "services/cases/matter/kinds.h"

extern const struct case_kind hardship_kind;

/* commands.c: what is answered to most of them is the case's new state. */
extern const struct shape hardship_answer_shape;
extern const struct shape hardship_screen_shape, hardship_id_shape;
extern const struct shape hardship_word_shape;
extern const struct shape hardship_assess_shape, hardship_plan_shape;
extern const struct shape hardship_review_shape, hardship_crisis_shape;
extern const struct shape hardship_refer_shape, hardship_fit_shape;
struct err cmd_hardship_screen(struct call *call, const void *body);
struct err cmd_hardship_consent(struct call *call, const void *body);
struct err cmd_hardship_decline(struct call *call, const void *body);
struct err cmd_hardship_revoke(struct call *call, const void *body);
struct err cmd_hardship_assess(struct call *call, const void *body);
struct err cmd_hardship_plan(struct call *call, const void *body);
struct err cmd_hardship_activate(struct call *call, const void *body);
struct err cmd_hardship_fit(struct call *call, const void *body);
struct err cmd_hardship_review(struct call *call, const void *body);
struct err cmd_hardship_crisis(struct call *call, const void *body);
struct err cmd_hardship_settle(struct call *call, const void *body);
struct err cmd_hardship_refer(struct call *call, const void *body);
struct err cmd_hardship_close(struct call *call, const void *body);

/* The event of all moves: ids, and who of the office is told. */
extern const struct shape hardship_news_shape;

/* The alarm of the end of what is kept (R-RETAIN); its body is hardship_id. */
struct err on_hardship_erase(struct call *call, const void *body);

/* read.c: what a case holds, which there are, and who looked. */
extern const struct shape hardship_full_shape;
extern const struct shape hardship_list_shape, hardship_page_shape;
extern const struct shape hardship_accesses_shape;
struct err cmd_hardship_show(struct call *call, const void *body);
struct err cmd_hardship_list(struct call *call, const void *body);
struct err cmd_hardship_accesses(struct call *call, const void *body);
