#include "services/cases/statement/rules.h"

#include "common/formula/jcs.h"

#include <string.h>

static struct err read(const char *statement, struct arena *arena,
                       struct node **root)
{
    struct source source = { "statement", statement, strlen(statement) };

    return tree_read(source, arena, root);
}

struct err choice_of(const char *statement, struct arena *arena,
                     const char **choice)
{
    struct node *root;

    TRY(read(statement, arena, &root));
    const struct node *settles =
        tree_member(tree_member(root, "facts"), SETTLES);
    *choice = NULL;
    if (settles)
        *choice = strcmp(settles->text, "cash") == 0 ? "money" : "swap";
    return OK;
}

const struct choices *ways_to_settle(const struct rule_pack *pack)
{
    for (size_t i = 0; i < pack->fact_count; i++)
        if (strcmp(pack->facts[i].name, SETTLES) == 0)
            return pack->facts[i].type.choices;
    return NULL;
}

/* ------------------------------------------------------------ two versions */

/* What is compared of a statement, by its name. */
struct item {
    const char *what, *label, *value, *more;
};

struct items {
    struct item *at;
    size_t count;
};

static const char *text_of(const struct node *node, struct arena *arena)
{
    struct sink sink = { .arena = arena };

    if (node->kind == NODE_TEXT)
        return node->text;
    (void)jcs_node(&sink, node, NULL);
    return sink_end(&sink);
}

static struct item fact_item(const struct node *fact, struct arena *arena)
{
    const char *what = arena_format(arena, "facts.%s", fact->name);

    return (struct item){ what, what, text_of(fact, arena), NULL };
}

static struct item line_item(const struct node *line, struct arena *arena)
{
    const struct node *row = tree_member(line, "row");
    const char *name = tree_member(line, "name")->text;
    const char *what = row ? arena_format(arena, "lines.%s %s", name, row->text)
                           : arena_format(arena, "lines.%s", name);

    return (struct item){
        .what = what,
        .label = tree_member(line, "label")->text,
        .value = tree_member(line, "value")->text,
        .more =
            arena_format(arena, "%s = %s", tree_member(line, "numbers")->text,
                         tree_member(line, "value")->text),
    };
}

static struct err items_of(const char *statement, struct arena *arena,
                           struct items *items)
{
    struct node *root;

    TRY(read(statement, arena, &root));
    const struct node *facts = tree_member(root, "facts");
    const struct node *lines = tree_member(root, "lines");
    const struct node *total = tree_member(root, "total");
    if (!facts || !lines || !total)
        return fail(CODE_CONFLICT, "the text is no statement");
    items->at = arena_alloc(arena, (tree_count(facts) + tree_count(lines) + 1)
                                       * sizeof *items->at);
    items->count = 0;
    for (const struct node *n = facts->first; n; n = n->next)
        items->at[items->count++] = fact_item(n, arena);
    for (const struct node *n = lines->first; n; n = n->next)
        items->at[items->count++] = line_item(n, arena);
    items->at[items->count++] =
        (struct item){ "total", "合计", total->text, NULL };
    return OK;
}

static const struct item *find(const struct items *items, const char *what)
{
    for (size_t i = 0; i < items->count; i++)
        if (strcmp(items->at[i].what, what) == 0)
            return &items->at[i];
    return NULL;
}

struct err statement_changes_of(const char *earlier, const char *later,
                                struct arena *arena, struct rows *changes)
{
    struct items was, is;
    size_t count = 0;

    TRY(items_of(earlier, arena, &was));
    TRY(items_of(later, arena, &is));
    struct change *at = arena_alloc(arena, (was.count + is.count) * sizeof *at);
    for (size_t i = 0; i < was.count; i++)
        if (!find(&is, was.at[i].what))
            at[count++] = (struct change){ was.at[i].what, was.at[i].label,
                                           was.at[i].value, NULL, NULL };
    for (size_t i = 0; i < is.count; i++) {
        const struct item *item = &is.at[i];
        const struct item *before = find(&was, item->what);
        if (before && strcmp(before->value, item->value) == 0)
            continue;
        at[count++] = (struct change){ item->what, item->label,
                                       before ? before->value : NULL,
                                       item->value, item->more };
    }
    *changes = (struct rows){ at, count };
    return OK;
}
