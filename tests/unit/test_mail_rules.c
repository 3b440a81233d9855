/* Addresses, headers, and what the end of an SMTP talk means. */
#include "services/notifications/channels/rules.h"
#include "services/notifications/contact/rules.h"
#include "tests/check.h"

#include <string.h>

#define TEN     "abcdefghij"
#define SIXTY   TEN TEN TEN TEN TEN TEN
#define LABEL   SIXTY "."
#define LONGEST "a@" LABEL LABEL LABEL LABEL "abcdefgh"

static void an_address_is_one_plain_mailbox(void **unused)
{
    (void)unused;
    static const struct {
        const char *email;
        enum code want;
    } rows[] = {
        { "li.ming@example.org", CODE_OK },
        { "li+kite@mail-1.example.org", CODE_OK },
        { "a@localhost", CODE_OK },
        { LONGEST, CODE_OK },
        { LONGEST "i", CODE_BAD_REQUEST },
        { SIXTY "abcd@b", CODE_OK },
        { SIXTY "abcde@b", CODE_BAD_REQUEST },
        { "", CODE_BAD_REQUEST },
        { "nobody", CODE_BAD_REQUEST },
        { "@example.org", CODE_BAD_REQUEST },
        { "a@", CODE_BAD_REQUEST },
        { "a@b@c", CODE_BAD_REQUEST },
        { "a@b..c", CODE_BAD_REQUEST },
        { ".a@b", CODE_BAD_REQUEST },
        { "a.@b", CODE_BAD_REQUEST },
        { "a b@c", CODE_BAD_REQUEST },
        { "a@b\r\nBcc: x@y", CODE_BAD_REQUEST },
        { "a@b\n", CODE_BAD_REQUEST },
        { "a\t@b", CODE_BAD_REQUEST },
        { "<a@b>", CODE_BAD_REQUEST },
        { "a@b, c", CODE_BAD_REQUEST },
        { "\"a\"@b", CODE_BAD_REQUEST },
        { "a@[127.0.0.1]", CODE_BAD_REQUEST },
        { "李明@example.org", CODE_BAD_REQUEST },
        { "a@例子.cn", CODE_BAD_REQUEST },
    };

    assert_int_equal(strlen(LONGEST), 254);
    for (size_t i = 0; i < COUNT(rows); i++)
        if (email_check(rows[i].email).code != rows[i].want)
            fail_msg("row %zu: %s", i, rows[i].email);
}

static void the_end_of_a_talk_says_whether_to_try_again(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    static const struct {
        const char *what;
        bool accepted, begun;
        int code;
        enum code want;
    } rows[] = {
        /* clang-format off */
        { "taken",                        true,  true,  250, CODE_OK },
        { "no connection",                false, false, 0,   CODE_BUSY },
        { "lost before the text",         false, false, 250, CODE_BUSY },
        { "recipient put off",            false, false, 451, CODE_BUSY },
        { "recipient refused",            false, false, 550, CODE_CONFLICT },
        { "text put off",                 false, true,  451, CODE_BUSY },
        { "text refused",                 false, true,  554, CODE_CONFLICT },
        { "lost or late in the text",     false, true,  354, CODE_FAULT },
        /* clang-format on */
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        if (smtp_outcome(rows[i].accepted, rows[i].begun, rows[i].code, arena)
                .code
            != rows[i].want)
            fail_msg("%s", rows[i].what);
    arena_destroy(&arena);
}

static const struct moment morning = { INT64_C(1795834800000000) };

static struct delivery begun(int64_t attempts)
{
    struct delivery d = { .class = MAIL_ANSWER, .attempts = attempts - 1 };

    delivery_begin(&d, morning, (struct history){ 0 }, &peace_rules);
    assert_int_equal(d.state, DELIVERY_SENDING);
    assert_int_equal(d.attempts, attempts);
    assert_int_equal(d.started_at.us, morning.us);
    return d;
}

static void an_attempt_ends_in_one_of_four_ways(void **unused)
{
    (void)unused;
    static const struct {
        enum code acted;
        enum delivery_state want;
        int64_t attempts;
        int64_t pause_minutes;
    } rows[] = {
        { CODE_OK, DELIVERY_SENT, 1, 0 },
        { CODE_CONFLICT, DELIVERY_FAILED, 1, 0 },
        { CODE_FAULT, DELIVERY_UNKNOWN, 1, 0 },
        { CODE_BUSY, DELIVERY_WAITING, 1, 1 },
        { CODE_BUSY, DELIVERY_WAITING, 2, 5 },
        { CODE_BUSY, DELIVERY_WAITING, 3, 30 },
        { CODE_BUSY, DELIVERY_WAITING, 4, 120 },
        { CODE_BUSY, DELIVERY_FAILED, 5, 0 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct delivery d = begun(rows[i].attempts);
        struct err acted = { rows[i].acted, rows[i].acted ? "why" : NULL };

        delivery_settle(&d, acted, morning, &peace_rules);
        assert_int_equal(d.state, rows[i].want);
        assert_int_equal(d.sent_at.us,
                         d.state == DELIVERY_SENT ? morning.us : 0);
        assert_true((d.cause == NULL) == (d.state == DELIVERY_SENT));
        if (d.state == DELIVERY_WAITING)
            assert_int_equal(d.not_before.us - morning.us,
                             rows[i].pause_minutes * 60 * MICROSECONDS);
    }
}

static void a_repeat_keeps_the_quiet_hours(void **unused)
{
    (void)unused;
    struct delivery d = begun(4);
    struct moment evening = { morning.us + 8 * HOUR_US }, want;

    const struct err busy = { CODE_BUSY, "put off 451" };
    delivery_settle(&d, busy, evening, &peace_rules);
    assert_true(moment_parse("2026-11-29T08:30:00+08:00", &want));
    assert_int_equal(d.not_before.us, want.us);
}

static void a_mail_that_fires_too_early_waits(void **unused)
{
    (void)unused;
    const struct mailed today = { { morning.us - HOUR_US } };
    struct delivery d = { .class = MAIL_NOTICE };

    delivery_begin(&d, morning, (struct history){ &today, 1 }, &peace_rules);
    assert_int_equal(d.state, DELIVERY_WAITING);
    assert_int_equal(d.attempts, 0);
    assert_true(d.not_before.us > morning.us);
}

static void headers_are_plain_ascii_in_short_words(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    const char *words = mail_words(
        "红风筝红风筝红风筝红风筝红风筝红风筝a\r\nBcc: x@example.org", arena);

    assert_string_equal(mail_words("红", arena), "=?UTF-8?B?57qi?=");
    assert_string_equal(mail_words("ab", arena), "=?UTF-8?B?YWI=?=");
    assert_string_equal(mail_words("a", arena), "=?UTF-8?B?YQ==?=");
    assert_string_equal(
        words,
        "=?UTF-8?B?57qi6aOO562d57qi6aOO562d57qi6aOO562d57qi6aOO562d57qi6aOO562d"
        "?=\r\n =?UTF-8?B?57qi6aOO562dYQ0KQmNjOiB4QGV4YW1wbGUub3Jn?=");
    assert_string_equal(mail_date(morning, arena),
                        "Sat, 28 Nov 2026 11:00:00 +0800");
    /* 44 bytes and then a character of three: it goes to the next word. */
    words = mail_words("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa红", arena);
    assert_non_null(strstr(words, " =?UTF-8?B?57qi?="));
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(an_address_is_one_plain_mailbox),
    cmocka_unit_test(the_end_of_a_talk_says_whether_to_try_again),
    cmocka_unit_test(an_attempt_ends_in_one_of_four_ways),
    cmocka_unit_test(a_repeat_keeps_the_quiet_hours),
    cmocka_unit_test(a_mail_that_fires_too_early_waits),
    cmocka_unit_test(headers_are_plain_ascii_in_short_words))
