#include "services/cases/stock/rules.h"

#include <string.h>

enum {
    AREA_LEAST = 1000, /* 10 m2 */
    AREA_MOST = 100000,
    PRICE_MOST = 100000000, /* a million yuan */
    FLOOR_LEAST = -3,
    FLOOR_MOST = 99,
};

const char *const site_names[] = { "on_site", "off_site", NULL };
const char *const progress_names[] = {
    "planned", "started", "topped_out", "accepted", "ready", NULL,
};

struct err flat_check(const struct flat *flat)
{
    if (flat->floor < FLOOR_LEAST || flat->floor > FLOOR_MOST
        || flat->floor == 0)
        return fail_at("floor", "is from -3 to 99, and there is no 0");
    if (flat->area.centi < AREA_LEAST || flat->area.centi > AREA_MOST)
        return fail_at("area", "is from 10 to 1000 square metres");
    if (flat->price.fen < 1 || flat->price.fen > PRICE_MOST)
        return fail_at("price", "is above 0 and at most 1000000 yuan");
    return OK;
}

static bool text_same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

bool flat_same(const struct flat *a, const struct flat *b)
{
    return a->area.centi == b->area.centi && a->price.fen == b->price.fen
           && a->site == b->site && text_same(a->rooms, b->rooms)
           && text_same(a->facing, b->facing);
}
