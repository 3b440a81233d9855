#include "services/cases/paper/rules.h"

#include "services/cases/household/rules.h"

#include <stddef.h>

/* clang-format off */
const char *const served_modes[] = {
    "unsaid", "in_person", "registered_mail", "left_with_witness", "notary",
    "announcement", NULL,
};

/* ------------------------------------------------------ what a paper has */

enum {
    DOCUMENT = 1 << 0, EVIDENCE = 1 << 1, SERVED = 1 << 2, REASON = 1 << 3,
    RIGHTS   = 1 << 4, COURT    = 1 << 5, PANEL  = 1 << 6, CHOICE = 1 << 7,
    ALWAYS   = EVIDENCE | REASON, /* any paper may have them */
};

static const struct rule {
    unsigned event;
    unsigned needs;
    unsigned may;
} rules[] = {
    { NOTICE,         SERVED,                               DOCUMENT },
    { SURVEY_START,   0,                                    DOCUMENT },
    { SURVEY_POST,    DOCUMENT,                             0 },
    { OBJECT,         0,                                    DOCUMENT },
    { REPOST,         DOCUMENT | REASON,                    0 },
    { RESOLVE,        REASON,                               DOCUMENT },
    { CONFIRM,        0,                                    DOCUMENT },
    { DOUBT_OWNER,    REASON,                               DOCUMENT },
    { FIND_OWNER,     REASON,                               DOCUMENT },
    { APPRAISE,       DOCUMENT,                             0 }, /* how the owners chose whom */
    { POST_PRELIM,    DOCUMENT,                             0 },
    { SERVE,          DOCUMENT | SERVED,                    0 },
    { ASK_REVIEW,     0,                                    DOCUMENT },
    { REVIEW_DONE,    DOCUMENT | SERVED,                    0 },
    { ASK_EXPERT,     0,                                    DOCUMENT },
    { EXPERT_DONE,    DOCUMENT | PANEL,                     0 },
    { WAIVE_REVIEW,   DOCUMENT,                             0 },
    { TALK,           0,                                    0 },
    { TALK_END,       0,                                    0 },
    { TOLL,           REASON,                               DOCUMENT },
    { UNTOLL,         0,                                    DOCUMENT },
    { LAPSE,          DOCUMENT | REASON,                    0 },
    { MOVE,           0,                                    DOCUMENT },
    { VACATE,         DOCUMENT | EVIDENCE,                  0 }, /* keys and signature; the meters */
    { CHOOSE,         DOCUMENT,                             0 }, /* the notary's log of the lottery */
    { RESETTLE,       DOCUMENT | EVIDENCE,                  0 }, /* keys; the quality list */
    { CLOSE,          DOCUMENT,                             0 }, /* the household's own confirmation */
    { DRAFT_DECISION, DOCUMENT | SERVED,                    0 },
    { DECIDE,         DOCUMENT | SERVED | RIGHTS | CHOICE,  0 },
    { REMEDY_OPEN,    DOCUMENT,                             0 },
    { REMEDY_END,     DOCUMENT,                             0 },
    { URGE,           DOCUMENT | SERVED,                    0 },
    { APPLY_COURT,    DOCUMENT | COURT,                     0 },
    { COURT_GRANT,    DOCUMENT,                             0 },
    { COURT_REFUSE,   DOCUMENT,                             0 },
    { SCOPE_OUT,      DOCUMENT | REASON,                    0 },
};

enum value { TEXT, NUMBER, NAME };

static const struct member {
    const char *name;
    unsigned part;
    enum value value;
    size_t offset;
} members[] = {
    { "document",         DOCUMENT, TEXT,   offsetof(struct paper, document) },
    { "evidence",         EVIDENCE, TEXT,   offsetof(struct paper, evidence) },
    { "served_mode",      SERVED,   NAME,   offsetof(struct paper, served_mode) },
    { "served_to",        SERVED,   TEXT,   offsetof(struct paper, served_to) },
    { "reason",           REASON,   TEXT,   offsetof(struct paper, reason) },
    { "organ",            RIGHTS,   TEXT,   offsetof(struct paper, organ) },
    { "court",            RIGHTS,   TEXT,   offsetof(struct paper, court) },
    { "legal_aid_phone",  RIGHTS,   TEXT,   offsetof(struct paper, legal_aid_phone) },
    { "account",          COURT,    TEXT,   offsetof(struct paper, account) },
    { "housing",          COURT,    TEXT,   offsetof(struct paper, housing) },
    { "panel",            PANEL,    NUMBER, offsetof(struct paper, panel) },
    { "panel_appraisers", PANEL,    NUMBER, offsetof(struct paper, panel_appraisers) },
    { "choice",           CHOICE,   NAME,   offsetof(struct paper, choice) },
};
/* clang-format on */

static const struct rule *rule_of(unsigned event)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].event == event)
            return &rules[i];
    return NULL;
}

bool paper_carries(unsigned event)
{
    return rule_of(event) != NULL;
}

static bool given(const struct paper *paper, const struct member *member)
{
    const char *at = (const char *)paper + member->offset;

    if (member->value == TEXT) {
        const char *text = *(const char *const *)(const void *)at;
        return text && *text;
    }
    if (member->value == NUMBER)
        return *(const int64_t *)(const void *)at > 0;
    return *(const unsigned *)(const void *)at > 0;
}

static struct err member_check(const struct paper *paper,
                               const struct rule *rule,
                               const struct member *member, struct arena *arena)
{
    const char *event = household_events[paper->event];

    bool needs = rule->needs & member->part;
    bool has = (rule->needs | rule->may | ALWAYS) & member->part;

    if (given(paper, member) && !has)
        return fail_at(member->name, arena_format(arena, "%s has no %s", event,
                                                  member->name));
    if (!given(paper, member) && needs)
        return fail_at(member->name, arena_format(arena, "%s needs its %s",
                                                  event, member->name));
    return OK;
}

struct err paper_check(const struct paper *paper, struct day last,
                       struct day today, struct arena *arena)
{
    const struct rule *rule = rule_of(paper->event);
    char text[VALUE_TEXT_MAX];

    if (!rule)
        return fail_at("event", "is not made by a paper alone; "
                                "household.show tells what makes it");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        TRY(member_check(paper, rule, &members[i], arena));
    if (rule->needs & CHOICE && paper->choice < CHOICE_MONEY)
        return fail_at("choice", "money or swap: a decision says which");
    if (paper->day.number > today.number)
        return fail_at("day", "is still to come");
    if (paper->day.number >= last.number)
        return OK;
    day_format(last, text);
    return fail_at("day", arena_format(arena,
                                       "is before %s, the day of the "
                                       "last thing written down",
                                       text));
}
