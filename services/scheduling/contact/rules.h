/* rules.h — the contact guard: when a household may be visited (domain.md 4.6).
 *
 * Pure functions over what is known of one household.  The counters are the
 * household's, over all staff, so that no relay of teams gets round them
 * (R-VISIT).  A refusal names the rule in one sentence and, where there is one,
 * the next moment at which the same visit would be possible.
 *
 * How the edges are read: quiet hours are [20:00, 08:30); a visit begins
 * outside them and a planned one ends by 20:00:00 at the latest.  A window of n
 * days is [t, t + n * 24 h): a visit exactly seven days after another is
 * outside it.  The time between visits runs from an end to a beginning. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/shape.h"
#include "common/base/value.h"
#include "services/scheduling/contact/policy.h"

#include <stdbool.h>

enum topic { TOPIC_SIGNING, TOPIC_SURVEY, TOPIC_SERVICE, TOPIC_STATUTORY };

enum outcome {
    OUTCOME_NONE, /* planned, not logged yet                              */
    OUTCOME_MET,
    OUTCOME_NOT_HOME,
    OUTCOME_NOT_NOW, /* the resident ended it; no reason is ever asked    */
    OUTCOME_REFUSED,
};

enum quiet_scope { QUIET_SIGNING, QUIET_SERVICE, QUIET_ALL };

/* A visit of the household that is planned or was held; a cancelled one is
 * none.  For a held one the times are those at which it really was. */
struct contact_visit {
    struct id visit;
    struct moment starts, ends;
    unsigned topic;   /* enum topic   */
    unsigned outcome; /* enum outcome */
};

/* Hours of a week that the resident chose: [from, until] in minutes after
 * midnight, weekday 1 = Monday. */
struct contact_window {
    int64_t weekday, from, until;
};

/* "Do not contact" for a scope, to the end of a day. */
struct contact_quiet {
    unsigned scope; /* enum quiet_scope */
    struct day until;
};

struct contact_facts {
    struct contact_policy policy;
    struct moment now;
    struct rows visits;  /* struct contact_visit, ordered by `starts`         */
    struct rows windows; /* struct contact_window; none = the default hours   */
    struct rows quiet;   /* struct contact_quiet, at most one a scope         */
    bool in_remedy;      /* it is before a court or an organ (G-LIT)          */
};

struct contact_ask {
    struct moment start;
    int64_t minutes;
    unsigned topic; /* enum topic */
    bool asked_by_resident;
};

/* In the order in which they are looked at. */
enum contact_rule {
    RULE_NONE,
    RULE_LENGTH,
    RULE_AHEAD,
    RULE_QUIET_HOURS,
    RULE_HOLIDAY,
    RULE_HOURS,
    RULE_REMEDY,
    RULE_DO_NOT_CONTACT,
    RULE_REFUSALS,
    RULE_TALK,
    RULE_SERVE,
    RULE_7D,
    RULE_30D,
    RULE_GAP,
};

/* The first rule that says no, or RULE_NONE. */
enum contact_rule contact_judge(const struct contact_facts *facts,
                                const struct contact_ask *ask);

/* The first moment, not before ask->start, at which no rule says no: a whole
 * minute, or ask->start itself.  0 when there is none within a year. */
struct moment contact_next(const struct contact_facts *facts,
                           const struct contact_ask *ask);

/* contact_judge() as an answer: OK, or CODE_CONFLICT with the rule's sentence
 * and the next possible moment. */
struct err contact_check(const struct contact_facts *facts,
                         const struct contact_ask *ask, struct arena *arena);

/* A contact begins (a check-in) outside the quiet hours (R-QUIET). */
struct err contact_begins(const struct contact_policy *policy,
                          struct moment started, struct arena *arena);

/* Until when persuasion to sign pauses after the visits that were held: after
 * a talk (unless the resident asks), and after refusals.  0 = no pause. */
struct moment contact_talk_pause(const struct contact_facts *facts);
struct moment contact_refusal_pause(const struct contact_facts *facts);

/* The hours that a resident may choose: within a day of the week, outside the
 * quiet hours. */
struct err contact_windows_check(const struct contact_policy *policy,
                                 struct rows windows);

/* A do-not-contact lasts at most policy->dnc_d days from today and can be
 * renewed.  `before` is the one in force (0 = none): only one who speaks for
 * the resident may shorten it. */
struct err contact_quiet_check(const struct contact_policy *policy,
                               struct day today, struct day before,
                               struct day until, bool for_resident);
