#include "common/formula/reader.h"

#include <string.h>

static const struct type_words type_words = { "type", "unit", "choices" };

/* What a fact may be at most when the pack does not say. */
enum { MONTHS_BOUND = 1200 };

static void default_bounds(struct fact *fact)
{
    static const struct number last_day = { 3652059, 1 };

    fact->least = number_of(fact->type.form == FORM_DAY);
    fact->most = number_of(NUMBER_BOUND);
    if (fact->type.form == FORM_DAY)
        fact->most = last_day;
    else if (unit_same(fact->type.unit, unit_of(UNIT_MONTH)))
        fact->most = number_of(MONTHS_BOUND);
}

static void read_bounds(struct reader *r, const struct node *node,
                        struct fact *fact)
{
    const struct node *least = tree_member(node, "min");
    const struct node *most = tree_member(node, "max");

    default_bounds(fact);
    if ((least || most) && fact->type.form > FORM_DAY) {
        reader_refuse(r, least ? least : most,
                      "only numbers and days have bounds");
        return;
    }
    if (least)
        fact->least = reader_value(r, least, fact->type, fact->places);
    if (most)
        fact->most = reader_value(r, most, fact->type, fact->places);
    if (number_compare(fact->least, fact->most) > 0)
        reader_refuse(r, most ? most : least, "the bounds are out of order");
}

static void read_after(struct reader *r, const struct node *node,
                       struct fact *fact)
{
    const struct node *after = reader_may(r, node, "after", NODE_TEXT);

    if (!after)
        return;
    fact->after = after->text;
    for (size_t i = 0; i < r->pack->fact_count; i++)
        if (strcmp(r->pack->facts[i].name, after->text) == 0
            && r->pack->facts[i].type.form == FORM_DAY
            && fact->type.form == FORM_DAY)
            return;
    reader_refuse(r, after,
                  "\"after\" is of a day, and names a day fact that "
                  "stands before it");
}

static void read_single(struct reader *r, const struct node *node,
                        struct fact *fact)
{
    reader_type(r, node, type_words, &fact->type, &fact->places);
    if (!r->err.code)
        read_bounds(r, node, fact);
}

/* ------------------------------------------------------------------ lists */

static bool field_is_new(const struct fact *fact, const char *name)
{
    for (size_t i = 0; i < fact->field_count; i++)
        if (strcmp(fact->fields[i].name, name) == 0)
            return false;
    return true;
}

static void read_field(struct reader *r, const struct node *node,
                       struct fact *of)
{
    struct fact *field = &of->fields[of->field_count];

    reader_members(r, node, "name type unit choices label min max");
    field->node = node;
    field->name = reader_text(r, node, "name");
    field->label = reader_text(r, node, "label");
    read_single(r, node, field);
    if (!r->err.code && !field_is_new(of, field->name))
        reader_refuse(r, node, "this name is taken");
    of->field_count++;
}

/* "falls_by": rows come with this field highest first. */
static void read_order(struct reader *r, const struct node *node,
                       struct fact *fact)
{
    const struct node *by = reader_may(r, node, "falls_by", NODE_TEXT);

    for (size_t i = 0; by && i < fact->field_count; i++)
        if (strcmp(fact->fields[i].name, by->text) == 0)
            fact->order = (unsigned)i + 1;
    if (by && !fact->order)
        reader_refuse(r, by, "there is no such field");
}

static void read_list(struct reader *r, const struct node *node,
                      struct fact *fact)
{
    reader_members(r, node, "name type label evidence fields falls_by");
    const struct node *fields = reader_need(r, node, "fields", NODE_ARRAY);
    fact->is_list = true;
    fact->fields = reader_room(r, fields, sizeof *fact->fields, FACTS_MAX);
    for (const struct node *at = fields ? fields->first : NULL;
         at && !r->err.code; at = at->next)
        read_field(r, at, fact);
    read_order(r, node, fact);
}

static void read_fact(struct reader *r, const struct node *node)
{
    struct fact *fact = &r->pack->facts[r->pack->fact_count];

    fact->node = node;
    fact->name = reader_name(r, node);
    fact->label = reader_text(r, node, "label");
    fact->evidence = reader_text_may(r, node, "evidence");
    const struct node *type = reader_need(r, node, "type", NODE_TEXT);
    if (!type)
        return;
    if (strcmp(type->text, "list") == 0) {
        read_list(r, node, fact);
    } else {
        reader_members(r, node,
                       "name type unit choices label evidence min max "
                       "after");
        read_single(r, node, fact);
        read_after(r, node, fact);
    }
    r->pack->fact_count++;
}

void read_facts(struct reader *r, const struct node *array)
{
    r->pack->facts = reader_room(r, array, sizeof *r->pack->facts, FACTS_MAX);
    for (const struct node *at = array ? array->first : NULL;
         at && !r->err.code; at = at->next)
        read_fact(r, at);
}
