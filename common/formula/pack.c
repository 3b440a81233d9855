#include "common/formula/pack.h"

#include "common/formula/check.h"
#include "common/formula/jcs.h"
#include "common/formula/reader.h"
#include "common/formula/statement.h"

#include <stdlib.h>
#include <string.h>

static const char format[] = "redkite-pack-1";

enum { VERSION_DIGITS = 6 };

/* ---------------------------------------------------------------- choices */

static void read_choice(struct reader *r, const struct node *node,
                        struct choices *of)
{
    struct choice *choice = &of->at[of->count++];

    reader_members(r, node, "name label");
    choice->name = reader_text(r, node, "name");
    choice->label = reader_text(r, node, "label");
    for (size_t i = 0; !r->err.code && i + 1 < of->count; i++)
        if (strcmp(of->at[i].name, choice->name) == 0)
            reader_refuse(r, node, "this name is taken");
}

static void read_kind(struct reader *r, const struct node *node)
{
    struct choices *kind = &r->pack->choices[r->pack->choices_count];

    reader_members(r, node, "name values");
    kind->name = reader_text(r, node, "name");
    const struct node *values = reader_need(r, node, "values", NODE_ARRAY);
    kind->at = reader_room(r, values, sizeof *kind->at, CHOICES_MAX);
    for (const struct node *at = values ? values->first : NULL;
         at && !r->err.code; at = at->next)
        read_choice(r, at, kind);
    if (values && kind->count == 0)
        reader_refuse(r, values, "there is nothing to choose");
    r->pack->choices_count++;
}

static void read_kinds(struct reader *r, const struct node *array)
{
    r->pack->choices =
        reader_room(r, array, sizeof *r->pack->choices, CHOICES_MAX);
    for (const struct node *at = array ? array->first : NULL;
         at && !r->err.code; at = at->next)
        read_kind(r, at);
}

/* ------------------------------------------------------------------- head */

static int64_t read_version(struct reader *r, const struct node *object)
{
    const struct node *node = reader_need(r, object, "version", NODE_NUMBER);

    if (!node)
        return 0;
    size_t digits = strspn(node->text, "0123456789");
    if (node->text[digits] || digits > VERSION_DIGITS || node->text[0] == '0')
        reader_refuse(r, node, "a version is a whole number from 1");
    return strtol(node->text, NULL, 10);
}

static void read_days(struct reader *r, const struct node *root)
{
    static const struct type day = { .form = FORM_DAY };
    const struct node *from = reader_need(r, root, "published_from", NODE_TEXT);
    const struct node *to = reader_may(r, root, "published_to", NODE_TEXT);

    if (!from || !to)
        return;
    struct number first = reader_value(r, from, day, 0);
    struct number last = reader_value(r, to, day, 0);
    if (!r->err.code && number_compare(first, last) > 0)
        reader_refuse(r, to,
                      "the days are out of order: this one is before "
                      "\"published_from\"");
}

static void read_head(struct reader *r, const struct node *root)
{
    reader_members(r, root,
                   "format name title version document "
                   "document_sha256 published_from published_to "
                   "supersedes choices facts parameters lines total "
                   "sha256");
    const struct node *form = reader_need(r, root, "format", NODE_TEXT);
    if (form && strcmp(form->text, format) != 0)
        reader_refuse(r, form, "the format is not \"redkite-pack-1\"");
    r->pack->name = reader_text(r, root, "name");
    r->pack->title = reader_text(r, root, "title");
    r->pack->document = reader_text(r, root, "document");
    r->pack->version = read_version(r, root);
    read_days(r, root);
    const struct node *supersedes =
        reader_may(r, root, "supersedes", NODE_OBJECT);
    if (supersedes) {
        reader_members(r, supersedes, "version sha256");
        read_version(r, supersedes);
        reader_text(r, supersedes, "sha256");
    }
}

static void read_total(struct reader *r, const struct node *root)
{
    const struct node *total = reader_need(r, root, "total", NODE_OBJECT);

    r->pack->total_rounding = read_rounding(r, total);
    if (total && !r->err.code && r->pack->total_rounding.stage != STAGE_TOTAL)
        reader_refuse(r, total, "the stage of the total is \"total\"");
}

/* The hash is that of the pack's canonical form without the member that tells
 * it, so that it can stand in the pack itself. */
static void read_hash(struct reader *r, const struct node *root)
{
    struct sink sink = { .arena = r->arena };
    const struct node *told = reader_may(r, root, "sha256", NODE_TEXT);

    if (r->err.code)
        return;
    if (!jcs_node(&sink, root, "sha256")) {
        reader_refuse(r, root, "a number is neither a text nor whole");
        return;
    }
    r->pack->canonical = sink_end(&sink);
    sha256_text(sink.text, sink.size, r->pack->hash);
    if (told && strcmp(told->text, r->pack->hash) != 0)
        reader_refuse(r, told,
                      arena_format(r->arena,
                                   "the hash does not fit: the pack's is %s",
                                   r->pack->hash));
}

struct err pack_read_node(struct source source, const struct node *root,
                          struct arena *arena, struct rule_pack **pack)
{
    struct reader r = { source, arena, arena_alloc(arena, sizeof **pack), OK };

    *pack = r.pack;
    r.pack->source = source;
    r.pack->root = root;
    read_head(&r, root);
    read_hash(&r, root);
    read_kinds(&r, reader_may(&r, root, "choices", NODE_ARRAY));
    read_facts(&r, reader_need(&r, root, "facts", NODE_ARRAY));
    read_parameters(&r, reader_need(&r, root, "parameters", NODE_ARRAY));
    read_lines(&r, reader_need(&r, root, "lines", NODE_ARRAY));
    read_total(&r, root);
    TRY(r.err);
    TRY(check_lines(r.pack, arena));
    lines_prepare(r.pack, arena);
    return OK;
}

struct err pack_read(struct source source, struct arena *arena,
                     struct rule_pack **pack)
{
    struct node *root;

    *pack = NULL;
    source.name = arena_text(arena, source.name);
    TRY(tree_read(source, arena, &root));
    return pack_read_node(source, root, arena, pack);
}
