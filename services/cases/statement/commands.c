#include "services/cases/statement/commands.h"

#include "common/formula/statement.h"
#include "services/cases/fact/commands.h"
#include "services/cases/household/own.h"
#include "services/cases/pack/commands.h"
#include "services/cases/statement/rules.h"
#include "services/cases/statement/store_sql.h"

#include <string.h>

enum { STATEMENT_MOST = 400000, PACK_MOST = 200000, LINES_SHOWN = 10000 };

static struct source source_of(const char *text)
{
    return (struct source){ "facts", text, strlen(text) };
}

/* ------------------------------------------------------------ working out */

struct err statement_reckon(struct call *call, struct id household,
                            const struct pack_of *of, struct json others,
                            struct statement_kept *made)
{
    struct reckoning reckoning;
    struct node *root;
    const char *facts;

    TRY(facts_now(call, household, of, others, &facts));
    TRY(tree_read(source_of(facts), call->arena, &root));
    TRY(statement_of_facts(of->pack, source_of(facts), root, call->arena,
                           &reckoning));
    *made = (struct statement_kept){
        .household = household,
        .pack = of->id,
        .sha256 = arena_text(call->arena, reckoning.hash),
        .text = reckoning.canonical,
        .words = reckoning.words,
    };
    TRY(choice_of(made->text, call->arena, &made->choice));
    return money_parse(reckoning.total_text, &made->total)
               ? OK
               : fail(CODE_FAULT, "the total is no sum of money");
}

static const struct field statement_kept_fields[] = {
    FIELD(statement_kept, id),      FIELD(statement_kept, household),
    FIELD(statement_kept, pack),    FIELD(statement_kept, sha256),
    FIELD(statement_kept, text),    OPTIONAL(statement_kept, choice),
    FIELD(statement_kept, total),   FIELD(statement_kept, made_by),
    FIELD(statement_kept, made_at),
};
static const struct shape statement_kept_shape = SHAPE(statement_kept);

struct err statement_keep(struct call *call, struct statement_kept *made)
{
    if (made->total.fen < 0)
        return fail(CODE_CONFLICT,
                    "the total is below zero: an offer cannot ask a household "
                    "to pay; leave out the flats that it has yet to choose");
    made->id = id_new(call->now);
    made->made_by = call->actor;
    made->made_at = call->now;
    TRY(store_any(call, &SQL_reckoning_add, FROM(statement_kept, made)));
    return store(call, &SQL_statement_add, FROM(statement_kept, made));
}

/* --------------------------------------------------------- statement.show */

struct statement_ask {
    struct id id;
};

static const struct field statement_ask_fields[] = {
    FIELD(statement_ask, id),
};
const struct shape statement_ask_shape = SHAPE(statement_ask);

struct line {
    int64_t position; /* from 1 */
    const char *code; /* of the catalogue in domain.md 2.1 */
    const char *label;
    const char *formula; /* as the pack has it             */
    const char *numbers; /* the same, with the numbers     */
    const char *value;
    const char *unit;
    const char *counts; /* whether it adds to the total   */
    const char *citation;
    const char *evidence;
};

static const struct field line_fields[] = {
    FIELD(line, position), FIELD(line, code),    FIELD(line, label),
    FIELD(line, formula),  FIELD(line, numbers), FIELD(line, value),
    FIELD(line, unit),     FIELD(line, counts),  FIELD(line, citation),
    FIELD(line, evidence),
};
static const struct shape line_shape = SHAPE(line);

struct statement_full {
    struct id id;
    struct id household;
    struct id pack;
    const char *pack_name;
    const char *document;
    struct id made_by;
    struct moment made_at;
    struct json facts;
    const char *choice;
    struct money total;
    const char *words;
    const char *sha256;
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
    OPTIONAL(statement_full, choice),
    FIELD(statement_full, total),
    OPTIONAL(statement_full, words),
    OPTIONAL(statement_full, sha256),
    OPTIONAL(statement_full, released_by),
    OPTIONAL(statement_full, released_at),
    FIELD(statement_full, lines, .shape = &line_shape, .max = LINES_SHOWN),
};
const struct shape statement_full_shape = SHAPE(statement_full);

struct err cmd_statement_show(struct call *call, const void *body)
{
    const struct statement_ask *ask = body;
    struct statement_full answer;

    TRY(fetch(call, then(call, &SQL_statement_by_id), FROM(statement_ask, ask),
              INTO(statement_full, &answer)));
    TRY(own_only(call, ROLE_MONEY, answer.household));
    about(call, answer.household);
    TRY(list(call, &SQL_statement_lines, FROM(statement_ask, ask), &line_shape,
             &answer.lines));
    return reply(call, FROM(statement_full, &answer));
}

/* --------------------------------------------------------- statement.file */

struct statement_text {
    struct id household;
    struct id pack;
    const char *text;
};

static const struct field statement_text_fields[] = {
    FIELD(statement_text, household),
    FIELD(statement_text, pack),
    FIELD(statement_text, text, .max = STATEMENT_MOST),
};
static const struct shape statement_text_shape = SHAPE(statement_text);

static struct err text_of(struct call *call, struct id id,
                          struct statement_text *text)
{
    struct statement_ask ask = { id };

    TRY(fetch(call, &SQL_statement_text, FROM(statement_ask, &ask),
              INTO(statement_text, text)));
    TRY(own_only(call, ROLE_MONEY, text->household));
    about(call, text->household);
    return OK;
}

/* Enough to work it out again. */
struct statement_file {
    struct json pack;
    const char *sha256;
    struct json statement;
};

static const struct field statement_file_fields[] = {
    FIELD(statement_file, pack, .max = PACK_MOST),
    FIELD(statement_file, sha256),
    FIELD(statement_file, statement, .max = STATEMENT_MOST),
};
const struct shape statement_file_shape = SHAPE(statement_file);

struct err cmd_statement_file(struct call *call, const void *body)
{
    const struct statement_ask *ask = body;
    struct statement_file answer;
    struct statement_text kept;
    struct pack_of of;

    TRY(text_of(call, ask->id, &kept));
    TRY(pack_by_id(call, kept.pack, &of));
    char hash[SHA256_TEXT];
    sha256_text(kept.text, strlen(kept.text), hash);
    answer =
        (struct statement_file){ { of.pack->canonical }, hash, { kept.text } };
    return reply(call, FROM(statement_file, &answer));
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
    struct money total;
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

struct err cmd_statement_what_if(struct call *call, const void *body)
{
    const struct what_if *ask = body;
    struct statement_kept made;
    struct pack_of of;

    TRY(own_only(call, ROLE_MONEY, ask->household));
    TRY(facts_pack(call, ask->household, &of));
    TRY(statement_reckon(call, ask->household, &of, ask->facts, &made));
    about(call, ask->household);
    struct what_if_made answer = {
        of.id, made.total, made.words, made.sha256, { made.text }
    };
    return reply(call, FROM(what_if_made, &answer));
}

/* ------------------------------------------------------ statement.options */

struct options_ask {
    struct id household;
};

static const struct field options_ask_fields[] = {
    FIELD(options_ask, household),
};
const struct shape options_ask_shape = SHAPE(options_ask);

/* What one way to settle gives, beside the others. */
struct option {
    const char *settles;
    const char *label;
    struct money total;
    const char *words;
    const char *why_not; /* it cannot be worked out yet */
    struct json statement;
};

static const struct field option_fields[] = {
    FIELD(option, settles),    FIELD(option, label),
    FIELD(option, total),      OPTIONAL(option, words),
    OPTIONAL(option, why_not), OPTIONAL(option, statement),
};
static const struct shape option_shape = SHAPE(option);

struct options {
    struct id pack;
    struct rows options;
};

static const struct field options_fields[] = {
    FIELD(options, pack),
    FIELD(options, options, .shape = &option_shape, .max = CHOICES_MAX),
};
const struct shape options_shape = SHAPE(options);

static void work_option(struct call *call, struct id household,
                        const struct pack_of *of, struct option *option)
{
    struct json others = { arena_format(call->arena, "{\"" SETTLES "\":\"%s\"}",
                                        option->settles) };
    struct statement_kept made;
    struct err err = statement_reckon(call, household, of, others, &made);

    if (err.code) {
        option->why_not = arena_format(call->arena, "%s %s",
                                       err.field ? err.field : "", err.why);
        return;
    }
    option->total = made.total;
    option->words = made.words;
    option->statement.text = made.text;
}

struct err cmd_statement_options(struct call *call, const void *body)
{
    const struct options_ask *ask = body;
    struct option at[CHOICES_MAX] = { 0 };
    struct options answer;
    struct pack_of of;

    TRY(own_only(call, ROLE_MONEY, ask->household));
    TRY(facts_pack(call, ask->household, &of));
    about(call, ask->household);
    const struct choices *ways = ways_to_settle(of.pack);
    answer = (struct options){ of.id, { at, ways ? ways->count : 0 } };
    for (size_t i = 0; i < answer.options.count; i++) {
        at[i].settles = ways->at[i].name;
        at[i].label = ways->at[i].label;
        work_option(call, ask->household, &of, &at[i]);
    }
    return reply(call, FROM(options, &answer));
}

/* ------------------------------------------------------ statement.compare */

struct statement_pair {
    struct id earlier;
    struct id later;
};

static const struct field statement_pair_fields[] = {
    FIELD(statement_pair, earlier),
    FIELD(statement_pair, later),
};
const struct shape statement_pair_shape = SHAPE(statement_pair);

struct statement_changes {
    struct rows changes;
};

static const struct field change_fields[] = {
    FIELD(change, what),     FIELD(change, label),   OPTIONAL(change, earlier),
    OPTIONAL(change, later), OPTIONAL(change, more),
};
static const struct shape change_shape = SHAPE(change);

static const struct field statement_changes_fields[] = {
    FIELD(statement_changes, changes, .shape = &change_shape,
          .max = LINES_SHOWN),
};
const struct shape statement_changes_shape = SHAPE(statement_changes);

struct err cmd_statement_compare(struct call *call, const void *body)
{
    const struct statement_pair *ask = body;
    struct statement_text earlier, later;
    struct statement_changes answer;

    TRY(text_of(call, ask->earlier, &earlier));
    TRY(text_of(call, ask->later, &later));
    if (!id_same(earlier.household, later.household))
        return fail(CODE_CONFLICT, "the statements are of two households");
    TRY(statement_changes_of(earlier.text, later.text, call->arena,
                             &answer.changes));
    return reply(call, FROM(statement_changes, &answer));
}
