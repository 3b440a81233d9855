#include "services/reporting/http/expose.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A text that grows. */
struct page {
    struct arena *arena;
    char *text;
    size_t used, room;
    bool is_open; /* OpenMetrics */
};

static void add(struct page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct page *page, const char *format, ...)
{
    va_list more;

    for (;;) {
        size_t left = page->room - page->used;
        va_start(more, format);
        int size = vsnprintf(page->text + page->used, left, format, more);
        va_end(more);
        if (size < 0)
            return;
        if ((size_t)size < left) {
            page->used += (size_t)size;
            return;
        }
        page->room = 2 * page->room + (size_t)size;
        char *wider = arena_alloc(page->arena, page->room);
        memcpy(wider, page->text, page->used);
        page->text = wider;
    }
}

static const cJSON *member(const cJSON *of, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(of, name);
}

static const char *text_of(const cJSON *of, const char *name)
{
    const char *text = cJSON_GetStringValue(member(of, name));

    return text ? text : "";
}

/* ----------------------------------------------------------------- a point */

static void add_escaped(struct page *page, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            add(page, "\\n");
        else
            add(page, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
    }
}

/* name{service="cases",...  and the brace is left open for `le`. */
static void add_name(struct page *page, const char *name, const char *suffix,
                     const char *service, const cJSON *labels)
{
    const cJSON *label;

    add(page, "%s%s{service=\"%s\"", name, suffix, service);
    cJSON_ArrayForEach(label, labels) {
        add(page, ",%s=\"", label->string);
        add_escaped(page, cJSON_IsString(label) ? label->valuestring : "");
        add(page, "\"");
    }
}

static void add_histogram(struct page *page, const char *name,
                          const struct told *told, const cJSON *point)
{
    const cJSON *labels = member(point, "labels"), *bucket;
    const cJSON *bound = member(told->metrics, "bounds");
    double count = 0;

    bound = bound ? bound->child : NULL;
    cJSON_ArrayForEach(bucket, member(point, "buckets")) {
        count += bucket->valuedouble;
        add_name(page, name, "_bucket", told->service, labels);
        if (bound)
            add(page, ",le=\"%.15g\"} %.15g\n", bound->valuedouble, count);
        else
            add(page, ",le=\"+Inf\"} %.15g\n", count);
        bound = bound ? bound->next : NULL;
    }
    add_name(page, name, "_sum", told->service, labels);
    add(page, "} %.15g\n", cJSON_GetNumberValue(member(point, "sum")));
    add_name(page, name, "_count", told->service, labels);
    add(page, "} %.15g\n", count);
}

static void add_points(struct page *page, const struct told *told,
                       const cJSON *family)
{
    const cJSON *point;
    const char *name = text_of(family, "name");

    cJSON_ArrayForEach(point, member(family, "points")) {
        if (member(point, "buckets")) {
            add_histogram(page, name, told, point);
            continue;
        }
        add_name(page, name, "", told->service, member(point, "labels"));
        add(page, "} %.15g\n", cJSON_GetNumberValue(member(point, "value")));
    }
}

/* ---------------------------------------------------------------- a family */

/* OpenMetrics names a counter without the _total that its points bear. */
static void add_head(struct page *page, const char *name, const char *type,
                     const char *help)
{
    size_t size = strlen(name);

    if (page->is_open && strcmp(type, "counter") == 0 && size > 6)
        size -= strlen("_total");
    add(page, "# HELP %.*s ", (int)size, name);
    add_escaped(page, help);
    add(page, "\n# TYPE %.*s %s\n", (int)size, name, type);
}

static const cJSON *family_of(const struct told *told, const char *name)
{
    const cJSON *family;

    cJSON_ArrayForEach(family, member(told->metrics, "families")) {
        if (strcmp(text_of(family, "name"), name) == 0)
            return family;
    }
    return NULL;
}

/* Whoever tells of a family first writes it, for all. */
static void add_families(struct page *page, const struct told *told,
                         size_t count, size_t mine)
{
    const cJSON *family, *theirs;

    cJSON_ArrayForEach(family, member(told[mine].metrics, "families")) {
        const char *name = text_of(family, "name");
        size_t i = 0;
        while (i < mine && !family_of(&told[i], name))
            i++;
        if (i < mine)
            continue;
        add_head(page, name, text_of(family, "type"), text_of(family, "help"));
        for (; i < count; i++)
            if ((theirs = family_of(&told[i], name)))
                add_points(page, &told[i], theirs);
    }
}

const char *expose(const struct told *told, size_t count, bool is_open,
                   struct arena *arena)
{
    struct page page = { .arena = arena,
                         .text = arena_text(arena, ""),
                         .room = 1,
                         .is_open = is_open };

    add_head(&page, "redkite_up", "gauge",
             "Whether the service answered when it was asked just now.");
    for (size_t i = 0; i < count; i++)
        add(&page, "redkite_up{service=\"%s\"} %d\n", told[i].service,
            told[i].metrics != NULL);
    for (size_t i = 0; i < count; i++)
        add_families(&page, told, count, i);
    if (is_open)
        add(&page, "# EOF\n");
    return page.text;
}
