/* What people are told, and how (R-LANG, R-LEAK). */
#include "services/notifications/template/rules.h"
#include "tests/check.h"

#include <string.h>

/* Words that press, threaten or label.  None has a place in a text of ours. */
static const char *const banned[] = {
    "必须",     "务必",     "否则",   "逾期",     "限期",   "责令",
    "强制",     "后果",     "不得",   "抓紧",     "尽快",   "过期不候",
    "视为放弃", "自愿放弃", "钉子户", "清零",     "不配合", "配合工作",
    "最后机会", "拒不",     "领导",   "影响子女", "停水",   "停电",
    "奖励",     "先签",     "倒计时", "处罚",
};

/* What each topic's event brings, by the contract with its source. */
static struct news news_of(const char *topic)
{
    static const struct moment start = { INT64_C(1795845600000000) };
    struct news news = { .household = { "0" } };

    if (strncmp(topic, "visit.", 6) == 0)
        news.topic = "service";
    if (!strcmp(topic, "visit.booked") || !strcmp(topic, "visit.moved")) {
        news.start = start;
        news.minutes = 45;
    }
    if (!strcmp(topic, "visit.moved"))
        news.was = (struct moment){ start.us - DAY_US };
    if (!strcmp(topic, "visit.cancelled"))
        news.start = start;
    if (!strcmp(topic, "visit.logged")) {
        news.outcome = "not_now";
        news.started = start;
        news.ended = (struct moment){ start.us + HOUR_US / 2 };
    }
    if (!strcmp(topic, "household.offered"))
        news.sign_from = start;
    if (!strcmp(topic, "household.signed"))
        news.cooling_until = start;
    if (!strcmp(topic, "choice.turn"))
        news.until = start;
    if (!strcmp(topic, "deadline.step")) {
        news.flow = "problem";
        news.due_at = start;
    }
    return news;
}

/* Calls `check` with each of the three texts of each template, as written. */
static void for_each_text(void (*check)(const struct template *,
                                        const char *text))
{
    for (const struct template *t = templates; t->topic; t++) {
        check(t, t->subject);
        check(t, t->text);
        check(t, t->mail);
    }
}

static void check_words(const struct template *t, const char *text)
{
    for (size_t i = 0; i < COUNT(banned); i++)
        if (strstr(text, banned[i]))
            fail_msg("%s says \"%s\"", t->topic, banned[i]);
}

static void r_lang_no_text_presses_anybody(void **unused)
{
    (void)unused;
    for_each_text(check_words);
}

static void a_household_is_told_what_it_may_do_and_where(void **unused)
{
    (void)unused;
    for (const struct template *t = templates; t->topic; t++) {
        if (t->to != TO_HOUSEHOLD)
            continue;
        if (!strstr(t->text, "您可以") && !strstr(t->text, "您有权"))
            fail_msg("%s names no right", t->topic);
        if (!strstr(t->text, "社区窗口") || !strstr(t->mail, "社区窗口"))
            fail_msg("%s does not say where", t->topic);
        if (!strstr(t->mail, "停止接收邮件"))
            fail_msg("%s does not say how to stop the mails", t->topic);
    }
}

static void check_filled(const struct template *t, const struct letter *letter)
{
    const char *const texts[] = { letter->subject, letter->text, letter->mail };

    for (size_t i = 0; i < COUNT(texts); i++)
        if (strpbrk(texts[i], "{}"))
            fail_msg("%s leaves open: %s", t->topic, texts[i]);
    assert_null(strchr(letter->subject, '\n'));
}

static void every_text_is_filled_by_what_its_event_brings(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    for (const struct template *t = templates; t->topic; t++) {
        const struct news news = news_of(t->topic);
        struct letter letter;

        assert_ok(letter_write(t->topic, t->to, &news, arena, &letter));
        check_filled(t, &letter);
    }
    arena_destroy(&arena);
}

static void a_visit_is_said_as_people_say_it(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    const struct news news = news_of("visit.moved");
    struct letter letter;

    assert_ok(letter_write("visit.moved", TO_HOUSEHOLD, &news, arena, &letter));
    assert_string_equal(letter.subject, "走访改期：11 月 28 日 (周六) 14:00");
    assert_non_null(
        strstr(letter.text, "原定 11 月 27 日 (周五) 14:00 的走访"));
    assert_non_null(strstr(letter.text, "大约 45 分钟，事项：帮办服务"));
    assert_int_equal(letter.due.us, news.was.us);
    arena_destroy(&arena);
}

static void a_mail_bears_less_than_the_inbox(void **unused)
{
    (void)unused;
    static const char *const inside[] = { "{topic}", "{outcome}", "{minutes}",
                                          "元",      "￥",        "身份证" };

    for (const struct template *t = templates; t->topic; t++)
        for (size_t i = 0; i < COUNT(inside); i++)
            if (strstr(t->mail, inside[i]) || strstr(t->subject, inside[i]))
                fail_msg("the mail of %s says %s", t->topic, inside[i]);
}

static void news_without_its_facts_is_refused(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct news lame = news_of("visit.booked"), odd = lame;
    struct letter letter;

    lame.start = (struct moment){ 0 };
    assert_refused(
        letter_write("visit.booked", TO_HOUSEHOLD, &lame, arena, &letter),
        CODE_FAULT);
    odd.topic = "barbecue";
    assert_refused(
        letter_write("visit.booked", TO_HOUSEHOLD, &odd, arena, &letter),
        CODE_FAULT);
    assert_refused(
        letter_write("visit.painted", TO_HOUSEHOLD, &odd, arena, &letter),
        CODE_FAULT);
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(r_lang_no_text_presses_anybody),
    cmocka_unit_test(a_household_is_told_what_it_may_do_and_where),
    cmocka_unit_test(every_text_is_filled_by_what_its_event_brings),
    cmocka_unit_test(a_visit_is_said_as_people_say_it),
    cmocka_unit_test(a_mail_bears_less_than_the_inbox),
    cmocka_unit_test(news_without_its_facts_is_refused))
