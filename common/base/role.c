#include "common/base/role.h"

#include <stdbool.h>
#include <string.h>

static const char *const names[] = {
#define ROLE_NAME(name, text) text,
    ROLES(ROLE_NAME)
#undef ROLE_NAME
};

static bool role_of(const char *name, size_t size, role_set *role)
{
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0) {
            *role = UINT64_C(1) << i;
            return true;
        }
    }
    return false;
}

bool roles_parse(const char *text, role_set *roles)
{
    *roles = 0;
    while (*text) {
        size_t size = strcspn(text, ",");
        role_set one;

        if (!role_of(text, size, &one))
            return false;
        *roles |= one;
        text += size + (text[size] == ',');
    }
    return true;
}

const char *roles_name(unsigned index)
{
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

const char *roles_text(role_set roles, const char *between, struct arena *arena)
{
    const char *text = "";

    for (unsigned i = 0; roles_name(i); i++)
        if (roles >> i & 1)
            text = arena_format(arena, "%s%s%s", text, *text ? between : "",
                                roles_name(i));
    return text;
}
