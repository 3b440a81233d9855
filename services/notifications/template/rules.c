#include "services/notifications/template/rules.h"

#include "common/base/calendar.h"

#include <inttypes.h>
#include <string.h>

/* clang-format off */
#define WINDOW "社区窗口"
#define MAIL_END                                                              \
    "\n详情请登录站内信箱查看，也可以到" WINDOW "了解。\n"                    \
    "您可以随时到" WINDOW "更改或停止接收邮件。\n"
#define MEMBER_END "\n详情请在系统中查看。\n"

const struct template templates[] = {
    { "visit.booked", TO_HOUSEHOLD, MAIL_NOTICE,
      "走访预约：{start}",
      "工作人员想在 {start} 上门，大约 {minutes} 分钟，事项：{topic}。\n"
      "您可以改时间，可以取消，也可以请他们暂时不要来，不用说明理由，"
      "不影响您的任何权益。请告诉" WINDOW "，或在走访时当面说“今天不谈”。",
      "有一次走访约在 {start}。您可以改时间或取消，不用说明理由。" MAIL_END },
    { "visit.moved", TO_HOUSEHOLD, MAIL_NOTICE,
      "走访改期：{start}",
      "原定 {was} 的走访改到 {start}，大约 {minutes} 分钟，事项：{topic}。\n"
      "这个时间不方便，您可以再改，也可以取消，不用说明理由。"
      "请告诉" WINDOW "。",
      "原定 {was} 的走访改到 {start}。您可以再改时间或取消。" MAIL_END },
    { "visit.cancelled", TO_HOUSEHOLD, MAIL_NOTICE,
      "走访取消：{start}",
      "原定 {start} 的走访已经取消，您不用做任何事。\n"
      "以后想约时间，您可以随时到" WINDOW "提出。",
      "原定 {start} 的走访已经取消，您不用做任何事。" MAIL_END },
    { "visit.logged", TO_HOUSEHOLD, MAIL_NOTICE,
      "走访记录：{started}",
      "{started} 至 {ended} 的走访已经记录，事项：{topic}，结果：{outcome}。\n"
      "您有权查看这份记录，写下自己的意见，或要求更正，请到" WINDOW "办理。"
      "不愿意谈，是您的自由，不影响您的任何权益。",
      "有一份走访记录可以查看，您有权写下自己的意见或要求更正。" MAIL_END },
    { "household.offered", TO_HOUSEHOLD, MAIL_NOTICE,
      "补偿核算单可以查看了",
      "您家的补偿核算单已经做好，每一项怎么算的都写在上面。"
      "请带回家慢慢看，也可以请家人、律师或法律援助帮您看。\n"
      "为了让您有时间考虑，{sign_from} 起才可以签约，之后由您决定何时签、"
      "签不签。您可以继续等待，可以要求逐项解释，有权提出异议、申请复核，"
      "请到" WINDOW "办理；这样做不会让您少得任何一项补偿。",
      "补偿核算单可以查看了，{sign_from} 起才可以签约。您可以继续等待，"
      "也有权提出异议。" MAIL_END },
    { "household.signed", TO_HOUSEHOLD, MAIL_ANSWER,
      "协议已签，冷静期到 {cooling_until}",
      "您家的协议已经签好，现在是冷静期，到 {cooling_until} 为止。\n"
      "在这段时间里您有权撤回，不用说明理由，也没有任何费用："
      "到" WINDOW "、打电话、写一张纸条或在网上都可以。",
      "协议已经签好，冷静期到 {cooling_until} 为止，这段时间里您有权撤回，"
      "不用说明理由。" MAIL_END },
    { "household.withdrew", TO_HOUSEHOLD, MAIL_ANSWER,
      "撤回已经办好",
      "您撤回协议的要求已经办好，这份协议不再有效，您不用做任何事。\n"
      "撤回是您的权利。您可以继续等待，可以提出异议，以后也可以再谈，"
      "请到" WINDOW "。",
      "您撤回协议的要求已经办好，您不用做任何事。" MAIL_END },
    { "household.effective", TO_HOUSEHOLD, MAIL_NOTICE,
      "协议已经生效",
      "冷静期已过，您家的协议生效了。\n"
      "接下来先付款，后搬家：收到款项以前，您有权一直住在家里。"
      "对款项、时间有疑问或异议，您可以随时到" WINDOW "提出。",
      "协议已经生效。先付款，后搬家：收到款项以前，您有权一直住在家里。"
      MAIL_END },
    { "choice.turn", TO_HOUSEHOLD, MAIL_NOTICE,
      "轮到您家选房了，到 {until} 为止",
      "按公开抽签的顺序，现在轮到您家选房，到 {until} 为止。\n"
      "房源、面积、价格和工程进度都可以查看。您可以自己选，也可以请家人代选，"
      "或到" WINDOW "办理。\n"
      "来不了没有关系：第一次没来的，大家选过一轮以后会再轮到一次；"
      "全部轮完以后，也可以随时来选，不影响您的任何权益。"
      "对顺序有异议，您有权要求核对抽签。",
      "轮到您家选房了，到 {until} 为止。来不了没有关系，以后还可以来选，"
      "不影响您的任何权益。" MAIL_END },

    { "visit.booked", TO_MEMBER, MAIL_DUTY,
      "走访安排：{start}",
      "您有一次走访：{start}，大约 {minutes} 分钟，事项：{topic}。\n"
      "请带好工作证。住户可以随时说“今天不谈”，这时请道谢离开。",
      "您有一次走访：{start}。" MEMBER_END },
    { "visit.moved", TO_MEMBER, MAIL_DUTY,
      "走访改期：{start}",
      "原定 {was} 的走访改到 {start}，大约 {minutes} 分钟，事项：{topic}。",
      "原定 {was} 的走访改到 {start}。" MEMBER_END },
    { "visit.cancelled", TO_MEMBER, MAIL_DUTY,
      "走访取消：{start}",
      "原定 {start} 的走访已经取消，请不要上门。",
      "原定 {start} 的走访已经取消，请不要上门。" MEMBER_END },
    { "grievance.emergency", TO_MEMBER, MAIL_EMERGENCY,
      "紧急投诉等您处理",
      "有一件紧急投诉刚刚登记，相关地块已经停工。请在 4 小时内联系、到场、"
      "处置，并在系统中写下结果。\n先看人是否安全；水、电、路有问题的，先恢复。",
      "有一件紧急投诉等您处理，请在 4 小时内到场。" MEMBER_END },
    { "hardship.called", TO_MEMBER, MAIL_EMERGENCY,
      "有人需要紧急帮助",
      "有一户遇到紧急困难，请在 24 小时内联系并安排帮助。情况只在系统中给您看，"
      "看的时候会留下记录。",
      "有一户需要紧急帮助，请联系并安排。" MEMBER_END },
    { "access.noticed", TO_MEMBER, MAIL_DUTY,
      "有人一天查看了很多户的个人信息",
      "有一位工作人员昨天查看了30户以上的个人信息，系统没有阻止。请在系统中"
      "看是谁（access.list），核对用途；该说明的请本人说明。",
      "有一位工作人员昨天查看了很多户的个人信息，请核对用途。" MEMBER_END },
    { "deadline.step", TO_MEMBER, MAIL_DUTY,
      "期限提醒：{flow}",
      "有一件{flow}的期限是 {due}，请看看下一步该做什么。",
      "有一件{flow}的期限是 {due}。" MEMBER_END },
    { 0 },
};

/* A word of the wire, and ours for it. */
struct word {
    const char *name;
    const char *said;
};

static const struct word topic_words[] = {
    { "signing",   "签约沟通" },
    { "survey",    "入户调查" },
    { "service",   "帮办服务" },
    { "statutory", "法定文书送达" },
    { 0 },
};

static const struct word flow_words[] = {
    { "household", "住户事项" },
    { "errand",    "帮办" },
    { "problem",   "难题" },
    { "hardship",  "困难帮扶" },
    { "grievance", "投诉" },
    { 0 },
};

static const struct word outcome_words[] = {
    { "met",      "见了面" },
    { "not_home", "家中无人" },
    { "not_now",  "改日再谈" },
    { "refused",  "住户不愿意谈" },
    { 0 },
};
/* clang-format on */

static const char *said(const struct word *words, const char *name, size_t size)
{
    for (; words->name; words++)
        if (strlen(words->name) == size && !strncmp(words->name, name, size))
            return words->said;
    return NULL;
}

static const char *said_whole(const struct word *words, const char *name)
{
    return name ? said(words, name, strlen(name)) : NULL;
}

/* "11 月 27 日 (周五) 14:00"; NULL for 0. */
static const char *say_moment(struct moment moment, struct arena *arena)
{
    static const char *const days[] = {
        "一", "二", "三", "四", "五", "六", "日"
    };
    int year, month, date;

    if (moment.us == 0)
        return NULL;
    const struct day day = day_of(moment);
    const int minute = minute_of_day(moment);
    day_split(day, &year, &month, &date);
    return arena_format(arena, "%d 月 %d 日 (周%s) %02d:%02d", month, date,
                        days[weekday(day) - 1], minute / 60, minute % 60);
}

static const char *say_number(int64_t number, struct arena *arena)
{
    return number ? arena_format(arena, "%" PRId64, number) : NULL;
}

/* The text with each {name} replaced. */
static struct err fill(const char *text, const struct word *words,
                       struct arena *arena, const char **out)
{
    const char *done = "", *open, *close;

    for (; (open = strchr(text, '{')); text = close + 1) {
        close = strchr(open, '}');
        const char *value =
            close ? said(words, open + 1, (size_t)(close - open - 1)) : NULL;
        if (!value)
            return fail(CODE_FAULT, "the news lacks what its text speaks of");
        done = arena_format(arena, "%s%.*s%s", done, (int)(open - text), text,
                            value);
    }
    *out = arena_format(arena, "%s%s", done, text);
    return OK;
}

static const struct template *template_of(const char *topic, enum audience to)
{
    for (const struct template *t = templates; t->topic; t++)
        if (t->to == to && strcmp(t->topic, topic) == 0)
            return t;
    return NULL;
}

struct err letter_write(const char *topic, enum audience to,
                        const struct news *news, struct arena *arena,
                        struct letter *letter)
{
    const struct template *t = template_of(topic, to);
    const bool earlier = news->was.us && news->was.us < news->start.us;
    const struct word words[] = {
        { "start", say_moment(news->start, arena) },
        { "was", say_moment(news->was, arena) },
        { "minutes", say_number(news->minutes, arena) },
        { "topic", said_whole(topic_words, news->topic) },
        { "outcome", said_whole(outcome_words, news->outcome) },
        { "started", say_moment(news->started, arena) },
        { "ended", say_moment(news->ended, arena) },
        { "sign_from", say_moment(news->sign_from, arena) },
        { "cooling_until", say_moment(news->cooling_until, arena) },
        { "until", say_moment(news->until, arena) },
        { "flow", said_whole(flow_words, news->flow) },
        { "due", say_moment(news->due_at, arena) },
        { 0 },
    };

    if (!t)
        return fail(CODE_FAULT, "there is no text for this news");
    letter->class = t->class;
    letter->due = earlier ? news->was : news->start;
    TRY(fill(t->subject, words, arena, &letter->subject));
    TRY(fill(t->text, words, arena, &letter->text));
    return fill(t->mail, words, arena, &letter->mail);
}
