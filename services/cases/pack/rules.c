#include "services/cases/pack/rules.h"

#include "common/formula/diff.h"

#include <inttypes.h>
#include <string.h>

static struct err other_than_importer(const struct pack_hands *hands,
                                      struct id actor)
{
    if (id_same(hands->imported_by, actor))
        return fail(CODE_CONFLICT, "you imported this pack: another person "
                                   "has to approve and to release it");
    return OK;
}

struct err pack_may_approve(const struct pack_hands *hands, struct id actor)
{
    if (id_given(hands->approved_by))
        return fail(CODE_CONFLICT, "this pack was approved before");
    return other_than_importer(hands, actor);
}

struct err pack_may_release(const struct pack_hands *hands, struct id actor)
{
    if (id_given(hands->released_by))
        return fail(CODE_CONFLICT, "this pack was released before");
    if (!id_given(hands->approved_by))
        return fail(CODE_CONFLICT, "nobody has approved this pack yet: see "
                                   "pack.approve");
    return other_than_importer(hands, actor);
}

static struct err all_entered(const struct rule_pack *pack, struct arena *arena)
{
    for (size_t i = 0; i < pack->parameter_count; i++)
        if (!pack->parameters[i].entered)
            return fail(CODE_CONFLICT,
                        arena_format(arena,
                                     "%zu parameters are still to be entered "
                                     "by the district; the first is %s (%s)",
                                     pack->open, pack->parameters[i].name,
                                     pack->parameters[i].label));
    return OK;
}

static struct err names_the_one_before(const struct rule_pack *earlier,
                                       const struct rule_pack *later,
                                       struct arena *arena)
{
    const struct node *told = tree_member(later->root, "supersedes");

    if (!earlier && !told)
        return OK;
    if (!earlier)
        return fail(CODE_CONFLICT, "no pack of this project is in force yet: "
                                   "the first one supersedes none");
    if (later->version <= earlier->version)
        return fail(CODE_CONFLICT,
                    arena_format(arena, "the version must be above %" PRId64,
                                 earlier->version));
    if (!told || strcmp(tree_member(told, "sha256")->text, earlier->hash) != 0)
        return fail(CODE_CONFLICT,
                    arena_format(arena,
                                 "\"supersedes\" must name version %" PRId64
                                 " with sha256 %s",
                                 earlier->version, earlier->hash));
    return OK;
}

struct err pack_may_follow(const struct rule_pack *earlier,
                           const struct rule_pack *later, struct arena *arena)
{
    TRY(all_entered(later, arena));
    TRY(names_the_one_before(earlier, later, arena));
    if (!earlier)
        return OK;
    return pack_search_lower(earlier, later, PACK_HOUSEHOLDS_DRAWN, arena);
}
