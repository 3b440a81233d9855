/* parse.h — the text of a formula as a tree.
 *
 *     max(area, 25[㎡]) + 10[㎡]
 *     if(choice == 'cash', parts.area * price, 0)
 *
 * The whole language: numbers (with a unit in brackets), names, a field of a
 * list ("parts.area"), texts in single quotes, + - * /, comparisons, and, or,
 * not, and the functions of function.h.  × ÷ − ≤ ≥ ≠ and full-width brackets
 * and commas are taken too, as Chinese input methods give them.  There is no
 * loop, no assignment, and no way to name anything outside the household. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/formula/number.h"
#include "common/formula/type.h"

struct function;

enum op {
    OP_NUMBER,
    OP_TEXT,
    OP_NAME,
    OP_CALL,
    OP_MINUS, /* of one */
    OP_NOT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_ADD,
    OP_SUBTRACT,
    OP_EQUAL,
    OP_UNEQUAL,
    OP_LESS,
    OP_AT_MOST,
    OP_MORE,
    OP_AT_LEAST,
    OP_AND,
    OP_OR,
};

enum {
    FORMULA_DEPTH_MAX = 64, /* brackets and signs inside one another */
    FORMULA_NODES_MAX = 1000,
    CALL_ARGS_MAX = 4,
};

/* What a name was found to be (check.h). */
enum target {
    TARGET_NONE,
    TARGET_FACT,
    TARGET_FIELD,
    TARGET_LIST,
    TARGET_PARAMETER,
    TARGET_LINE,
    TARGET_CHOICE, /* a text in quotes          */
    TARGET_MODE,   /* a word such as "half_up"  */
};

struct expr {
    enum op op;
    size_t at; /* byte of the formula */
    struct number number;
    const char *name, *field;
    const struct function *function;
    struct expr *args[CALL_ARGS_MAX];
    unsigned count;
    /* Filled in by the check. */
    struct type type;
    enum target target;
    unsigned index, field_index;
};

/* Where in the formula something is wrong, and what. */
struct fault {
    size_t at;
    const char *why; /* NULL: nothing is */
};

struct fault formula_parse(const char *text, struct arena *arena,
                           struct expr **expr);
