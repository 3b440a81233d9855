#include "common/formula/jcs.h"

#include "common/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 2048, WHOLE_DIGITS = 15 };

void sink_put(struct sink *sink, const char *text, size_t size)
{
    if (sink->room - sink->size < size) {
        size_t room = sink->room ? sink->room : ROOM_FIRST;
        while (room - sink->size < size)
            room *= 2;
        char *wider = arena_alloc(sink->arena, room);
        if (sink->size)
            memcpy(wider, sink->text, sink->size);
        sink->text = wider;
        sink->room = room;
    }
    if (size)
        memcpy(sink->text + sink->size, text, size);
    sink->size += size;
}

void sink_text(struct sink *sink, const char *text)
{
    sink_put(sink, text, strlen(text));
}

const char *sink_end(struct sink *sink)
{
    sink_put(sink, "", 1);
    sink->size--;
    return sink->text;
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static void escape(struct sink *sink, unsigned char c)
{
    static const char from[] = "\b\t\n\f\r\"\\", into[] = "btnfr\"\\";
    static const char digits[] = "0123456789abcdef";
    const char *known = strchr(from, c);
    char text[7] = "\\u00";

    if (known) {
        text[1] = into[known - from];
        sink_put(sink, text, 2);
        return;
    }
    text[4] = digits[c >> 4];
    text[5] = digits[c & 0xf];
    sink_put(sink, text, 6);
}

void jcs_text(struct sink *sink, const char *text)
{
    sink_put(sink, "\"", 1);
    while (*text) {
        const char *from = text;
        while (*text && is_plain((unsigned char)*text))
            text++;
        sink_put(sink, from, (size_t)(text - from));
        if (*text)
            escape(sink, (unsigned char)*text++);
    }
    sink_put(sink, "\"", 1);
}

/* What a character sorts by among UTF-16 units: those that need two of them
 * come before U+E000. */
static uint32_t rank(uint32_t c)
{
    return c < 0xe000 ? c : c < 0x10000 ? c + 0x110000 : c;
}

static int by_name(const void *a, const void *b)
{
    const char *left = (*(const struct node *const *)a)->name;
    const char *right = (*(const struct node *const *)b)->name;
    uint32_t l, r;

    do {
        l = text_next(&left);
        r = text_next(&right);
    } while (l == r && l != 0);
    l = rank(l);
    r = rank(r);
    return (l > r) - (l < r);
}

static bool put_number(struct sink *sink, const char *text)
{
    size_t digits = strlen(text) - (*text == '-');

    if (strpbrk(text, ".eE") || digits > WHOLE_DIGITS
        || strcmp(text, "-0") == 0)
        return false;
    sink_text(sink, text);
    return true;
}

static bool put_array(struct sink *sink, const struct node *node)
{
    const char *between = "[";

    for (const struct node *at = node->first; at; at = at->next) {
        sink_text(sink, between);
        if (!jcs_node(sink, at, NULL))
            return false;
        between = ",";
    }
    sink_text(sink, node->first ? "]" : "[]");
    return true;
}

static bool put_object(struct sink *sink, const struct node *node,
                       const char *without)
{
    size_t count = 0;
    const struct node **sorted =
        arena_alloc(sink->arena, (tree_count(node) + 1) * sizeof(void *));

    for (const struct node *at = node->first; at; at = at->next)
        if (!without || strcmp(at->name, without) != 0)
            sorted[count++] = at;
    qsort(sorted, count, sizeof(void *), by_name);
    sink_text(sink, "{");
    for (size_t i = 0; i < count; i++) {
        if (i)
            sink_text(sink, ",");
        jcs_text(sink, sorted[i]->name);
        sink_text(sink, ":");
        if (!jcs_node(sink, sorted[i], NULL))
            return false;
    }
    sink_text(sink, "}");
    return true;
}

bool jcs_node(struct sink *sink, const struct node *node, const char *without)
{
    switch (node->kind) {
    case NODE_TEXT:
        jcs_text(sink, node->text);
        return true;
    case NODE_NUMBER:
        return put_number(sink, node->text);
    case NODE_ARRAY:
        return put_array(sink, node);
    case NODE_OBJECT:
        return put_object(sink, node, without);
    default:
        sink_text(sink, node->text);
        return true;
    }
}
