/* A service that does next to nothing: what the frame costs by itself.
 *
 * It answers for `cases` in a store of its own, with tests/bench/serve.sql: a
 * quick command (in a group) and a quick look (a worker's), a slow one, and a
 * reaction whose writes go as one set, as a read model's do. */
#include "common/service/service.h"

struct item {
    struct id subject;
    int64_t kind;
};

static const struct field item_fields[] = {
    FIELD(item, subject),
    OPTIONAL(item, kind, .most = 10),
};
static const struct shape item_shape = SHAPE(item);

#define PARAMS(...)                                                            \
    (const char *const[])                                                      \
    {                                                                          \
        __VA_ARGS__, NULL                                                      \
    }

/* clang-format off */
static const struct statement put_set = {
    .name = "bench_put_set", .params = PARAMS("subject"), .may_miss = true,
    .text = "insert into bench.item select unnest($1::uuid[])"
            " on conflict (id) do nothing",
};
static const struct statement put = {
    .name = "bench_put", .params = PARAMS("subject"), .set = &put_set,
    .text = "insert into bench.item values ($1) on conflict (id) do nothing",
    .may_miss = true,
};
static const struct statement look = {
    .name = "bench_look", .params = PARAMS("subject"),
    .text = "select $1::uuid as subject",
};
static const struct statement wait = {
    .name = "bench_wait", .params = PARAMS("subject"),
    .text = "select $1::uuid as subject from (select pg_sleep(0.1)) s",
};
static const struct statement count_set = {
    .name = "bench_count_set", .params = PARAMS("kind"),
    .text = "insert into bench.tally select kind, count(*)"
            " from unnest($1::bigint[]) kind group by kind on conflict (kind)"
            " do update set seen = tally.seen + excluded.seen",
};
static const struct statement count = {
    .name = "bench_count", .params = PARAMS("kind"), .set = &count_set,
    .text = "insert into bench.tally values ($1, 1) on conflict (kind)"
            " do update set seen = tally.seen + 1",
};
/* clang-format on */

static struct err cmd_item_put(struct call *call, const void *body)
{
    const struct item *item = body;

    TRY(store_any(call, &put, FROM(item, item)));
    return emit(call, "item.seen", item->subject, FROM(item, item));
}

static struct err read_item(struct call *call, const struct statement *sql,
                            const struct item *item)
{
    struct item found;

    TRY(fetch(call, sql, FROM(item, item), INTO(item, &found)));
    return reply(call, FROM(item, &found));
}

static struct err cmd_item_look(struct call *call, const void *body)
{
    return read_item(call, &look, body);
}

static struct err cmd_item_wait(struct call *call, const void *body)
{
    return read_item(call, &wait, body);
}

static struct err on_item_seen(struct call *call, const void *body)
{
    const struct item *item = body;

    return store_any(call, &count, FROM(item, item));
}

int main(void)
{
    static const struct command commands[] = {
        { "item.put", ROLE_ANYONE, &item_shape, cmd_item_put,
          .subject = "subject" },
        { "item.look", ROLE_ANYONE, &item_shape, cmd_item_look, READS },
        { "item.wait", ROLE_ANYONE, &item_shape, cmd_item_wait, READS },
        { 0 },
    };
    static const struct reaction reactions[] = {
        { "cases", "item.seen", &item_shape, on_item_seen },
        { 0 },
    };
    static const struct tiding events[] = {
        { "item.seen", &item_shape },
        { 0 },
    };
    static const struct service bench = {
        .name = "cases",
        .commands = commands,
        .reactions = reactions,
        .events = events,
    };
    return service_main(&bench);
}
