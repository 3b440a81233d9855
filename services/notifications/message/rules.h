/* rules.h — when a mail may go out.
 *
 * The inbox rings nobody and is filled at once.  A mail rings: it keeps the
 * quiet hours, and what nobody asked for keeps the caps (domain.md 4.6,
 * R-QUIET, Civil Code art. 1033).  A mail that may not go now waits; none is
 * dropped. */
#pragma once

#include "common/base/value.h"

#include <stddef.h>

/* What kind of mail it is, and so what holds it. */
enum mail_class {
    MAIL_NOTICE,    /* to a household, unasked: quiet hours and caps       */
    MAIL_ANSWER,    /* the receipt of a resident's own act: quiet hours    */
    MAIL_DUTY,      /* to a member of staff about work: quiet hours        */
    MAIL_EMERGENCY, /* fire, flood, collapse: nothing holds it             */
};

struct contact_policy {
    int quiet_from;  /* minute of the day at which the quiet hours begin */
    int quiet_until; /* the first minute after them                      */
    size_t a_day;    /* mails to a household on one district day         */
    size_t a_week;   /* and in any seven times 24 hours                  */
};

/* The peace rules (安宁规则) of domain.md 4.6: 20:00 to 08:30, one, three. */
extern const struct contact_policy peace_rules;

/* A mail that went out, or is about to, at that moment. */
struct mailed {
    struct moment at;
};

struct history {
    const struct mailed *at; /* in any order */
    size_t count;
};

/* The first moment from `now` at which the mail may go out.  `due` is the
 * appointment that it speaks of, or 0: the resident needs to know a day ahead,
 * so the caps (never the quiet hours) end there. */
struct moment delivery_time(enum mail_class class, struct moment due,
                            struct moment now, struct history earlier,
                            const struct contact_policy *policy);
