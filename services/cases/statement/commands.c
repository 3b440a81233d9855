#include "services/cases/statement/commands.h"

#include "services/cases/household/own.h"
#include "services/cases/statement/store_sql.h"

enum { PACKS_MAX = 1000, PACK_GIVEN = 3, LINE_GIVEN = 1 };

/* ----------------------------------------------------------- pack.publish */

static const struct field pack_fields[] = {
    FIELD(pack, id),
    FIELD(pack, project),
    FIELD(pack, name, .max = 100),
    FIELD(pack, published_on),
    FIELD(pack, document, .max = 100),
    FIELD(pack, brick_concrete),
    FIELD(pack, frame),
    FIELD(pack, brick_wood),
    FIELD(pack, earth_wood),
    FIELD(pack, brick_fibre),
    FIELD(pack, simple),
    FIELD(pack, simple_counted),
    FIELD(pack, business_multiplier),
    FIELD(pack, converted_multiplier),
    FIELD(pack, moving),
    FIELD(pack, transition_rate),
    FIELD(pack, transition_months, .least = 0, .most = 120),
    /* PACK_GIVEN by the register: */
    FIELD(pack, version),
    FIELD(pack, published_by),
    FIELD(pack, published_at),
};
static const struct shape pack_shape = SHAPE(pack);

/* All but what the register gives, which nobody may claim. */
const struct shape pack_publish_shape = {
    .name = "pack_publish",
    .size = sizeof(struct pack),
    .fields = pack_fields,
    .count = sizeof pack_fields / sizeof *pack_fields - PACK_GIVEN,
};

struct pack_answer {
    struct id id;
    int64_t version;
};

static const struct field pack_answer_fields[] = {
    FIELD(pack_answer, id),
    FIELD(pack_answer, version),
};
const struct shape pack_answer_shape = SHAPE(pack_answer);

struct pack_ask {
    struct id project;
};

static const struct field pack_ask_fields[] = {
    OPTIONAL(pack_ask, project),
};
const struct shape pack_ask_shape = SHAPE(pack_ask);

struct err pack_newest(struct call *call, struct id project, struct pack *pack)
{
    struct pack_ask ask = { project };

    return fetch(call, &SQL_pack_newest, FROM(pack_ask, &ask),
                 INTO(pack, pack));
}

struct err cmd_pack_publish(struct call *call, const void *body)
{
    struct pack pack = *(const struct pack *)body, before;

    TRY(pack_check(&pack));
    struct err err = pack_newest(call, pack.project, &before);
    if (err.code && err.code != CODE_NOT_FOUND)
        return err;
    pack.version = 1;
    if (!err.code) {
        TRY(pack_succeeds(&pack, &before));
        pack.version = before.version + 1;
    }
    pack.published_by = call->actor;
    pack.published_at = call->now;

    TRY(store(call, &SQL_pack_add, FROM(pack, &pack)));
    about(call, pack.project);
    struct pack_answer answer = { pack.id, pack.version };
    return reply(call, FROM(pack_answer, &answer));
}

/* -------------------------------------------------------------- pack.list */

struct pack_list {
    struct rows packs;
};

static const struct field pack_list_fields[] = {
    FIELD(pack_list, packs, .shape = &pack_shape, .max = PACKS_MAX),
};
const struct shape pack_list_shape = SHAPE(pack_list);

struct err cmd_pack_list(struct call *call, const void *body)
{
    const struct pack_ask *ask = body;
    struct pack_list answer;

    TRY(list(call, &SQL_pack_all, FROM(pack_ask, ask), &pack_shape,
             &answer.packs));
    return reply(call, FROM(pack_list, &answer));
}

/* --------------------------------------------------- a statement is kept */

static const struct field part_fields[] = {
    FIELD(part, structure, .names = structure_names),
    FIELD(part, registered_area),
    FIELD(part, measured_area),
};
static const struct shape part_shape = SHAPE(part);

static const struct field facts_fields[] = {
    FIELD(facts, registration, .names = registration_names),
    FIELD(facts, use, .names = use_names),
    FIELD(facts, parts, .shape = &part_shape, .max = PARTS_MAX),
};
static const struct shape facts_shape = SHAPE(facts);

static const struct field line_fields[] = {
    FIELD(line, position),
    FIELD(line, code),
    FIELD(line, label),
    FIELD(line, formula),
    FIELD(line, amount),
    FIELD(line, citation),
    FIELD(line, evidence),
    /* LINE_GIVEN by who keeps it: */
    FIELD(line, statement),
};
static const struct shape kept_line_shape = SHAPE(line);
const struct shape line_shape = {
    .name = "line",
    .size = sizeof(struct line),
    .fields = line_fields,
    .count = sizeof line_fields / sizeof *line_fields - LINE_GIVEN,
};

static const struct field statement_kept_fields[] = {
    FIELD(statement_kept, id),      FIELD(statement_kept, household),
    FIELD(statement_kept, pack),    FIELD(statement_kept, made_by),
    FIELD(statement_kept, made_at), FIELD(statement_kept, facts),
    FIELD(statement_kept, total),   FIELD(statement_kept, line_count),
};
static const struct shape statement_kept_shape = SHAPE(statement_kept);

const char *facts_text(const struct facts *facts, struct arena *arena)
{
    return shape_to_json(FROM(facts, facts), arena);
}

struct err statement_keep(struct call *call, const struct facts *facts,
                          const struct pack *pack, struct lines *lines,
                          struct statement_kept *kept)
{
    TRY(statement_make(facts, pack, lines, call->arena));
    kept->pack = pack->id;
    kept->made_by = call->actor;
    kept->made_at = call->now;
    kept->facts.text = facts_text(facts, call->arena);
    kept->line_count = (int64_t)lines->count;
    kept->total = lines->total;
    for (size_t i = 0; i < lines->count; i++)
        lines->at[i].statement = kept->id;

    TRY(store(call, &SQL_statement_add, FROM(statement_kept, kept)));
    return store_rows(call, &SQL_statement_line_add, &kept_line_shape,
                      (struct rows){ lines->at, lines->count });
}

/* --------------------------------------------------------- statement.show */

struct statement_ask {
    struct id id;
};

static const struct field statement_ask_fields[] = {
    FIELD(statement_ask, id),
};
const struct shape statement_ask_shape = SHAPE(statement_ask);

struct err pack_get(struct call *call, struct id id, struct pack *pack)
{
    struct statement_ask ask = { id };

    return fetch(call, &SQL_pack_by_id, FROM(statement_ask, &ask),
                 INTO(pack, pack));
}

struct statement_full {
    struct id id;
    struct id household;
    struct id pack;
    const char *pack_name;
    const char *document;
    struct id made_by;
    struct moment made_at;
    struct json facts;
    struct money total;
    struct id released_by;
    struct moment released_at;
    struct rows lines;
};

static const struct field statement_full_fields[] = {
    FIELD(statement_full, id),
    FIELD(statement_full, household),
    FIELD(statement_full, pack),
    FIELD(statement_full, pack_name),
    FIELD(statement_full, document),
    FIELD(statement_full, made_by),
    FIELD(statement_full, made_at),
    FIELD(statement_full, facts),
    FIELD(statement_full, total),
    OPTIONAL(statement_full, released_by),
    OPTIONAL(statement_full, released_at),
    FIELD(statement_full, lines, .shape = &line_shape),
};
const struct shape statement_full_shape = SHAPE(statement_full);

struct err cmd_statement_show(struct call *call, const void *body)
{
    const struct statement_ask *ask = body;
    struct statement_full answer;

    TRY(fetch(call, &SQL_statement_by_id, FROM(statement_ask, ask),
              INTO(statement_full, &answer)));
    TRY(own_only(call, ROLE_MONEY, answer.household));
    about(call, answer.household);
    TRY(list(call, &SQL_statement_lines, FROM(statement_ask, ask), &line_shape,
             &answer.lines));
    return reply(call, FROM(statement_full, &answer));
}
