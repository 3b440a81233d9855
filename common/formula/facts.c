#include "common/formula/facts.h"

#include "common/base/calendar.h"
#include "common/formula/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct number read_one(struct reader *r, const struct node *object,
                              const struct fact *fact)
{
    const struct node *node = tree_member(object, fact->name);

    if (!node) {
        reader_refuse(
            r, object,
            arena_format(r->arena, "the fact \"%s\" is missing", fact->name));
        return number_of(0);
    }
    struct number number = reader_value(r, node, fact->type, fact->places);
    if (!r->err.code && fact->type.form <= FORM_DAY
        && (number_compare(number, fact->least) < 0
            || number_compare(number, fact->most) > 0))
        reader_refuse(
            r, node,
            arena_format(r->arena, "\"%s\" is out of its bounds", fact->name));
    return number;
}

static const struct fact *find(const struct fact *facts, size_t count,
                               const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(facts[i].name, name) == 0)
            return &facts[i];
    return NULL;
}

/* Nothing that the pack does not know. */
static void check_known(struct reader *r, const struct node *object,
                        const struct fact *facts, size_t count)
{
    if (object->kind != NODE_OBJECT)
        reader_refuse(r, object, "an object of facts is wanted here");
    for (const struct node *at = object->first; at && !r->err.code;
         at = at->next)
        if (!find(facts, count, at->name))
            reader_refuse(r, at,
                          arena_format(r->arena,
                                       "the pack knows no fact \"%.40s\"",
                                       at->name));
}

static void check_falls(struct reader *r, const struct node *row,
                        const struct fact *fact, const struct number *cells,
                        size_t i)
{
    size_t by = fact->order - 1, width = fact->field_count;

    if (fact->order && i > 0
        && number_compare(cells[(i - 1) * width + by], cells[i * width + by])
               < 0)
        reader_refuse(r, row,
                      arena_format(r->arena,
                                   "the rows are out of order: \"%s\" falls",
                                   fact->fields[by].name));
}

static void read_rows(struct reader *r, const struct node *object,
                      const struct fact *fact, struct fact_rows *rows)
{
    const struct node *array = reader_need(r, object, fact->name, NODE_ARRAY);

    rows->cells = reader_room(
        r, array, fact->field_count * sizeof(struct number), ROWS_MAX);
    for (const struct node *row = array ? array->first : NULL;
         row && !r->err.code; row = row->next) {
        check_known(r, row, fact->fields, fact->field_count);
        for (size_t i = 0; i < fact->field_count && !r->err.code; i++)
            rows->cells[rows->count * fact->field_count + i] =
                read_one(r, row, &fact->fields[i]);
        if (!r->err.code)
            check_falls(r, row, fact, rows->cells, rows->count);
        rows->count++;
    }
}

static void check_after(struct reader *r, const struct node *object,
                        const struct facts_of *facts, size_t i)
{
    const struct fact *fact = &r->pack->facts[i];
    const struct fact *earlier =
        find(r->pack->facts, r->pack->fact_count, fact->after);

    if (number_compare(facts->single[i],
                       facts->single[earlier - r->pack->facts])
        < 0)
        reader_refuse(r, tree_member(object, fact->name),
                      arena_format(r->arena,
                                   "the days are out of order: \"%s\" is "
                                   "before \"%s\"",
                                   fact->name, fact->after));
}

struct err facts_read(const struct rule_pack *pack, struct source source,
                      const struct node *object, struct arena *arena,
                      struct facts_of *facts)
{
    struct rule_pack known = *pack;
    struct reader r = { source, arena, &known, OK };

    facts->single =
        arena_alloc(arena, pack->fact_count * sizeof *facts->single);
    facts->rows = arena_alloc(arena, pack->fact_count * sizeof *facts->rows);
    check_known(&r, object, pack->facts, pack->fact_count);
    for (size_t i = 0; i < pack->fact_count && !r.err.code; i++) {
        if (pack->facts[i].is_list)
            read_rows(&r, object, &pack->facts[i], &facts->rows[i]);
        else
            facts->single[i] = read_one(&r, object, &pack->facts[i]);
        if (!r.err.code && pack->facts[i].after)
            check_after(&r, object, facts, i);
    }
    return r.err;
}

struct err facts_check(const struct rule_pack *pack, struct source source,
                       const struct node *object, struct arena *arena)
{
    struct rule_pack known = *pack;
    struct reader r = { source, arena, &known, OK };

    check_known(&r, object, pack->facts, pack->fact_count);
    for (size_t i = 0; i < pack->fact_count && !r.err.code; i++) {
        struct fact_rows rows = { 0 };
        if (!tree_member(object, pack->facts[i].name))
            continue;
        if (pack->facts[i].is_list)
            read_rows(&r, object, &pack->facts[i], &rows);
        else
            (void)read_one(&r, object, &pack->facts[i]);
    }
    return r.err;
}

/* ------------------------------------------------------------------ write */

size_t value_format(struct type type, struct number number,
                    char text[static NUMBER_TEXT_MAX])
{
    switch (type.form) {
    case FORM_DAY:
        day_format((struct day){ (int32_t)number.num }, text);
        return strlen(text);
    case FORM_BOOL:
        return (size_t)snprintf(text, NUMBER_TEXT_MAX, "%s",
                                number.num ? "true" : "false");
    case FORM_CHOICE:
        return (size_t)snprintf(text, NUMBER_TEXT_MAX, "%.40s",
                                type.choices->at[number.num].name);
    default:
        return number_format(number, type_places(type), text);
    }
}

static void write_value(const struct fact *fact, struct number number,
                        struct sink *sink)
{
    char text[NUMBER_TEXT_MAX];
    size_t size = value_format(fact->type, number, text);
    const char *quote = fact->type.form == FORM_BOOL ? "" : "\"";

    sink_text(sink, quote);
    sink_put(sink, text, size);
    sink_text(sink, quote);
}

/* The name that comes after another in order; NULL after the last. */
static const struct fact *next_name(const struct fact *facts, size_t count,
                                    const struct fact *after)
{
    const struct fact *found = NULL;

    for (const struct fact *at = facts; at < facts + count; at++)
        if ((!after || strcmp(at->name, after->name) > 0)
            && (!found || strcmp(at->name, found->name) < 0))
            found = at;
    return found;
}

static void write_name(const struct fact *fact, const char *before,
                       struct sink *sink)
{
    sink_text(sink, before);
    sink_text(sink, "\"");
    sink_text(sink, fact->name);
    sink_text(sink, "\":");
}

static void write_rows(const struct fact *fact, const struct fact_rows *rows,
                       struct sink *sink)
{
    sink_text(sink, "[");
    for (size_t i = 0; i < rows->count; i++) {
        const struct fact *field = NULL;
        const char *before = i ? ",{" : "{";
        while ((field = next_name(fact->fields, fact->field_count, field))) {
            write_name(field, before, sink);
            write_value(field,
                        rows->cells[i * fact->field_count
                                    + (size_t)(field - fact->fields)],
                        sink);
            before = ",";
        }
        sink_text(sink, "}");
    }
    sink_text(sink, "]");
}

void facts_write(const struct rule_pack *pack, const struct facts_of *facts,
                 struct sink *sink)
{
    const struct fact *fact = NULL;
    const char *before = "";

    sink_text(sink, "{");
    while ((fact = next_name(pack->facts, pack->fact_count, fact))) {
        size_t i = (size_t)(fact - pack->facts);
        write_name(fact, before, sink);
        if (fact->is_list)
            write_rows(fact, &facts->rows[i], sink);
        else
            write_value(fact, facts->single[i], sink);
        before = ",";
    }
    sink_text(sink, "}");
}
