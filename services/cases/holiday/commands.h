/* commands.h — a newly announced year comes in by a file, and what was counted
 * past the announced days is counted again by itself. */
#pragma once

#include "common/service/service.h"

/* holidays.import and holidays.list. */
extern const struct shape holidays_import_shape, holidays_imported_shape;
struct err cmd_holidays_import(struct call *call, const void *body);
extern const struct shape holidays_page_shape;
struct err cmd_holidays_list(struct call *call, const void *body);

/* The alarm "holidays.recount": a page of the running periods. */
extern const struct shape holidays_alarm_shape;
struct err on_holidays_recount(struct call *call, const void *body);

/* The event "holidays.announced". */
extern const struct shape holidays_news_shape;
