#include "services/cases/survey/alike.h"

#include "services/cases/export/commands.h"
#include "services/cases/search/rules.h"
#include "services/cases/survey/duplicates.h"
#include "services/cases/survey/store_sql.h"

#include <string.h>

/* Of so many heads some four million pairs are compared in one call. */
enum { PAGE = EXPORT_ROWS / 2, PAGE_MAX = 200, HEADS_MAX = 3000 };

struct survey_alike {
    struct id community;
    const char *after_no;
    const char *after_other;
    int64_t limit;
    struct id export;
    int64_t heads;
};

static const struct field survey_alike_fields[] = {
    FIELD(survey_alike, community),
    OPTIONAL(survey_alike, after_no, .max = 40),
    OPTIONAL(survey_alike, after_other, .max = 40),
    OPTIONAL(survey_alike, limit, .least = 1, .most = PAGE_MAX),
    OPTIONAL(survey_alike, export),
    /* ONLY_BOUND from here on: never read from the wire */
    FIELD(survey_alike, heads),
};
enum { ONLY_BOUND = 1 };
static const struct shape survey_alike_bound_shape = SHAPE(survey_alike);
const struct shape survey_alike_shape =
    SHAPE_PART("survey_alike", survey_alike, ONLY_BOUND);

struct survey_head {
    struct id household;
    const char *no;
    struct id community;
    const char *community_name;
    struct bytes name;
    struct bytes address_blind;
};

static const struct field survey_head_fields[] = {
    FIELD(survey_head, household), FIELD(survey_head, no),
    FIELD(survey_head, community), FIELD(survey_head, community_name),
    FIELD(survey_head, name),      OPTIONAL(survey_head, address_blind),
};
static const struct shape survey_head_shape = SHAPE(survey_head);

static bool same_address(const struct survey_head *a,
                         const struct survey_head *b)
{
    struct bytes x = a->address_blind, y = b->address_blind;

    return x.at && y.at && x.size == y.size && memcmp(x.at, y.at, x.size) == 0;
}

/* What the two have in common, or NULL when nobody needs to look. */
static const char *common_of(const struct survey_head *a,
                             const struct survey_head *b, int apart,
                             struct id community)
{
    bool here =
        id_same(a->community, community) && id_same(b->community, community);

    if (apart > 1)
        return NULL;
    if (same_address(a, b))
        return apart ? "name_alike,address" : "name,address";
    if (!here)
        return NULL;
    return apart ? "name_alike" : "name";
}

static bool is_after(const struct survey_alike *ask,
                     const struct survey_head *a, const struct survey_head *b)
{
    int no = strcmp(a->no, ask->after_no ? ask->after_no : "");

    if (no != 0)
        return no > 0;
    return strcmp(b->no, ask->after_other ? ask->after_other : "") > 0;
}

/* The pairs of a page, in the order of their numbers. */
static struct rows pairs_of(struct call *call, const struct survey_alike *ask,
                            struct rows heads, const struct spelling *names)
{
    const struct survey_head *head = heads.at;
    size_t most = (size_t)ask->limit, count = 0;
    struct survey_pair *pairs = arena_alloc(call->arena, sizeof *pairs * most);

    for (size_t i = 0; i < heads.count; i++)
        for (size_t j = i + 1; j < heads.count && count < most; j++) {
            int apart = spellings_apart(&names[i], &names[j]);
            const char *same =
                common_of(&head[i], &head[j], apart, ask->community);
            if (same && is_after(ask, &head[i], &head[j]))
                pairs[count++] = (struct survey_pair){
                    .no = head[i].no,
                    .community = head[i].community_name,
                    .other_no = head[j].no,
                    .other_community = head[j].community_name,
                    .same = same,
                    .household = head[i].household,
                    .other = head[j].household,
                };
        }
    return (struct rows){ pairs, count };
}

static struct err open_names(struct call *call, struct rows heads,
                             struct spelling *names)
{
    const struct survey_head *head = heads.at;

    for (size_t i = 0; i < heads.count; i++) {
        const char *name;
        TRY(open_field(call, "household_person.name", head[i].household,
                       head[i].name, &name));
        names[i] = spelling_of(name, call->arena);
    }
    return OK;
}

/* Both households of a pair are shown, and counted (R-LEAK). */
static struct err count_shown(struct call *call, const struct survey_alike *ask,
                              struct survey_pairs *answer)
{
    const struct survey_pair *pair = answer->pairs.at;
    size_t pairs = answer->pairs.count;
    struct id *ids = arena_alloc(call->arena, sizeof *ids * (2 * pairs + 1));

    for (size_t i = 0; i < pairs; i++) {
        ids[2 * i] = pair[i].household;
        ids[2 * i + 1] = pair[i].other;
    }
    struct export_look look = { .list = EXPORT_ALIKE,
                                .by = ask->export,
                                .households = { ids, 2 * pairs },
                                .goes_on = ask->after_no || ask->after_other };
    return export_show(call, &look, &answer->watermark);
}

struct err cmd_survey_alike(struct call *call, const void *body)
{
    struct survey_alike ask = *(const struct survey_alike *)body;
    struct survey_pairs answer = { 0 };
    struct rows heads;

    ask.limit = ask.limit ? ask.limit : PAGE;
    ask.heads = HEADS_MAX + 1;
    about(call, ask.community);
    TRY(list(call, &SQL_survey_heads,
             (struct view){ &survey_alike_bound_shape, &ask },
             &survey_head_shape, &heads));
    if (heads.count > HEADS_MAX)
        return fail_at("community", "has more than 3000 households to hold "
                                    "against each other; use "
                                    "survey.duplicates");
    struct spelling *names =
        arena_alloc(call->arena, sizeof *names * (heads.count + 1));
    TRY(open_names(call, heads, names));
    answer.pairs = pairs_of(call, &ask, heads, names);
    if ((int64_t)answer.pairs.count == ask.limit) {
        const struct survey_pair *rows = answer.pairs.at;
        answer.next_no = rows[ask.limit - 1].no;
        answer.next_other = rows[ask.limit - 1].other_no;
    }
    TRY(count_shown(call, &ask, &answer));
    return reply(call, FROM(survey_pairs, &answer));
}
