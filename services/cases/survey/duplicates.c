#include "services/cases/survey/duplicates.h"

#include "services/cases/survey/store_sql.h"

enum { PAGE = 50, PAGE_MAX = 200 };

struct survey_duplicates {
    struct id project;
    bool across; /* of two communities only */
    const char *after_no;
    const char *after_other;
    int64_t limit;
};

static const struct field survey_duplicates_fields[] = {
    FIELD(survey_duplicates, project),
    OPTIONAL(survey_duplicates, across),
    OPTIONAL(survey_duplicates, after_no, .max = 40),
    OPTIONAL(survey_duplicates, after_other, .max = 40),
    OPTIONAL(survey_duplicates, limit, .least = 1, .most = PAGE_MAX),
};
const struct shape survey_duplicates_shape = SHAPE(survey_duplicates);

static const struct field survey_pair_fields[] = {
    FIELD(survey_pair, no),       FIELD(survey_pair, community),
    FIELD(survey_pair, other_no), FIELD(survey_pair, other_community),
    FIELD(survey_pair, same),
};
static const struct shape survey_pair_shape = SHAPE(survey_pair);

static const struct field survey_pairs_fields[] = {
    FIELD(survey_pairs, pairs, .shape = &survey_pair_shape),
    OPTIONAL(survey_pairs, next_no),
    OPTIONAL(survey_pairs, next_other),
    OPTIONAL(survey_pairs, watermark),
};
const struct shape survey_pairs_shape = SHAPE(survey_pairs);

struct err cmd_survey_duplicates(struct call *call, const void *body)
{
    struct survey_duplicates ask = *(const struct survey_duplicates *)body;
    struct survey_pairs answer = { 0 };

    if (!ask.limit)
        ask.limit = PAGE;
    about(call, ask.project);
    TRY(list(call, &SQL_survey_duplicates, FROM(survey_duplicates, &ask),
             &survey_pair_shape, &answer.pairs));
    if ((int64_t)answer.pairs.count == ask.limit) {
        const struct survey_pair *rows = answer.pairs.at;
        answer.next_no = rows[ask.limit - 1].no;
        answer.next_other = rows[ask.limit - 1].other_no;
    }
    return reply(call, FROM(survey_pairs, &answer));
}
