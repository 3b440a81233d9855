#include "common/formula/check.h"

#include "common/formula/function.h"

#include <string.h>

enum visit { NEW, OPEN, CLOSED };

/* A walk over the lines; the first thing wrong ends it. */
struct checker {
    struct rule_pack *pack;
    struct arena *arena;
    enum visit *visits;
    size_t ordered;
    const struct node *text; /* the formula at hand                  */
    unsigned row;            /* 1 + the list whose rows are gone over */
    bool summing;            /* within sum(), most() or before()      */
    struct err err;
};

static void check_expr(struct checker *c, struct expr *e);
static void check_line(struct checker *c, size_t index);

static void refuse(struct checker *c, const struct expr *e, const char *why)
{
    if (!c->err.code)
        c->err =
            tree_refuse_within(c->pack->source, c->text, e->at, why, c->arena);
}

static void refuse_types(struct checker *c, const struct expr *e,
                         struct type got, struct type want)
{
    char one[UNIT_TEXT_MAX], other[UNIT_TEXT_MAX];

    refuse(c, e,
           arena_format(c->arena, "this is %s where %s is wanted",
                        type_name(got, one), type_name(want, other)));
}

/* ------------------------------------------------------------------ names */

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static bool find_fact(const struct rule_pack *pack, struct expr *e)
{
    for (size_t i = 0; i < pack->fact_count; i++)
        if (same(pack->facts[i].name, e->name)) {
            e->target = pack->facts[i].is_list ? TARGET_LIST : TARGET_FACT;
            e->index = (unsigned)i;
            e->type = pack->facts[i].type;
            return true;
        }
    return false;
}

static bool find_parameter(const struct rule_pack *pack, struct expr *e)
{
    for (size_t i = 0; i < pack->parameter_count; i++)
        if (same(pack->parameters[i].name, e->name)) {
            e->target = TARGET_PARAMETER;
            e->index = (unsigned)i;
            e->type = pack->parameters[i].type;
            return true;
        }
    return false;
}

/* A line is looked at before those that are made of it. */
static bool find_line(struct checker *c, struct expr *e)
{
    for (size_t i = 0; i < c->pack->line_count; i++) {
        if (!same(c->pack->lines[i].name, e->name))
            continue;
        if (c->visits[i] == OPEN) {
            refuse(c, e, "this line is made of itself, in a circle");
            return true;
        }
        check_line(c, i);
        e->target = TARGET_LINE;
        e->index = (unsigned)i;
        e->type = c->pack->lines[i].type;
        return true;
    }
    return false;
}

static void find_field(struct checker *c, struct expr *e)
{
    const struct fact *fact = &c->pack->facts[e->index];

    if (e->target != TARGET_LIST || c->row != e->index + 1) {
        refuse(c, e,
               "a field is known only where its list is gone over: in a "
               "line for each of it, or within sum(), most(), before()");
        return;
    }
    for (size_t i = 0; i < fact->field_count; i++)
        if (same(fact->fields[i].name, e->field)) {
            e->target = TARGET_FIELD;
            e->field_index = (unsigned)i;
            e->type = fact->fields[i].type;
            return;
        }
    refuse(
        c, e,
        arena_format(c->arena, "%.40s has no field %.40s", e->name, e->field));
}

static bool find_name(struct checker *c, struct expr *e)
{
    if (e->op != OP_NAME)
        refuse(c, e, "a name is wanted here");
    else if (find_fact(c->pack, e) || find_parameter(c->pack, e)
             || find_line(c, e))
        return !c->err.code;
    else
        refuse(c, e,
               arena_format(c->arena, "nothing is called %.40s", e->name));
    return false;
}

/* A name that stands for a value. */
static void check_name(struct checker *c, struct expr *e)
{
    static const char *const misused[] = {
        [PARAMETER_DATED] = "this parameter has dates: use at(NAME, DAY)",
        [PARAMETER_BANDS] = "this parameter has bands: use tier(NUMBER, NAME)",
        [PARAMETER_TABLE] = "this parameter is a table: use pick(CHOICE, NAME)",
    };

    if (!find_name(c, e))
        return;
    if (e->field)
        find_field(c, e);
    else if (e->target == TARGET_LIST)
        refuse(c, e, "this is a list: use sum(NAME, ...)");
    else if (e->target == TARGET_PARAMETER
             && misused[c->pack->parameters[e->index].form])
        refuse(c, e, misused[c->pack->parameters[e->index].form]);
}

/* -------------------------------------------------------------- operators */

static void want_form(struct checker *c, const struct expr *e, enum form form)
{
    if (!c->err.code && e->type.form != form)
        refuse_types(c, e, e->type, (struct type){ .form = form });
}

static void want_same(struct checker *c, const struct expr *e, struct type type)
{
    if (!c->err.code && !type_same(e->type, type))
        refuse_types(c, e, e->type, type);
}

static void check_product(struct checker *c, struct expr *e)
{
    bool divides = e->op == OP_DIVIDE;

    want_form(c, e->args[0], FORM_NUMBER);
    want_form(c, e->args[1], FORM_NUMBER);
    if (c->err.code)
        return;
    if (!unit_combine(e->args[0]->type.unit, e->args[1]->type.unit,
                      divides ? -1 : 1, &e->type.unit))
        refuse(c, e, "no unit has so high a power");
    if (divides && sign_of(c->pack, e->args[1]) != SIGN_POSITIVE)
        refuse(c, e->args[1],
               "this divisor may be zero: give its fact a least value above "
               "zero, enter its parameter, or say max(..., 1)");
}

/* 'simple' beside a choice. */
static void check_text(struct checker *c, struct expr *text,
                       const struct expr *beside)
{
    const struct choices *choices = beside->type.choices;

    want_form(c, beside, FORM_CHOICE);
    for (size_t i = 0; !c->err.code && i < choices->count; i++)
        if (same(choices->at[i].name, text->name)) {
            text->target = TARGET_CHOICE;
            text->number = number_of((int64_t)i);
            text->type = beside->type;
            return;
        }
    refuse(c, text,
           arena_format(c->arena, "there is no choice '%.40s'", text->name));
}

static void check_comparison(struct checker *c, struct expr *e)
{
    struct expr *one = e->args[0], *other = e->args[1];
    bool orders = e->op != OP_EQUAL && e->op != OP_UNEQUAL;

    if (one->op == OP_TEXT && other->op != OP_TEXT) {
        one = e->args[1];
        other = e->args[0];
    }
    check_expr(c, one);
    if (other->op == OP_TEXT && !orders)
        check_text(c, other, one);
    else
        check_expr(c, other);
    want_same(c, other, one->type);
    if (orders && one->type.form > FORM_DAY)
        refuse(c, e, "only numbers and days come one before the other");
    e->type = (struct type){ .form = FORM_BOOL };
}

static void check_operator(struct checker *c, struct expr *e)
{
    if (e->op >= OP_EQUAL && e->op <= OP_AT_LEAST) {
        check_comparison(c, e);
        return;
    }
    for (unsigned i = 0; i < e->count; i++)
        check_expr(c, e->args[i]);
    if (c->err.code)
        return;
    e->type = e->args[0]->type;
    if (e->op == OP_MULTIPLY || e->op == OP_DIVIDE) {
        e->type.any_unit = false;
        check_product(c, e);
        return;
    }
    enum form form =
        e->op >= OP_AND || e->op == OP_NOT ? FORM_BOOL : FORM_NUMBER;
    for (unsigned i = 0; i < e->count; i++)
        want_form(c, e->args[i], form);
    if (e->count < 2)
        return;
    want_same(c, e->args[1], e->type);
    if (e->type.any_unit)
        e->type = e->args[1]->type;
}

/* -------------------------------------------------------------- functions */

static void check_word(struct checker *c, struct expr *e,
                       const char *const *words)
{
    for (unsigned i = 0; e->op == OP_NAME && words[i]; i++)
        if (same(words[i], e->name)) {
            e->target = TARGET_MODE;
            e->index = i;
            return;
        }
    refuse(c, e,
           arena_format(c->arena, "one of %s, %s ... is wanted here", words[0],
                        words[1]));
}

static void check_parameter(struct checker *c, struct expr *e,
                            enum parameter_form form)
{
    if (find_name(c, e)
        && (e->target != TARGET_PARAMETER
            || c->pack->parameters[e->index].form != form))
        refuse(c, e, "this function wants a parameter of another form");
}

static void check_rows(struct checker *c, const struct expr *call,
                       struct expr *e)
{
    unsigned before = c->row;

    if (c->summing)
        refuse(c, call, "sums do not stand in one another: make a line of it");
    c->summing = true;
    c->row = call->args[0]->index + 1;
    if (call->function->id == FN_BEFORE && before != c->row)
        refuse(c, call, "before() is known only where its list is gone over");
    check_expr(c, e);
    want_form(c, e, FORM_NUMBER);
    c->row = before;
    c->summing = false;
}

static void check_list(struct checker *c, struct expr *e)
{
    if (find_name(c, e) && (e->target != TARGET_LIST || e->field))
        refuse(c, e, "a list is wanted here");
}

/* An argument that is a value of its own. */
static void check_value(struct checker *c, const struct expr *call, char letter,
                        struct expr *e)
{
    static const struct {
        char letter;
        enum form form;
        bool counts;
        enum base_unit unit;
    } wanted[] = {
        { 'b', FORM_BOOL, false, 0 },
        { 'd', FORM_DAY, false, 0 },
        { 'c', FORM_CHOICE, false, 0 },
        { 'm', FORM_NUMBER, true, UNIT_MONTH },
        { 'y', FORM_NUMBER, true, UNIT_DAY },
    };
    unsigned first = call->function->id == FN_IF ? 1 : 0;

    check_expr(c, e);
    if (letter == 's')
        want_same(c, e, call->args[first]->type);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (wanted[i].letter != letter)
            continue;
        want_form(c, e, wanted[i].form);
        if (wanted[i].counts)
            want_same(c, e, (struct type){ .unit = unit_of(wanted[i].unit) });
    }
}

static void check_arg(struct checker *c, struct expr *call, unsigned i)
{
    size_t letters = strlen(call->function->args);
    char letter = call->function->args[i < letters ? i : letters - 1];
    struct expr *e = call->args[i];

    switch (letter) {
    case 'L':
        check_list(c, e);
        break;
    case 'e':
        check_rows(c, call, e);
        break;
    case 'T':
        check_parameter(c, e, PARAMETER_BANDS);
        break;
    case 'K':
        check_parameter(c, e, PARAMETER_TABLE);
        break;
    case 'P':
        check_parameter(c, e, PARAMETER_DATED);
        break;
    case 'R':
        check_word(c, e, rounding_mode_names);
        break;
    case 'M':
        check_word(c, e, month_mode_names);
        break;
    default:
        check_value(c, call, letter, e);
    }
}

/* Each against the type that they have in common: 0 is of any unit. */
static void want_common(struct checker *c, const struct expr *call)
{
    for (unsigned i = 0; i < call->count; i++)
        want_same(c, call->args[i], call->type);
}

/* The first type that says a unit. */
static struct type common_type(const struct expr *call, unsigned first)
{
    for (unsigned i = first; i + 1 < call->count; i++)
        if (!call->args[i]->type.any_unit)
            return call->args[i]->type;
    return call->args[call->count - 1]->type;
}

static void check_bands(struct checker *c, struct expr *call)
{
    const struct parameter *p = &c->pack->parameters[call->args[1]->index];

    want_same(c, call->args[0], p->over);
    call->type = p->type;
    if (call->function->id == FN_MARGINAL
        && (p->over.form != FORM_NUMBER
            || !unit_combine(p->type.unit, p->over.unit, 1, &call->type.unit)))
        refuse(c, call, "marginal() wants bands of a number");
}

static void check_round(struct checker *c, struct expr *call)
{
    want_form(c, call->args[0], FORM_NUMBER);
    if (!c->err.code && sign_of(c->pack, call->args[1]) != SIGN_POSITIVE)
        refuse(c, call->args[1], "the step of round() must be above zero");
    call->type = call->args[0]->type;
}

static void check_pick(struct checker *c, struct expr *call)
{
    const struct parameter *p = &c->pack->parameters[call->args[1]->index];

    if (p->by != call->args[0]->type.choices)
        refuse(c, call, "the table is by another kind of choice");
    call->type = p->type;
}

static void check_result(struct checker *c, struct expr *call)
{
    switch (call->function->id) {
    case FN_MIN:
    case FN_MAX:
    case FN_CLAMP:
        call->type = common_type(call, 0);
        want_common(c, call);
        if (call->type.form > FORM_DAY)
            refuse(c, call, "only numbers and days are more or less");
        break;
    case FN_IF:
        call->type = common_type(call, 1);
        break;
    case FN_ROUND:
        check_round(c, call);
        break;
    case FN_TIER:
    case FN_MARGINAL:
        check_bands(c, call);
        break;
    case FN_PICK:
        check_pick(c, call);
        break;
    case FN_AT:
        call->type = call->args[0]->type;
        break;
    case FN_MONTHLY:
        call->type = call->args[0]->type;
        if (!unit_combine(call->type.unit, unit_of(UNIT_MONTH), 1,
                          &call->type.unit))
            refuse(c, call, "no unit has so high a power");
        break;
    case FN_SUM:
    case FN_MOST:
    case FN_BEFORE:
        call->type = call->args[1]->type;
        break;
    case FN_DAYS:
        call->type = (struct type){ .unit = unit_of(UNIT_DAY) };
        break;
    case FN_MONTHS:
    case FN_MONTHS_OVER:
        call->type = (struct type){ .unit = unit_of(UNIT_MONTH) };
        break;
    default:
        call->type = (struct type){ .form = FORM_DAY };
    }
}

static void check_call(struct checker *c, struct expr *call)
{
    size_t letters = strlen(call->function->args);
    bool many = call->function->id == FN_MIN || call->function->id == FN_MAX;

    if (call->count < letters || (call->count > letters && !many)) {
        refuse(c, call,
               arena_format(c->arena, "%s() wants %zu arguments",
                            call->function->name, letters));
        return;
    }
    for (unsigned i = 0; i < call->count && !c->err.code; i++)
        check_arg(c, call, i);
    if (!c->err.code)
        check_result(c, call);
}

static void check_expr(struct checker *c, struct expr *e)
{
    if (c->err.code)
        return;
    if (e->op == OP_TEXT)
        refuse(c, e, "a text stands only beside == or !=");
    else if (e->op == OP_NAME)
        check_name(c, e);
    else if (e->op == OP_CALL)
        check_call(c, e);
    else if (e->op != OP_NUMBER)
        check_operator(c, e);
}

/* ------------------------------------------------------------------ lines */

/* What the line's place in a statement asks of its type. */
static void check_use(struct checker *c, const struct rule_line *line)
{
    struct type money = { .unit = unit_of(UNIT_YUAN) };

    if (line->type.form == FORM_CHOICE)
        refuse(c, line->formula, "a line is a number, a day, or yes or no");
    if (line->each && line->type.form != FORM_NUMBER)
        refuse(c, line->formula, "a line for each of a list is a number");
    if (line->counts != COUNTS_NONE)
        want_same(c, line->formula, money);
    if (line->rounding.stage == STAGE_LINE
        || line->rounding.stage == STAGE_TOTAL)
        want_same(c, line->formula, money);
    if (line->rounding.stage == STAGE_AREA)
        want_same(c, line->formula,
                  (struct type){ .unit = unit_of(UNIT_AREA) });
    if (!c->err.code && line->rounding.stage == STAGE_NONE
        && line->counts != COUNTS_NONE)
        refuse(c, line->formula, "a line that counts says how it is rounded");
}

static void check_formulas(struct checker *c, struct rule_line *line)
{
    if (line->when) {
        c->text = tree_member(line->node, "when");
        check_expr(c, line->when);
        want_form(c, line->when, FORM_BOOL);
    }
    c->text = tree_member(line->node, "formula");
    check_expr(c, line->formula);
    line->type = line->formula->type;
    if (line->type.any_unit && line->counts != COUNTS_NONE)
        line->type.unit = unit_of(UNIT_YUAN);
    line->type.any_unit = false;
    if (!c->err.code)
        check_use(c, line);
}

static void check_line(struct checker *c, size_t index)
{
    struct rule_line *line = &c->pack->lines[index];
    const struct node *text = c->text;
    unsigned row = c->row;
    bool summing = c->summing;

    if (c->visits[index] != NEW || c->err.code)
        return;
    c->visits[index] = OPEN;
    c->row = line->each;
    c->summing = false;
    check_formulas(c, line);
    c->visits[index] = CLOSED;
    c->pack->order[c->ordered++] = index;
    c->text = text;
    c->row = row;
    c->summing = summing;
}

struct err check_lines(struct rule_pack *pack, struct arena *arena)
{
    struct checker c = {
        .pack = pack,
        .arena = arena,
        .visits = arena_alloc(arena, pack->line_count * sizeof *c.visits),
    };

    pack->order = arena_alloc(arena, pack->line_count * sizeof *pack->order);
    for (size_t i = 0; i < pack->line_count && !c.err.code; i++)
        check_line(&c, i);
    return c.err;
}
