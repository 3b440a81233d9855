#include "common/formula/reader.h"

#include <string.h>

static const struct type_words value_words = { "type", "unit", NULL };
static const struct type_words over_words = { "over", "over_unit", NULL };

/* ------------------------------------------------------------------ dated */

static void read_dated(struct reader *r, const struct node *node,
                       struct parameter *p, size_t i)
{
    static const struct type day = { .form = FORM_DAY };
    struct band *band = &p->bands[i];

    reader_members(r, node, "from value citation");
    const struct node *from = reader_need(r, node, "from", NODE_TEXT);
    const struct node *value = tree_member(node, "value");
    if (!value)
        reader_refuse(r, node, "\"value\" is missing");
    if (r->err.code)
        return;
    band->from = reader_value(r, from, day, 0);
    band->opens_high = true;
    band->value = reader_value(r, value, p->type, p->places);
    if (i > 0 && number_compare(band[-1].from, band->from) >= 0)
        reader_refuse(r, from,
                      "the days are out of order: each value holds "
                      "from a later day than the one before it");
}

/* ------------------------------------------------------------------ bands */

static void read_end(struct reader *r, const struct node *node,
                     const struct parameter *p, struct number *end, bool *open)
{
    *open = !node;
    if (node)
        *end = reader_value(r, node, p->over, 6);
}

static void check_neighbours(struct reader *r, const struct node *node,
                             const struct band *band, bool first)
{
    if (!band->opens_low && !band->opens_high
        && number_compare(band->from, band->to) >= 0)
        reader_refuse(r, node, "this band ends before it begins");
    if (first)
        return;
    if (band->opens_low || band[-1].opens_high) {
        reader_refuse(r, node,
                      "only the first band may lack \"from\", and only "
                      "the last \"to\"");
        return;
    }
    int order = number_compare(band->from, band[-1].to);
    if (order > 0)
        reader_refuse(r, node,
                      "there is a hole between this band and the one "
                      "before it");
    else if (order < 0)
        reader_refuse(r, node, "this band overlaps the one before it");
}

static void read_band(struct reader *r, const struct node *node,
                      struct parameter *p, size_t i)
{
    struct band *band = &p->bands[i];

    reader_members(r, node, "from to value citation");
    const struct node *value = tree_member(node, "value");
    if (!value)
        reader_refuse(r, node, "\"value\" is missing");
    if (r->err.code)
        return;
    read_end(r, tree_member(node, "from"), p, &band->from, &band->opens_low);
    read_end(r, tree_member(node, "to"), p, &band->to, &band->opens_high);
    band->value = reader_value(r, value, p->type, p->places);
    if (!r->err.code)
        check_neighbours(r, node, band, i == 0);
}

static void read_over(struct reader *r, const struct node *node,
                      struct parameter *p)
{
    static const char *const ends[] = { "from", "to", NULL };
    unsigned places = 0;

    reader_type(r, node, over_words, &p->over, &places);
    p->includes_high = reader_word(r, node, "includes", ends) == 1;
    if (p->over.form > FORM_DAY)
        reader_refuse(r, node, "bands are of numbers or of days");
}

/* ------------------------------------------------------------------ table */

static void read_table(struct reader *r, const struct node *table,
                       struct parameter *p)
{
    for (const struct node *at = table->first; at; at = at->next) {
        bool known = false;
        for (size_t i = 0; i < p->by->count; i++)
            known |= strcmp(p->by->at[i].name, at->name) == 0;
        if (!known)
            reader_refuse(r, at, "this is none of the choices");
    }
    for (size_t i = 0; i < p->by->count; i++) {
        const struct node *at = tree_member(table, p->by->at[i].name);
        if (!at) {
            reader_refuse(r, table,
                          arena_format(r->arena,
                                       "the table has a hole: \"%s\" is "
                                       "missing",
                                       p->by->at[i].name));
            return;
        }
        p->bands[i].value = reader_value(r, at, p->type, p->places);
    }
}

/* ------------------------------------------------------------- parameters */

static void read_values(struct reader *r, const struct node *node,
                        struct parameter *p)
{
    static void (*const readers[])(struct reader *, const struct node *,
                                   struct parameter *, size_t) = {
        [PARAMETER_DATED] = read_dated,
        [PARAMETER_BANDS] = read_band,
    };
    size_t i = 0;

    if (p->form == PARAMETER_VALUE) {
        p->bands[0].value = reader_value(r, node, p->type, p->places);
        p->count = 1;
        return;
    }
    if (p->form == PARAMETER_TABLE) {
        p->count = p->by->count;
        read_table(r, node, p);
        return;
    }
    p->count = tree_count(node);
    if (p->count == 0)
        reader_refuse(r, node, "there is no value");
    for (const struct node *at = node->first; at && !r->err.code; at = at->next)
        readers[p->form](r, at, p, i++);
}

/* Where the values stand, whose member says the form; NULL with an error. */
static const struct node *find_form(struct reader *r, const struct node *node,
                                    struct parameter *p)
{
    static const char *const names[] = { "value", "values", "bands", "table" };
    const struct node *found = NULL;

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        const struct node *at = tree_member(node, names[i]);
        if (at && found)
            reader_refuse(r, at,
                          "a parameter has one of value, values, bands "
                          "and table");
        if (!at)
            continue;
        found = at;
        p->form = (enum parameter_form)i;
    }
    if (!found)
        reader_refuse(r, node,
                      "a parameter has one of value, values, bands "
                      "and table (null: the district enters it)");
    return r->err.code ? NULL : found;
}

static void read_form(struct reader *r, const struct node *node,
                      struct parameter *p)
{
    static const enum node_kind kinds[] = {
        [PARAMETER_DATED] = NODE_ARRAY,
        [PARAMETER_BANDS] = NODE_ARRAY,
        [PARAMETER_TABLE] = NODE_OBJECT,
    };
    const struct node *values = find_form(r, node, p);

    if (!values)
        return;
    if (p->form == PARAMETER_BANDS)
        read_over(r, node, p);
    if (p->form == PARAMETER_TABLE)
        p->by = reader_choices(r, reader_need(r, node, "by", NODE_TEXT));
    p->entered = values->kind != NODE_NULL;
    if (r->err.code || !p->entered)
        return;
    if (p->form != PARAMETER_VALUE && values->kind != kinds[p->form]) {
        reader_refuse(r, values, "this is not how its values are written");
        return;
    }
    size_t count = p->form == PARAMETER_TABLE ? p->by->count : 1;
    p->bands = reader_room(r, values, sizeof *p->bands, STEPS_MAX);
    if (p->form <= PARAMETER_VALUE || p->form == PARAMETER_TABLE)
        p->bands = arena_alloc(r->arena, count * sizeof *p->bands);
    read_values(r, values, p);
}

static void read_parameter(struct reader *r, const struct node *node)
{
    struct parameter *p = &r->pack->parameters[r->pack->parameter_count];

    reader_members(r, node,
                   "name type unit label citation note value values "
                   "bands over over_unit includes table by");
    p->node = node;
    p->name = reader_name(r, node);
    p->label = reader_text(r, node, "label");
    p->citation = reader_text(r, node, "citation");
    reader_type(r, node, value_words, &p->type, &p->places);
    if (!r->err.code)
        read_form(r, node, p);
    r->pack->open += !p->entered;
    r->pack->parameter_count++;
}

void read_parameters(struct reader *r, const struct node *array)
{
    r->pack->parameters =
        reader_room(r, array, sizeof *r->pack->parameters, PARAMETERS_MAX);
    for (const struct node *at = array ? array->first : NULL;
         at && !r->err.code; at = at->next)
        read_parameter(r, at);
}

/* ---------------------------------------------------------------- look-up */

const struct band *parameter_on(const struct parameter *parameter,
                                struct number day)
{
    const struct band *found = NULL;

    for (size_t i = 0; i < parameter->count; i++)
        if (number_compare(parameter->bands[i].from, day) <= 0)
            found = &parameter->bands[i];
    return found;
}

static bool is_in(const struct band *band, struct number number,
                  bool includes_high)
{
    int low = band->opens_low ? 1 : number_compare(number, band->from);
    int high = band->opens_high ? -1 : number_compare(number, band->to);

    return includes_high ? low > 0 && high <= 0 : low >= 0 && high < 0;
}

const struct band *parameter_band(const struct parameter *parameter,
                                  struct number number)
{
    for (size_t i = 0; i < parameter->count; i++)
        if (is_in(&parameter->bands[i], number, parameter->includes_high))
            return &parameter->bands[i];
    return NULL;
}
