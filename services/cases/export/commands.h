/* commands.h — what leaves the house in a list is counted, and more than a
 * little of it is asked for and approved (rules.h). */
#pragma once

#include "common/service/service.h"
#include "services/cases/export/rules.h"

/* Counts what is to be counted, in the call's transaction, or refuses all of
 * it. By an export, *watermark says by which, who and when, and goes with the
 * rows wherever they are written; else it is NULL. */
struct err export_show(struct call *call, const struct export_look *look,
                       const char **watermark);

/* Whose `count` rows these are: the ids that stand so many bytes apart, from
 * the first on. */
struct ids export_whose(struct arena *arena, const struct id *first,
                        size_t count, size_t apart);

/* export.ask (for the purpose of the call), export.approve (another person),
 * export.list. */
extern const struct shape export_ask_shape, export_asked_shape;
struct err cmd_export_ask(struct call *call, const void *body);
extern const struct shape export_key_shape, export_approved_shape;
struct err cmd_export_approve(struct call *call, const void *body);
extern const struct shape export_listed_shape, export_page_shape;
struct err cmd_export_list(struct call *call, const void *body);
