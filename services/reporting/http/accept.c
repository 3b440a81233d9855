#include "services/reporting/http/accept.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* What we offer, and how closely a range of the header names it. */
static const char *const offered[FORM_NONE][3] = {
    [FORM_JSON] = { "*/*", "application/*", "application/json" },
    [FORM_CSV] = { "*/*", "text/*", "text/csv" },
};

/* One range: "text/csv;q=0.8".  Quality is in thousandths. */
struct range {
    const char *name;
    size_t size;
    int quality;
};

static int quality_of(const char *text)
{
    int quality = *text == '1' ? 1000 : 0, weight = 100;

    if (quality || *text != '0' || text[1] != '.')
        return quality;
    for (text += 2; *text >= '0' && *text <= '9' && weight; text++) {
        quality += (*text - '0') * weight;
        weight /= 10;
    }
    return quality;
}

/* Reads a range and returns where the next one begins. */
static const char *range_read(const char *at, struct range *range)
{
    at += strspn(at, " \t,");
    range->name = at;
    range->size = strcspn(at, " \t,;");
    range->quality = 1000;
    at += range->size;
    size_t rest = strcspn(at, ",");
    for (size_t i = 0; i + 2 < rest; i++)
        if (strchr("; \t", at[i]) && strncasecmp(at + i + 1, "q=", 2) == 0)
            range->quality = quality_of(at + i + 3);
    return at + rest;
}

/* How closely a range names a form: 0 any .. 2 exactly; -1 not at all. */
static int closeness(const struct range *range, enum form form)
{
    for (int close = 2; close >= 0; close--) {
        const char *name = offered[form][close];
        if (strlen(name) == range->size
            && strncasecmp(name, range->name, range->size) == 0)
            return close;
    }
    return -1;
}

/* The closest range that names a form decides its quality. */
static int quality_for(const char *accept, enum form form)
{
    struct range range;
    int quality = 0, closest = -1;

    for (const char *at = accept; *at;) {
        at = range_read(at, &range);
        int close = closeness(&range, form);
        if (close > closest) {
            closest = close;
            quality = range.quality;
        }
    }
    return quality;
}

enum form accept_form(const char *accept)
{
    if (!accept)
        return FORM_JSON;

    int json = quality_for(accept, FORM_JSON);
    int csv = quality_for(accept, FORM_CSV);
    if (json == 0 && csv == 0)
        return FORM_NONE;
    return csv > json ? FORM_CSV : FORM_JSON;
}
