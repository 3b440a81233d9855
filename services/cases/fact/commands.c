#include "services/cases/fact/commands.h"

#include "common/formula/facts.h"
#include "services/cases/fact/rules.h"
#include "services/cases/fact/store_sql.h"
#include "services/cases/household/own.h"
#include "services/cases/pack/commands.h"

#include <string.h>

enum { RECORDS_MOST = 1000, VALUE_MOST = 20000 };

struct fact_record {
    struct id household;
    const char *name;
    const char *value; /* canonical JSON */
    const char *evidence;
    struct id recorded_by;
    struct moment recorded_at;
};

static const struct field fact_record_fields[] = {
    FIELD(fact_record, household),
    FIELD(fact_record, name),
    FIELD(fact_record, value, .max = VALUE_MOST),
    FIELD(fact_record, evidence),
    OPTIONAL(fact_record, recorded_by), /* nobody: the survey */
    FIELD(fact_record, recorded_at),
};
static const struct shape fact_record_shape = SHAPE(fact_record);

struct facts_show {
    struct id household;
    bool history;
};

static const struct field facts_show_fields[] = {
    FIELD(facts_show, household),
    OPTIONAL(facts_show, history),
};
const struct shape facts_show_shape = SHAPE(facts_show);

/* What the survey says, and of which project it is. */
struct fact_ground {
    struct id project;
    unsigned registration;
    unsigned use;
    unsigned structure;
    struct area registered_area;
    struct area measured_area;
    struct moment facts_since;
};

static const struct field fact_ground_fields[] = {
    FIELD(fact_ground, project),
    FIELD(fact_ground, registration, .names = registration_names),
    FIELD(fact_ground, use, .names = use_names),
    FIELD(fact_ground, structure, .names = structure_names),
    FIELD(fact_ground, registered_area),
    FIELD(fact_ground, measured_area),
    FIELD(fact_ground, facts_since),
};
static const struct shape fact_ground_shape = SHAPE(fact_ground);

static struct err ground_of(struct call *call, struct id household,
                            struct fact_ground *ground)
{
    struct facts_show ask = { .household = household };

    return fetch(call, then(call, &SQL_fact_ground), FROM(facts_show, &ask),
                 INTO(fact_ground, ground));
}

struct err facts_pack(struct call *call, struct id household,
                      struct pack_of *of)
{
    struct fact_ground ground;

    TRY(ground_of(call, household, &ground));
    TRY(pack_in_force(call, ground.project, of));
    if (!of->pack)
        return fail(CODE_CONFLICT, "no rule pack of this project is in force "
                                   "yet: see pack.import and pack.release");
    return OK;
}

static struct source source_of(const char *text)
{
    return (struct source){ "facts", text, strlen(text) };
}

static const char *value_of(const struct node *node, struct arena *arena)
{
    struct sink sink = { .arena = arena };

    (void)jcs_node(&sink, node, NULL);
    return sink_end(&sink);
}

/* ----------------------------------------------------------- facts.record */

struct facts_record {
    struct id household;
    struct json facts;    /* by name, as docs/packs.md says */
    const char *evidence; /* the paper that shows them      */
};

static const struct field facts_record_fields[] = {
    FIELD(facts_record, household),
    FIELD(facts_record, facts),
    FIELD(facts_record, evidence, .max = 200),
};
const struct shape facts_record_shape = SHAPE(facts_record);

struct facts_recorded {
    int64_t recorded;
};

static const struct field facts_recorded_fields[] = {
    FIELD(facts_recorded, recorded),
};
const struct shape facts_recorded_shape = SHAPE(facts_recorded);

static struct rows records_of(const struct call *call,
                              const struct facts_record *ask,
                              const struct node *root)
{
    struct fact_record *at =
        arena_alloc(call->arena, (tree_count(root) + 1) * sizeof *at);
    size_t count = 0;

    for (const struct node *node = root->first; node; node = node->next)
        at[count++] = (struct fact_record){
            .household = ask->household,
            .name = node->name,
            .value = value_of(node, call->arena),
            .evidence = ask->evidence,
            .recorded_by = call->actor,
            .recorded_at = call->now,
        };
    return (struct rows){ at, count };
}

struct err cmd_facts_record(struct call *call, const void *body)
{
    const struct facts_record *ask = body;
    struct source source = source_of(ask->facts.text);
    struct pack_of of;
    struct node *root;

    TRY(facts_pack(call, ask->household, &of));
    TRY(tree_read(source, call->arena, &root));
    TRY(facts_check(of.pack, source, root, call->arena));
    struct rows records = records_of(call, ask, root);
    TRY(store_rows(call, &SQL_fact_add, &fact_record_shape, records));
    about(call, ask->household);
    struct facts_recorded answer = { (int64_t)records.count };
    return reply(call, FROM(facts_recorded, &answer));
}

/* ------------------------------------------------------------- what counts */

static bool names_fact(const struct rule_pack *pack, const char *name)
{
    for (size_t i = 0; i < pack->fact_count; i++)
        if (strcmp(pack->facts[i].name, name) == 0)
            return true;
    return false;
}

static bool has(const struct rows *records, const char *name)
{
    const struct fact_record *at = records->at;

    for (size_t i = 0; i < records->count; i++)
        if (strcmp(at[i].name, name) == 0)
            return true;
    return false;
}

/* Those on record, and after them what the survey says of others that the pack
 * names. */
static struct err all_of(struct call *call, struct id household,
                         const struct rule_pack *pack, struct rows *records)
{
    struct facts_show key = { .household = household };
    struct surveyed_fact known[SURVEYED_FACTS];
    struct fact_ground ground;
    struct rows kept;

    TRY(ground_of(call, household, &ground));
    TRY(list(call, then(call, &SQL_fact_now), FROM(facts_show, &key),
             &fact_record_shape, &kept));
    struct surveyed of = { ground.registration, ground.use, ground.structure,
                           ground.registered_area, ground.measured_area };
    size_t count = surveyed_facts(&of, known, call->arena);
    struct fact_record *at =
        arena_alloc(call->arena, (kept.count + count + 1) * sizeof *at);
    if (kept.count)
        memcpy(at, kept.at, kept.count * sizeof *at);
    *records = (struct rows){ at, kept.count };
    for (size_t i = 0; i < count; i++)
        if (names_fact(pack, known[i].name) && !has(&kept, known[i].name))
            at[records->count++] = (struct fact_record){
                .household = household,
                .name = known[i].name,
                .value = known[i].value,
                .evidence = known[i].evidence,
                .recorded_at = ground.facts_since,
            };
    return OK;
}

static void put_fact(struct sink *sink, const char *name, const char *value)
{
    sink_text(sink, sink->size ? "," : "{");
    jcs_text(sink, name);
    sink_text(sink, ":");
    sink_text(sink, value);
}

struct err facts_now(struct call *call, struct id household,
                     const struct pack_of *of, struct json others,
                     const char **text)
{
    struct sink sink = { .arena = call->arena };
    struct node *over = NULL;
    struct rows records;

    if (others.text)
        TRY(tree_read(source_of(others.text), call->arena, &over));
    TRY(all_of(call, household, of->pack, &records));
    const struct fact_record *at = records.at;
    for (size_t i = 0; i < records.count; i++)
        if (!over || !tree_member(over, at[i].name))
            put_fact(&sink, at[i].name, at[i].value);
    for (const struct node *n = over ? over->first : NULL; n; n = n->next)
        put_fact(&sink, n->name, value_of(n, call->arena));
    sink_text(&sink, sink.size ? "}" : "{}");
    *text = sink_end(&sink);
    return OK;
}

/* ------------------------------------------------------------- facts.show */

struct facts_page {
    struct rows facts;
};

static const struct field facts_page_fields[] = {
    FIELD(facts_page, facts, .shape = &fact_record_shape, .max = RECORDS_MOST),
};
const struct shape facts_page_shape = SHAPE(facts_page);

static struct err read_facts(struct call *call, const struct facts_show *ask,
                             struct rows *records)
{
    struct pack_of of;

    if (ask->history)
        return list(call, then(call, &SQL_fact_history), FROM(facts_show, ask),
                    &fact_record_shape, records);
    TRY(facts_pack(call, ask->household, &of));
    return all_of(call, ask->household, of.pack, records);
}

struct err cmd_facts_show(struct call *call, const void *body)
{
    const struct facts_show *ask = body;
    struct facts_page answer;

    TRY(own_only(call, ROLE_REGISTER, ask->household));
    TRY(read_facts(call, ask, &answer.facts));
    about(call, ask->household);
    return reply(call, FROM(facts_page, &answer));
}
