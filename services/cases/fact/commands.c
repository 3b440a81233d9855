#include "services/cases/fact/commands.h"

#include "common/formula/statement.h"
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
    FIELD(fact_record, recorded_by),
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

struct fact_project {
    struct id project;
};

static const struct field fact_project_fields[] = {
    FIELD(fact_project, project),
};
static const struct shape fact_project_shape = SHAPE(fact_project);

/* The pack in force for a household's project. */
static struct err pack_for(struct call *call, struct id household,
                           struct id *id, struct rule_pack **pack)
{
    struct facts_show ask = { .household = household };
    struct fact_project of;

    TRY(fetch(call, &SQL_fact_project, FROM(facts_show, &ask),
              INTO(fact_project, &of)));
    TRY(pack_in_force(call, of.project, id, pack));
    if (!*pack)
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
    struct rule_pack *pack;
    struct node *root;
    struct id id;

    TRY(pack_for(call, ask->household, &id, &pack));
    TRY(tree_read(source, call->arena, &root));
    TRY(facts_check(pack, source, root, call->arena));
    struct rows records = records_of(call, ask, root);
    TRY(store_rows(call, &SQL_fact_add, &fact_record_shape, records));
    about(call, ask->household);
    struct facts_recorded answer = { (int64_t)records.count };
    return reply(call, FROM(facts_recorded, &answer));
}

/* ------------------------------------------------------------- facts.show */

struct facts_page {
    struct rows facts;
};

static const struct field facts_page_fields[] = {
    FIELD(facts_page, facts, .shape = &fact_record_shape, .max = RECORDS_MOST),
};
const struct shape facts_page_shape = SHAPE(facts_page);

struct err cmd_facts_show(struct call *call, const void *body)
{
    const struct facts_show *ask = body;
    struct facts_page answer;

    TRY(own_only(call, ROLE_REGISTER, ask->household));
    TRY(list(call, ask->history ? &SQL_fact_history : &SQL_fact_now,
             FROM(facts_show, ask), &fact_record_shape, &answer.facts));
    about(call, ask->household);
    return reply(call, FROM(facts_page, &answer));
}

/* ------------------------------------------------------ statement.what_if */

struct what_if {
    struct id household;
    struct json facts; /* in place of those on record; may be absent */
};

static const struct field what_if_fields[] = {
    FIELD(what_if, household),
    OPTIONAL(what_if, facts),
};
const struct shape what_if_shape = SHAPE(what_if);

struct what_if_made {
    struct id pack;
    const char *total;
    const char *words;
    const char *sha256;
    struct json statement; /* canonical (RFC 8785): the hash is of this text */
};

static const struct field what_if_made_fields[] = {
    FIELD(what_if_made, pack),      FIELD(what_if_made, total),
    FIELD(what_if_made, words),     FIELD(what_if_made, sha256),
    FIELD(what_if_made, statement),
};
const struct shape what_if_made_shape = SHAPE(what_if_made);

static void put_fact(struct sink *sink, const char *name, const char *value)
{
    sink_text(sink, sink->size ? "," : "{");
    jcs_text(sink, name);
    sink_text(sink, ":");
    sink_text(sink, value);
}

/* Those on record, with others laid over them. */
static struct err facts_laid_over(struct call *call, const struct what_if *ask,
                                  const char **text)
{
    struct facts_show key = { .household = ask->household };
    struct sink sink = { .arena = call->arena };
    struct node *over = NULL;
    struct rows kept;

    if (ask->facts.text)
        TRY(tree_read(source_of(ask->facts.text), call->arena, &over));
    TRY(list(call, &SQL_fact_now, FROM(facts_show, &key), &fact_record_shape,
             &kept));
    const struct fact_record *at = kept.at;
    for (size_t i = 0; i < kept.count; i++)
        if (!over || !tree_member(over, at[i].name))
            put_fact(&sink, at[i].name, at[i].value);
    for (const struct node *n = over ? over->first : NULL; n; n = n->next)
        put_fact(&sink, n->name, value_of(n, call->arena));
    sink_text(&sink, sink.size ? "}" : "{}");
    *text = sink_end(&sink);
    return OK;
}

struct err cmd_statement_what_if(struct call *call, const void *body)
{
    const struct what_if *ask = body;
    struct what_if_made answer;
    struct reckoning made;
    struct rule_pack *pack;
    struct node *root;
    const char *text;

    TRY(own_only(call, ROLE_MONEY, ask->household));
    TRY(pack_for(call, ask->household, &answer.pack, &pack));
    TRY(facts_laid_over(call, ask, &text));
    struct source source = source_of(text);
    TRY(tree_read(source, call->arena, &root));
    TRY(statement_of_facts(pack, source, root, call->arena, &made));
    about(call, ask->household);
    answer.total = made.total_text;
    answer.words = made.words;
    answer.sha256 = made.hash;
    answer.statement.text = made.canonical;
    return reply(call, FROM(what_if_made, &answer));
}
