#include "common/formula/eval.h"

#include "common/formula/function.h"

#include <string.h>

/* clang-format off */
/* How residents read the operators, and how tightly they bind. */
static const struct {
    const char *text;
    int strength;
} signs[] = {
    [OP_MULTIPLY] = { " × ", 3 }, [OP_DIVIDE]   = { " ÷ ", 3 },
    [OP_ADD]      = { " + ", 2 }, [OP_SUBTRACT] = { " − ", 2 },
};
/* clang-format on */

enum { LOOSE = 0, TIGHT = 4 };

static const char *const rounding_labels[] = {
    "四舍五入", "五舍六入", "四舍六入五成双", "舍尾", "进位",
};

static void write_part(struct scope *s, const struct expr *e, int around,
                       struct sink *sink);

static void write_value(struct scope *s, const struct expr *e, int around,
                        struct sink *sink)
{
    struct number number = formula_eval(s, e);
    bool minus = e->type.form == FORM_NUMBER && number.num < 0;
    char text[NUMBER_TEXT_MAX];
    size_t size = value_format(e->type, number, text);
    bool bracket = around > LOOSE && (minus || memchr(text, '/', size));

    if (bracket)
        sink_put(sink, "(", 1);
    if (minus)
        sink_text(sink, "−");
    sink_put(sink, text + minus, size - minus);
    if (bracket)
        sink_put(sink, ")", 1);
}

static void write_args(struct scope *s, const struct expr *e, unsigned count,
                       struct sink *sink)
{
    sink_put(sink, "(", 1);
    for (unsigned i = 0; i < count; i++) {
        if (i)
            sink_put(sink, ", ", 2);
        write_part(s, e->args[i], LOOSE, sink);
    }
    sink_put(sink, ")", 1);
}

/* Every row's own numbers, as a sum, or as what the most is taken of. */
static void write_rows(struct scope *s, const struct expr *e, int around,
                       struct sink *sink)
{
    bool most = e->function->id == FN_MOST;
    size_t row = s->row;
    size_t count = e->function->id == FN_BEFORE
                       ? row
                       : s->facts->rows[e->args[0]->index].count;
    bool bracket = most || (count > 1 && around > LOOSE);

    if (count == 0) {
        sink_put(sink, "0", 1);
        return;
    }
    if (most)
        sink_text(sink, e->function->label);
    if (bracket)
        sink_put(sink, "(", 1);
    for (s->row = 0; s->row < count; s->row++) {
        if (s->row)
            sink_text(sink, most ? ", " : " + ");
        write_part(s, e->args[1], count > 1 && !most ? 2 : around, sink);
    }
    if (bracket)
        sink_put(sink, ")", 1);
    s->row = row;
}

static void write_call(struct scope *s, const struct expr *e, int around,
                       struct sink *sink)
{
    switch (e->function->id) {
    case FN_IF:
        write_part(s, e->args[formula_eval(s, e->args[0]).num ? 1 : 2], around,
                   sink);
        break;
    case FN_ROUND:
        sink_text(sink, rounding_labels[e->args[2]->index]);
        write_args(s, e, 2, sink);
        break;
    case FN_SUM:
    case FN_MOST:
    case FN_BEFORE:
        write_rows(s, e, around, sink);
        break;
    default:
        if (!e->function->label) {
            write_value(s, e, around, sink);
            break;
        }
        sink_text(sink, e->function->label);
        write_args(s, e, e->count, sink);
    }
}

static void write_both(struct scope *s, const struct expr *e, int around,
                       struct sink *sink)
{
    int strength = signs[e->op].strength;
    bool reversed = e->op == OP_SUBTRACT || e->op == OP_DIVIDE;
    bool bracket = strength < around;

    if (bracket)
        sink_put(sink, "(", 1);
    write_part(s, e->args[0], strength, sink);
    sink_text(sink, signs[e->op].text);
    write_part(s, e->args[1], strength + reversed, sink);
    if (bracket)
        sink_put(sink, ")", 1);
}

static void write_part(struct scope *s, const struct expr *e, int around,
                       struct sink *sink)
{
    if (e->op == OP_CALL) {
        write_call(s, e, around, sink);
    } else if (e->op >= OP_MULTIPLY && e->op <= OP_SUBTRACT) {
        write_both(s, e, around, sink);
    } else if (e->op == OP_MINUS) {
        sink_text(sink, around > LOOSE ? "(−" : "−");
        write_part(s, e->args[0], TIGHT, sink);
        sink_text(sink, around > LOOSE ? ")" : "");
    } else {
        write_value(s, e, around, sink);
    }
}

void formula_write(struct scope *s, const struct expr *e, struct sink *sink)
{
    write_part(s, e, LOOSE, sink);
}
