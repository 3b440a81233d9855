/* commands.h — the flats of a project: brought in by lists, told to everybody.
 */
#pragma once

#include "common/service/service.h"

/* stock.import: up to a hundred lines of a list, a verdict for each.  A line
 * that comes again changes nothing; one that says otherwise corrects, unless a
 * draw was committed to it. */
extern const struct shape stock_import_shape, stock_report_shape;
struct err cmd_stock_import(struct call *call, const void *body);

/* stock.list: a page of a hundred, for everybody. */
extern const struct shape stock_ask_shape, stock_page_shape;
struct err cmd_stock_list(struct call *call, const void *body);

/* stock.progress: how far a building is, with the paper that says so. */
extern const struct shape stock_progress_shape, stock_progressed_shape;
struct err cmd_stock_progress(struct call *call, const void *body);
