#include "common/service/grant.h"

#include <stdio.h>
#include <string.h>

enum { SERVICE, FRONT, MEMBER, SYSTEM };

const char *const grant_kinds[] = {
    [SERVICE] = "service",
    [FRONT] = "front",
    [MEMBER] = "member",
    [SYSTEM] = "system",
    NULL,
};

/* clang-format off */
static const struct {
    const char *commands; /* names by blanks; "service." is all that begin so,
                             "*" is everything                             */
    bool anybody;         /* speaks for anybody, in any role; the others for
                             the actor and in the roles of their file       */
    bool wants_actor;     /* speaks for somebody, or not at all             */
} kinds[] = {
    [SERVICE] = { "service. events.since", false, false },
    [FRONT]   = { "*",                     true,  false },
    [MEMBER]  = { "*",                     false, true  },
    [SYSTEM]  = { "service. events.since", false, false },
};
/* clang-format on */

/* ------------------------------------------------------------- what it says */

static bool find_kind(const char *name, unsigned *kind)
{
    for (*kind = 0; grant_kinds[*kind]; ++*kind)
        if (strcmp(grant_kinds[*kind], name) == 0)
            return true;
    return false;
}

struct err grant_from(const char *name, const struct key_file *file,
                      struct grant *grant)
{
    memset(grant, 0, sizeof *grant);
    if (!key_name_fits(name))
        return fail_at("name", "is no name for a key");
    if (!find_kind(file->kind, &grant->kind))
        return fail_at("kind", "is not service, front, member or system");
    if (*file->actor && !id_parse(file->actor, &grant->actor))
        return fail_at("actor", "is not an id (a uuid)");
    if (kinds[grant->kind].wants_actor && !*file->actor)
        return fail_at("actor", "is missing: a member's key speaks for one");
    if (!roles_parse(file->roles, &grant->roles))
        return fail_at("roles", "names a role that is not known");
    if (!*file->actor)
        grant->actor = nobody;
    grant->key = file->pair.public;
    (void)snprintf(grant->name, sizeof grant->name, "%s", name);
    (void)snprintf(grant->commands, sizeof grant->commands, "%s",
                   file->commands);
    return OK;
}

const char *grant_name(const struct grant *grant)
{
    return grant ? grant->name : NULL;
}

/* -------------------------------------------------------------- what it may */

static bool fits(const char *pattern, size_t size, const char *command)
{
    if (size == 1 && *pattern == '*')
        return true;
    if (size && pattern[size - 1] == '.')
        return strncmp(command, pattern, size) == 0;
    return strlen(command) == size && memcmp(command, pattern, size) == 0;
}

static bool holds(const char *patterns, const char *command)
{
    for (const char *at = patterns; *at;) {
        size_t size = strcspn(at, " ");
        if (size && fits(at, size, command))
            return true;
        at += size + strspn(at + size, " ");
    }
    return false;
}

/* The first role that the key was not given. */
static const char *stranger(role_set roles)
{
    unsigned i = 0;

    while (!(roles >> i & 1))
        i++;
    return roles_name(i);
}

/* A role that nobody knows is refused by whoever reads meta next. */
static struct err may_be(const struct grant *grant, const struct meta *meta,
                         struct arena *arena)
{
    role_set roles;

    if (!id_same(meta->actor, grant->actor))
        return (struct err){ CODE_DENIED,
                             arena_format(arena,
                                          "the key %s may not speak for "
                                          "somebody else than its own actor",
                                          grant->name),
                             "meta.actor" };
    if (!meta->roles || !roles_parse(meta->roles, &roles)
        || !(roles & ~grant->roles))
        return OK;
    return (
        struct err){ CODE_DENIED,
                     arena_format(arena, "the key %s was not given the role %s",
                                  grant->name, stranger(roles & ~grant->roles)),
                     "meta.roles" };
}

struct err grant_may(const struct grant *grant, const char *command,
                     const struct meta *meta, struct arena *arena)
{
    if (!grant)
        return fail(CODE_DENIED, "this key is not admitted, or not any more");
    const char *patterns =
        *grant->commands ? grant->commands : kinds[grant->kind].commands;
    if (!holds(patterns, command))
        return fail(CODE_DENIED, arena_format(arena,
                                              "the key %s may not ask that; "
                                              "it may ask: %s",
                                              grant->name, patterns));
    return kinds[grant->kind].anybody ? OK : may_be(grant, meta, arena);
}
