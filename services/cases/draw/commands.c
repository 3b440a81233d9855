#include "services/cases/draw/commands.h"

#include "common/service/seal.h"
#include "services/cases/draw/rules.h"
#include "services/cases/draw/store_sql.h"

#include <string.h>

enum {
    TAKE_MOST = 10,
    SOURCE_MAX = 200,
    VALUE_MAX = 200,
    DRAWS_MAX = 1000,
    POSITION_TEXT = 8,
    PLACES_TEXT = POSITION_TEXT * DRAW_MOST,
};

/* ------------------------------------------------------------- draw.commit */

struct draw_commit {
    struct id id;
    struct id project;
    struct id community;
    const char *name;
    const char *source;
    struct day drawn_on;
    int64_t take; /* flats that a household may choose; 0 is one */
};
static const struct field draw_commit_fields[] = {
    FIELD(draw_commit, id),
    FIELD(draw_commit, project),
    OPTIONAL(draw_commit, community),
    FIELD(draw_commit, name, .max = 100),
    FIELD(draw_commit, source, .max = SOURCE_MAX),
    FIELD(draw_commit, drawn_on),
    OPTIONAL(draw_commit, take, .least = 1, .most = TAKE_MOST),
};
const struct shape draw_commit_shape = SHAPE(draw_commit);

struct draw_committed {
    struct id draw;
    int64_t households;
    const char *roster_hash;
    int64_t flats;
    const char *stock_hash;
    const char *secret_hash;
};
static const struct field draw_committed_fields[] = {
    FIELD(draw_committed, draw),        FIELD(draw_committed, households),
    FIELD(draw_committed, roster_hash), FIELD(draw_committed, flats),
    FIELD(draw_committed, stock_hash),  FIELD(draw_committed, secret_hash),
};
const struct shape draw_committed_shape = SHAPE(draw_committed);

struct draw_news {
    struct id draw;
    struct id project;
};
static const struct field draw_news_fields[] = {
    FIELD(draw_news, draw),
    FIELD(draw_news, project),
};
const struct shape draw_news_shape = SHAPE(draw_news);

struct waiting {
    struct id household;
    const char *no;
};
static const struct field waiting_fields[] = {
    FIELD(waiting, household),
    FIELD(waiting, no),
};
static const struct shape waiting_shape = SHAPE(waiting);

struct draw_row {
    struct id id;
    struct id project;
    struct id community;
    const char *name;
    const char *algorithm;
    const char *roster_hash;
    const char *secret_hash;
    struct bytes secret_sealed;
    const char *source;
    struct day drawn_on;
    struct id committed_by;
    struct moment committed_at;
    const char *stock_hash;
    int64_t take;
};
static const struct field draw_row_fields[] = {
    FIELD(draw_row, id),           FIELD(draw_row, project),
    OPTIONAL(draw_row, community), FIELD(draw_row, name),
    FIELD(draw_row, algorithm),    FIELD(draw_row, roster_hash),
    FIELD(draw_row, secret_hash),  FIELD(draw_row, secret_sealed),
    FIELD(draw_row, source),       FIELD(draw_row, drawn_on),
    FIELD(draw_row, committed_by), FIELD(draw_row, committed_at),
    FIELD(draw_row, stock_hash),   FIELD(draw_row, take),
};
static const struct shape draw_row_shape = SHAPE(draw_row);

struct roster {
    struct id draw;
    struct ids households;
};
static const struct field roster_fields[] = {
    FIELD(roster, draw),
    FIELD(roster, households, .max = DRAW_MOST),
};
static const struct shape roster_shape = SHAPE(roster);

/* The households' ids, and the hash of their numbers. */
static struct roster enlist(struct call *call, struct id draw,
                            struct rows found, char *hash)
{
    const struct waiting *waiting = found.at;
    struct id *ids = arena_alloc(call->arena, found.count * sizeof *ids);
    const char **numbers =
        arena_alloc(call->arena, found.count * sizeof *numbers);

    for (size_t i = 0; i < found.count; i++) {
        ids[i] = waiting[i].household;
        numbers[i] = waiting[i].no;
    }
    draw_roster_hash(numbers, found.count, hash, call->arena);
    return (struct roster){ draw, { ids, found.count } };
}

struct stock_flat {
    struct id flat;
    const char *line;
};
static const struct field stock_flat_fields[] = {
    FIELD(stock_flat, flat),
    FIELD(stock_flat, line),
};
static const struct shape stock_flat_shape = SHAPE(stock_flat);

struct stock {
    struct id draw;
    struct ids flats;
};
static const struct field stock_fields[] = {
    FIELD(stock, draw),
    FIELD(stock, flats, .max = DRAW_MOST),
};
static const struct shape stock_shape = SHAPE(stock);

/* The flats that can be chosen, and the hash of what is said of them. */
static struct err stock_of(struct call *call, const struct draw_commit *ask,
                           struct stock *stock, char *hash)
{
    struct rows found;

    TRY(list(call, &SQL_draw_stock, FROM(draw_commit, ask), &stock_flat_shape,
             &found));
    if (found.count > DRAW_MOST)
        return fail(CODE_CONFLICT, "more flats than one draw can hold wait in "
                                   "the project");
    const struct stock_flat *at = found.at;
    struct id *ids = arena_alloc(call->arena, (found.count + 1) * sizeof *ids);
    const char **lines =
        arena_alloc(call->arena, (found.count + 1) * sizeof *lines);
    for (size_t i = 0; i < found.count; i++) {
        ids[i] = at[i].flat;
        lines[i] = at[i].line;
    }
    draw_roster_hash(lines, found.count, hash, call->arena);
    *stock = (struct stock){ ask->id, { ids, found.count } };
    return OK;
}

struct err cmd_draw_commit(struct call *call, const void *body)
{
    const struct draw_commit *ask = body;
    const char *secret = seal_secret(call->arena);
    char *roster_hash = arena_alloc(call->arena, DRAW_HASH);
    char *secret_hash = arena_alloc(call->arena, DRAW_HASH);
    char *stock_hash = arena_alloc(call->arena, DRAW_HASH);
    struct stock stock;
    struct rows found;

    if (!call->seal)
        return fail(CODE_FAULT, "the field key is missing");
    TRY(list(call, &SQL_draw_waiting, FROM(draw_commit, ask), &waiting_shape,
             &found));
    TRY(draw_may_commit(day_of(call->now), ask->drawn_on, found.count));
    struct roster roster = enlist(call, ask->id, found, roster_hash);
    TRY(stock_of(call, ask, &stock, stock_hash));
    draw_hash(secret, secret_hash);
    struct draw_row row = {
        .id = ask->id,
        .project = ask->project,
        .community = ask->community,
        .name = ask->name,
        .algorithm = DRAW_ALGORITHM,
        .roster_hash = roster_hash,
        .secret_hash = secret_hash,
        .source = ask->source,
        .drawn_on = ask->drawn_on,
        .committed_by = call->actor,
        .committed_at = call->now,
        .stock_hash = stock_hash,
        .take = ask->take ? ask->take : 1,
    };
    TRY(seal_field(call, "draw.secret", ask->id, secret, &row.secret_sealed));
    TRY(store(call, &SQL_draw_add, FROM(draw_row, &row)));
    TRY(store_any(call, &SQL_draw_roster_add, FROM(roster, &roster)));
    if (stock.flats.count)
        TRY(store_any(call, &SQL_draw_flat_add, FROM(stock, &stock)));

    struct draw_news news = { ask->id, ask->project };
    TRY(emit(call, "draw.committed", ask->id, FROM(draw_news, &news)));
    struct draw_committed answer = {
        .draw = ask->id,
        .households = (int64_t)found.count,
        .roster_hash = roster_hash,
        .flats = (int64_t)stock.flats.count,
        .stock_hash = stock_hash,
        .secret_hash = secret_hash,
    };
    return reply(call, FROM(draw_committed, &answer));
}

/* ------------------------------------------------------------- draw.reveal */

struct draw_id {
    struct id draw;
};
static const struct field draw_id_fields[] = {
    FIELD(draw_id, draw),
};
const struct shape draw_id_shape = SHAPE(draw_id);

struct draw_reveal {
    struct id draw;
    const char *value;
};
static const struct field draw_reveal_fields[] = {
    FIELD(draw_reveal, draw),
    FIELD(draw_reveal, value, .max = VALUE_MAX),
};
const struct shape draw_reveal_shape = SHAPE(draw_reveal);

struct draw_revealed {
    struct id draw;
    int64_t households;
    const char *secret;
};
static const struct field draw_revealed_fields[] = {
    FIELD(draw_revealed, draw),
    FIELD(draw_revealed, households),
    FIELD(draw_revealed, secret),
};
const struct shape draw_revealed_shape = SHAPE(draw_revealed);

struct draw_taken {
    struct id id;
    struct id project;
    const char *roster_hash;
    const char *secret_hash;
    struct bytes secret_sealed;
    struct day drawn_on;
    struct id committed_by;
    bool revealed;
    bool voided;
    int64_t households;
};
static const struct field draw_taken_fields[] = {
    FIELD(draw_taken, id),
    FIELD(draw_taken, project),
    FIELD(draw_taken, roster_hash),
    FIELD(draw_taken, secret_hash),
    FIELD(draw_taken, secret_sealed),
    FIELD(draw_taken, drawn_on),
    FIELD(draw_taken, committed_by),
    FIELD(draw_taken, revealed),
    FIELD(draw_taken, voided),
    FIELD(draw_taken, households),
};
static const struct shape draw_taken_shape = SHAPE(draw_taken);

struct draw_end {
    struct id draw;
    const char *value;
    const char *secret;
    struct id by;
    struct moment at;
    const char *reason;
};
static const struct field draw_end_fields[] = {
    FIELD(draw_end, draw),      OPTIONAL(draw_end, value),
    OPTIONAL(draw_end, secret), FIELD(draw_end, by),
    FIELD(draw_end, at),        OPTIONAL(draw_end, reason),
};
static const struct shape draw_end_shape = SHAPE(draw_end);

struct places {
    struct id draw;
    const char *order; /* positions on the roster, by commas */
};
static const struct field places_fields[] = {
    FIELD(places, draw),
    FIELD(places, order, .max = PLACES_TEXT),
};
static const struct shape places_shape = SHAPE(places);

static struct err take(struct call *call, struct id draw,
                       struct draw_taken *taken)
{
    struct draw_id key = { draw };

    return fetch(call, &SQL_draw_locked, FROM(draw_id, &key),
                 INTO(draw_taken, taken));
}

static struct draw_standing standing_of(const struct draw_taken *taken)
{
    return (struct draw_standing){ taken->committed_by, taken->drawn_on,
                                   taken->revealed, taken->voided };
}

static const char *positions(const struct draw_taken *taken, const char *secret,
                             const char *value, struct arena *arena)
{
    size_t count = (size_t)taken->households, end = 0;
    size_t *order = arena_alloc(arena, count * sizeof *order);
    char *text = arena_alloc(arena, count * POSITION_TEXT + 1);

    draw_order(taken->roster_hash, secret, value, count, order, arena);
    for (size_t i = 0; i < count; i++) {
        const char *one = arena_format(arena, i ? ",%zu" : "%zu", order[i]);
        size_t size = strlen(one);
        memcpy(text + end, one, size);
        end += size;
    }
    text[end] = '\0';
    return text;
}

struct err cmd_draw_reveal(struct call *call, const void *body)
{
    const struct draw_reveal *ask = body;
    char hash[DRAW_HASH];
    struct draw_taken taken;
    const char *secret;

    TRY(take(call, ask->draw, &taken));
    struct draw_standing standing = standing_of(&taken);
    TRY(draw_may_reveal(&standing, call->actor, day_of(call->now)));
    TRY(open_field(call, "draw.secret", taken.id, taken.secret_sealed,
                   &secret));
    draw_hash(secret, hash);
    if (strcmp(hash, taken.secret_hash) != 0)
        return fail(CODE_FAULT, "the secret is not the one that was committed "
                                "to; the draw can only be declared void");
    struct draw_end end = { .draw = taken.id,
                            .value = ask->value,
                            .secret = secret,
                            .by = call->actor,
                            .at = call->now };
    struct places places = { taken.id, positions(&taken, secret, ask->value,
                                                 call->arena) };
    TRY(store(call, &SQL_draw_reveal, FROM(draw_end, &end)));
    TRY(store_any(call, &SQL_draw_place_add, FROM(places, &places)));

    struct draw_news news = { taken.id, taken.project };
    TRY(emit(call, "draw.revealed", taken.id, FROM(draw_news, &news)));
    struct draw_revealed answer = { taken.id, taken.households, secret };
    return reply(call, FROM(draw_revealed, &answer));
}

/* --------------------------------------------------------------- draw.void */

struct draw_void {
    struct id draw;
    const char *reason;
};
static const struct field draw_void_fields[] = {
    FIELD(draw_void, draw),
    FIELD(draw_void, reason, .max = 200),
};
const struct shape draw_void_shape = SHAPE(draw_void);

struct err cmd_draw_void(struct call *call, const void *body)
{
    const struct draw_void *ask = body;
    struct draw_taken taken;

    TRY(take(call, ask->draw, &taken));
    if (taken.revealed || taken.voided)
        return fail(CODE_CONFLICT, "this draw has ended, and stands as it is");
    struct draw_end end = { .draw = taken.id,
                            .by = call->actor,
                            .at = call->now,
                            .reason = ask->reason };
    TRY(store(call, &SQL_draw_void, FROM(draw_end, &end)));
    struct draw_news news = { taken.id, taken.project };
    TRY(emit(call, "draw.voided", taken.id, FROM(draw_news, &news)));
    struct draw_id answer = { taken.id };
    return reply(call, FROM(draw_id, &answer));
}

/* --------------------------------------------------- draw.show, draw.list */

struct draw_full {
    struct id id;
    struct id project;
    struct id community;
    const char *name;
    const char *algorithm;
    const char *source;
    struct day drawn_on;
    struct moment committed_at;
    const char *roster_hash;
    const char *stock_hash; /* NULL: of before there was a stock */
    const char *secret_hash;
    const char *value;
    const char *secret;
    struct moment revealed_at;
    struct moment voided_at;
    const char *void_reason;
    struct json roster; /* the households' numbers */
    struct json stock;  /* the flats, a line each  */
    int64_t take;       /* flats to a household    */
    struct json order;  /* the same, as they choose; none before the end */
};
static const struct field draw_full_fields[] = {
    FIELD(draw_full, id),           FIELD(draw_full, project),
    OPTIONAL(draw_full, community), FIELD(draw_full, name),
    FIELD(draw_full, algorithm),    FIELD(draw_full, source),
    FIELD(draw_full, drawn_on),     FIELD(draw_full, committed_at),
    FIELD(draw_full, roster_hash),  OPTIONAL(draw_full, stock_hash),
    FIELD(draw_full, secret_hash),  OPTIONAL(draw_full, value),
    OPTIONAL(draw_full, secret),    OPTIONAL(draw_full, revealed_at),
    OPTIONAL(draw_full, voided_at), OPTIONAL(draw_full, void_reason),
    FIELD(draw_full, roster),       OPTIONAL(draw_full, stock),
    FIELD(draw_full, take),         OPTIONAL(draw_full, order),
};
const struct shape draw_full_shape = SHAPE(draw_full);

struct err cmd_draw_show(struct call *call, const void *body)
{
    struct draw_full full;

    TRY(fetch(call, then(call, &SQL_draw_show), FROM(draw_id, body),
              INTO(draw_full, &full)));
    return reply(call, FROM(draw_full, &full));
}

struct draw_ask {
    struct id project;
};
static const struct field draw_ask_fields[] = {
    FIELD(draw_ask, project),
};
const struct shape draw_ask_shape = SHAPE(draw_ask);

struct draw_line {
    struct id id;
    const char *name;
    struct day drawn_on;
    struct moment committed_at;
    struct moment revealed_at;
    struct moment voided_at;
    int64_t households;
};
static const struct field draw_line_fields[] = {
    FIELD(draw_line, id),
    FIELD(draw_line, name),
    FIELD(draw_line, drawn_on),
    FIELD(draw_line, committed_at),
    OPTIONAL(draw_line, revealed_at),
    OPTIONAL(draw_line, voided_at),
    FIELD(draw_line, households),
};
static const struct shape draw_line_shape = SHAPE(draw_line);

struct draw_page {
    struct rows draws;
};
static const struct field draw_page_fields[] = {
    FIELD(draw_page, draws, .shape = &draw_line_shape, .max = DRAWS_MAX),
};
const struct shape draw_page_shape = SHAPE(draw_page);

struct err cmd_draw_list(struct call *call, const void *body)
{
    struct draw_page page;

    TRY(list(call, then(call, &SQL_draw_list), FROM(draw_ask, body),
             &draw_line_shape, &page.draws));
    return reply(call, FROM(draw_page, &page));
}
