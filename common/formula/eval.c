#include "common/formula/eval.h"

#include "common/base/calendar.h"
#include "common/formula/function.h"

static const char too_large[] = "a number is too large to be kept exactly";

static struct number nothing(struct scope *s, const char *why)
{
    if (!s->why)
        s->why = why;
    return number_of(0);
}

static struct number kept(struct scope *s, bool fits, struct number number)
{
    return fits ? number : nothing(s, too_large);
}

static struct number arg(struct scope *s, const struct expr *e, unsigned i)
{
    return formula_eval(s, e->args[i]);
}

/* ------------------------------------------------------------------ names */

static struct number name_value(struct scope *s, const struct expr *e)
{
    const struct fact *fact;

    switch (e->target) {
    case TARGET_FACT:
        return s->facts->single[e->index];
    case TARGET_FIELD:
        fact = &s->pack->facts[e->index];
        return s->facts->rows[e->index]
            .cells[s->row * fact->field_count + e->field_index];
    case TARGET_PARAMETER:
        return s->pack->parameters[e->index].bands[0].value;
    default:
        return s->lines[e->index];
    }
}

static const struct parameter *parameter_of(const struct scope *s,
                                            const struct expr *e)
{
    return &s->pack->parameters[e->index];
}

/* -------------------------------------------------------------- operators */

static bool compares(enum op op, int order)
{
    switch (op) {
    case OP_EQUAL:
        return order == 0;
    case OP_UNEQUAL:
        return order != 0;
    case OP_LESS:
        return order < 0;
    case OP_AT_MOST:
        return order <= 0;
    case OP_MORE:
        return order > 0;
    default:
        return order >= 0;
    }
}

static struct number arithmetic(struct scope *s, const struct expr *e)
{
    struct number a = arg(s, e, 0), b = arg(s, e, 1), result = number_of(0);

    switch (e->op) {
    case OP_ADD:
        return kept(s, number_add(a, b, &result), result);
    case OP_SUBTRACT:
        return kept(s, number_subtract(a, b, &result), result);
    case OP_MULTIPLY:
        return kept(s, number_multiply(a, b, &result), result);
    case OP_DIVIDE:
        return kept(s, number_divide(a, b, &result), result);
    default:
        return number_of(compares(e->op, number_compare(a, b)));
    }
}

/* -------------------------------------------------------------- functions */

static struct number extreme(struct scope *s, const struct expr *e, int sign)
{
    struct number best = arg(s, e, 0);

    for (unsigned i = 1; i < e->count; i++) {
        struct number other = arg(s, e, i);
        if (number_compare(other, best) * sign > 0)
            best = other;
    }
    return best;
}

static struct number clamp(struct scope *s, const struct expr *e)
{
    struct number number = arg(s, e, 0), low = arg(s, e, 1);
    struct number high = arg(s, e, 2);

    if (number_compare(number, low) < 0)
        number = low;
    return number_compare(number, high) > 0 ? high : number;
}

static struct number round_off(struct scope *s, const struct expr *e)
{
    struct number result = number_of(0);

    return kept(s,
                number_round(arg(s, e, 0), arg(s, e, 1),
                             (enum rounding_mode)e->args[2]->index, &result),
                result);
}

static struct number tier(struct scope *s, const struct expr *e)
{
    const struct band *band =
        parameter_band(parameter_of(s, e->args[1]), arg(s, e, 0));

    return band ? band->value
                : nothing(s, "a fact is outside of all bands of a table");
}

/* The part of a number that lies in a band: how much, and at what. */
static bool portion(const struct band *band, struct number number,
                    struct number *part)
{
    struct number low = band->opens_low ? number_of(0) : band->from;
    struct number high = number;

    if (!band->opens_high && number_compare(number, band->to) > 0)
        high = band->to;
    if (number_compare(high, low) <= 0) {
        *part = number_of(0);
        return true;
    }
    return number_subtract(high, low, part);
}

static struct number marginal(struct scope *s, const struct expr *e)
{
    const struct parameter *p = parameter_of(s, e->args[1]);
    struct number number = arg(s, e, 0), sum = number_of(0), part;

    for (size_t i = 0; i < p->count; i++)
        if (!portion(&p->bands[i], number, &part)
            || !number_multiply(part, p->bands[i].value, &part)
            || !number_add(sum, part, &sum))
            return nothing(s, too_large);
    return sum;
}

static struct number dated(struct scope *s, const struct expr *e)
{
    const struct band *band =
        parameter_on(parameter_of(s, e->args[0]), arg(s, e, 1));

    return band ? band->value
                : nothing(s, "a parameter has no value yet on a day that is "
                             "asked for");
}

/* How many rows a function goes over. */
static size_t rows_of(const struct scope *s, const struct expr *e)
{
    if (e->function->id == FN_BEFORE)
        return s->row;
    return s->facts->rows[e->args[0]->index].count;
}

static struct number over_rows(struct scope *s, const struct expr *e)
{
    size_t row = s->row, count = rows_of(s, e);
    struct number result = number_of(0);

    for (s->row = 0; s->row < count; s->row++) {
        struct number one = arg(s, e, 1);
        if (e->function->id != FN_MOST)
            result = kept(s, number_add(result, one, &result), result);
        else if (s->row == 0 || number_compare(one, result) > 0)
            result = one;
    }
    s->row = row;
    return result;
}

/* More days or months than there are from year 1 to 9999 are as many. */
static int small(struct number number)
{
    const int most = 4000000;
    wide whole = number.num / number.den;

    if (whole > most)
        return most;
    return whole < -most ? -most : (int)whole;
}

static struct number on_days(struct scope *s, const struct expr *e)
{
    struct number one = arg(s, e, 0);
    struct day day = { (int32_t)one.num };
    int year, month, date;

    day_split(day, &year, &month, &date);
    switch (e->function->id) {
    case FN_DAYS:
        return number_of((int64_t)(arg(s, e, 1).num - one.num));
    case FN_MONTHS:
        return number_of(
            months_between((int64_t)one.num, (int64_t)arg(s, e, 1).num));
    case FN_ADD_MONTHS:
        return number_of(months_after(day, small(arg(s, e, 1))).number);
    case FN_ADD_DAYS:
        return number_of(days_after(day, small(arg(s, e, 1))).number);
    case FN_MONTH_START:
        return number_of(day.number - date + 1);
    default: /* 9999 has no next month */
        day = day_from(year, month, 1);
        return number_of(month == 12
                             ? day.number + 30
                             : days_after(months_after(day, 1), -1).number);
    }
}

static struct number spans(struct scope *s, const struct expr *e)
{
    unsigned first = e->function->id == FN_MONTHLY ? 1 : 0;
    const struct number span[2] = { arg(s, e, first), arg(s, e, first + 1) };
    const struct parameter *p = first ? parameter_of(s, e->args[0]) : NULL;

    return months_over(s, p, span, e->args[first + 2]->index);
}

static const struct expr *branch(struct scope *s, const struct expr *e)
{
    return e->args[arg(s, e, 0).num ? 1 : 2];
}

static struct number call(struct scope *s, const struct expr *e)
{
    switch (e->function->id) {
    case FN_MIN:
        return extreme(s, e, -1);
    case FN_MAX:
        return extreme(s, e, 1);
    case FN_CLAMP:
        return clamp(s, e);
    case FN_IF:
        return formula_eval(s, branch(s, e));
    case FN_ROUND:
        return round_off(s, e);
    case FN_TIER:
        return tier(s, e);
    case FN_MARGINAL:
        return marginal(s, e);
    case FN_PICK:
        return parameter_of(s, e->args[1])->bands[arg(s, e, 0).num].value;
    case FN_AT:
        return dated(s, e);
    case FN_SUM:
    case FN_MOST:
    case FN_BEFORE:
        return over_rows(s, e);
    case FN_MONTHS_OVER:
    case FN_MONTHLY:
        return spans(s, e);
    default:
        return on_days(s, e);
    }
}

struct number formula_eval(struct scope *s, const struct expr *e)
{
    struct number one, zero = number_of(0);

    switch (e->op) {
    case OP_NUMBER:
    case OP_TEXT:
        return e->number;
    case OP_NAME:
        return name_value(s, e);
    case OP_CALL:
        return call(s, e);
    case OP_MINUS:
        one = arg(s, e, 0);
        return kept(s, number_subtract(zero, one, &one), one);
    case OP_NOT:
        return number_of(arg(s, e, 0).num == 0);
    case OP_AND:
        return arg(s, e, 0).num ? arg(s, e, 1) : zero;
    case OP_OR:
        one = arg(s, e, 0);
        return one.num ? one : arg(s, e, 1);
    default:
        return arithmetic(s, e);
    }
}
