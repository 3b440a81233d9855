#include "common/formula/diff.h"
#include "common/formula/statement.h"

#include <string.h>

enum { ROWS_DRAWN = 4, EDGES_MAX = 512, SPAN = 1000, DAYS = 3000 };

/* Chance from a seed, and the numbers at which something may change. */
struct draw {
    uint64_t state;
    const struct rule_pack *pack;
    struct number edges[EDGES_MAX];
    struct type edge_types[EDGES_MAX];
    size_t edge_count;
};

/* splitmix64 */
static uint64_t chance(struct draw *d, uint64_t below)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15U;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31)) % below;
}

static void add_edge(struct draw *d, struct number edge, struct type type)
{
    if (d->edge_count == EDGES_MAX)
        return;
    d->edges[d->edge_count] = edge;
    d->edge_types[d->edge_count++] = type;
}

static void find_edges(struct draw *d, const struct rule_pack *pack)
{
    static const struct type day = { .form = FORM_DAY };

    for (size_t i = 0; i < pack->parameter_count; i++) {
        const struct parameter *p = &pack->parameters[i];
        for (size_t k = 0; k < p->count; k++) {
            if (p->form == PARAMETER_VALUE)
                add_edge(d, p->bands[k].value, p->type);
            if (p->form == PARAMETER_DATED)
                add_edge(d, p->bands[k].from, day);
            if (p->form == PARAMETER_BANDS && !p->bands[k].opens_high)
                add_edge(d, p->bands[k].to, p->over);
        }
    }
}

static struct number within(const struct fact *fact, struct number number)
{
    if (number_compare(number, fact->least) < 0)
        return fact->least;
    return number_compare(number, fact->most) > 0 ? fact->most : number;
}

/* An edge of the fact's type, or one smallest step beside it. */
static bool draw_edge(struct draw *d, const struct fact *fact,
                      struct number *number)
{
    if (d->edge_count == 0)
        return false;
    size_t i = chance(d, d->edge_count);
    bool days = fact->type.form == FORM_DAY;
    struct number step = { (int64_t)chance(d, 3) - 1,
                           days || fact->places == 0 ? 1 : 100 };
    return type_same(d->edge_types[i], fact->type)
           && number_add(d->edges[i], step, number);
}

static struct number draw_fact(struct draw *d, const struct fact *fact)
{
    static const int64_t spans[] = { 10, SPAN, (int64_t)SPAN * SPAN };
    struct number number;

    if (fact->type.form == FORM_BOOL)
        return number_of((int64_t)chance(d, 2));
    if (fact->type.form == FORM_CHOICE)
        return number_of((int64_t)chance(d, fact->type.choices->count));
    if (chance(d, 4) == 0 && draw_edge(d, fact, &number))
        return within(fact, number);
    if (fact->type.form == FORM_DAY) {
        struct number from = number_of(738000); /* in 2021 */
        from.num += chance(d, DAYS);
        return within(fact, from);
    }
    uint64_t span = (uint64_t)spans[chance(d, 3)];
    wide whole = (wide)chance(d, span * 100);
    if (fact->places == 0
        || !number_divide((struct number){ whole, 1 }, number_of(100), &number))
        number = (struct number){ whole / 100, 1 };
    return within(fact, number);
}

static void draw_rows(struct draw *d, const struct fact *fact,
                      struct fact_rows *rows, struct arena *arena)
{
    size_t width = fact->field_count;

    rows->count = chance(d, ROWS_DRAWN);
    rows->cells =
        arena_alloc(arena, (rows->count * width + 1) * sizeof *rows->cells);
    for (size_t i = 0; i < rows->count * width; i++)
        rows->cells[i] = draw_fact(d, &fact->fields[i % width]);
    size_t by = fact->order - 1;
    for (size_t i = 1; fact->order && i < rows->count; i++)
        if (number_compare(rows->cells[(i - 1) * width + by],
                           rows->cells[i * width + by])
            < 0)
            rows->cells[i * width + by] = rows->cells[(i - 1) * width + by];
}

/* Days that come after others do so. */
static void mend_days(const struct rule_pack *pack, struct facts_of *facts)
{
    for (size_t i = 0; i < pack->fact_count; i++)
        for (size_t k = 0; pack->facts[i].after && k < i; k++)
            if (strcmp(pack->facts[k].name, pack->facts[i].after) == 0
                && number_compare(facts->single[i], facts->single[k]) < 0)
                facts->single[i] = facts->single[k];
}

static const char *draw_household(struct draw *d, struct arena *arena)
{
    const struct rule_pack *pack = d->pack;
    struct sink sink = { .arena = arena };
    struct facts_of facts = {
        arena_alloc(arena, pack->fact_count * sizeof *facts.single),
        arena_alloc(arena, pack->fact_count * sizeof *facts.rows),
    };

    for (size_t i = 0; i < pack->fact_count; i++)
        if (pack->facts[i].is_list)
            draw_rows(d, &pack->facts[i], &facts.rows[i], arena);
        else
            facts.single[i] = draw_fact(d, &pack->facts[i]);
    mend_days(pack, &facts);
    facts_write(pack, &facts, &sink);
    return sink_end(&sink);
}

static struct err total_of(const struct rule_pack *pack, const char *json,
                           struct arena *arena, struct number *total)
{
    struct source source = { "facts", json, strlen(json) };
    struct reckoning made;
    struct node *root;

    TRY(tree_read(source, arena, &root));
    TRY(statement_of_facts(pack, source, root, arena, &made));
    *total = made.total;
    return OK;
}

struct err pack_compare_for(const struct rule_pack *earlier,
                            const struct rule_pack *later,
                            const char *facts_json, struct arena *arena)
{
    struct number before, after;
    char was[NUMBER_TEXT_MAX], is[NUMBER_TEXT_MAX];

    TRY(total_of(earlier, facts_json, arena, &before));
    TRY(total_of(later, facts_json, arena, &after));
    if (number_compare(after, before) >= 0)
        return OK;
    number_format(before, 2, was);
    number_format(after, 2, is);
    return fail(CODE_CONFLICT,
                arena_format(arena,
                             "a household would get less, %s where it was %s: "
                             "%s",
                             is, was, facts_json));
}

/* Facts that either pack has no statement for say nothing of the other. */
struct err pack_search_lower(const struct rule_pack *earlier,
                             const struct rule_pack *later, unsigned households,
                             struct arena *arena)
{
    struct draw *d = arena_alloc(arena, sizeof *d);
    unsigned compared = 0;

    if (earlier->open || later->open)
        return fail(CODE_BAD_REQUEST, "a pack whose parameters are not all "
                                      "entered gives no statement to compare");
    d->pack = earlier;
    find_edges(d, earlier);
    find_edges(d, later);
    for (unsigned i = 0; i < households; i++) {
        struct arena *each = arena_new();
        const char *json = draw_household(d, each);
        struct err err = pack_compare_for(earlier, later, json, each);
        bool lower = err.code == CODE_CONFLICT && !err.field;
        if (lower)
            err.why = arena_text(arena, err.why);
        compared += err.code == CODE_OK;
        arena_destroy(&each);
        if (lower)
            return err;
    }
    if (compared == 0)
        return fail(CODE_BAD_REQUEST, "the two packs have no household in "
                                      "common: their facts differ");
    return OK;
}
