/* members.h — what service.describe says of a struct, as JSON Schema (draft 7).
 *
 * The values that are strings of a form of their own (ids, money, days ...) are
 * schemas of the document's components; the rest is written out. */
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>

/* A body must fit exactly: what may stand in it has bounds, and nothing else
 * may.  An answer or event may say more tomorrow. */
enum fit { FIT_EXACT, FIT_OPEN };

/* The schema of an object with these members. */
cJSON *members_schema(const cJSON *members, enum fit fit);

/* The schemas that others refer to, under their kinds' names. */
void members_components(cJSON *schemas);

/* {"$ref": "#/<where>/<name>"}. */
cJSON *members_ref(const char *where, const char *name);
