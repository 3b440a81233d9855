#include "common/formula/reader.h"

#include <string.h>

const char *const counts_names[] = { "add", "subtract", "none", NULL };

static const char *const stage_names[] = { "line", "total", "area", NULL };

/* clang-format off */
static const struct {
    const char *name;
    struct number unit;
} units[] = {
    { "fen",  { 1, 100 } },
    { "jiao", { 1, 10 } },
    { "yuan", { 1, 1 } },
    { "0.01", { 1, 100 } },
};
/* clang-format on */

enum { MONEY_UNITS = 3, UNITS = 4 };

static void read_unit(struct reader *r, const struct node *object,
                      struct rounding *rounding)
{
    const struct node *unit = reader_need(r, object, "unit", NODE_TEXT);
    size_t from = rounding->stage == STAGE_AREA ? MONEY_UNITS : 0;
    size_t to = rounding->stage == STAGE_AREA ? UNITS : MONEY_UNITS;

    for (size_t i = from; unit && i < to; i++)
        if (strcmp(units[i].name, unit->text) == 0) {
            rounding->unit_name = units[i].name;
            rounding->unit = units[i].unit;
            return;
        }
    if (unit)
        reader_refuse(
            r, unit,
            rounding->stage == STAGE_AREA
                ? "an area is rounded to \"0.01\""
                : "money is rounded to \"fen\", \"jiao\" or \"yuan\"");
}

struct rounding read_rounding(struct reader *r, const struct node *object)
{
    struct rounding rounding = { STAGE_NONE };

    if (!object)
        return rounding;
    reader_members(r, object, "unit mode stage");
    unsigned stage = reader_word(r, object, "stage", stage_names);
    rounding.stage = (enum stage)(STAGE_LINE + stage);
    rounding.stage_name = stage_names[stage];
    rounding.mode =
        (enum rounding_mode)reader_word(r, object, "mode", rounding_mode_names);
    read_unit(r, object, &rounding);
    return rounding;
}

static struct expr *read_formula(struct reader *r, const struct node *text)
{
    struct expr *expr = NULL;

    if (!text || r->err.code)
        return NULL;
    struct fault fault = formula_parse(text->text, r->arena, &expr);
    if (fault.why)
        r->err =
            tree_refuse_within(r->source, text, fault.at, fault.why, r->arena);
    return expr;
}

static unsigned read_each(struct reader *r, const struct node *node)
{
    const struct node *each = reader_may(r, node, "each", NODE_TEXT);

    for (size_t i = 0; each && i < r->pack->fact_count; i++)
        if (r->pack->facts[i].is_list
            && strcmp(r->pack->facts[i].name, each->text) == 0)
            return (unsigned)i + 1;
    if (each)
        reader_refuse(r, each, "there is no such list of facts");
    return 0;
}

static void read_line(struct reader *r, const struct node *node)
{
    struct rule_line *line = &r->pack->lines[r->pack->line_count];
    const struct node *formula = reader_need(r, node, "formula", NODE_TEXT);

    reader_members(r, node,
                   "name code label each when formula counts rounding "
                   "citation evidence");
    line->node = node;
    line->name = reader_name(r, node);
    line->code = reader_text(r, node, "code");
    line->label = reader_text(r, node, "label");
    line->citation = reader_text(r, node, "citation");
    line->evidence = reader_text(r, node, "evidence");
    line->each = read_each(r, node);
    line->counts = (enum counts)reader_word(r, node, "counts", counts_names);
    line->rounding =
        read_rounding(r, reader_may(r, node, "rounding", NODE_OBJECT));
    line->when = read_formula(r, reader_may(r, node, "when", NODE_TEXT));
    line->formula = read_formula(r, formula);
    line->text = formula ? formula->text : NULL;
    r->pack->line_count++;
}

void read_lines(struct reader *r, const struct node *array)
{
    if (array && !array->first)
        reader_refuse(r, array, "a pack has a line at least");
    r->pack->lines = reader_room(r, array, sizeof *r->pack->lines, LINES_MOST);
    for (const struct node *at = array ? array->first : NULL;
         at && !r->err.code; at = at->next)
        read_line(r, at);
}
