/* unit.h — what a number counts: yuan, square metres, months, heads ...
 *
 * A unit is a power of each base unit, written as people write it: "元/㎡·月"
 * is yuan for each square metre and month; "" counts nothing.  A formula whose
 * units do not come out is refused before it is ever used. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum base_unit {
    UNIT_YUAN,
    UNIT_AREA,
    UNIT_MONTH,
    UNIT_YEAR,
    UNIT_DAY,
    UNIT_HEAD,
    UNIT_HOUSEHOLD,
    UNIT_PIECE,
    UNIT_MU,
    BASE_UNITS,
};

enum { UNIT_TEXT_MAX = 128 };

struct unit {
    int8_t power[BASE_UNITS];
};

/* One of a base unit. */
struct unit unit_of(enum base_unit base);

/* "元/㎡·月": names parted by "·", what stands after "/" below the line. */
bool unit_parse(const char *text, size_t size, struct unit *unit);
void unit_format(struct unit unit, char text[static UNIT_TEXT_MAX]);

bool unit_same(struct unit a, struct unit b);

/* The unit of a product (sign 1) or a quotient (sign -1); false when a power
 * is beyond all reason. */
bool unit_combine(struct unit a, struct unit b, int sign, struct unit *unit);
