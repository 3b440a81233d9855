/* bank.h — the bank's receipt file, a hundred lines at a time: what is owed to
 * the fen is entered, and everything else is an exception.  Whoever reads the
 * file is the maker of its receipts; another person checks each of them
 * (payment.confirm). */
#pragma once

#include "common/service/service.h"

/* payment.match: a verdict for each line.  A receipt is read once: a line, or a
 * file, that comes again is told where it was read first, and pays nothing. */
extern const struct shape bank_match_shape, bank_report_shape;
struct err cmd_payment_match(struct call *call, const void *body);

/* payment.exceptions: the lines that paid nothing, a hundred from `after`. */
extern const struct shape bank_ask_shape, bank_page_shape;
struct err cmd_payment_exceptions(struct call *call, const void *body);
