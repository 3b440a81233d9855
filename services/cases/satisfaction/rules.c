#include "services/cases/satisfaction/rules.h"

#define OUTSIDE ROLE(DISTRICT_PANEL)
#define HIERARCHY                                                              \
    (ROLE_TEAMS | ROLE(COMMUNITY_WINDOW) | ROLE(COMMUNITY_SECRETARY)           \
     | ROLE(T5_QUALITY) | ROLE(DUTY_OFFICER) | ROLE(CHAIR) | ROLE(DEPT))

struct err satisfaction_may_run(role_set roles)
{
    if (!(roles & OUTSIDE) || (roles & HIERARCHY))
        return fail(CODE_DENIED,
                    "满意度调查由区里的独立人员组织；街道、社区和各工作队的"
                    "人员不能参与，请联系区评议组");
    return OK;
}

struct err satisfaction_may_last(struct moment now, struct moment closes)
{
    if (closes.us < now.us + SATISFACTION_DAYS_LEAST * DAY_US
        || closes.us > now.us + SATISFACTION_DAYS_MOST * DAY_US)
        return fail_at("closes_at", "一轮调查至少7天、最多92天，请改截止时间");
    return OK;
}

struct err satisfaction_may_print(int64_t households, bool answered)
{
    if (answered)
        return fail(CODE_CONFLICT, "这个社区已经有人答卷，答卷码不能重做；"
                                   "没有收到信的住户请在下一轮参加");
    if (households == 0)
        return fail_at("community", "这个社区还没有登记住户");
    if (households > SATISFACTION_HOMES_MOST)
        return fail_at("community", "这个社区超过1500户，请按小区分成几个"
                                    "社区登记后再做");
    return OK;
}

bool satisfaction_is_over(struct moment now, struct moment closes,
                          struct moment closed)
{
    return closed.us || now.us >= closes.us;
}

struct err satisfaction_may_answer(bool spent, bool over)
{
    if (over)
        return fail(CODE_CONFLICT, "这一轮调查已经结束，谢谢您");
    if (spent)
        return fail(CODE_CONFLICT, "这个答卷码已经用过；每封信只能答一次");
    return OK;
}

void satisfaction_add(struct satisfaction_tally *all,
                      const struct satisfaction_tally *one)
{
    all->tokens += one->tokens;
    all->said += one->said;
    all->beside_staff += one->beside_staff;
    all->of_one_device += one->of_one_device;
    all->answers += one->answers;
    all->good += one->good;
    all->respect += one->respect;
    all->clarity += one->clarity;
    all->fairness += one->fairness;
    all->promise += one->promise;
    all->quality += one->quality;
    all->quality_answers += one->quality_answers;
    all->pressed += one->pressed;
}

/* The whole part of the root. */
static int64_t root(int64_t of)
{
    int64_t low = 0, high = INT64_C(3037000499);

    while (low < high) {
        int64_t middle = high - (high - low) / 2;
        if (middle * middle <= of)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* In whole thousandths, rounded half up. */
static struct rate thousandths(int64_t part, int64_t of)
{
    return (struct rate){ (part * 2000 + of) / (2 * of) * 1000 };
}

/* With z the 97.5 % quantile of the normal distribution, the bounds are
 * (2 part + z2 -+ z sqrt(z2 + 4 part (of - part) / of)) / (2 (of + z2)), where
 * z2 is its square; here all of it in millionths. */
struct satisfaction_share satisfaction_share(int64_t part, int64_t of)
{
    const int64_t z2 = 3841459, one = 1000000;

    if (of == 0)
        return (struct satisfaction_share){ { 0 }, { 0 }, { one } };
    int64_t middle = 2 * part * one + z2, whole = 2 * (of * one + z2);
    int64_t half = root(z2 * (z2 + 4 * one * part * (of - part) / of));
    return (struct satisfaction_share){ thousandths(part, of),
                                        thousandths(middle - half, whole),
                                        thousandths(middle + half, whole) };
}

void satisfaction_hold_back(const struct satisfaction_tally *communities,
                            size_t count, bool *held)
{
    size_t smallest = count;
    int64_t missing = 0;
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        held[i] = communities[i].answers < SATISFACTION_SHOWN_APART;
        any = any || held[i];
        if (held[i])
            missing += communities[i].answers;
        else if (smallest == count
                 || communities[i].answers < communities[smallest].answers)
            smallest = i;
    }
    if (any && missing < SATISFACTION_SHOWN_APART && smallest < count)
        held[smallest] = true;
}
