#include "common/formula/parse.h"

#include "common/formula/function.h"

#include <string.h>

enum token {
    T_END,
    T_NUMBER,
    T_NAME,
    T_TEXT,
    T_OPEN,
    T_CLOSE,
    T_COMMA,
    T_DOT,
    T_UNIT, /* "[...]" */
    T_PLUS,
    T_MINUS,
    T_TIMES,
    T_OVER,
    T_EQUAL,
    T_UNEQUAL,
    T_LESS,
    T_AT_MOST,
    T_MORE,
    T_AT_LEAST,
    T_AND,
    T_OR,
    T_NOT,
    T_WRONG,
};

/* clang-format off */
/* Longer signs before those that they begin with. */
static const struct {
    const char *text;
    enum token token;
} signs[] = {
    { "==", T_EQUAL },   { "!=", T_UNEQUAL }, { "≠", T_UNEQUAL },
    { "<=", T_AT_MOST }, { "≤", T_AT_MOST },  { "<", T_LESS },
    { ">=", T_AT_LEAST },{ "≥", T_AT_LEAST }, { ">", T_MORE },
    { "+", T_PLUS },     { "-", T_MINUS },    { "−", T_MINUS },
    { "*", T_TIMES },    { "×", T_TIMES },    { "/", T_OVER },
    { "÷", T_OVER },     { "(", T_OPEN },     { "（", T_OPEN },
    { ")", T_CLOSE },    { "）", T_CLOSE },   { ",", T_COMMA },
    { "，", T_COMMA },   { ".", T_DOT },
};

static const struct {
    const char *text;
    enum token token;
} words[] = {
    { "and", T_AND }, { "or", T_OR }, { "not", T_NOT },
};

/* The two-sided operators, tighter binding with higher strength. */
static const struct {
    enum token token;
    enum op op;
    int strength;
} operators[] = {
    { T_OR,       OP_OR,       1 }, { T_AND,      OP_AND,      2 },
    { T_EQUAL,    OP_EQUAL,    3 }, { T_UNEQUAL,  OP_UNEQUAL,  3 },
    { T_LESS,     OP_LESS,     3 }, { T_AT_MOST,  OP_AT_MOST,  3 },
    { T_MORE,     OP_MORE,     3 }, { T_AT_LEAST, OP_AT_LEAST, 3 },
    { T_PLUS,     OP_ADD,      4 }, { T_MINUS,    OP_SUBTRACT, 4 },
    { T_TIMES,    OP_MULTIPLY, 5 }, { T_OVER,     OP_DIVIDE,   5 },
};
/* clang-format on */

enum { STRENGTH_NOT = 3, STRENGTH_COMPARE = 3, LITERAL_PLACES = 6 };

struct parser {
    struct arena *arena;
    const char *start;
    enum token token;
    const char *at; /* where the token begins */
    size_t size;    /* of the token           */
    unsigned depth;
    unsigned nodes;
    struct fault fault;
};

static void refuse_at(struct parser *p, size_t at, const char *why)
{
    if (!p->fault.why)
        p->fault = (struct fault){ at, why };
    p->token = T_WRONG;
}

static void refuse(struct parser *p, const char *why)
{
    refuse_at(p, (size_t)(p->at - p->start), why);
}

/* ----------------------------------------------------------------- tokens */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

static void take(struct parser *p, enum token token, size_t size)
{
    p->token = token;
    p->size = size;
}

static void take_number(struct parser *p)
{
    size_t size = 0;

    while (is_digit(p->at[size]))
        size++;
    if (p->at[size] == '.' && is_digit(p->at[size + 1]))
        for (size++; is_digit(p->at[size]);)
            size++;
    take(p, T_NUMBER, size);
}

static void take_word(struct parser *p)
{
    size_t size = 0;

    while (is_letter(p->at[size]) || is_digit(p->at[size]))
        size++;
    take(p, T_NAME, size);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].text) == size
            && memcmp(words[i].text, p->at, size) == 0)
            p->token = words[i].token;
}

/* From a mark to the one that closes it. */
static void take_quoted(struct parser *p, enum token token, char close)
{
    const char *end = strchr(p->at + 1, close);

    if (!end) {
        refuse(p, token == T_TEXT ? "a text lacks its closing quote"
                                  : "a unit lacks its closing bracket");
        return;
    }
    take(p, token, (size_t)(end - p->at) + 1);
}

static void take_sign(struct parser *p)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t size = strlen(signs[i].text);
        if (strncmp(p->at, signs[i].text, size) == 0) {
            take(p, signs[i].token, size);
            return;
        }
    }
    refuse(p, "this character is not of the formula language");
}

static void next(struct parser *p)
{
    if (p->token == T_WRONG)
        return;
    p->at += p->size;
    while (*p->at == ' ')
        p->at++;
    if (!*p->at)
        take(p, T_END, 0);
    else if (is_digit(*p->at))
        take_number(p);
    else if (is_letter(*p->at))
        take_word(p);
    else if (*p->at == '\'')
        take_quoted(p, T_TEXT, '\'');
    else if (*p->at == '[')
        take_quoted(p, T_UNIT, ']');
    else
        take_sign(p);
}

static void expect(struct parser *p, enum token token, const char *why)
{
    if (p->token == token)
        next(p);
    else
        refuse(p, why);
}

/* ------------------------------------------------------------------ nodes */

static struct expr *new_expr(struct parser *p, enum op op)
{
    struct expr *expr = arena_alloc(p->arena, sizeof *expr);

    if (++p->nodes > FORMULA_NODES_MAX)
        refuse(p, "the formula is too long: make lines of its parts");
    expr->op = op;
    expr->at = (size_t)(p->at - p->start);
    expr->number.den = 1;
    return expr;
}

static const char *word_of(struct parser *p)
{
    return arena_slice(p->arena, p->at, p->size);
}

static struct expr *parse_strong(struct parser *p, int strength);

static struct expr *parse_any(struct parser *p)
{
    struct expr *expr = NULL;

    if (++p->depth > FORMULA_DEPTH_MAX)
        refuse(p, "brackets are nested deeper than 64");
    else
        expr = parse_strong(p, 0);
    p->depth--;
    return expr;
}

static struct expr *parse_number(struct parser *p)
{
    struct expr *expr = new_expr(p, OP_NUMBER);
    struct err err =
        number_parse(p->at, p->size, LITERAL_PLACES, &expr->number);

    if (err.code) {
        refuse(p, arena_format(p->arena, "the number %s", err.why));
        return expr;
    }
    expr->type.any_unit = expr->number.num == 0;
    next(p);
    if (p->token != T_UNIT)
        return expr;
    expr->type.any_unit = false;
    if (!unit_parse(p->at + 1, p->size - 2, &expr->type.unit))
        refuse(p, "this is not a unit such as [元/㎡·月]");
    next(p);
    return expr;
}

static void parse_args(struct parser *p, struct expr *call)
{
    call->op = OP_CALL;
    call->function = function_find(call->name);
    if (!call->function) {
        refuse_at(
            p, call->at,
            arena_format(p->arena, "there is no function %.40s", call->name));
        return;
    }
    next(p);
    while (p->token != T_CLOSE && p->token != T_WRONG) {
        if (call->count == CALL_ARGS_MAX) {
            refuse(p, "a function has too many arguments");
            return;
        }
        call->args[call->count++] = parse_any(p);
        if (p->token != T_COMMA)
            break;
        next(p);
    }
    expect(p, T_CLOSE, "a comma or a closing bracket is missing");
}

static struct expr *parse_name(struct parser *p)
{
    struct expr *expr = new_expr(p, OP_NAME);

    expr->name = word_of(p);
    next(p);
    if (p->token == T_OPEN) {
        parse_args(p, expr);
    } else if (p->token == T_DOT) {
        next(p);
        if (p->token == T_NAME)
            expr->field = word_of(p);
        expect(p, T_NAME, "the name of a field is missing");
    }
    return expr;
}

static struct expr *parse_primary(struct parser *p)
{
    struct expr *expr;

    switch (p->token) {
    case T_NUMBER:
        return parse_number(p);
    case T_NAME:
        return parse_name(p);
    case T_TEXT:
        expr = new_expr(p, OP_TEXT);
        expr->name = arena_slice(p->arena, p->at + 1, p->size - 2);
        next(p);
        return expr;
    case T_OPEN:
        next(p);
        expr = parse_any(p);
        expect(p, T_CLOSE, "a closing bracket is missing");
        return expr;
    default:
        refuse(p, p->token == T_END ? "the formula ends too early"
                                    : "a number, a name or a bracket is "
                                      "missing here");
        return NULL;
    }
}

static struct expr *parse_one(struct parser *p)
{
    enum op op = p->token == T_NOT ? OP_NOT : OP_MINUS;

    if (p->token != T_MINUS && p->token != T_NOT)
        return parse_primary(p);
    struct expr *expr = new_expr(p, op);
    expr->count = 1;
    next(p);
    if (++p->depth > FORMULA_DEPTH_MAX)
        refuse(p, "signs are nested deeper than 64");
    else
        expr->args[0] =
            op == OP_NOT ? parse_strong(p, STRENGTH_NOT) : parse_one(p);
    p->depth--;
    return expr;
}

/* The operator that stands here, or -1. */
static int operator_here(const struct parser *p)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (operators[i].token == p->token)
            return (int)i;
    return -1;
}

/* Operators of at least the strength, from the left. */
static struct expr *parse_strong(struct parser *p, int strength)
{
    struct expr *left = parse_one(p);
    int i;

    while ((i = operator_here(p)) >= 0 && operators[i].strength >= strength) {
        struct expr *both = new_expr(p, operators[i].op);
        next(p);
        both->args[0] = left;
        both->args[1] = parse_strong(p, operators[i].strength + 1);
        both->count = 2;
        left = both;
        if (operators[i].strength == STRENGTH_COMPARE
            && (i = operator_here(p)) >= 0
            && operators[i].strength == STRENGTH_COMPARE)
            refuse(p, "comparisons do not chain: say \"a < b and b < c\"");
    }
    return left;
}

struct fault formula_parse(const char *text, struct arena *arena,
                           struct expr **expr)
{
    struct parser p = { .arena = arena, .start = text, .at = text };

    p.token = T_END;
    next(&p);
    *expr = parse_any(&p);
    if (p.token != T_END)
        refuse(&p, "an operator is missing here");
    return p.fault;
}
