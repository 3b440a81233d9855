#include "services/cases/household/rules.h"
#include "services/cases/publication/rules.h"
#include "tests/check.h"
#include "tests/when.h"

#include <string.h>

enum { SPANS = 3 };

struct times {
    const char *since, *until;
};

static struct outage_span span_of(struct times times)
{
    return (struct outage_span){ at(times.since), at(times.until) };
}

/* Published on 2026-09-01: on view from 09-02 to the end of 10-01. */
static void r_pub_an_outage_of_a_day_and_more_is_added(void **unused)
{
    static const struct {
        const char *what;
        struct times outages[SPANS];
        const char *until;
    } rows[] = {
        { "none", { { 0 } }, "2026-10-02T00:00:00" },
        { "24 hours, not more",
          { { "2026-09-10T08:00:00", "2026-09-11T08:00:00" } },
          "2026-10-02T00:00:00" },
        { "24 hours and a second",
          { { "2026-09-10T08:00:00", "2026-09-11T08:00:01" } },
          "2026-10-03T00:00:01" },
        { "30 hours",
          { { "2026-09-10T08:00:00", "2026-09-11T14:00:00" } },
          "2026-10-03T06:00:00" },
        { "of several times",
          { { "2026-09-03T00:00:00", "2026-09-03T10:00:00" },
            { "2026-09-10T00:00:00", "2026-09-10T10:00:00" },
            { "2026-09-20T00:00:00", "2026-09-20T10:00:00" } },
          "2026-10-03T06:00:00" },
        { "what overlaps counts once",
          { { "2026-09-10T08:00:00", "2026-09-11T08:00:00" },
            { "2026-09-10T10:00:00", "2026-09-10T12:00:00" },
            { "2026-09-11T02:00:00", "2026-09-11T14:00:00" } },
          "2026-10-03T06:00:00" },
        { "twice the same is no more than a day",
          { { "2026-09-10T08:00:00", "2026-09-11T08:00:00" },
            { "2026-09-10T08:00:00", "2026-09-11T08:00:00" } },
          "2026-10-02T00:00:00" },
        { "before it, and on its own day",
          { { "2026-08-01T00:00:00", "2026-08-20T00:00:00" },
            { "2026-09-01T00:00:00", "2026-09-02T00:00:00" } },
          "2026-10-02T00:00:00" },
        { "the part that falls into it",
          { { "2026-08-01T00:00:00", "2026-09-03T06:00:00" } },
          "2026-10-03T06:00:00" },
        { "after it",
          { { "2026-10-02T00:00:00", "2026-10-20T00:00:00" } },
          "2026-10-02T00:00:00" },
        { "a day of it at its end, and it went on",
          { { "2026-10-01T00:00:00", "2026-10-09T00:00:00" } },
          "2026-10-02T00:00:00" },
        { "30 hours of it at its end, and it went on for two days",
          { { "2026-09-30T18:00:00", "2026-10-04T00:00:00" } },
          "2026-10-05T06:00:00" },
        { "in what was added: an hour of it as well",
          { { "2026-09-10T08:00:00", "2026-09-11T14:00:00" },
            { "2026-10-02T10:00:00", "2026-10-02T11:00:00" } },
          "2026-10-03T07:00:00" },
        { "after what was added",
          { { "2026-09-10T08:00:00", "2026-09-11T14:00:00" },
            { "2026-10-03T06:00:00", "2026-10-03T11:00:00" } },
          "2026-10-03T06:00:00" },
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct outage_span spans[SPANS];
        struct rows outages = { spans, 0 };

        for (size_t s = 0; s < SPANS && rows[i].outages[s].since; s++)
            spans[outages.count++] = span_of(rows[i].outages[s]);
        struct moment until = published_until(on("2026-09-01"), 30, outages);
        if (until.us != at(rows[i].until).us)
            fail_msg("%s: another end than %s", rows[i].what, rows[i].until);
    }
}

static void r_pub_what_is_reported_is_over_and_bounded(void **unused)
{
    static const struct {
        struct times times;
        const char *field, *told;
    } rows[] = {
        { { "2026-11-01T00:00:00", "2026-11-24T10:00:00" }, NULL, NULL },
        { { "2026-08-01T00:00:00", "2026-10-30T00:00:00" }, NULL, NULL },
        { { "2026-11-01T00:00:00", "2026-11-24T10:00:01" },
          "until",
          "still to come" },
        { { "2026-11-01T00:00:00", "2026-11-01T00:00:00" },
          "until",
          "not after" },
        { { "2026-11-02T00:00:00", "2026-11-01T00:00:00" },
          "until",
          "not after" },
        { { "2026-08-01T00:00:00", "2026-10-30T00:00:01" },
          "since",
          "90 days" },
        { { "2025-11-20T00:00:00", "2025-11-22T00:00:00" },
          "since",
          "366 days" },
    };
    struct moment now = at("2026-11-24T10:00:00");

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err err = outage_may(span_of(rows[i].times), now);

        if (!rows[i].told) {
            assert_ok(err);
            continue;
        }
        assert_string_equal(err.field, rows[i].field);
        assert_non_null(strstr(err.why, rows[i].told));
    }
}

/* The plan of 09-01, the first values and the survey of 11-01: what waits for
 * them waits longer, says until when, and an offer why. */
static void r_pub_a_move_waits_longer_and_says_why(void **unused)
{
    static const struct {
        unsigned state, event;
        struct times outage;
        const char *now, *told[2];
    } rows[] = {
        { EXPLAINING, OFFER, { 0 }, "2026-10-02T00:00:00", { NULL } },
        { EXPLAINING,
          OFFER,
          { 0 },
          "2026-10-01T23:59:59",
          { "nothing can be offered before 2026-10-02T00:00:00+08:00" } },
        { EXPLAINING,
          OFFER,
          { "2026-09-10T08:00:00", "2026-09-11T14:30:00" },
          "2026-10-03T06:29:59",
          { "before 2026-10-03T06:30:00+08:00", "for 30 h 30 min" } },
        { EXPLAINING,
          OFFER,
          { "2026-09-10T08:00:00", "2026-09-11T14:30:00" },
          "2026-10-03T06:30:00",
          { NULL } },
        { SURVEY_DISPUTED, RESOLVE, { 0 }, "2026-11-07T00:00:00", { NULL } },
        { SURVEY_DISPUTED,
          RESOLVE,
          { "2026-11-02T00:00:00", "2026-11-03T06:00:00" },
          "2026-11-08T05:59:59",
          { "before 2026-11-08T06:00:00+08:00" } },
        { SURVEY_POSTED,
          CONFIRM,
          { "2026-11-02T00:00:00", "2026-11-12T00:00:00" },
          "2026-11-16T23:59:59",
          { "before 2026-11-17T00:00:00+08:00" } },
        { SURVEY_POSTED,
          CONFIRM,
          { "2026-11-02T00:00:00", "2026-11-12T00:00:00" },
          "2026-11-17T00:00:00",
          { NULL } },
        { APPRAISAL_POSTED,
          SERVE,
          { "2026-11-02T00:00:00", "2026-11-03T06:00:00" },
          "2026-11-08T05:59:59",
          { "before 2026-11-08T06:00:00+08:00" } },
        { APPRAISAL_POSTED,
          SERVE,
          { "2026-11-02T00:00:00", "2026-11-03T06:00:00" },
          "2026-11-08T06:00:00",
          { NULL } },
    };
    static const struct id maker = { "00000000-0000-7000-8000-0000000000a1" };
    struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct outage_span span;
        struct standing household = {
            .state = rows[i].state,
            .now = at(rows[i].now),
            .roles = ~UINT64_C(0),
            .plan_published_on = on("2026-09-01"),
            .pack_version = 1,
            .pack_first = true,
            .pack_published_on = on("2026-08-20"),
            .prepared = maker,
            .prepared_by = maker,
            .prepared_at = at(rows[i].now),
            .outages = { &span, rows[i].outage.since ? 1 : 0 },
        };
        unsigned to;

        household.on[SURVEY_POST] = household.on[POST_PRELIM] =
            on("2026-11-01");
        if (rows[i].outage.since)
            span = span_of(rows[i].outage);
        struct err err = household_move(&household, rows[i].event, &to, arena);
        assert_refused(err, rows[i].told[0] ? CODE_CONFLICT : CODE_OK);
        for (size_t n = 0; n < 2 && rows[i].told[n]; n++)
            assert_non_null(strstr(err.why, rows[i].told[n]));
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(r_pub_an_outage_of_a_day_and_more_is_added),
    cmocka_unit_test(r_pub_what_is_reported_is_over_and_bounded),
    cmocka_unit_test(r_pub_a_move_waits_longer_and_says_why))
