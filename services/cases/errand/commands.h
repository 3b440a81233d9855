/* commands.h — what is done to an errand, one command a move, and what is
 * shown of it.  Each is in its own words in commands.c and pages.c. */
#pragma once

#include "common/service/service.h"

extern const struct shape errand_answer_shape;
extern const struct shape errand_id_shape, errand_say_shape;

extern const struct shape errand_request_shape;
struct err cmd_errand_request(struct call *call, const void *body);
extern const struct shape errand_authorise_shape;
struct err cmd_errand_authorise(struct call *call, const void *body);
struct err cmd_errand_accept(struct call *call, const void *body);
struct err cmd_errand_decline(struct call *call, const void *body);
struct err cmd_errand_need_docs(struct call *call, const void *body);
struct err cmd_errand_progress(struct call *call, const void *body);
extern const struct shape errand_take_shape, errand_taken_shape;
struct err cmd_errand_original_take(struct call *call, const void *body);
extern const struct shape errand_back_shape;
struct err cmd_errand_original_return(struct call *call, const void *body);
extern const struct shape errand_submit_shape;
struct err cmd_errand_submit(struct call *call, const void *body);
extern const struct shape errand_result_shape;
struct err cmd_errand_result(struct call *call, const void *body);
struct err cmd_errand_deliver(struct call *call, const void *body);
extern const struct shape errand_rate_shape;
struct err cmd_errand_rate(struct call *call, const void *body);
struct err cmd_errand_cancel(struct call *call, const void *body);
struct err cmd_errand_fail(struct call *call, const void *body);

/* What anyone may know: the kinds, what to bring, how long, and that it is
 * free. */
extern const struct shape errand_catalogue_shape;
struct err cmd_errand_catalogue(struct call *call, const void *body);

extern const struct shape errand_full_shape;
struct err cmd_errand_show(struct call *call, const void *body);
extern const struct shape errand_list_shape, errand_page_shape;
struct err cmd_errand_list(struct call *call, const void *body);
