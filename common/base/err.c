#include "common/base/err.h"

#include <string.h>

static const char *const names[] = {
    "ok", "bad_request", "denied", "not_found", "conflict", "busy", "fault",
};

const char *code_name(enum code code)
{
    return names[code];
}

enum code code_from_name(const char *name)
{
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return (enum code)i;
    return CODE_FAULT;
}
