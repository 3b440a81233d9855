#include "common/formula/check.h"
#include "common/formula/function.h"

static enum sign of_number(struct number number)
{
    if (number.num < 0)
        return SIGN_ANY;
    return number.num > 0 ? SIGN_POSITIVE : SIGN_NOT_NEGATIVE;
}

static enum sign less(enum sign a, enum sign b)
{
    return a < b ? a : b;
}

static enum sign more(enum sign a, enum sign b)
{
    return a > b ? a : b;
}

/* A parameter that is yet to be entered may become anything not negative. */
static enum sign of_parameter(const struct parameter *parameter)
{
    enum sign sign = parameter->entered ? SIGN_POSITIVE : SIGN_NOT_NEGATIVE;

    for (size_t i = 0; i < parameter->count; i++)
        sign = less(sign, of_number(parameter->bands[i].value));
    return sign;
}

static enum sign of_name(const struct rule_pack *pack, const struct expr *e)
{
    const struct fact *fact = &pack->facts[e->index];

    switch (e->target) {
    case TARGET_FACT:
        return of_number(fact->least);
    case TARGET_FIELD:
        return of_number(fact->fields[e->field_index].least);
    case TARGET_PARAMETER:
        return of_parameter(&pack->parameters[e->index]);
    default:
        return SIGN_ANY;
    }
}

static enum sign of_call(const struct rule_pack *pack, const struct expr *e)
{
    enum sign one = sign_of(pack, e->args[0]), other = SIGN_ANY;

    if (e->count > 1)
        other = sign_of(pack, e->args[1]);
    switch (e->function->id) {
    case FN_MAX:
        for (unsigned i = 2; i < e->count; i++)
            other = more(other, sign_of(pack, e->args[i]));
        return more(one, other);
    case FN_MIN:
        for (unsigned i = 2; i < e->count; i++)
            other = less(other, sign_of(pack, e->args[i]));
        return less(one, other);
    case FN_CLAMP:
        return other;
    case FN_IF:
        return less(other, sign_of(pack, e->args[2]));
    case FN_ROUND:
        return less(one, SIGN_NOT_NEGATIVE);
    case FN_TIER:
    case FN_PICK:
        return other;
    case FN_AT:
        return one;
    case FN_MONTHS_OVER:
        return SIGN_NOT_NEGATIVE;
    case FN_MARGINAL:
    case FN_SUM:
    case FN_MOST:
    case FN_BEFORE:
        return less(other, SIGN_NOT_NEGATIVE);
    case FN_MONTHLY:
        return less(one, SIGN_NOT_NEGATIVE);
    default:
        return SIGN_ANY;
    }
}

enum sign sign_of(const struct rule_pack *pack, const struct expr *e)
{
    enum sign one, other;

    switch (e->op) {
    case OP_NUMBER:
        return of_number(e->number);
    case OP_NAME:
        return of_name(pack, e);
    case OP_CALL:
        return of_call(pack, e);
    case OP_ADD:
    case OP_MULTIPLY:
    case OP_DIVIDE:
        break;
    default:
        return SIGN_ANY;
    }
    one = sign_of(pack, e->args[0]);
    other = sign_of(pack, e->args[1]);
    if (less(one, other) == SIGN_ANY)
        return SIGN_ANY;
    return e->op == OP_ADD ? more(one, other) : less(one, other);
}
