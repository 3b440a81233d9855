#include "common/formula/diff.h"

#include "common/formula/jcs.h"

#include <string.h>

/* The arrays of a pack whose items have names, and what one of them is. */
static const struct {
    const char *member, *item;
} sections[] = {
    { "choices", "choice" },
    { "facts", "fact" },
    { "parameters", "parameter" },
    { "lines", "line" },
};

static const char *canonical(const struct node *node, struct arena *arena)
{
    struct sink sink = { .arena = arena };

    (void)jcs_node(&sink, node, NULL);
    return sink_end(&sink);
}

static const struct node *named(const struct node *array, const char *name)
{
    for (const struct node *at = array ? array->first : NULL; at; at = at->next)
        if (strcmp(tree_member(at, "name")->text, name) == 0)
            return at;
    return NULL;
}

static void put(struct sink *out, const char *sign, const char *what,
                const char *more)
{
    sink_text(out, sign);
    sink_text(out, what);
    sink_text(out, more);
    sink_text(out, "\n");
}

/* The members of an object that are not as they were. */
static void put_changes(const struct node *before, const struct node *after,
                        const char *what, struct sink *out)
{
    struct arena *arena = out->arena;

    for (const struct node *at = before->first; at; at = at->next) {
        const struct node *other = tree_member(after, at->name);
        const char *was = canonical(at, arena);
        const char *is = other ? canonical(other, arena) : "nothing";
        if (strcmp(was, is) != 0)
            put(out, "~ ", what,
                arena_format(arena, " %s: %s -> %s", at->name, was, is));
    }
    for (const struct node *at = after->first; at; at = at->next)
        if (!tree_member(before, at->name))
            put(out, "~ ", what,
                arena_format(arena, " %s: nothing -> %s", at->name,
                             canonical(at, arena)));
}

static void put_section(const struct node *before, const struct node *after,
                        const char *item, struct sink *out)
{
    for (const struct node *at = before ? before->first : NULL; at;
         at = at->next) {
        const char *name = tree_member(at, "name")->text;
        const char *what = arena_format(out->arena, "%s %s", item, name);
        const struct node *other = named(after, name);
        if (other)
            put_changes(at, other, what, out);
        else
            put(out, "- ", what, "");
    }
    for (const struct node *at = after ? after->first : NULL; at;
         at = at->next) {
        const char *name = tree_member(at, "name")->text;
        if (!named(before, name))
            put(out, "+ ", arena_format(out->arena, "%s %s: ", item, name),
                canonical(at, out->arena));
    }
}

static bool is_section(const char *name)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (strcmp(sections[i].member, name) == 0)
            return true;
    return false;
}

/* The members of the pack itself, without the arrays. */
static struct node head_of(const struct node *root, struct arena *arena)
{
    struct node head = { .kind = NODE_OBJECT }, **last = &head.first;

    for (const struct node *at = root->first; at; at = at->next) {
        if (is_section(at->name))
            continue;
        *last = arena_alloc(arena, sizeof **last);
        **last = *at;
        (*last)->next = NULL;
        last = &(*last)->next;
    }
    return head;
}

const char *pack_diff(const struct rule_pack *earlier,
                      const struct rule_pack *later, struct arena *arena)
{
    struct sink out = { .arena = arena };
    struct node before = head_of(earlier->root, arena);
    struct node after = head_of(later->root, arena);

    put_changes(&before, &after, "pack", &out);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        put_section(tree_member(earlier->root, sections[i].member),
                    tree_member(later->root, sections[i].member),
                    sections[i].item, &out);
    return sink_end(&out);
}
