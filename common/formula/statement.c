#include "common/formula/statement.h"

#include "common/formula/words.h"

#include <string.h>

static const char format[] = "redkite-statement-1";

/* What is being worked out: of each line its value, and that of its rows. */
struct work {
    const struct rule_pack *pack;
    struct arena *arena;
    struct scope scope;
    struct number *values;
    struct number **rows;
    bool **applies;
};

/* ------------------------------------------------------- the fixed parts */

static void put_member(struct sink *sink, const char *before, const char *text)
{
    sink_text(sink, before);
    jcs_text(sink, text ? text : "");
}

static const char *unit_name(struct type type, char text[static UNIT_TEXT_MAX])
{
    if (type.form == FORM_DAY)
        return "day";
    if (type.form == FORM_BOOL)
        return "bool";
    unit_format(type.unit, text);
    return text;
}

static void prepare(struct rule_line *line, struct arena *arena)
{
    struct sink head = { .arena = arena }, tail = { .arena = arena };
    char text[UNIT_TEXT_MAX];

    put_member(&head, "{\"citation\":", line->citation);
    put_member(&head, ",\"code\":", line->code);
    put_member(&head, ",\"counts\":", counts_names[line->counts]);
    put_member(&head, ",\"evidence\":", line->evidence);
    put_member(&head, ",\"formula\":", line->text);
    put_member(&head, ",\"label\":", line->label);
    put_member(&head, ",\"name\":", line->name);
    sink_text(&head, ",\"numbers\":\"");
    line->head = sink_end(&head);

    put_member(&tail, "\"unit\":", unit_name(line->type, text));
    sink_text(&tail, ",\"value\":\"");
    line->tail = sink_end(&tail);

    struct sink middle = { .arena = arena };
    sink_text(&middle, "\",");
    if (line->rounding.stage != STAGE_NONE) {
        put_member(&middle, "\"rounding\":{\"mode\":",
                   rounding_mode_names[line->rounding.mode]);
        put_member(&middle, ",\"stage\":", line->rounding.stage_name);
        put_member(&middle, ",\"unit\":", line->rounding.unit_name);
        sink_text(&middle, "},");
    }
    line->middle = sink_end(&middle);
}

void lines_prepare(struct rule_pack *pack, struct arena *arena)
{
    for (size_t i = 0; i < pack->line_count; i++)
        prepare(&pack->lines[i], arena);
}

/* ---------------------------------------------------------------- values */

static struct err line_failed(const struct rule_line *line, const char *why)
{
    return (struct err){ CODE_CONFLICT, why, line->name };
}

static struct err round_line(const struct rule_line *line, struct number *value)
{
    bool rounds = line->rounding.stage == STAGE_LINE
                  || line->rounding.stage == STAGE_AREA;

    if (rounds
        && !number_round(*value, line->rounding.unit, line->rounding.mode,
                         value))
        return line_failed(line, "a number is too large to be kept exactly");
    if (line->type.form == FORM_NUMBER && !number_is_bounded(*value))
        return line_failed(line, "the line is past the bound of 10^13");
    return OK;
}

static struct err work_row(struct work *w, size_t i, size_t row)
{
    const struct rule_line *line = &w->pack->lines[i];
    struct number value = number_of(0);

    w->scope.row = row;
    bool applies = !line->when || formula_eval(&w->scope, line->when).num != 0;
    if (applies)
        value = formula_eval(&w->scope, line->formula);
    if (w->scope.why)
        return line_failed(line, w->scope.why);
    if (applies)
        TRY(round_line(line, &value));
    w->applies[i][row] = applies;
    w->rows[i][row] = value;
    if (!line->each)
        w->values[i] = value;
    else if (!number_add(w->values[i], value, &w->values[i]))
        return line_failed(line, "a number is too large to be kept exactly");
    return OK;
}

static size_t rows_of(const struct work *w, const struct rule_line *line)
{
    return line->each ? w->scope.facts->rows[line->each - 1].count : 1;
}

static struct err work_line(struct work *w, size_t i)
{
    size_t rows = rows_of(w, &w->pack->lines[i]);

    w->rows[i] = arena_alloc(w->arena, rows * sizeof **w->rows);
    w->applies[i] = arena_alloc(w->arena, rows * sizeof **w->applies);
    w->values[i] = number_of(0);
    for (size_t row = 0; row < rows; row++)
        TRY(work_row(w, i, row));
    return OK;
}

/* ----------------------------------------------------------------- texts */

static void put_row(struct sink *sink, size_t row)
{
    char text[NUMBER_TEXT_MAX];

    number_format(number_of((int64_t)row), 0, text);
    sink_text(sink, "\"row\":");
    sink_text(sink, text);
    sink_text(sink, ",");
}

static void put_line(struct work *w, size_t i, size_t row, struct sink *sink,
                     struct statement_line *line)
{
    const struct rule_line *rule = &w->pack->lines[i];
    char text[NUMBER_TEXT_MAX];

    *line = (struct statement_line){ .rule = rule, .value = w->rows[i][row] };
    sink_text(sink, rule->head);
    size_t from = sink->size;
    w->scope.row = row;
    formula_write(&w->scope, rule->formula, sink);
    line->numbers_size = sink->size - from;
    sink_text(sink, rule->middle);
    if (rule->each) {
        line->row = row + 1;
        put_row(sink, line->row);
    }
    sink_text(sink, rule->tail);
    sink_put(sink, text, value_format(rule->type, line->value, text));
    sink_text(sink, "\"}");
    line->numbers_at = from;
}

static struct err add_up(struct number value, enum counts counts,
                         struct number *total)
{
    bool fits = counts == COUNTS_SUBTRACT
                    ? number_subtract(*total, value, total)
                    : counts == COUNTS_NONE || number_add(*total, value, total);

    return fits ? OK : fail(CODE_CONFLICT, "the total is too large");
}

static struct err round_total(const struct rule_pack *pack,
                              struct number *total)
{
    const struct rounding *rounding = &pack->total_rounding;

    if (!number_round(*total, rounding->unit, rounding->mode, total)
        || !number_is_bounded(*total))
        return (struct err){ CODE_CONFLICT, "is past the bound of 10^13",
                             "total" };
    return OK;
}

/* The rows of a line that apply. */
static struct err put_rows(struct work *w, size_t i, struct sink *sink,
                           struct reckoning *made)
{
    const struct rule_line *rule = &w->pack->lines[i];

    for (size_t row = 0; row < rows_of(w, rule); row++) {
        if (!w->applies[i][row])
            continue;
        if (made->count)
            sink_put(sink, ",", 1);
        put_line(w, i, row, sink, &made->at[made->count++]);
        TRY(add_up(w->rows[i][row], rule->counts, &made->total));
    }
    return OK;
}

static struct err put_lines(struct work *w, struct sink *sink,
                            struct reckoning *made)
{
    size_t room = 0;

    for (size_t i = 0; i < w->pack->line_count; i++)
        room += rows_of(w, &w->pack->lines[i]);
    made->at = arena_alloc(w->arena, room * sizeof *made->at);
    made->total = number_of(0);
    for (size_t i = 0; i < w->pack->line_count; i++)
        TRY(put_rows(w, i, sink, made));
    return round_total(w->pack, &made->total);
}

static void put_end(const struct rule_pack *pack, struct reckoning *made,
                    struct sink *sink)
{
    char *words = arena_alloc(sink->arena, WORDS_MAX);
    char *total = arena_alloc(sink->arena, NUMBER_TEXT_MAX);
    char version[NUMBER_TEXT_MAX];

    number_format(made->total, 2, total);
    (void)amount_in_words(made->total, words);
    number_format(number_of(pack->version), 0, version);
    put_member(sink, "],\"pack\":{\"name\":", pack->name);
    put_member(sink, ",\"sha256\":", pack->hash);
    sink_text(sink, ",\"version\":");
    sink_text(sink, version);
    put_member(sink, "},\"total\":", total);
    put_member(sink, ",\"words\":", words);
    sink_text(sink, "}");
    made->total_text = total;
    made->words = words;
    made->canonical = sink_end(sink);
    made->size = sink->size;
    for (size_t i = 0; i < made->count; i++)
        made->at[i].numbers = made->canonical + made->at[i].numbers_at;
    sha256_text(made->canonical, made->size, made->hash);
}

struct err statement_work_out(const struct rule_pack *pack,
                              const struct facts_of *facts, struct arena *arena,
                              struct reckoning *made)
{
    size_t count = pack->line_count;
    struct sink sink = { .arena = arena };
    struct work w = {
        .pack = pack,
        .arena = arena,
        .values = arena_alloc(arena, count * sizeof *w.values),
        .rows = arena_alloc(arena, count * sizeof(void *)),
        .applies = arena_alloc(arena, count * sizeof(void *)),
    };

    *made = (struct reckoning){ 0 };
    if (pack->open)
        return fail(CODE_CONFLICT, "the district has yet to enter parameters "
                                   "of this pack");
    w.scope = (struct scope){ .pack = pack, .facts = facts, .lines = w.values };
    for (size_t i = 0; i < count; i++)
        TRY(work_line(&w, pack->order[i]));
    sink_text(&sink, "{\"facts\":");
    facts_write(pack, facts, &sink);
    put_member(&sink, ",\"format\":", format);
    sink_text(&sink, ",\"lines\":[");
    TRY(put_lines(&w, &sink, made));
    put_end(pack, made, &sink);
    return OK;
}

struct err statement_of_facts(const struct rule_pack *pack,
                              struct source source, const struct node *facts,
                              struct arena *arena, struct reckoning *made)
{
    struct facts_of read;

    TRY(facts_read(pack, source, facts, arena, &read));
    return statement_work_out(pack, &read, arena, made);
}

const char *statement_save(const struct rule_pack *pack,
                           const struct reckoning *statement,
                           struct arena *arena)
{
    return arena_format(arena,
                        "{\"pack\":%s,\"sha256\":\"%s\",\"statement\":%s}",
                        pack->canonical, statement->hash, statement->canonical);
}
