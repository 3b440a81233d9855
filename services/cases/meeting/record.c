#include "services/cases/meeting/record.h"

#include "services/cases/meeting/store_sql.h"

#include <string.h>

static const struct field meeting_fields[] = {
    FIELD(meeting, id),          FIELD(meeting, project),
    FIELD(meeting, starts_at),   FIELD(meeting, chair),
    FIELD(meeting, departments), FIELD(meeting, state),
    FIELD(meeting, called_by),   FIELD(meeting, called_at),
    OPTIONAL(meeting, ended_at),
};
const struct shape meeting_shape = SHAPE(meeting);

static const struct field meeting_key_fields[] = {
    FIELD(meeting_key, meeting),
    OPTIONAL(meeting_key, problem),
};
const struct shape meeting_key_shape = SHAPE(meeting_key);

static const struct field meeting_answer_fields[] = {
    FIELD(meeting_answer, id),
    FIELD(meeting_answer, state),
};
const struct shape meeting_answer_shape = SHAPE(meeting_answer);

static const struct field meeting_news_fields[] = {
    FIELD(meeting_news, meeting),    FIELD(meeting_news, project),
    OPTIONAL(meeting_news, problem), OPTIONAL(meeting_news, household),
    FIELD(meeting_news, starts_at),
};
const struct shape meeting_news_shape = SHAPE(meeting_news);

struct err meeting_take(struct call *call, struct id id, struct meeting *m)
{
    struct meeting_key key = { .meeting = id };
    struct err err = fetch(call, &SQL_meeting_locked, FROM(meeting_key, &key),
                           INTO(meeting, m));

    if (err.code == CODE_NOT_FOUND)
        return fail(CODE_NOT_FOUND, "there is no meeting with this id");
    about(call, id);
    return err;
}

struct err meeting_take_open(struct call *call, struct id id, struct meeting *m)
{
    TRY(meeting_take(call, id, m));
    if (strcmp(m->state, "called") == 0)
        return OK;
    return fail(CODE_CONFLICT, "the meeting is over; call another");
}

struct err meeting_put(struct call *call, const struct meeting *m)
{
    return store(call, &SQL_meeting_put, FROM(meeting, m));
}

struct err meeting_reply(struct call *call, const struct meeting *m)
{
    struct meeting_answer said = { m->id, m->state };

    return reply(call, FROM(meeting_answer, &said));
}

struct err meeting_tell(struct call *call, const char *topic,
                        const struct meeting *m, const struct problem *p)
{
    struct meeting_news news = {
        .meeting = m->id,
        .project = m->project,
        .starts_at = m->starts_at,
    };

    if (p) {
        news.problem = p->id;
        news.household = p->matter.household;
    }
    return emit(call, topic, m->id, FROM(meeting_news, &news));
}
