/* contact_facts.h — households to test the contact guard on.
 *
 * Moments are written short, "11-24 09:00:00" of 2026 in district time: the
 * 23rd of November is a Monday, and no public holiday is near. */
#pragma once

#include "common/base/calendar.h"
#include "services/scheduling/contact/rules.h"
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

static const struct contact_policy defaults = {
#define DEFAULT(name, loosest, tightest, source) .name = (loosest),
    CONTACT_POLICY(DEFAULT)
};

static inline struct moment at(const char *text)
{
    char full[VALUE_TEXT_MAX];
    struct moment moment = { 0 };

    if (!text || !*text)
        return moment;
    snprintf(full, sizeof full, "2026-%.5sT%.8s+08:00", text, text + 6);
    if (!moment_parse(full, &moment))
        fail_msg("no moment: %s", text);
    return moment;
}

static inline struct contact_facts on(const char *now)
{
    return (struct contact_facts){ .policy = defaults, .now = at(now) };
}

static inline void assert_moment(struct moment got, const char *want,
                                 const char *row)
{
    char text[VALUE_TEXT_MAX];

    moment_format_local(got, text);
    if (got.us != at(want).us)
        fail_msg("%s: the next is %s, not %s", row, got.us ? text : "never",
                 want);
}

/* The resident opted in to every day, from 08:30 to 20:00. */
/* clang-format off */
static struct contact_window whole_week[] = {
    { 1, 510, 1200 }, { 2, 510, 1200 }, { 3, 510, 1200 }, { 4, 510, 1200 },
    { 5, 510, 1200 }, { 6, 510, 1200 }, { 7, 510, 1200 },
};
/* clang-format on */

/* What was before, as topic and outcome. */
#define MET     TOPIC_SIGNING, OUTCOME_MET
#define NOT_NOW TOPIC_SERVICE, OUTCOME_NOT_NOW
#define REFUSED TOPIC_SIGNING, OUTCOME_REFUSED

struct past {
    const char *start;
    int minutes;
    enum topic topic;
    enum outcome outcome;
};

enum { PAST_MAX = 6 };

static inline struct rows visits_of(const struct past past[PAST_MAX],
                                    struct contact_visit made[PAST_MAX])
{
    size_t count = 0;

    for (; count < PAST_MAX && past[count].start; count++) {
        struct moment start = at(past[count].start);
        made[count] = (struct contact_visit){
            .starts = start,
            .ends = { start.us + past[count].minutes * 60 * MICROSECONDS },
            .topic = past[count].topic,
            .outcome = past[count].outcome,
        };
    }
    return (struct rows){ made, count };
}
