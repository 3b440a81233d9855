/* A service whose reaction to its own event emits the next, so often as it was
 * told: what a chain of reactions takes, without any business in between. */
#include "common/service/service.h"

struct link {
    struct id subject;
    int64_t left;
};

static const struct field link_fields[] = {
    FIELD(link, subject),
    FIELD(link, left),
};
static const struct shape link_shape = SHAPE(link);

static struct err cmd_chain_start(struct call *call, const void *body)
{
    const struct link *link = body;

    return emit(call, "chain.linked", link->subject, FROM(link, link));
}

static struct err on_chain_linked(struct call *call, const void *body)
{
    struct link next = *(const struct link *)body;

    next.left--;
    return emit(call, next.left > 0 ? "chain.linked" : "chain.ended",
                next.subject, FROM(link, &next));
}

int main(void)
{
    static const struct command commands[] = {
        { "chain.start", ROLE_ANYONE, &link_shape, cmd_chain_start },
        { 0 },
    };
    static const struct reaction reactions[] = {
        { "cases", "chain.linked", &link_shape, on_chain_linked },
        { 0 },
    };
    static const struct tiding events[] = {
        { "chain.linked", &link_shape },
        { "chain.ended", &link_shape },
        { 0 },
    };
    static const struct service chain = {
        .name = "cases",
        .commands = commands,
        .reactions = reactions,
        .events = events,
    };
    return service_main(&chain);
}
