#include "services/cases/export/rules.h"

#include "services/cases/household/rules.h"

const char *const export_lists[] = { "household.list", "household.search",
                                     "survey.alike", "recount.results", NULL };

/* Who has an offer and no signature that stands.  Before the offer nobody could
 * have signed: a list of those is work. */
static const flow_set missing = IN(OFFERED) | IN(CONSIDERING) | IN(NEGOTIATING)
                                | IN(LAPSED) | IN(NO_AGREEMENT) | IN(STAYS)
                                | IN(DECISION_DRAFT) | IN(DECIDED) | IN(REMEDY)
                                | IN(URGED) | IN(COURT_APPLIED)
                                | IN(COURT_GRANTED) | IN(COURT_REFUSED);

/* Different ones, each once. */
static size_t distinct(struct ids ids)
{
    size_t count = 0;

    for (size_t i = 0; i < ids.count; i++) {
        size_t first = 0;
        while (!id_same(ids.at[first], ids.at[i]))
            first++;
        count += first == i;
    }
    return count;
}

bool export_is_counted(const struct export_look *look)
{
    if (!look->households.count)
        return false;
    if (look->list == EXPORT_HOUSEHOLDS)
        return IN(look->state) & missing;
    return look->goes_on || distinct(look->households) > EXPORT_LOOK_UP;
}

struct err export_may_page(int64_t households)
{
    if (households > EXPORT_ROWS)
        return fail(CODE_DENIED,
                    "一页最多50户，请翻页查看；确需一次取出更多时，请先申请导出"
                    "（export.ask，写明用途和户数），由个人信息保护负责人批准"
                    "后凭导出编号查看");
    return OK;
}

struct err export_may_show(enum export_list list, int64_t shown)
{
    if (shown > EXPORT_ROWS && list == EXPORT_HOUSEHOLDS)
        return fail(CODE_DENIED,
                    "按未签约状态筛选的名单每人每天最多查看50户，任何批准都不能"
                    "放宽；自己承办的事项请用 case.held 查看，单户请用 "
                    "household.search 查找");
    if (shown > EXPORT_ROWS)
        return fail(CODE_DENIED,
                    "同一份名单每人每天最多查看50户；确需更多时，请先申请导出"
                    "（export.ask，写明用途和户数），由个人信息保护负责人批准"
                    "后凭导出编号查看");
    return OK;
}

struct err export_may_approve(const struct export_standing *at, struct id actor)
{
    if (id_same(at->asked_by, actor))
        return fail(CODE_DENIED, "申请人不能批准自己的导出，请另一位个人信息"
                                 "保护负责人批准");
    if (at->approved_at.us)
        return fail(CODE_CONFLICT, "这份导出已经批准过；需要再导出时请重新"
                                   "申请（export.ask）");
    return OK;
}

struct err export_may_use(const struct export_standing *at, struct id actor,
                          struct moment now, int64_t shown, bool by_state)
{
    if (!id_same(at->asked_by, actor))
        return fail(CODE_DENIED, "这份导出只能由申请人本人使用；请自己申请"
                                 "（export.ask）");
    if (by_state)
        return fail(CODE_DENIED, "导出不能按签约状态筛选：任何未签约名单都不得"
                                 "导出；请去掉状态条件");
    if (!at->approved_at.us)
        return fail(CODE_CONFLICT, "这份导出还没有批准，请等个人信息保护负责人"
                                   "批准（export.approve）");
    if (now.us >= at->until.us)
        return fail(CODE_CONFLICT, "这份导出批准后已满24小时，不能再用；请重新"
                                   "申请（export.ask）");
    if (!at->same_list || !at->within)
        return fail(CODE_DENIED, "这份导出批准的不是这份名单或这个社区；请按"
                                 "批准的范围查看，或另行申请（export.ask）");
    if (shown > at->rows)
        return fail(CODE_DENIED, "超过了批准的户数；请缩小范围，或按实际户数"
                                 "重新申请（export.ask）");
    return OK;
}
