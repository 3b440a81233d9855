/* sheet.h — the settlement sheet (结算单) of a household and the heads of its
 * agreement, as data: a printed page takes all of it from here, so that no sum
 * is reckoned in two places (domain.md 2.0, 7.3). */
#pragma once

#include "common/service/service.h"

/* settlement.sheet {household}: lines with formula and numbers, the total, what
 * was paid and when, what is left, each sum in words too; no name stands in it.
 */
extern const struct shape sheet_ask_shape, sheet_full_shape;
struct err cmd_settlement_sheet(struct call *call, const void *body);
