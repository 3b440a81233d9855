#include "services/cases/satisfaction/result.h"

#include "services/cases/satisfaction/rules.h"
#include "services/cases/satisfaction/store_sql.h"

/* --------------------------------------------------------- satisfaction.list
 */

struct satisfaction_project {
    struct id project;
};
static const struct field satisfaction_project_fields[] = {
    FIELD(satisfaction_project, project),
};
const struct shape satisfaction_project_shape = SHAPE(satisfaction_project);

struct round_row {
    struct id round;
    const char *name;
    struct moment opened_at;
    struct moment closes_at;
    struct moment closed_at;
};
static const struct field round_row_fields[] = {
    FIELD(round_row, round),        FIELD(round_row, name),
    FIELD(round_row, opened_at),    FIELD(round_row, closes_at),
    OPTIONAL(round_row, closed_at),
};
static const struct shape round_row_shape = SHAPE(round_row);

struct satisfaction_page {
    struct rows rounds;
};
static const struct field satisfaction_page_fields[] = {
    FIELD(satisfaction_page, rounds, .shape = &round_row_shape),
};
const struct shape satisfaction_page_shape = SHAPE(satisfaction_page);

struct err cmd_satisfaction_list(struct call *call, const void *body)
{
    struct satisfaction_page page;

    TRY(list(call, &SQL_satisfaction_rounds, FROM(satisfaction_project, body),
             &round_row_shape, &page.rounds));
    return reply(call, FROM(satisfaction_page, &page));
}

/* --------------------------------------------------------- satisfaction.show
 */

/* What is counted; the last three are bound by the rules' numbers. */
struct satisfaction_ask {
    struct id round;
    int64_t many;
    int64_t good;
    int64_t pressed;
};
enum { ASK_BOUND = 3 };
static const struct field satisfaction_ask_fields[] = {
    FIELD(satisfaction_ask, round),
    FIELD(satisfaction_ask, many),
    FIELD(satisfaction_ask, good),
    FIELD(satisfaction_ask, pressed),
};
static const struct shape tally_key_shape = SHAPE(satisfaction_ask);
const struct shape satisfaction_ask_shape =
    SHAPE_PART("satisfaction_ask", satisfaction_ask, ASK_BOUND);

static const struct field satisfaction_tally_fields[] = {
    FIELD(satisfaction_tally, community),
    FIELD(satisfaction_tally, community_name),
    FIELD(satisfaction_tally, tokens),
    FIELD(satisfaction_tally, said),
    FIELD(satisfaction_tally, beside_staff),
    FIELD(satisfaction_tally, of_one_device),
    FIELD(satisfaction_tally, answers),
    FIELD(satisfaction_tally, good),
    FIELD(satisfaction_tally, respect),
    FIELD(satisfaction_tally, clarity),
    FIELD(satisfaction_tally, fairness),
    FIELD(satisfaction_tally, promise),
    FIELD(satisfaction_tally, quality),
    FIELD(satisfaction_tally, quality_answers),
    FIELD(satisfaction_tally, pressed),
};
static const struct shape satisfaction_tally_shape = SHAPE(satisfaction_tally);

/* Of each item the share that gave it four or five. */
struct told {
    struct id community; /* none: of all */
    const char *community_name;
    int64_t households; /* that were asked */
    int64_t answers;    /* that count      */
    struct rate answered;
    struct rate satisfied; /* the headline, and its 95 % interval */
    struct rate satisfied_low;
    struct rate satisfied_high;
    struct rate pressed; /* felt pressure: 3 and more of 5 */
    bool commendable;    /* nobody felt pressure           */
    struct rate respect;
    struct rate clarity;
    struct rate fairness;
    struct rate promise;
    const char *quality; /* of all alone, a rate; none: too few live in a new
                            home */
};
#define TOLD_FIELDS                                                            \
    FIELD(told, households), FIELD(told, answers), FIELD(told, answered),      \
        FIELD(told, satisfied), FIELD(told, satisfied_low),                    \
        FIELD(told, satisfied_high), FIELD(told, pressed),                     \
        FIELD(told, commendable), FIELD(told, respect), FIELD(told, clarity),  \
        FIELD(told, fairness), FIELD(told, promise)

static const struct field told_fields[] = {
    FIELD(told, community),
    FIELD(told, community_name),
    TOLD_FIELDS,
};
static const struct shape told_shape = SHAPE(told);

static const struct field whole_fields[] = {
    TOLD_FIELDS,
    OPTIONAL(told, quality),
};
static const struct shape whole_shape = {
    .name = "satisfaction_whole",
    .size = sizeof(struct told),
    .fields = whole_fields,
    .count = sizeof whole_fields / sizeof *whole_fields,
};

struct satisfaction_result {
    struct id round;
    struct id project;
    const char *name;
    struct moment closed_at;
    int64_t households;    /* that were asked              */
    int64_t said;          /* answers in all; not counted: */
    int64_t beside_staff;  /* somebody of the office stood by */
    int64_t of_one_device; /* five and more of one device     */
    struct rows whole;     /* one, or none: too few have answered */
    struct rows communities;
    int64_t held_back; /* communities of which too few have answered */
};
static const struct field satisfaction_result_fields[] = {
    FIELD(satisfaction_result, round),
    FIELD(satisfaction_result, project),
    FIELD(satisfaction_result, name),
    FIELD(satisfaction_result, closed_at),
    FIELD(satisfaction_result, households),
    FIELD(satisfaction_result, said),
    FIELD(satisfaction_result, beside_staff),
    FIELD(satisfaction_result, of_one_device),
    FIELD(satisfaction_result, whole, .shape = &whole_shape),
    FIELD(satisfaction_result, communities, .shape = &told_shape),
    FIELD(satisfaction_result, held_back),
};
const struct shape satisfaction_result_shape = SHAPE(satisfaction_result);

struct round_full {
    struct id round;
    struct id project;
    const char *name;
    struct moment closes_at;
    struct moment closed_at;
};
static const struct field round_full_fields[] = {
    FIELD(round_full, round),        FIELD(round_full, project),
    FIELD(round_full, name),         FIELD(round_full, closes_at),
    OPTIONAL(round_full, closed_at),
};
static const struct shape round_full_shape = SHAPE(round_full);

static struct rate share_of(int64_t part, int64_t of)
{
    return satisfaction_share(part, of).share;
}

static struct told told_of(const struct satisfaction_tally *t,
                           struct arena *arena)
{
    struct satisfaction_share good = satisfaction_share(t->good, t->answers);
    struct told told = {
        .community = t->community,
        .community_name = t->community_name,
        .households = t->tokens,
        .answers = t->answers,
        .answered = share_of(t->answers, t->tokens),
        .satisfied = good.share,
        .satisfied_low = good.low,
        .satisfied_high = good.high,
        .pressed = share_of(t->pressed, t->answers),
        .commendable = t->pressed == 0,
        .respect = share_of(t->respect, t->answers),
        .clarity = share_of(t->clarity, t->answers),
        .fairness = share_of(t->fairness, t->answers),
        .promise = share_of(t->promise, t->answers),
    };

    if (t->quality_answers >= SATISFACTION_SHOWN) {
        char text[VALUE_TEXT_MAX];
        rate_format(share_of(t->quality, t->quality_answers), text);
        told.quality = arena_text(arena, text);
    }
    return told;
}

static void tell_communities(struct call *call, struct rows tallies,
                             struct satisfaction_result *result)
{
    const struct satisfaction_tally *t = tallies.at;
    bool *held = arena_alloc(call->arena, tallies.count + 1);
    struct told *told =
        arena_alloc(call->arena, (tallies.count + 1) * sizeof *told);
    size_t count = 0;

    satisfaction_hold_back(t, tallies.count, held);
    for (size_t i = 0; i < tallies.count; i++) {
        if (held[i])
            result->held_back++;
        else
            told[count++] = told_of(&t[i], call->arena);
    }
    result->communities = (struct rows){ told, count };
}

static void tell_whole(struct call *call, struct rows tallies,
                       struct satisfaction_result *result)
{
    const struct satisfaction_tally *t = tallies.at;
    struct satisfaction_tally all = { 0 };
    struct told *told = arena_alloc(call->arena, sizeof *told);

    for (size_t i = 0; i < tallies.count; i++)
        satisfaction_add(&all, &t[i]);
    result->households = all.tokens;
    result->said = all.said;
    result->beside_staff = all.beside_staff;
    result->of_one_device = all.of_one_device;
    *told = told_of(&all, call->arena);
    result->whole =
        (struct rows){ told, all.answers >= SATISFACTION_SHOWN ? 1 : 0 };
}

static struct err count_round(struct call *call, struct id round,
                              struct satisfaction_result *result)
{
    struct satisfaction_ask key = { round, SATISFACTION_ONE_DEVICE,
                                    SATISFACTION_GOOD, SATISFACTION_PRESSED };
    struct round_full full;
    struct rows tallies;

    struct err err =
        fetch(call, &SQL_satisfaction_round,
              (struct view){ &tally_key_shape, &key }, INTO(round_full, &full));
    if (err.code == CODE_NOT_FOUND)
        return fail_at("round", "没有这一轮调查；satisfaction.list 列出全部");
    TRY(err);
    if (!full.closed_at.us)
        return fail(CODE_CONFLICT, "这一轮调查还没有结束，结束后才公布结果");
    TRY(list(call, &SQL_satisfaction_tally,
             (struct view){ &tally_key_shape, &key }, &satisfaction_tally_shape,
             &tallies));
    *result = (struct satisfaction_result){ .round = full.round,
                                            .project = full.project,
                                            .name = full.name,
                                            .closed_at = full.closed_at };
    tell_communities(call, tallies, result);
    tell_whole(call, tallies, result);
    return OK;
}

struct err cmd_satisfaction_show(struct call *call, const void *body)
{
    struct satisfaction_result result;

    TRY(count_round(call, ((const struct satisfaction_ask *)body)->round,
                    &result));
    return reply(call, FROM(satisfaction_result, &result));
}

/* ------------------------------------------------------ satisfaction.counted
 */

struct err satisfaction_tell(struct call *call, struct id round)
{
    struct satisfaction_result result;

    TRY(count_round(call, round, &result));
    return emit(call, "satisfaction.counted", result.project,
                FROM(satisfaction_result, &result));
}
