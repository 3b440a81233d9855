#include "common/formula/tree.h"

#include "common/base/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The text has passed json_check(): nothing here can be malformed. */
struct scan {
    struct arena *arena;
    const char *at;
    unsigned line, column;
};

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static void step(struct scan *s)
{
    if (*s->at == '\n') {
        s->line++;
        s->column = 1;
    } else if (!is_continuation(s->at[1])) {
        s->column++;
    }
    s->at++;
}

static void skip_space(struct scan *s)
{
    while (*s->at == ' ' || *s->at == '\n' || *s->at == '\t' || *s->at == '\r')
        step(s);
}

/* ----------------------------------------------------------------- texts */

static unsigned unit_at(const char *digits)
{
    char text[5];

    memcpy(text, digits, 4);
    text[4] = '\0';
    return (unsigned)strtoul(text, NULL, 16);
}

static char *put_character(char *text, uint32_t c)
{
    static const unsigned lead[] = { 0, 0xc0, 0xe0, 0xf0 };
    unsigned char *to = (unsigned char *)text;
    unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

    *to++ = (unsigned char)(lead[more] | c >> (6 * more));
    while (more-- > 0)
        *to++ = (unsigned char)(0x80 | (c >> (6 * more) & 0x3f));
    return (char *)to;
}

/* What stands at a backslash; gives how many bytes of the source it took. */
static size_t unescape(const char *at, char **to)
{
    static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
    const char *known = strchr(from, at[1]);

    if (at[1] != 'u') {
        **to = at[1];
        if (known)
            **to = into[known - from];
        (*to)++;
        return 2;
    }
    uint32_t c = unit_at(at + 2);
    bool pair = c >= 0xd800 && c < 0xdc00;
    if (pair)
        c = 0x10000 + ((c - 0xd800) << 10) + (unit_at(at + 8) - 0xdc00);
    *to = put_character(*to, c);
    return pair ? 12 : 6;
}

static const char *closing_quote(const char *at)
{
    while (*at != '"')
        at += *at == '\\' ? 2 : 1;
    return at;
}

/* The text whose opening quote stands here. */
static const char *read_text(struct scan *s)
{
    const char *end = closing_quote(s->at + 1);
    char *text = arena_alloc(s->arena, (size_t)(end - s->at)), *to = text;

    step(s);
    while (s->at < end) {
        const char *next = s->at + 1;
        if (*s->at == '\\')
            next = s->at + unescape(s->at, &to);
        else
            *to++ = *s->at;
        while (s->at < next)
            step(s);
    }
    step(s);
    return text;
}

/* ----------------------------------------------------------------- values */

static struct node *read_value(struct scan *s);

static void read_inside(struct scan *s, struct node *node)
{
    struct node **last = &node->first;
    char close = node->kind == NODE_OBJECT ? '}' : ']';

    for (step(s), skip_space(s); *s->at != close; skip_space(s)) {
        const char *name = NULL;
        if (*s->at == ',') {
            step(s);
            skip_space(s);
        }
        if (node->kind == NODE_OBJECT) {
            name = read_text(s);
            skip_space(s);
            step(s);
            skip_space(s);
        }
        *last = read_value(s);
        (*last)->name = name;
        last = &(*last)->next;
    }
    step(s);
}

static enum node_kind kind_at(char c)
{
    static const char firsts[] = "nft-\"[{";

    const char *found = c ? strchr(firsts, c) : NULL;
    return found ? (enum node_kind)(found - firsts) : NODE_NUMBER;
}

static void read_word(struct scan *s, struct node *node)
{
    static const char ends[] = " \n\t\r,]}";

    while (*s->at && !strchr(ends, *s->at))
        step(s);
    node->text = arena_slice(s->arena, node->raw, (size_t)(s->at - node->raw));
}

static struct node *read_value(struct scan *s)
{
    struct node *node = arena_alloc(s->arena, sizeof *node);

    *node = (struct node){ .kind = kind_at(*s->at),
                           .raw = s->at,
                           .line = s->line,
                           .column = s->column };
    if (node->kind == NODE_TEXT)
        node->text = read_text(s);
    else if (node->kind >= NODE_ARRAY)
        read_inside(s, node);
    else
        read_word(s, node);
    return node;
}

/* ----------------------------------------------------------------- errors */

static struct err refuse_at(struct source source, unsigned line,
                            unsigned column, const char *why,
                            struct arena *arena)
{
    return (struct err){
        .code = CODE_BAD_REQUEST,
        .why = why,
        .field = arena_format(arena, "%s:%u:%u", source.name, line, column),
    };
}

struct err tree_refuse(struct source source, const struct node *node,
                       const char *why, struct arena *arena)
{
    return refuse_at(source, node->line, node->column, why, arena);
}

struct err tree_refuse_within(struct source source, const struct node *text,
                              size_t byte, const char *why, struct arena *arena)
{
    struct scan s = { arena, text->raw, text->line, text->column };
    size_t done = 0;

    for (step(&s); done < byte && *s.at != '"';) {
        char character[4], *to = character;
        size_t size = 1;
        if (*s.at == '\\')
            size = unescape(s.at, &to);
        done += *s.at == '\\' ? (size_t)(to - character) : 1;
        while (size-- > 0)
            step(&s);
    }
    return refuse_at(source, s.line, s.column, why, arena);
}

/* json_check() says "byte 17". */
static struct err refuse_byte(struct source source, struct err err,
                              struct arena *arena)
{
    struct scan s = { arena, source.text, 1, 1 };
    size_t byte =
        err.field ? strtoul(err.field + sizeof "byte" - 1, NULL, 10) : 1;
    const char *stop = source.text + (byte ? byte - 1 : 0);

    while (s.at < stop && s.at < source.text + source.size)
        step(&s);
    return refuse_at(source, s.line, s.column, err.why, arena);
}

struct err tree_read(struct source source, struct arena *arena,
                     struct node **root)
{
    if (source.size > SOURCE_MAX)
        return refuse_at(source, 1, 1, "the file is over 1 MiB", arena);
    source.text = arena_slice(arena, source.text, source.size);
    struct err err = json_check(source.text, source.size);
    if (err.code)
        return refuse_byte(source, err, arena);

    struct scan s = { arena, source.text, 1, 1 };
    skip_space(&s);
    *root = read_value(&s);
    return OK;
}

const struct node *tree_member(const struct node *object, const char *name)
{
    if (object->kind != NODE_OBJECT)
        return NULL;
    for (const struct node *at = object->first; at; at = at->next)
        if (strcmp(at->name, name) == 0)
            return at;
    return NULL;
}

size_t tree_count(const struct node *node)
{
    size_t count = 0;

    for (const struct node *at = node->first; at; at = at->next)
        count++;
    return count;
}
