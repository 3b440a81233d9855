#include "common/formula/statement.h"

#include <string.h>

struct comparison {
    struct source source;
    struct arena *arena;
    const char *where; /* "line 3 (move): " */
};

static bool is_leaf(const struct node *node)
{
    return node->kind < NODE_ARRAY;
}

static struct err differs(const struct comparison *c, const struct node *node,
                          const char *why)
{
    return tree_refuse(c->source, node,
                       arena_format(c->arena, "%s%s%s%s", c->where,
                                    node->name ? node->name : "it",
                                    *why ? " " : "", why),
                       c->arena);
}

static struct err compare(const struct comparison *c, const struct node *told,
                          const struct node *made);

static struct err compare_members(const struct comparison *c,
                                  const struct node *told,
                                  const struct node *made)
{
    for (const struct node *at = told->first; at; at = at->next) {
        const struct node *other = tree_member(made, at->name);
        if (!other)
            return differs(c, at, "is not a member of a statement");
        TRY(compare(c, at, other));
    }
    for (const struct node *at = made->first; at; at = at->next)
        if (!tree_member(told, at->name))
            return differs(c, told,
                           arena_format(c->arena, "lacks \"%s\"", at->name));
    return OK;
}

static struct err compare_items(const struct comparison *c,
                                const struct node *told,
                                const struct node *made)
{
    const struct node *at = told->first, *other = made->first;

    for (; at && other; at = at->next, other = other->next)
        TRY(compare(c, at, other));
    if (!at && !other)
        return OK;
    return differs(c, at ? at : told,
                   at ? "is more than the rules give" : "ends too early");
}

static struct err compare(const struct comparison *c, const struct node *told,
                          const struct node *made)
{
    if (told->kind != made->kind)
        return differs(c, told, "is of another kind");
    if (told->kind == NODE_OBJECT)
        return compare_members(c, told, made);
    if (told->kind == NODE_ARRAY)
        return compare_items(c, told, made);
    if (is_leaf(told) && strcmp(told->text, made->text) == 0)
        return OK;
    return differs(c, told,
                   arena_format(c->arena,
                                "is \"%.200s\", the rules give "
                                "\"%.200s\"",
                                told->text, made->text));
}

/* Line by line, so that the first one that differs can be named. */
static struct err compare_lines(struct comparison *c, const struct node *told,
                                const struct node *made)
{
    const struct node *at = told->first, *other = made->first;

    for (unsigned n = 1; at && other; at = at->next, other = other->next, n++) {
        c->where = arena_format(c->arena, "line %u (%s): ", n,
                                tree_member(other, "name")->text);
        TRY(compare(c, at, other));
    }
    c->where = "";
    if (!at && !other)
        return OK;
    if (at)
        return differs(c, at, "is a line that the rules do not give");
    c->where = arena_format(c->arena, "the line \"%s\" is missing from: ",
                            tree_member(other, "name")->text);
    return differs(c, told, "");
}

static struct err need(const struct comparison *c, const struct node *root,
                       const char *name, enum node_kind kind,
                       const struct node **member)
{
    static const char why[] = "this is no saved statement: it wants \"pack\", "
                              "\"sha256\" and \"statement\" with \"facts\" "
                              "and \"lines\"";

    *member = tree_member(root, name);
    if (*member && (*member)->kind == kind)
        return OK;
    return tree_refuse(c->source, root, why, c->arena);
}

/* The statement without its lines: those come first, as they say most. */
static struct err compare_statement(struct comparison *c,
                                    const struct node *told,
                                    const struct reckoning *made)
{
    struct source again = { "made", made->canonical, made->size };
    const struct node *lines = tree_member(told, "lines");
    struct node *root;

    TRY(tree_read(again, c->arena, &root));
    TRY(compare_lines(c, lines, tree_member(root, "lines")));
    return compare(c, told, root);
}

struct err statement_verify(struct source source, struct arena *arena,
                            struct reckoning *made)
{
    struct comparison c = { source, arena, "" };
    const struct node *pack_node, *told, *hash, *facts, *lines;
    struct rule_pack *pack;
    struct node *root;

    TRY(tree_read(source, arena, &root));
    TRY(need(&c, root, "pack", NODE_OBJECT, &pack_node));
    TRY(need(&c, root, "sha256", NODE_TEXT, &hash));
    TRY(need(&c, root, "statement", NODE_OBJECT, &told));
    TRY(need(&c, told, "facts", NODE_OBJECT, &facts));
    TRY(need(&c, told, "lines", NODE_ARRAY, &lines));
    TRY(pack_read_node(source, pack_node, arena, &pack));
    TRY(statement_of_facts(pack, source, facts, arena, made));
    TRY(compare_statement(&c, told, made));
    if (strcmp(hash->text, made->hash) != 0)
        return tree_refuse(source, hash, "the hash is not the statement's",
                           arena);
    return OK;
}
