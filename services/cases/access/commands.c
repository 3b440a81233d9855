#include "services/cases/access/commands.h"

#include "common/base/calendar.h"
#include "services/cases/access/rules.h"
#include "services/cases/access/store_sql.h"

/* ------------------------------------------------------------- access.night */

struct access_alarm {
    struct day since;
};
static const struct field access_alarm_fields[] = {
    FIELD(access_alarm, since),
};
const struct shape access_alarm_shape = SHAPE(access_alarm);

struct access_days {
    struct day since;
    struct day until;
};
static const struct field access_days_fields[] = {
    FIELD(access_days, since),
    FIELD(access_days, until),
};
static const struct shape access_days_shape = SHAPE(access_days);

struct access_told {
    struct id member;
    struct day day;
    int64_t households;
    struct moment told_at; /* COUNT_LACKS */
};
enum { COUNT_LACKS = 1 };
static const struct field access_told_fields[] = {
    FIELD(access_told, member),
    FIELD(access_told, day),
    FIELD(access_told, households),
    FIELD(access_told, told_at),
};
static const struct shape access_told_shape = SHAPE(access_told);
static const struct shape access_count_shape =
    SHAPE_PART("access_count", access_told, COUNT_LACKS);

struct access_member {
    struct id member;
};
static const struct field access_member_fields[] = {
    FIELD(access_member, member),
};
static const struct shape access_member_shape = SHAPE(access_member);

struct access_news {
    const char *tell;
    struct id member;
    struct day day;
    int64_t households;
};
static const struct field access_news_fields[] = {
    FIELD(access_news, tell),
    FIELD(access_news, member),
    FIELD(access_news, day),
    FIELD(access_news, households),
};
const struct shape access_news_shape = SHAPE(access_news);

static struct err tell(struct call *call, struct access_told *told)
{
    struct rows added;

    told->told_at = call->now;
    TRY(list(call, &SQL_access_tell, FROM(access_told, told),
             &access_member_shape, &added));
    if (!added.count)
        return OK;
    struct access_news news = { "privacy_officer", told->member, told->day,
                                told->households };
    return emit(call, "access.noticed", told->member, FROM(access_news, &news));
}

struct err on_access_night(struct call *call, const void *body)
{
    struct day since = ((const struct access_alarm *)body)->since;
    struct access_days days = { since, days_after(day_of(call->now), -1) };
    struct access_alarm next = { day_of(call->now) };
    struct rows counted;

    TRY(list(call, &SQL_access_counted, FROM(access_days, &days),
             &access_count_shape, &counted));
    struct access_told *told = counted.at;
    for (size_t i = 0; i < counted.count; i++)
        if (access_is_many(told[i].households))
            TRY(tell(call, &told[i]));
    return alarm_set(call, "access.night", nobody, access_next(call->now),
                     FROM(access_alarm, &next));
}

/* -------------------------------------------------------------- access.list */

struct access_ask {
    struct day since;
};
static const struct field access_ask_fields[] = {
    FIELD(access_ask, since),
};
const struct shape access_ask_shape = SHAPE(access_ask);

struct access_page {
    struct rows members;
};
static const struct field access_page_fields[] = {
    FIELD(access_page, members, .shape = &access_told_shape),
};
const struct shape access_page_shape = SHAPE(access_page);

struct err cmd_access_list(struct call *call, const void *body)
{
    struct access_page page;

    TRY(list(call, &SQL_access_page, FROM(access_ask, body), &access_told_shape,
             &page.members));
    return reply(call, FROM(access_page, &page));
}
