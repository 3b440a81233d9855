#include "services/cases/pack/commands.h"

#include "common/formula/diff.h"
#include "common/formula/statement.h"
#include "services/cases/pack/rules.h"
#include "services/cases/pack/store_sql.h"
#include "services/cases/recount/commands.h"

#include <string.h>

enum { STATEMENT_MOST = 400000, GIVEN_PAGE = 500 };
enum { TEXT_MOST = 100000, PACKS_LISTED = 200, CHANGES_MOST = 200000 };

/* As it stands; `text` alone is too long for a list. */
struct pack_full {
    struct id id;
    struct id project;
    const char *name;
    int64_t version;
    const char *sha256;
    struct day published_on;
    struct id supersedes;
    struct id imported_by;
    struct moment imported_at;
    struct id approved_by;
    struct moment approved_at;
    struct id released_by;
    struct moment released_at;
    /* TEXT_GIVEN in a full one: */
    const char *text;
};
enum { TEXT_GIVEN = 1 };

static const struct field pack_full_fields[] = {
    FIELD(pack_full, id),
    FIELD(pack_full, project),
    FIELD(pack_full, name, .max = 100),
    FIELD(pack_full, version),
    FIELD(pack_full, sha256),
    FIELD(pack_full, published_on),
    OPTIONAL(pack_full, supersedes),
    FIELD(pack_full, imported_by),
    FIELD(pack_full, imported_at),
    OPTIONAL(pack_full, approved_by),
    OPTIONAL(pack_full, approved_at),
    OPTIONAL(pack_full, released_by),
    OPTIONAL(pack_full, released_at),
    FIELD(pack_full, text, .max = TEXT_MOST),
};
const struct shape pack_full_shape = SHAPE(pack_full);
static const struct shape pack_row_shape =
    SHAPE_PART("pack_row", pack_full, TEXT_GIVEN);

struct pack_key {
    struct id id;
};

static const struct field pack_key_fields[] = {
    FIELD(pack_key, id),
};
const struct shape pack_key_shape = SHAPE(pack_key);

struct pack_project {
    struct id project;
};

static const struct field pack_project_fields[] = {
    FIELD(pack_project, project),
};
const struct shape pack_project_shape = SHAPE(pack_project);

struct pack_status {
    struct id id;
    int64_t version;
    const char *sha256;
};

static const struct field pack_status_fields[] = {
    FIELD(pack_status, id),
    FIELD(pack_status, version),
    FIELD(pack_status, sha256),
};
const struct shape pack_status_shape = SHAPE(pack_status);

static struct err reply_status(struct call *call, const struct pack_full *kept)
{
    struct pack_status answer = { kept->id, kept->version, kept->sha256 };

    about(call, kept->project);
    return reply(call, FROM(pack_status, &answer));
}

/* A pack from its text; a refusal names it as `file`, with line and column. */
static struct err read_text(struct call *call, const char *file,
                            const char *text, struct rule_pack **pack)
{
    return pack_read((struct source){ file, text, strlen(text) }, call->arena,
                     pack);
}

static struct err read_kept(struct call *call, const struct pack_full *kept,
                            struct pack_of *of)
{
    *of = (struct pack_of){
        .id = kept->id,
        .version = kept->version,
        .published_on = kept->published_on,
        .first = !id_given(kept->supersedes),
    };
    return read_text(call, kept->name, kept->text, &of->pack);
}

struct err pack_in_force(struct call *call, struct id project,
                         struct pack_of *of)
{
    struct pack_project ask = { project };
    struct pack_full kept;

    *of = (struct pack_of){ 0 };
    struct err err = fetch(call, then(call, &SQL_pack_newest),
                           FROM(pack_project, &ask), INTO(pack_full, &kept));
    if (err.code == CODE_NOT_FOUND)
        return OK;
    TRY(err);
    return read_kept(call, &kept, of);
}

struct err pack_by_id(struct call *call, struct id id, struct pack_of *of)
{
    struct pack_key ask = { id };
    struct pack_full kept;

    TRY(fetch(call, &SQL_pack_by_id, FROM(pack_key, &ask),
              INTO(pack_full, &kept)));
    return read_kept(call, &kept, of);
}

/* ------------------------------------------------------------ pack.import */

static struct day published_on(const struct rule_pack *pack)
{
    struct day day = { 0 };

    (void)day_parse(tree_member(pack->root, "published_from")->text, &day);
    return day;
}

struct pack_import {
    struct id id;
    struct id project;
    const char *file; /* what its author calls it, for refusals */
    const char *text;
};

static const struct field pack_import_fields[] = {
    FIELD(pack_import, id),
    FIELD(pack_import, project),
    FIELD(pack_import, file, .max = 200),
    FIELD(pack_import, text, .max = TEXT_MOST),
};
const struct shape pack_import_shape = SHAPE(pack_import);

struct err cmd_pack_import(struct call *call, const void *body)
{
    const struct pack_import *ask = body;
    struct rule_pack *pack;
    struct pack_of earlier;

    TRY(read_text(call, ask->file, ask->text, &pack));
    TRY(pack_in_force(call, ask->project, &earlier));
    TRY(pack_may_follow(earlier.pack, pack, call->arena));

    struct pack_full kept = {
        .id = ask->id,
        .project = ask->project,
        .name = pack->name,
        .version = pack->version,
        .sha256 = pack->hash,
        .published_on = published_on(pack),
        .supersedes = earlier.id,
        .imported_by = call->actor,
        .imported_at = call->now,
        .text = ask->text,
    };
    TRY(store(call, &SQL_pack_add, FROM(pack_full, &kept)));
    return reply_status(call, &kept);
}

/* --------------------------------------------- pack.approve, pack.release */

struct pack_hand {
    struct id id;
    struct id by;
    struct moment at;
};

static const struct field pack_hand_fields[] = {
    FIELD(pack_hand, id),
    FIELD(pack_hand, by),
    FIELD(pack_hand, at),
};
static const struct shape pack_hand_shape = SHAPE(pack_hand);

static struct pack_hands hands_of(const struct pack_full *kept)
{
    return (struct pack_hands){
        .imported_by = kept->imported_by,
        .approved_by = kept->approved_by,
        .released_by = kept->released_by,
    };
}

struct err cmd_pack_approve(struct call *call, const void *body)
{
    const struct pack_key *ask = body;
    struct pack_hand hand = { ask->id, call->actor, call->now };
    struct pack_full kept;

    TRY(fetch(call, &SQL_pack_take, FROM(pack_key, ask),
              INTO(pack_full, &kept)));
    struct pack_hands hands = hands_of(&kept);
    TRY(pack_may_approve(&hands, call->actor));
    TRY(store(call, &SQL_pack_approve, FROM(pack_hand, &hand)));
    return reply_status(call, &kept);
}

/* What a pack of the project gave to somebody's facts. */
struct given {
    const char *sha256;
    struct money total;
    const char *text;
};

static const struct field given_fields[] = {
    FIELD(given, sha256),
    FIELD(given, total),
    FIELD(given, text, .max = STATEMENT_MOST),
};
static const struct shape given_shape = SHAPE(given);

struct given_ask {
    struct id project;
    const char *after; /* the last of the page before */
};

static const struct field given_ask_fields[] = {
    FIELD(given_ask, project),
    FIELD(given_ask, after),
};
static const struct shape given_ask_shape = SHAPE(given_ask);

/* Facts that the new pack has no statement for say nothing: it asks for more,
 * and the office has to find that out before it makes an offer. */
static struct err lowers(const struct given *given,
                         const struct rule_pack *later, struct arena *arena,
                         struct money *total)
{
    struct source source = { "statement", given->text, strlen(given->text) };
    struct reckoning made;
    struct node *root;

    *total = given->total;
    TRY(tree_read(source, arena, &root));
    if (statement_of_facts(later, source, tree_member(root, "facts"), arena,
                           &made)
            .code)
        return OK;
    (void)money_parse(made.total_text, total);
    return OK;
}

/* Every statement that was ever made in the project, by the new pack: so that
 * no household that asks again gets less (domain.md 2.0). */
static struct err lowers_nobody(struct call *call, struct id project,
                                const struct rule_pack *later)
{
    struct given_ask ask = { project, "" };
    struct arena *arena = arena_new();
    struct err err;
    struct rows page;

    do {
        err = list(call, &SQL_pack_gave, FROM(given_ask, &ask), &given_shape,
                   &page);
        const struct given *at = page.at;
        for (size_t i = 0; !err.code && i < page.count; i++) {
            struct money total;

            arena_reset(arena);
            err = lowers(&at[i], later, arena, &total);
            if (!err.code && total.fen < at[i].total.fen)
                err = fail(CODE_CONFLICT,
                           arena_format(call->arena,
                                        "a household would get less than by "
                                        "the statement with sha256 %s",
                                        at[i].sha256));
            ask.after = at[i].sha256;
        }
    } while (!err.code && page.count == GIVEN_PAGE);
    arena_destroy(&arena);
    return err;
}

/* Held once more against what is in force: that may have changed since. */
struct err cmd_pack_release(struct call *call, const void *body)
{
    const struct pack_key *ask = body;
    struct pack_hand hand = { ask->id, call->actor, call->now };
    struct pack_of earlier, of;
    struct pack_full kept;

    TRY(fetch(call, &SQL_pack_take, FROM(pack_key, ask),
              INTO(pack_full, &kept)));
    struct pack_hands hands = hands_of(&kept);
    TRY(pack_may_release(&hands, call->actor));
    TRY(read_kept(call, &kept, &of));
    TRY(pack_in_force(call, kept.project, &earlier));
    TRY(pack_may_follow(earlier.pack, of.pack, call->arena));
    TRY(lowers_nobody(call, kept.project, of.pack));
    TRY(store(call, &SQL_pack_release, FROM(pack_hand, &hand)));
    TRY(recount_each_night(call, kept.project));
    return reply_status(call, &kept);
}

/* ----------------------------------------------------- pack.list and .show */

struct pack_page {
    struct rows packs;
};

static const struct field pack_page_fields[] = {
    FIELD(pack_page, packs, .shape = &pack_row_shape, .max = PACKS_LISTED),
};
const struct shape pack_page_shape = SHAPE(pack_page);

struct err cmd_pack_list(struct call *call, const void *body)
{
    struct pack_page answer;

    TRY(list(call, then(call, &SQL_pack_all), FROM(pack_project, body),
             &pack_row_shape, &answer.packs));
    return reply(call, FROM(pack_page, &answer));
}

struct err cmd_pack_show(struct call *call, const void *body)
{
    struct pack_full answer;

    TRY(fetch(call, then(call, &SQL_pack_by_id), FROM(pack_key, body),
              INTO(pack_full, &answer)));
    return reply(call, FROM(pack_full, &answer));
}

/* -------------------------------------------------------------- pack.diff */

struct pack_pair {
    struct id earlier;
    struct id later;
};

static const struct field pack_pair_fields[] = {
    FIELD(pack_pair, earlier),
    FIELD(pack_pair, later),
};
const struct shape pack_pair_shape = SHAPE(pack_pair);

struct pack_changes {
    const char *changes; /* a line for each */
};

static const struct field pack_changes_fields[] = {
    FIELD(pack_changes, changes, .max = CHANGES_MOST),
};
const struct shape pack_changes_shape = SHAPE(pack_changes);

struct err cmd_pack_diff(struct call *call, const void *body)
{
    const struct pack_pair *ask = body;
    struct pack_of earlier, later;

    TRY(pack_by_id(call, ask->earlier, &earlier));
    TRY(pack_by_id(call, ask->later, &later));
    struct pack_changes answer = { pack_diff(earlier.pack, later.pack,
                                             call->arena) };
    return reply(call, FROM(pack_changes, &answer));
}
