#include "services/reporting/uptime/alarms.h"

#include "common/service/log.h"
#include "services/reporting/http/door.h"
#include "services/reporting/http/knock.h"
#include "services/reporting/uptime/rules.h"
#include "services/reporting/uptime/store_sql.h"

struct uptime {
    struct moment seen_at; /* 0: never yet */
};
static const struct field uptime_fields[] = {
    OPTIONAL(uptime, seen_at),
};
static const struct shape uptime_shape = SHAPE(uptime);

struct public_outage {
    struct moment since;
    struct moment until;
};
static const struct field public_outage_fields[] = {
    FIELD(public_outage, since),
    FIELD(public_outage, until),
};
const struct shape public_outage_shape = SHAPE(public_outage);

/* Of the one thread that alarms have: the mark that this process made last, and
 * when by knock_us(). */
static struct moment marked;
static int64_t marked_us;

static struct err look_again(struct call *call, int64_t in_s)
{
    struct moment at = { call->now.us + in_s * MICROSECONDS };
    struct nothing nothing = { false };

    return alarm_set(call, "uptime.look", call->subject, at,
                     FROM(nothing, &nothing));
}

struct err on_uptime_look(struct call *call, const void *body)
{
    (void)body;
    call->prepared = http_settings.REDKITE_HTTP_BIND;
    return look_again(call, LOOK_S);
}

struct err act_uptime_look(struct arena *arena, const void *prepared)
{
    return knock(prepared, arena);
}

static struct err mark(struct call *call)
{
    struct uptime now = { call->now };

    TRY(store(call, &SQL_uptime_mark, FROM(uptime, &now)));
    marked = call->now;
    marked_us = knock_us();
    return OK;
}

static struct err tell(struct call *call, int64_t lost)
{
    struct public_outage outage = { { call->now.us - lost }, call->now };

    return emit(call, "public.outage", call->id, FROM(public_outage, &outage));
}

struct err settle_uptime_look(struct call *call, const void *body,
                              struct err acted)
{
    struct nothing nothing = { false };
    bool answers = !acted.code;
    struct uptime last;

    (void)body;
    if (!answers) {
        log_warn("the public door does not answer", "err", acted.why, "hint",
                 "publications run longer when this lasts", NULL);
        TRY(look_again(call, AGAIN_S));
    }
    TRY(fetch(call, &SQL_uptime_seen, FROM(nothing, &nothing),
              INTO(uptime, &last)));
    bool own = last.seen_at.us == marked.us;
    int64_t lost = uptime_lost_us(last.seen_at, call->now,
                                  own ? knock_us() - marked_us : -1, answers);
    if (answers || lost)
        TRY(mark(call));
    return lost ? tell(call, lost) : OK;
}
