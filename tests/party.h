/* party.h — a service to ask, as a test's command line names it. */
#pragma once

#include "common/service/client.h"

#include <stdlib.h>
#include <string.h>

/* "cases=tcp://host:port" in place, with the keys of REDKITE_KEY_FILE and
 * REDKITE_KEYS. */
static inline struct party party_of(char *text)
{
    char *equals = strchr(text, '=');

    if (equals)
        *equals = '\0';
    return (struct party){
        .name = text,
        .endpoint = equals ? equals + 1 : text,
        .keys = { getenv("REDKITE_KEY_FILE"), getenv("REDKITE_KEYS") },
    };
}
