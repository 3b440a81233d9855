#include "services/cases/satisfaction/commands.h"

#include "common/base/text.h"
#include "common/service/seal.h"
#include "services/cases/satisfaction/result.h"
#include "services/cases/satisfaction/rules.h"
#include "services/cases/satisfaction/store_sql.h"

/* --------------------------------------------------------- satisfaction.open
 */

struct satisfaction_open {
    struct id project;
    const char *name;
    struct moment closes_at;
    /* OPEN_GIVEN by the register: */
    struct id id;
    struct id opened_by;
    struct moment opened_at;
};
enum { OPEN_GIVEN = 3 };
static const struct field satisfaction_open_fields[] = {
    FIELD(satisfaction_open, project),
    FIELD(satisfaction_open, name, .max = 60),
    FIELD(satisfaction_open, closes_at),
    FIELD(satisfaction_open, id),
    FIELD(satisfaction_open, opened_by),
    FIELD(satisfaction_open, opened_at),
};
static const struct shape open_row_shape = SHAPE(satisfaction_open);
const struct shape satisfaction_open_shape =
    SHAPE_PART("satisfaction_open", satisfaction_open, OPEN_GIVEN);

struct satisfaction_key {
    struct id round;
};
static const struct field satisfaction_key_fields[] = {
    FIELD(satisfaction_key, round),
};
const struct shape satisfaction_key_shape = SHAPE(satisfaction_key);
const struct shape satisfaction_opened_shape =
    SHAPE_PART("satisfaction_opened", satisfaction_key, 0);

struct err cmd_satisfaction_open(struct call *call, const void *body)
{
    struct satisfaction_open row = *(const struct satisfaction_open *)body;

    TRY(satisfaction_may_run(call->roles));
    if (text_is_blank(row.name))
        return fail_at("name", "请写明这一轮调查的名称，例如“2026年第四季度”");
    TRY(satisfaction_may_last(call->now, row.closes_at));
    row.id = id_new(call->now);
    row.opened_by = call->actor;
    row.opened_at = call->now;
    TRY(store(call, &SQL_satisfaction_open,
              (struct view){ &open_row_shape, &row }));
    struct satisfaction_key key = { row.id };
    TRY(alarm_set(call, "satisfaction.due", row.id, row.closes_at,
                  FROM(satisfaction_key, &key)));
    about(call, row.id);
    return reply(call, (struct view){ &satisfaction_opened_shape, &key });
}

/* ------------------------------------------------------- satisfaction.tokens
 */

struct round_taken {
    struct id project;
    struct moment closes_at;
    struct moment closed_at;
};
static const struct field round_taken_fields[] = {
    FIELD(round_taken, project),
    FIELD(round_taken, closes_at),
    OPTIONAL(round_taken, closed_at),
};
static const struct shape round_taken_shape = SHAPE(round_taken);

static struct err take_round(struct call *call, struct id round,
                             struct round_taken *taken)
{
    struct satisfaction_key key = { round };
    struct err err =
        fetch(call, &SQL_satisfaction_take, FROM(satisfaction_key, &key),
              INTO(round_taken, taken));

    about(call, round);
    return err.code == CODE_NOT_FOUND
               ? fail_at("round", "没有这一轮调查；satisfaction.list 列出全部")
               : err;
}

struct satisfaction_tokens {
    struct id round;
    struct id community;
    struct id project; /* of the round */
};
static const struct field satisfaction_tokens_fields[] = {
    FIELD(satisfaction_tokens, round),
    FIELD(satisfaction_tokens, community),
    FIELD(satisfaction_tokens, project),
};
static const struct shape tokens_key_shape = SHAPE(satisfaction_tokens);
const struct shape satisfaction_tokens_shape =
    SHAPE_PART("satisfaction_tokens", satisfaction_tokens, 1);

struct homes {
    int64_t households;
    bool answered;
};
static const struct field homes_fields[] = {
    FIELD(homes, households),
    FIELD(homes, answered),
};
static const struct shape homes_shape = SHAPE(homes);

struct token_row {
    struct bytes hash;
    struct id round;
    struct id community;
};
static const struct field token_row_fields[] = {
    FIELD(token_row, hash),
    FIELD(token_row, round),
    FIELD(token_row, community),
};
static const struct shape token_row_shape = SHAPE(token_row);

struct letter {
    const char *token;
};
static const struct field letter_fields[] = {
    FIELD(letter, token),
};
static const struct shape letter_shape = SHAPE(letter);

struct satisfaction_letters {
    struct rows letters;
};
static const struct field satisfaction_letters_fields[] = {
    FIELD(satisfaction_letters, letters, .shape = &letter_shape,
          .max = SATISFACTION_HOMES_MOST),
};
const struct shape satisfaction_letters_shape = SHAPE(satisfaction_letters);

static struct bytes hash_of(const struct call *call, const char *token)
{
    return seal_blind(call->seal, "satisfaction.token", token, call->arena);
}

static struct err make_tokens(struct call *call,
                              const struct satisfaction_tokens *key,
                              size_t count, struct satisfaction_letters *made)
{
    struct letter *letter = arena_alloc(call->arena, count * sizeof *letter);
    struct token_row *row = arena_alloc(call->arena, count * sizeof *row);

    for (size_t i = 0; i < count; i++) {
        letter[i].token = seal_secret(call->arena);
        row[i] = (struct token_row){ hash_of(call, letter[i].token), key->round,
                                     key->community };
    }
    made->letters = (struct rows){ letter, count };
    return store_rows(call, &SQL_satisfaction_tokens_add, &token_row_shape,
                      (struct rows){ row, count });
}

struct err cmd_satisfaction_tokens(struct call *call, const void *body)
{
    struct satisfaction_tokens key = *(const struct satisfaction_tokens *)body;
    struct satisfaction_letters made;
    struct round_taken round;
    struct homes homes;

    TRY(satisfaction_may_run(call->roles));
    TRY(take_round(call, key.round, &round));
    key.project = round.project;
    TRY(satisfaction_may_answer(
        false,
        satisfaction_is_over(call->now, round.closes_at, round.closed_at)));
    TRY(fetch(call, &SQL_satisfaction_homes,
              (struct view){ &tokens_key_shape, &key }, INTO(homes, &homes)));
    TRY(satisfaction_may_print(homes.households, homes.answered));
    TRY(store_any(call, &SQL_satisfaction_tokens_drop,
                  FROM(satisfaction_tokens, &key)));
    TRY(make_tokens(call, &key, (size_t)homes.households, &made));
    return reply(call, FROM(satisfaction_letters, &made));
}

/* ------------------------------------------------------- satisfaction.answer
 */

struct satisfaction_answer {
    const char *token;
    int64_t overall;
    int64_t respect;
    int64_t clarity;
    int64_t fairness;
    int64_t pressure; /* 1: none ... 5: much */
    int64_t promise;
    int64_t quality;    /* of the new home; 0: not in one yet */
    bool staff_present; /* somebody of the office stood by   */
    const char *device; /* what a front knows it by, or none */
};
static const struct field satisfaction_answer_fields[] = {
    FIELD(satisfaction_answer, token, .max = 40),
    FIELD(satisfaction_answer, overall, .least = 1, .most = 5),
    FIELD(satisfaction_answer, respect, .least = 1, .most = 5),
    FIELD(satisfaction_answer, clarity, .least = 1, .most = 5),
    FIELD(satisfaction_answer, fairness, .least = 1, .most = 5),
    FIELD(satisfaction_answer, pressure, .least = 1, .most = 5),
    FIELD(satisfaction_answer, promise, .least = 1, .most = 5),
    OPTIONAL(satisfaction_answer, quality, .least = 1, .most = 5),
    OPTIONAL(satisfaction_answer, staff_present),
    OPTIONAL(satisfaction_answer, device, .max = 100),
};
const struct shape satisfaction_answer_shape = SHAPE(satisfaction_answer);

struct satisfaction_thanks {
    const char *thanks;
};
static const struct field satisfaction_thanks_fields[] = {
    FIELD(satisfaction_thanks, thanks),
};
const struct shape satisfaction_thanks_shape = SHAPE(satisfaction_thanks);

struct token_key {
    struct bytes hash;
};
static const struct field token_key_fields[] = {
    FIELD(token_key, hash),
};
static const struct shape token_key_shape = SHAPE(token_key);

struct token_taken {
    struct id round;
    struct id community;
    bool spent;
    struct moment closes_at;
    struct moment closed_at;
};
static const struct field token_taken_fields[] = {
    FIELD(token_taken, round),        FIELD(token_taken, community),
    FIELD(token_taken, spent),        FIELD(token_taken, closes_at),
    OPTIONAL(token_taken, closed_at),
};
static const struct shape token_taken_shape = SHAPE(token_taken);

struct answer_row {
    struct id round;
    struct id community;
    int64_t overall;
    int64_t respect;
    int64_t clarity;
    int64_t fairness;
    int64_t pressure;
    int64_t promise;
    const char *quality;
    bool staff_present;
    struct bytes device;
};
static const struct field answer_row_fields[] = {
    FIELD(answer_row, round),      FIELD(answer_row, community),
    FIELD(answer_row, overall),    FIELD(answer_row, respect),
    FIELD(answer_row, clarity),    FIELD(answer_row, fairness),
    FIELD(answer_row, pressure),   FIELD(answer_row, promise),
    OPTIONAL(answer_row, quality), FIELD(answer_row, staff_present),
    OPTIONAL(answer_row, device),
};
static const struct shape answer_row_shape = SHAPE(answer_row);

struct satisfaction_doubt {
    struct id round;
    int64_t answers;
};
static const struct field satisfaction_doubt_fields[] = {
    FIELD(satisfaction_doubt, round),
    FIELD(satisfaction_doubt, answers),
};
const struct shape satisfaction_doubt_shape = SHAPE(satisfaction_doubt);

struct device_count {
    int64_t answers;
};
static const struct field device_count_fields[] = {
    FIELD(device_count, answers),
};
static const struct shape device_count_shape = SHAPE(device_count);

/* The round is locked, so that one of them is the fifth. */
static struct err doubt(struct call *call, const struct answer_row *row)
{
    struct device_count seen;

    if (!row->device.at)
        return OK;
    TRY(fetch(call, &SQL_satisfaction_device, FROM(answer_row, row),
              INTO(device_count, &seen)));
    if (seen.answers != SATISFACTION_ONE_DEVICE)
        return OK;
    struct satisfaction_doubt news = { row->round, seen.answers };
    return emit(call, "satisfaction.doubted", row->round,
                FROM(satisfaction_doubt, &news));
}

static struct answer_row row_of(const struct call *call,
                                const struct satisfaction_answer *said,
                                const struct token_taken *token)
{
    struct answer_row row = {
        .round = token->round,
        .community = token->community,
        .overall = said->overall,
        .respect = said->respect,
        .clarity = said->clarity,
        .fairness = said->fairness,
        .pressure = said->pressure,
        .promise = said->promise,
        .staff_present = said->staff_present,
    };

    if (said->quality)
        row.quality = arena_format(call->arena, "%d", (int)said->quality);
    if (said->device)
        row.device = seal_blind(
            call->seal, "satisfaction.device",
            arena_format(call->arena, "%s|%s", token->round.text, said->device),
            call->arena);
    return row;
}

struct err cmd_satisfaction_answer(struct call *call, const void *body)
{
    const struct satisfaction_answer *said = body;
    struct token_key key = { hash_of(call, said->token) };
    struct token_taken token;

    /* The audit would say who answered when. */
    if (!is_nobody(call->actor))
        return fail_at("meta.actor",
                       "答卷不记名，不能以任何人的名义提交；网上请退出登录后再"
                       "答，纸质答卷请用只能提交答卷的密钥录入");
    struct err err = fetch(call, &SQL_satisfaction_token, FROM(token_key, &key),
                           INTO(token_taken, &token));

    if (err.code == CODE_NOT_FOUND)
        return fail_at("token", "没有这个答卷码，请照信上的字母和数字再输一遍");
    TRY(err);
    TRY(satisfaction_may_answer(
        token.spent,
        satisfaction_is_over(call->now, token.closes_at, token.closed_at)));
    TRY(store(call, &SQL_satisfaction_spend, FROM(token_key, &key)));
    struct answer_row row = row_of(call, said, &token);
    TRY(store(call, &SQL_satisfaction_add, FROM(answer_row, &row)));
    TRY(doubt(call, &row));
    about(call, token.round);
    struct satisfaction_thanks thanks = { "已收到，谢谢您。没有人知道这是谁的"
                                          "答卷。" };
    return reply(call, FROM(satisfaction_thanks, &thanks));
}

/* ----------------------------------------------------------- its time is over
 */

struct round_close {
    struct id round;
    struct moment now;
};
static const struct field round_close_fields[] = {
    FIELD(round_close, round),
    FIELD(round_close, now),
};
static const struct shape round_close_shape = SHAPE(round_close);

struct err on_satisfaction_due(struct call *call, const void *body)
{
    const struct satisfaction_key *key = body;
    struct round_close row = { key->round, call->now };
    struct round_taken round;

    TRY(take_round(call, key->round, &round));
    if (round.closed_at.us)
        return OK;
    TRY(store(call, &SQL_satisfaction_close, FROM(round_close, &row)));
    return satisfaction_tell(call, key->round);
}
