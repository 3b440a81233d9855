#include "services/cases/project/rules.h"

/* clang-format off */
const char *const project_kinds[] = {
    "purpose", "freeze", "pre_notice", "resolution", "lessor", "risk", "plan",
    "decision", "approval", "land_notice", NULL,
};

#define STATE      (1U << STATE_LAND)
#define COLLECTIVE (1U << COLLECTIVE_LAND)
#define BY_WILL    (1U << AGREED)
#define HOUSING    (1U << PUBLIC_HOUSING)

/* The tracks that have such a document. */
static const unsigned tracks[BASIS_COUNT] = {
    [BASIS_PURPOSE]     = STATE,
    [BASIS_FREEZE]      = STATE,
    [BASIS_PRE_NOTICE]  = COLLECTIVE,
    [BASIS_RESOLUTION]  = BY_WILL,
    [BASIS_LESSOR]      = HOUSING,
    [BASIS_RISK]        = STATE | COLLECTIVE | BY_WILL | HOUSING,
    [BASIS_PLAN]        = STATE | COLLECTIVE | BY_WILL | HOUSING,
    [BASIS_DECISION]    = STATE,
    [BASIS_APPROVAL]    = COLLECTIVE,
    [BASIS_LAND_NOTICE] = COLLECTIVE,
};
/* clang-format on */

static const char *kinds_of(unsigned track, struct arena *arena)
{
    const char *said = "";

    for (unsigned kind = 0; kind < BASIS_COUNT; kind++)
        if (tracks[kind] >> track & 1)
            said = arena_format(arena, "%s%s%s", said, *said ? ", " : "",
                                project_kinds[kind]);
    return said;
}

struct err basis_check(unsigned track, unsigned kind, struct day day,
                       struct day today, struct arena *arena)
{
    if (!(tracks[kind] >> track & 1))
        return fail(CODE_CONFLICT,
                    arena_format(arena,
                                 "R-TRACK: a project of %s has no such "
                                 "document; it has: %s",
                                 household_tracks[track],
                                 kinds_of(track, arena)));
    if (day.number > today.number)
        return fail_at("day", "is still to come");
    return OK;
}
