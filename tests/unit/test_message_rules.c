/* When a mail may go out: quiet hours and caps (domain.md 4.6, R-QUIET). */
#include "common/base/calendar.h"
#include "services/notifications/message/rules.h"
#include "tests/check.h"

static struct moment at(const char *text)
{
    struct moment moment;

    assert_true(moment_parse(text, &moment));
    return moment;
}

static void assert_goes_at(struct moment got, const char *want)
{
    char text[VALUE_TEXT_MAX];

    moment_format_local(got, text);
    assert_string_equal(text, want);
}

static void no_mail_goes_out_between_20_00_and_08_30(void **unused)
{
    (void)unused;
    static const struct {
        enum mail_class class;
        const char *now, *want;
    } rows[] = {
        /* clang-format off */
        { MAIL_ANSWER, "2026-11-23T19:59:59+08:00", "2026-11-23T19:59:59+08:00" },
        { MAIL_ANSWER, "2026-11-23T20:00:00+08:00", "2026-11-24T08:30:00+08:00" },
        { MAIL_ANSWER, "2026-11-23T23:00:00+08:00", "2026-11-24T08:30:00+08:00" },
        { MAIL_ANSWER, "2026-11-24T00:00:00+08:00", "2026-11-24T08:30:00+08:00" },
        { MAIL_ANSWER, "2026-11-24T08:29:59+08:00", "2026-11-24T08:30:00+08:00" },
        { MAIL_ANSWER, "2026-11-24T08:30:00+08:00", "2026-11-24T08:30:00+08:00" },
        { MAIL_ANSWER, "2026-11-24T08:30:59+08:00", "2026-11-24T08:30:59+08:00" },
        { MAIL_ANSWER, "2026-12-31T21:00:00+08:00", "2027-01-01T08:30:00+08:00" },
        { MAIL_NOTICE, "2026-11-23T20:00:00+08:00", "2026-11-24T08:30:00+08:00" },
        { MAIL_DUTY,   "2026-11-23T20:00:00+08:00", "2026-11-24T08:30:00+08:00" },
        { MAIL_EMERGENCY, "2026-11-23T23:00:00+08:00", "2026-11-23T23:00:00+08:00" },
        /* clang-format on */
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_goes_at(delivery_time(rows[i].class, (struct moment){ 0 },
                                     at(rows[i].now), (struct history){ 0 },
                                     &peace_rules),
                       rows[i].want);
}

struct past {
    enum mail_class class;
    const char *now, *due;
    const char *mailed[5];
    const char *want;
};

static void check_past(const struct past *row)
{
    struct mailed mailed[5];
    size_t count = 0;

    for (; count < COUNT(row->mailed) && row->mailed[count]; count++)
        mailed[count].at = at(row->mailed[count]);
    assert_goes_at(
        delivery_time(
            row->class, row->due ? at(row->due) : (struct moment){ 0 },
            at(row->now), (struct history){ mailed, count }, &peace_rules),
        row->want);
}

#define MON "2026-11-23T"
#define TUE "2026-11-24T"
#define WED "2026-11-25T"

static void a_notice_waits_until_the_caps_allow_it(void **unused)
{
    (void)unused;
    static const struct past rows[] = {
        /* One a day, whatever the hour of the first. */
        { MAIL_NOTICE, MON "15:00:00+08:00", .mailed = { MON "08:30:00+08:00" },
          .want = TUE "08:30:00+08:00" },
        { MAIL_NOTICE, TUE "08:30:00+08:00", .mailed = { MON "19:59:00+08:00" },
          .want = TUE "08:30:00+08:00" },
        /* What is planned for later counts: first come, first served. */
        { MAIL_NOTICE, MON "15:00:00+08:00",
          .mailed = { MON "09:00:00+08:00", TUE "08:30:00+08:00" },
          .want = WED "08:30:00+08:00" },
        /* Three in any seven days: the fourth when the first is a week ago. */
        { MAIL_NOTICE, "2026-11-26T10:00:00+08:00",
          .mailed = { MON "10:00:00+08:00", TUE "10:00:00+08:00",
                      WED "10:00:00+08:00" },
          .want = "2026-11-30T10:00:00+08:00" },
        { MAIL_NOTICE, "2026-11-30T09:59:59+08:00",
          .mailed = { MON "10:00:00+08:00", TUE "10:00:00+08:00",
                      WED "10:00:00+08:00" },
          .want = "2026-11-30T10:00:00+08:00" },
        { MAIL_NOTICE, "2026-11-30T10:00:00+08:00",
          .mailed = { MON "10:00:00+08:00", TUE "10:00:00+08:00",
                      WED "10:00:00+08:00" },
          .want = "2026-11-30T10:00:00+08:00" },
        /* What the caps do not hold may have filled the week more than full. */
        { MAIL_NOTICE, WED "15:00:00+08:00",
          .mailed = { MON "10:00:00+08:00", MON "11:00:00+08:00",
                      TUE "10:00:00+08:00", WED "10:00:00+08:00" },
          .want = "2026-11-30T11:00:00+08:00" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        check_past(&rows[i]);
}

static void answers_and_duty_know_no_caps_but_quiet_hours(void **unused)
{
    (void)unused;
    static const struct past rows[] = {
        { MAIL_ANSWER, MON "15:00:00+08:00", .mailed = { MON "14:59:00+08:00" },
          .want = MON "15:00:00+08:00" },
        { MAIL_DUTY, MON "15:00:00+08:00", .mailed = { MON "14:59:00+08:00" },
          .want = MON "15:00:00+08:00" },
        { MAIL_ANSWER, MON "22:00:00+08:00", .mailed = { TUE "08:30:00+08:00" },
          .want = TUE "08:30:00+08:00" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        check_past(&rows[i]);
}

static void a_visit_is_known_a_day_ahead_caps_or_not(void **unused)
{
    (void)unused;
    static const struct past rows[] = {
        /* A change of today's visit goes now. */
        { MAIL_NOTICE,
          MON "10:00:00+08:00",
          MON "15:00:00+08:00",
          { MON "09:00:00+08:00" },
          MON "10:00:00+08:00" },
        { MAIL_NOTICE,
          MON "10:00:00+08:00",
          TUE "10:00:00+08:00",
          { MON "09:00:00+08:00" },
          MON "10:00:00+08:00" },
        /* More than a day ahead the caps hold it, until a day ahead. */
        { MAIL_NOTICE,
          MON "10:00:00+08:00",
          WED "15:00:00+08:00",
          { MON "09:00:00+08:00" },
          TUE "08:30:00+08:00" },
        { MAIL_NOTICE,
          WED "15:00:00+08:00",
          "2026-11-27T11:00:00+08:00",
          { MON "10:00:00+08:00", TUE "10:00:00+08:00", WED "10:00:00+08:00" },
          "2026-11-26T11:00:00+08:00" },
        /* Never in the quiet hours. */
        { MAIL_NOTICE,
          MON "21:00:00+08:00",
          TUE "09:00:00+08:00",
          { MON "09:00:00+08:00" },
          TUE "08:30:00+08:00" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        check_past(&rows[i]);
}

RUN(cmocka_unit_test(no_mail_goes_out_between_20_00_and_08_30),
    cmocka_unit_test(a_notice_waits_until_the_caps_allow_it),
    cmocka_unit_test(answers_and_duty_know_no_caps_but_quiet_hours),
    cmocka_unit_test(a_visit_is_known_a_day_ahead_caps_or_not))
