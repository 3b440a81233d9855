#include "services/scheduling/member/rules.h"

#include "common/base/calendar.h"

#include <string.h>

static const char *const flags_known[] = {
    "police",    "urban_enforcement",     "court",
    "developer", "demolition_contractor", "creditor",
};

/* The word that begins here is this one. */
static bool is_word(const char *text, size_t size, const char *word)
{
    return strlen(word) == size && strncmp(text, word, size) == 0;
}

static bool has_word(const char *list, const char *word)
{
    size_t size;

    for (const char *at = list; *at; at += size + (at[size] == ',')) {
        size = strcspn(at, ",");
        if (is_word(at, size, word))
            return true;
    }
    return false;
}

static bool is_flag(const char *text, size_t size)
{
    for (size_t i = 0; i < sizeof flags_known / sizeof *flags_known; i++)
        if (is_word(text, size, flags_known[i]))
            return true;
    return false;
}

bool member_flags_known(const char *flags)
{
    const char *at = flags;

    if (*flags == '\0')
        return true;
    for (;;) {
        size_t size = strcspn(at, ",");
        if (!is_flag(at, size))
            return false;
        if (at[size] == '\0')
            return true;
        at += size + 1;
    }
}

static struct err may_join(const struct member *member, struct arena *arena)
{
    const char *why = NULL;

    if (!member->active)
        why = "has left";
    else if (*member->flags)
        why = "comes from police, enforcement, a court, a developer, a "
              "demolition firm or a creditor";
    else if (has_word(member->teams, "t5_quality"))
        why = "is of the quality team, which watches the squads";
    if (!why)
        return OK;
    return (struct err){
        .code = CODE_CONFLICT,
        .why = arena_format(arena, "member %s %s: name another",
                            member->id.text, why),
        .field = "members",
    };
}

struct err squad_check(const struct squad_call *squad, struct arena *arena)
{
    const struct member *member = squad->members.at;
    int days = days_between(squad->from, squad->until);

    if (days < 0 || days > SQUAD_DAYS_MAX)
        return fail_at("until", "a squad is called up for at most 90 days");
    if (squad->wanted < 2)
        return fail_at("members", "a squad has at least two members");
    if (squad->members.count < squad->wanted)
        return (struct err){ CODE_NOT_FOUND,
                             "each is another member of the staff list",
                             "members" };
    for (size_t i = 0; i < squad->members.count; i++)
        TRY(may_join(&member[i], arena));
    return OK;
}
