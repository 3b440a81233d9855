#include "services/cases/errand/rules.h"

#include <string.h>

/* clang-format off */
static const char *const states[] = {
    "none", "requested", "accepted", "need_docs", "in_progress", "submitted",
    "result", "delivered", "rated", "closed", "declined", "cancelled",
    "failed", NULL,
};
static const char *const labels[] = {
    "未申请", "已申请", "已受理", "待补材料", "代办中", "已递交部门",
    "已有结果", "已送达", "已评价", "办结", "不予受理", "已撤回",
    "未办成", NULL,
};
static const char *const events[] = {
    "request", "accept", "decline", "authorise", "need_docs", "progress",
    "take_original", "return_original", "submit", "result", "deliver", "rate",
    "close", "cancel", "fail", NULL,
};

const struct clock_rule errand_clocks[] = {
    { T_ES_ACCEPT,  { 1, WORKING_DAYS },  "domain.md 4.3, 9 es_accept_wd",
      { { 0, DAYS, ROLE(T6_SERVICE) },
        { 1, WORKING_DAYS, ROLE(T5_QUALITY) } } },
    { T_ES_FIRST,   { 3, WORKING_DAYS },  "domain.md 4.3",
      { { 0, DAYS, ROLE(T6_SERVICE) },
        { 2, WORKING_DAYS, ROLE(T5_QUALITY) } } },
    /* its length is the department's time and three working days */
    { T_ES_PROMISE, { 3, WORKING_DAYS },  "domain.md 4.3",
      { { -3, DAYS, ROLE(T6_SERVICE) },
        { 0, DAYS, ROLE(T6_SERVICE) | ROLE(T5_QUALITY) },
        { 5, WORKING_DAYS, ROLE(CHAIR) } } },
    { T_ES_RATE,    { 15, DAYS },         "domain.md 4.3", { { 0 } } },
    { 0 },
};

const struct errand_kind errand_kinds[] = {
    { "flexible_work_subsidy", "灵活就业社保补贴", "人力资源和社会保障局",
      "身份证；社保缴费凭证；灵活就业登记；银行账户", 15, ES_MONEY },
    { "graduate_firm_subsidy", "高校毕业生小微企业就业补贴", "人力资源和社会保障局",
      "毕业证；劳动合同；社保缴费凭证；银行账户", 15, ES_MONEY },
    { "family_mediation", "婚姻家庭纠纷调解", "人民调解委员会",
      "当事人身份证；调解申请书", 30, ES_FAMILY },
    { "school_transfer", "转学", "教育和体育局",
      "户口簿；居住证明；学籍证明", 10, 0 },
    { "pension_registration", "养老保险登记与转移", "人力资源和社会保障局",
      "身份证；参保缴费凭证", 15, ES_IDENTITY },
    { "medical_registration", "医疗保险登记与转移", "医疗保障局",
      "身份证；参保凭证", 10, ES_IDENTITY },
    { "remote_medical", "异地就医备案", "医疗保障局",
      "身份证；医保凭证；备案表", 2, 0 },
    { "low_income_allowance", "最低生活保障申请", "民政局",
      "身份证；户口簿；家庭收入与财产声明；授权核对书", 20, ES_MONEY },
    { "temporary_relief", "临时救助申请", "民政局",
      "身份证；户口簿；困难情形材料", 10, ES_MONEY },
    { "elderly_allowance", "高龄津贴申请", "民政局",
      "身份证；户口簿；银行账户", 15, ES_MONEY },
    { "disability_card", "残疾人证办理", "残疾人联合会",
      "身份证；户口簿；照片", 30, ES_IDENTITY },
    { "residence_registration", "户口迁移与登记", "公安派出所",
      "身份证；户口簿；房屋或居住证明", 10, ES_IDENTITY },
    { "title_registration", "不动产登记", "自然资源和规划局",
      "身份证；安置协议或购房合同；完税凭证", 10, ES_IDENTITY | ES_MONEY },
    { "provident_fund", "住房公积金提取", "住房公积金管理中心",
      "身份证；提取事由材料；银行账户", 3, ES_MONEY },
    { "utilities_transfer", "水电气暖过户与报装", "供水供电供气供热企业",
      "身份证；房屋证明；原户号", 5, 0 },
    { "legal_aid", "法律援助申请", "司法局法律援助中心",
      "身份证；经济困难说明；案件材料", 7, 0 },
    { "mail_redirect", "邮件改投", "邮政企业",
      "身份证；新址", 3, 0 },
    { "marriage_birth_record", "婚育证明与生育登记", "卫生健康局",
      "身份证；户口簿；结婚证", 5, ES_IDENTITY },
    { "business_licence_move", "个体工商户住所变更", "行政审批服务局",
      "身份证；营业执照；新住所证明", 3, ES_IDENTITY },
    { "veteran_allowance", "退役军人优待登记", "退役军人事务局",
      "身份证；退役证", 20, ES_IDENTITY },
    { "family_doctor", "家庭医生签约转签", "社区卫生服务中心",
      "身份证；医保凭证", 3, 0 },
    { "wage_claim", "欠薪维权", "劳动保障监察大队",
      "身份证；用工证明；工资记录", 60, ES_MONEY | ES_SITE },
    { "residence_permit", "居住证申领", "公安派出所",
      "身份证；居住证明", 15, ES_IDENTITY | ES_SITE },
    { "work_injury", "工伤认定申请", "人力资源和社会保障局",
      "身份证；劳动关系证明；诊断证明", 60, ES_SITE },
    { "migrant_child_school", "随迁子女入学", "教育和体育局",
      "居住证；监护人身份证；就业或社保证明", 20, ES_SITE },
    { "site_health_check", "建筑工人体检与职业病咨询", "社区卫生服务中心",
      "身份证", 5, ES_SITE },
    { "skills_training", "技能培训与补贴", "人力资源和社会保障局",
      "身份证；报名表；银行账户", 20, ES_MONEY | ES_SITE },
    { 0 },
};
/* clang-format on */

const struct errand_kind *errand_kind_of(const char *code)
{
    for (const struct errand_kind *kind = errand_kinds; kind->code; kind++)
        if (strcmp(kind->code, code) == 0)
            return kind;
    return NULL;
}

struct clock_length errand_promise(const struct errand_kind *kind)
{
    return (struct clock_length){ kind->working_days + PROMISE_MORE_DAYS,
                                  WORKING_DAYS };
}

bool errand_is_seen(const struct errand_facts *at)
{
    if (at->kind->touches & ES_FAMILY)
        return at->roles & ROLE(T4_MEDIATOR);
    if (at->roles & ROLE_ES_STAFF & ~ROLE(GRID_MEMBER))
        return true;
    return id_same(at->actor, at->holder) || id_same(at->actor, at->opened_by);
}

/* --------------------------------------------------------------- the guards */

static struct hold look_mediator(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    (void)arena;
    if (!(at->kind->touches & ES_FAMILY) || (at->roles & ROLE(T4_MEDIATOR)))
        return hold_none();
    return hold_for("a family's quarrel is the mediators' alone");
}

/* The person acts for itself; somebody else brings the paper that allows it. */
static struct hold look_asked_by(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    (void)arena;
    if (!id_given(at->household) || id_same(at->actor, at->household)
        || (at->roles & ROLE(T6_SERVICE))
        || days_between(at->today, at->authorised.until) >= 0)
        return hold_none();
    return hold_for("who asks for another person brings its written "
                    "authorisation (委托书), with the day until which it "
                    "holds");
}

/* The paper is there, still holds, and covers what is to be done. */
static struct hold look_at_paper(const struct errand_facts *at, bool covered,
                                 const char *not_covered)
{
    if (!at->authorised.until.number)
        return hold_for("there is no written authorisation (委托书) to act for "
                        "the person; errand.authorise takes it down");
    if (days_between(at->today, at->authorised.until) < 0)
        return hold_for("the written authorisation (委托书) has expired; take "
                        "down a new one");
    return covered ? hold_none() : hold_for(not_covered);
}

static struct hold look_authorised(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    (void)arena;
    return look_at_paper(at, at->authorised.may_submit,
                         "the written authorisation (委托书) does not allow to "
                         "hand in for the person; take down one that does");
}

static struct hold look_papers(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    (void)arena;
    return look_at_paper(at, at->authorised.may_hold_papers,
                         "the written authorisation (委托书) does not allow to "
                         "hold original papers; the person keeps them");
}

static struct hold look_money(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    (void)arena;
    return look_at_paper(
        at, !(at->kind->touches & ES_MONEY) || at->authorised.may_handle_money,
        "this errand deals with money, and the written authorisation (委托书) "
        "does not allow that");
}

static struct hold look_two(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    (void)arena;
    if (!(at->kind->touches & (ES_MONEY | ES_IDENTITY)))
        return hold_none();
    if (!id_given(at->second))
        return hold_for("money and papers of identity are handled by two; name "
                        "the second person");
    return id_same(at->second, at->actor) || id_same(at->second, at->holder)
               ? hold_for("the second person is another one")
               : hold_none();
}

static struct hold look_originals(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    if (at->originals_out == 0)
        return hold_none();
    return hold_for(arena_format(
        arena, "%d originals have not been given back to the person",
        (int)at->originals_out));
}

/* The person for whom it is, acting under its own id. */
static bool is_own(const struct errand_facts *at)
{
    return id_given(at->household) && id_same(at->actor, at->household);
}

static struct hold look_own_hand(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    (void)arena;
    if (at->ran || id_same(at->actor, at->second))
        return hold_for("who ran the errand does not rate it (R-FAKE)");
    if (is_own(at) || (at->roles & ROLE(T5_QUALITY)))
        return hold_none();
    return hold_for("only the person says how it was, by itself or to the "
                    "quality team");
}

static struct hold look_own(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    (void)arena;
    if (is_own(at)
        || (!id_given(at->household) && id_same(at->actor, at->opened_by)))
        return hold_none();
    return hold_for("only the person takes it back");
}

static struct hold look_why(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    (void)arena;
    return at->said_why ? hold_none()
                        : hold_for("the person is told why, in words");
}

static struct hold look_silence(const void *facts, struct arena *arena)
{
    const struct errand_facts *at = facts;

    if (at->now.us >= at->rate_until.us)
        return hold_none();
    return hold_until("the person may still say how it was, and it is not "
                      "closed",
                      at->rate_until, arena);
}

/* ---------------------------------------------------------------- the table */

/* clang-format off */
static const struct guard
    mediator   = { "G-MEDIATOR",   look_mediator },
    asked_by   = { "G-ASKED-BY",   look_asked_by },
    authorised = { "G-AUTHORISED", look_authorised },
    papers     = { "G-AUTHORISED", look_papers },
    money      = { "G-AUTHORISED", look_money },
    two        = { "G-TWO",        look_two },
    originals  = { "G-ORIGINALS",  look_originals },
    own_hand   = { "R-FAKE",       look_own_hand },
    own        = { "G-OWN",        look_own },
    why        = { "G-WHY",        look_why },
    silence    = { "T-ES-RATE",    look_silence };

#define RUNS   (ROLE_ES_TEAM | ROLE(GRID_MEMBER))
#define UNDER_WAY (IN(ES_ACCEPTED) | IN(ES_NEED_DOCS) | IN(ES_IN_PROGRESS))
#define HELD      (UNDER_WAY | IN(ES_SUBMITTED) | IN(ES_RESULT))

static const struct move moves[] = {
    { RUN_REQUEST,         ES_REQUESTED,   IN(ES_NONE),                           ROLE_ES_ASK,                   { &asked_by }, 0 },
    { RUN_ACCEPT,          ES_ACCEPTED,    IN(ES_REQUESTED),                      ROLE_ES_TEAM,                  { &mediator }, 0 },
    { RUN_DECLINE,         ES_DECLINED,    IN(ES_REQUESTED),                      ROLE_ES_TEAM,                  { &mediator, &why }, 0 },
    { RUN_AUTHORISE,       FLOW_STAYS,     IN(ES_REQUESTED) | HELD,               RUNS | ROLE_ES_OWN,            { 0 }, 0 },
    { RUN_NEED_DOCS,       ES_NEED_DOCS,   IN(ES_ACCEPTED) | IN(ES_IN_PROGRESS),  RUNS,                          { &mediator, &why }, 0 },
    { RUN_PROGRESS,        ES_IN_PROGRESS, IN(ES_ACCEPTED) | IN(ES_NEED_DOCS),    RUNS,                          { &mediator, &authorised }, 0 },
    { RUN_TAKE_ORIGINAL,   FLOW_STAYS,     UNDER_WAY,                             RUNS,                          { &papers, &two }, 0 },
    { RUN_RETURN_ORIGINAL, FLOW_STAYS,     HELD | IN(ES_CANCELLED) | IN(ES_FAILED), RUNS,                          { 0 }, 0 },
    { RUN_SUBMIT,          ES_SUBMITTED,   IN(ES_IN_PROGRESS),                    RUNS,                          { &mediator, &authorised, &money, &two }, 0 },
    { RUN_RESULT,          ES_RESULT,      IN(ES_SUBMITTED),                      ROLE_ES_TEAM | ROLE(INTEGRATOR), { 0 }, 0 },
    { RUN_DELIVER,         ES_DELIVERED,   IN(ES_RESULT),                         RUNS,                          { &mediator, &originals }, 0 },
    { RUN_RATE,            ES_RATED,       IN(ES_DELIVERED),                      ROLE_ES_ASK | ROLE(T5_QUALITY), { &own_hand }, 0 },
    { RUN_CLOSE,           ES_CLOSED,      IN(ES_RATED),                          ROLE(SERVICE),                 { 0 }, 0 },
    { RUN_CLOSE,           ES_CLOSED,      IN(ES_DELIVERED),                      ROLE(SERVICE),                 { &silence }, 0 },
    { RUN_CANCEL,          ES_CANCELLED,   IN(ES_REQUESTED) | HELD,               ROLE_ES_ASK,                   { &own }, 0 },
    { RUN_FAIL,            ES_FAILED,      IN(ES_IN_PROGRESS) | IN(ES_SUBMITTED) | IN(ES_RESULT), ROLE_ES_TEAM,  { &why }, 0 },
};

const struct flow errand_flow = {
    "errand", states, labels, events, NULL, moves, sizeof moves / sizeof *moves,
};
/* clang-format on */
