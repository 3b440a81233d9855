#include "common/base/flow.h"

#include <stddef.h>
#include <string.h>

static const struct field next_move_fields[] = {
    FIELD(next_move, event),   FIELD(next_move, to),
    FIELD(next_move, who),     FIELD(next_move, open),
    OPTIONAL(next_move, why),  OPTIONAL(next_move, guard),
    OPTIONAL(next_move, from),
};
const struct shape next_move_shape = SHAPE(next_move);

struct hold hold_none(void)
{
    return (struct hold){ 0 };
}

struct hold hold_for(const char *why)
{
    return (struct hold){ .why = why };
}

struct hold hold_until(const char *why, struct moment from, struct arena *arena)
{
    char text[VALUE_TEXT_MAX];

    moment_format_local(from, text);
    return (struct hold){ arena_format(arena, "%s before %s", why, text),
                          from };
}

struct hold hold_unless(bool fine, const char *why)
{
    return fine ? hold_none() : hold_for(why);
}

struct hold hold_wait(struct moment now, struct day since, struct moment until,
                      const char *why, struct arena *arena)
{
    if (!since.number)
        return hold_for(why);
    return now.us < until.us ? hold_until(why, until, arena) : hold_none();
}

static bool has(const struct move *move, unsigned state, unsigned track)
{
    return (move->from & IN(state))
           && (!move->tracks || (move->tracks & IN(track)));
}

static const struct move *find(const struct flow *flow, const struct stand *at,
                               unsigned event)
{
    for (size_t i = 0; i < flow->count; i++)
        if (flow->moves[i].event == event
            && has(&flow->moves[i], at->state, at->track))
            return &flow->moves[i];
    return NULL;
}

/* The first guard that says no, and what it says. */
static struct hold ask(const struct move *move, const struct stand *at,
                       const char **guard, struct arena *arena)
{
    for (size_t i = 0; i < GUARDS_MAX && move->guards[i]; i++) {
        struct hold hold = move->guards[i]->look(at->facts, arena);
        if (hold.why) {
            *guard = move->guards[i]->name;
            return hold;
        }
    }
    *guard = NULL;
    return hold_none();
}

static const char *listed(const char *list, const char *word,
                          struct arena *arena)
{
    return list ? arena_format(arena, "%s, %s", list, word) : word;
}

/* "why; open now: withdraw" */
static struct err refuse(const struct flow *flow, const struct stand *at,
                         const char *why, struct arena *arena)
{
    const char *open = NULL;

    for (size_t i = 0; i < flow->count; i++) {
        const struct move *move = &flow->moves[i];
        const char *guard;
        if (has(move, at->state, at->track)
            && !ask(move, at, &guard, arena).why)
            open = listed(open, flow->events[move->event], arena);
    }
    return fail(CODE_CONFLICT, arena_format(arena, "%s; open now: %s", why,
                                            open ? open : "nothing yet"));
}

static unsigned target(const struct move *move, const struct stand *at)
{
    return move->to == FLOW_STAYS ? at->state : move->to;
}

bool flow_state(const struct flow *flow, const char *name, unsigned *state)
{
    *state = 0;
    while (flow->states[*state] && strcmp(flow->states[*state], name) != 0)
        ++*state;
    return flow->states[*state];
}

struct err flow_move(const struct flow *flow, const struct stand *at,
                     unsigned event, unsigned *to, struct arena *arena)
{
    const struct move *move = find(flow, at, event);
    const char *guard;

    if (!move)
        return refuse(flow, at,
                      arena_format(arena, "from %s there is no %s",
                                   flow->states[at->state],
                                   flow->events[event]),
                      arena);
    if (!(move->who & at->roles))
        return fail(CODE_DENIED,
                    arena_format(arena, "%s is for: %s", flow->events[event],
                                 roles_text(move->who, ", ", arena)));
    struct hold hold = ask(move, at, &guard, arena);
    if (hold.why)
        return refuse(flow, at, hold.why, arena);
    *to = target(move, at);
    return OK;
}

struct next_moves flow_moves(const struct flow *flow, const struct stand *at,
                             struct arena *arena)
{
    struct next_moves next = { 0 };

    for (size_t i = 0; i < flow->count && next.count < NEXT_MAX; i++) {
        const struct move *move = &flow->moves[i];
        const char *guard;
        if (!has(move, at->state, at->track))
            continue;
        struct hold hold = ask(move, at, &guard, arena);
        next.at[next.count++] = (struct next_move){
            .event = flow->events[move->event],
            .to = flow->states[target(move, at)],
            .who = roles_text(move->who, ", ", arena),
            .open = !hold.why,
            .why = hold.why,
            .guard = guard,
            .from = hold.from,
        };
    }
    return next;
}

/* ------------------------------------------------------------ a table's own */

static unsigned count_names(const char *const *names)
{
    unsigned count = 0;

    while (names && names[count])
        count++;
    return count;
}

static bool overlap(const struct move *a, const struct move *b)
{
    return a->event == b->event && (a->from & b->from)
           && (!a->tracks || !b->tracks || (a->tracks & b->tracks));
}

static const char *row_fault(const struct flow *flow, size_t row)
{
    const struct move *move = &flow->moves[row];
    unsigned states = count_names(flow->states);

    if (move->event >= count_names(flow->events))
        return "has an event without a name";
    if (!move->from || (states < FLOW_STATES_MAX && move->from >> states))
        return "comes from no state that has a name";
    if (move->to != FLOW_STAYS && (move->to == 0 || move->to >= states))
        return "leads to no state that has a name";
    if (!move->who)
        return "is for nobody";
    for (size_t i = 0; i < row; i++)
        if (overlap(&flow->moves[i], move))
            return "says again what an earlier row says";
    return NULL;
}

/* The states that can be reached from none. */
static flow_set reached(const struct flow *flow)
{
    flow_set seen = IN(0);
    flow_set before;

    do {
        before = seen;
        for (size_t i = 0; i < flow->count; i++)
            if (flow->moves[i].to != FLOW_STAYS && (flow->moves[i].from & seen))
                seen |= IN(flow->moves[i].to);
    } while (seen != before);
    return seen;
}

const char *flow_fault(const struct flow *flow, struct arena *arena)
{
    unsigned states = count_names(flow->states);
    flow_set seen;

    if (states != count_names(flow->labels))
        return "the labels are not as many as the states";
    if (states > FLOW_STATES_MAX)
        return "there are too many states";
    for (size_t row = 0; row < flow->count; row++) {
        const char *fault = row_fault(flow, row);
        if (fault)
            return arena_format(arena, "row %zu %s", row, fault);
    }
    seen = reached(flow);
    for (unsigned state = 0; state < states; state++)
        if (!(seen & IN(state)))
            return arena_format(arena, "%s cannot be reached",
                                flow->states[state]);
    return NULL;
}
