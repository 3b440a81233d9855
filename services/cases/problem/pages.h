/* pages.h — what there is to read about problems, by whom. */
#pragma once

#include "common/service/service.h"

/* problem.show {id}: one, with its texts and what may happen next. */
extern const struct shape problem_show_shape, problem_full_shape;
struct err cmd_problem_show(struct call *call, const void *body);

/* problem.list {project, kind, state, after, limit}: without any text. */
extern const struct shape problem_list_shape, problem_page_shape;
struct err cmd_problem_list(struct call *call, const void *body);

/* problem.alike {id}: the same-case list, for which a decision holds too. */
extern const struct shape problem_alike_page_shape;
struct err cmd_problem_alike(struct call *call, const void *body);

/* problem.public {project, after, limit}: numbers, kinds, days, outcomes. */
extern const struct shape problem_public_shape, problem_public_page_shape;
struct err cmd_problem_public(struct call *call, const void *body);
