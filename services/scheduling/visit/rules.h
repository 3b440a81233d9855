/* rules.h — who may visit, and what may happen to a visit.
 *
 * Pure functions.  When a household may be visited is the contact guard's
 * business (contact/rules.h); here it is who comes (G-SQUAD, R-LEO, R-KIN), the
 * life of an appointment, and what may be written down about it. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/shape.h"
#include "common/base/value.h"
#include "services/scheduling/contact/rules.h"

#include <stdbool.h>

enum visit_state { VISIT_PLANNED, VISIT_HELD, VISIT_CANCELLED };

/* A member as somebody who is to visit one household at one time. */
struct visitor {
    struct id member;
    bool active;
    const char *flags;        /* "" = none (R-LEO)                          */
    struct id community;      /* where the member is at home, or none       */
    bool related;             /* kin, landlord, creditor, employer (R-KIN)  */
    bool unwelcome;           /* the household complained of it (R-RETAL)   */
    struct moment busy_until; /* the end of another visit then, or 0        */
};

/* The squad that is sent, when one is named. */
struct visit_squad {
    struct id id;           /* none: the visitors were named one by one */
    struct day from, until; /* 0 = there is no such squad */
};

struct visit_party {
    struct rows visitors; /* struct visitor: those that are known           */
    size_t wanted;        /* how many were named                            */
    struct id community;  /* of the household                               */
    struct visit_squad squad;
    struct moment start;
};

/* May these people come?  A refusal names the visitor by the member's id. */
struct err visit_party_check(const struct contact_policy *policy,
                             const struct visit_party *party,
                             struct arena *arena);

struct visit_times {
    unsigned state; /* enum visit_state */
    struct moment starts, ends;
};

/* A planned visit can be moved or cancelled until it begins: after that it
 * happened, or is logged as what it was. */
struct err visit_may_change(const struct visit_times *visit, struct moment now);

/* What one of the visitors writes down. */
struct visit_report {
    struct moment started, ended;
    unsigned outcome; /* enum outcome */
};

/* May `actor`, one of the visitors, log this? */
struct err visit_may_log(const struct visit_times *visit,
                         const struct visit_report *report, bool is_visitor,
                         struct moment now);

/* Refuses words that brand a resident or hint at pressure through work, school
 * or family (R-LABEL, R-KIN), also when spread out ("钉 子 户"). */
struct err visit_text_check(const char *field, const char *text,
                            struct arena *arena);
