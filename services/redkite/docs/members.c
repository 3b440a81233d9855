#include "services/redkite/docs/members.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REF_MAX = 256 };

#define WHERE "components/schemas"

/* clang-format off */
#define HEX(n) "[0-9a-fA-F]{" #n "}"
#define DATE   "[0-9]{4}-[0-9]{2}-[0-9]{2}"
static const struct {
    const char *kind;
    const char *schema;
    bool shared; /* stands among the components */
} kinds[] = {
    { "text",    "{\"type\":\"string\"}", false },
    { "integer", "{\"type\":\"integer\",\"minimum\":-9000000000000000,"
                 "\"maximum\":9000000000000000}", false },
    { "boolean", "{\"type\":\"boolean\"}", false },
    { "name",    "{\"type\":\"string\"}", false },
    { "ids",     "{\"type\":\"array\",\"items\":{\"$ref\":\"#/" WHERE "/id\"}}",
      false },
    { "json",    "{\"description\":\"Any JSON value.\"}", false },
    { "id",
      "{\"type\":\"string\",\"description\":\"A UUID, written in lower case.\","
      "\"pattern\":\"^" HEX(8) "-" HEX(4) "-" HEX(4) "-" HEX(4) "-" HEX(12) "$\"}",
      true },
    { "money",
      "{\"type\":\"string\",\"description\":\"Yuan, with at most two decimals; "
      "two are written.\",\"pattern\":\"^-?[0-9]+([.][0-9]{1,2})?$\"}", true },
    { "area",
      "{\"type\":\"string\",\"description\":\"Square metres, with at most two "
      "decimals; two are written.\",\"pattern\":\"^[0-9]+([.][0-9]{1,2})?$\"}",
      true },
    { "rate",
      "{\"type\":\"string\",\"description\":\"A factor (0.05 is five percent), "
      "with at most six decimals.\",\"pattern\":\"^-?[0-9]+([.][0-9]{1,6})?$\"}",
      true },
    { "day",
      "{\"type\":\"string\",\"description\":\"A day of the calendar: 2026-11-23.\","
      "\"format\":\"date\",\"pattern\":\"^" DATE "$\"}", true },
    { "moment",
      "{\"type\":\"string\",\"description\":\"A moment with its offset, to the "
      "microsecond; written in UTC: 2026-11-23T09:05:00.000000Z.\","
      "\"pattern\":\"^" DATE "[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?"
      "(Z|[+-][0-9]{2}(:[0-9]{2})?)$\"}", true },
    { "bytes",
      "{\"type\":\"string\",\"description\":\"Bytes, in hex of lower case.\","
      "\"pattern\":\"^([0-9a-f]{2})*$\"}", true },
};
/* clang-format on */

enum { KINDS = sizeof kinds / sizeof *kinds };

cJSON *members_ref(const char *where, const char *name)
{
    cJSON *ref = cJSON_CreateObject();
    char text[REF_MAX];

    (void)snprintf(text, sizeof text, "#/%s/%s", where, name);
    cJSON_AddStringToObject(ref, "$ref", text);
    return ref;
}

void members_components(cJSON *schemas)
{
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].shared)
            cJSON_AddItemToObject(schemas, kinds[i].kind,
                                  cJSON_Parse(kinds[i].schema));
}

static const cJSON *get(const cJSON *member, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(member, name);
}

static const char *get_text(const cJSON *member, const char *name)
{
    return cJSON_GetStringValue(get(member, name));
}

static cJSON *kind_schema(const char *kind)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].shared ? members_ref(WHERE, kind)
                                   : cJSON_Parse(kinds[i].schema);
    return cJSON_CreateObject();
}

/* A text's bound is of bytes, and no text has more characters than bytes. */
static void add_max(cJSON *schema, const cJSON *max, const char *kind)
{
    bool text = strcmp(kind, "text") == 0;

    if (!max)
        return;
    cJSON_AddNumberToObject(schema, text ? "maxLength" : "maxItems",
                            max->valuedouble);
    if (text)
        cJSON_AddNumberToObject(schema, "x-max-bytes", max->valuedouble);
}

static void replace_number(cJSON *schema, const char *name, const cJSON *by)
{
    if (by)
        cJSON_ReplaceItemInObjectCaseSensitive(
            schema, name, cJSON_CreateNumber(by->valuedouble));
}

/* A default is told in its text form; in JSON a number is one. */
static cJSON *default_of(const char *text, const char *kind)
{
    if (strcmp(kind, "integer") == 0)
        return cJSON_CreateNumber(strtod(text, NULL));
    if (strcmp(kind, "boolean") == 0)
        return cJSON_CreateBool(strcmp(text, "true") == 0
                                || strcmp(text, "t") == 0);
    return cJSON_CreateString(text);
}

/* What is said beside a $ref does not count in draft 7: it goes around it. */
static cJSON *with_default(cJSON *schema, const char *text, const char *kind)
{
    if (get(schema, "$ref")) {
        cJSON *around = cJSON_CreateObject();
        cJSON *all = cJSON_AddArrayToObject(around, "allOf");
        cJSON_AddItemToArray(all, schema);
        schema = around;
    }
    cJSON_AddItemToObject(schema, "default", default_of(text, kind));
    return schema;
}

static cJSON *rows_schema(const cJSON *member, enum fit fit)
{
    cJSON *schema = cJSON_CreateObject();

    cJSON_AddStringToObject(schema, "type", "array");
    cJSON_AddItemToObject(schema, "items",
                          members_schema(get(member, "rows"), fit));
    return schema;
}

static cJSON *member_schema(const cJSON *member, enum fit fit)
{
    const char *kind = get_text(member, "kind");
    const char *fallback = get_text(member, "default");
    const cJSON *values = get(member, "values");
    cJSON *schema =
        get(member, "rows") ? rows_schema(member, fit) : kind_schema(kind);

    if (values)
        cJSON_AddItemToObject(schema, "enum", cJSON_Duplicate(values, true));
    if (fit == FIT_OPEN)
        return schema;
    add_max(schema, get(member, "max"), kind);
    replace_number(schema, "minimum", get(member, "least"));
    replace_number(schema, "maximum", get(member, "most"));
    return fallback ? with_default(schema, fallback, kind) : schema;
}

cJSON *members_schema(const cJSON *members, enum fit fit)
{
    cJSON *schema = cJSON_CreateObject();
    cJSON *needed = cJSON_CreateArray();
    const cJSON *member;

    cJSON_AddStringToObject(schema, "type", "object");
    if (fit == FIT_EXACT)
        cJSON_AddFalseToObject(schema, "additionalProperties");
    cJSON *properties = cJSON_AddObjectToObject(schema, "properties");
    cJSON_ArrayForEach(member, members) {
        const char *name = get_text(member, "name");
        cJSON_AddItemToObject(properties, name, member_schema(member, fit));
        if (!cJSON_IsTrue(get(member, "optional")))
            cJSON_AddItemToArray(needed, cJSON_CreateString(name));
    }
    if (needed->child)
        cJSON_AddItemToObject(schema, "required", needed);
    else
        cJSON_Delete(needed);
    return schema;
}
