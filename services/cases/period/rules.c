#include "services/cases/period/rules.h"

#include "services/cases/household/policy.h"
#include "services/cases/household/rules.h"

/* clang-format off */
/* The reply to a request, the wait for a remedy: who is told at the end. */
#define END_TELLS(who) { { 0, DAYS, who } }
#define OFFICE   (ROLE(T3_FRONT) | ROLE(DEPT))
#define APPRAISES (ROLE(APPRAISER) | ROLE(DEPT))
#define APPRAISAL_MEASURES "House Appraisal Measures; domain.md 1.2 A11"
#define DECIDERS (ROLE(DEPT) | ROLE(GOV_ORGAN))

const struct clock_rule household_clocks[] = {
    { "T-SURVEY",      { 30, DAYS },         "domain.md 4.1",                        END_TELLS(OFFICE) },
    { "T-OBJ",         { 10, DAYS },         "domain.md 1.8",                        END_TELLS(OFFICE) },
    { "T-OBJ-ANSWER",  { 10, WORKING_DAYS }, "Shandong Regulations art. 12; domain.md 1.8",
      { { -2, DAYS, ROLE(T4_MEDIATOR) }, { 0, DAYS, ROLE(T4_MEDIATOR) | ROLE(DEPT) } } },
    { "T-POST",        { 5, DAYS },          "Shandong Regulations art. 42",         END_TELLS(APPRAISES) },
    { "T-APPR",        { 10, DAYS },         APPRAISAL_MEASURES, { { 0 } } },
    { "T-APPR-ANSWER", { 10, DAYS },         APPRAISAL_MEASURES, END_TELLS(APPRAISES) },
    { "T-APPR-EXPERT", { 10, DAYS },         APPRAISAL_MEASURES, END_TELLS(APPRAISES) },
    { "T-OFFER",       { 30, DAYS },         "49 CFR 24; domain.md 4.7",             { { 0 } } },
    /* its length is what was agreed, and this where nothing was */
    { T_PAY,           { 30, DAYS },         "Decree 590 art. 25; domain.md 4.7, R-LATE",
      { { -7, DAYS, ROLE(FINANCE) }, { 0, DAYS, ROLE(FINANCE) | ROLE(DEPT) },
        { 1, DAYS, ROLE(T5_QUALITY) }, { 15, DAYS, ROLE(T6_SERVICE) } } },
    { "T-MOVE",        { 15, DAYS },         "domain.md 4.1",                        { { 0 } } },
    /* their length is what was agreed (cases/transition) */
    { "T-OVERRUN",     { 24, MONTHS },       "domain.md 2.2, 4.7, R-LATE",
      { { -90, DAYS, ROLE(FINANCE) | ROLE(DEPT) }, { -30, DAYS, ROLE(FINANCE) | ROLE(DEPT) },
        { 0, DAYS, ROLE(FINANCE) | ROLE(DEPT) | ROLE(T5_QUALITY) } } },
    { "T-OVER24",      { 48, MONTHS },       "Zhejiang Regulations art. 26; domain.md 4.7",
      END_TELLS(ROLE(T6_SERVICE) | ROLE(DEPT)) },
    { "T-CARE",        { 12, MONTHS },       "domain.md 4.1",                        END_TELLS(ROLE(T6_SERVICE)) },
    { "T-DRAFT",       { 15, DAYS },         "Zhejiang Regulations art. 32",         END_TELLS(DECIDERS) },
    { "T-REC",         { 60, DAYS },         "Administrative Reconsideration Law art. 20", { { 0 } } },
    { "T-SUIT",        { 6, MONTHS },        "Administrative Litigation Law art. 46", END_TELLS(DECIDERS) },
    { "T-SUIT-AFTER",  { 15, DAYS },         "Administrative Litigation Law art. 45", END_TELLS(DECIDERS) },
    { "T-URGE",        { 10, WORKING_DAYS }, "Administrative Coercion Law art. 54, 69", END_TELLS(ROLE(GOV_ORGAN)) },
    { "T-COURT",       { 3, MONTHS },        "Administrative Coercion Law art. 53",  { { -30, DAYS, ROLE(GOV_ORGAN) }, { 0, DAYS, ROLE(GOV_ORGAN) } } },
    { 0 },
};

/* In the order of the rules: what each begins with, and where it may run. */
static const struct begin {
    unsigned events[3]; /* ends with IMPORT, which begins none */
    flow_set runs;
} begins[] = {
    { { SURVEY_START },              IN(SURVEYING) },
    { { SURVEY_POST, REPOST },       IN(SURVEY_POSTED) },
    { { OBJECT },                    IN(SURVEY_DISPUTED) },
    { { POST_PRELIM },               IN(APPRAISAL_POSTED) },
    { { SERVE, REVIEW_DONE },        IN(APPRAISAL_SERVED) },
    { { ASK_REVIEW },                IN(APPRAISAL_REVIEW) },
    { { ASK_EXPERT },                IN(APPRAISAL_EXPERT) },
    { { OFFER, REOFFER, WITHDRAW },  IN(OFFERED) | IN(CONSIDERING) | IN(NEGOTIATING) },
    { { TAKE_EFFECT },               IN(EFFECTIVE) },
    { { PAY },                       IN(PAID) | IN(MOVING) },
    { { IMPORT },                    IN(TRANSITION) | IN(CHOOSING) },
    { { IMPORT },                    IN(TRANSITION) | IN(CHOOSING) },
    { { SETTLE },                    IN(SETTLED) },
    { { DRAFT_DECISION },            IN(DECISION_DRAFT) },
    { { DECIDE },                    IN(DECIDED) | IN(REMEDY) | IN(PAID) },
    { { DECIDE },                    IN(DECIDED) | IN(REMEDY) | IN(PAID) },
    { { REMEDY_END },                IN(DECIDED) | IN(PAID) },
    { { URGE },                      IN(URGED) },
    { { URGE },                      IN(URGED) },
};
/* clang-format on */

flow_set period_runs_in(const struct clock_rule *rule)
{
    return begins[rule - household_clocks].runs;
}

static bool begun_by(const struct begin *begin, unsigned event)
{
    for (size_t i = 0; i < 3 && begin->events[i] != IMPORT; i++)
        if (begin->events[i] == event)
            return true;
    return false;
}

const struct clock_rule *period_begun_by(unsigned event, size_t n)
{
    for (size_t i = 0; household_clocks[i].name; i++)
        if (begun_by(&begins[i], event) && n-- == 0)
            return &household_clocks[i];
    return NULL;
}

struct moment end_from(struct moment from, const char *name)
{
    bool provisional = false;

    return clock_end(from, clock_rule_of(household_clocks, name)->length, 0,
                     &provisional);
}

struct moment end_after(struct day day, const char *name)
{
    return end_from(moment_at(day, 0), name);
}

struct moment sign_from(struct moment offered_at)
{
    return moment_at(days_after(day_of(offered_at), READ_DAYS + 1),
                     SIGN_MINUTE_FROM);
}

struct moment cooling_end(struct moment signed_at)
{
    bool provisional = false;
    struct day last = period_end(day_of(signed_at), COOL_DAYS, &provisional);

    return moment_at(days_after(last, 1), 0);
}

static struct moment later(struct moment a, struct moment b)
{
    return a.us > b.us ? a : b;
}

struct moment remedies_over(struct day decided, struct day remedy_ended)
{
    struct moment end =
        later(end_after(decided, "T-REC"), end_after(decided, "T-SUIT"));

    if (remedy_ended.number)
        end = later(end, end_after(remedy_ended, "T-SUIT-AFTER"));
    return end;
}

struct clock_length pay_length(struct day effective, struct day agreed)
{
    int days = days_between(effective, agreed);

    return (struct clock_length){ days > 0 ? days : 0, DAYS };
}
