/* rules.h — whether a house may come down (domain.md 4.6 G-DEMO, R-DEMO;
 * Qingdao Regulations art. 38): when who lived in it has moved out, an engineer
 * has looked at its neighbours, no works are held and no remedy is open. */
#pragma once

#include "common/base/calendar.h"
#include "common/base/err.h"

enum { NOTICE_DAYS = 3 }; /* the neighbours' notice: 72 hours */

struct demolition_facts {
    bool vacated;
    bool held;      /* an emergency holds all works there */
    bool in_remedy; /* before a court or an organ         */
    bool ordered;
};

/* The first thing that stands against it. */
struct err demolition_may(const struct demolition_facts *facts,
                          struct day today, struct day from);
