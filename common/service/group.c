#include "common/service/group.h"

#include "common/service/lane.h"
#include "common/service/trip.h"

#include <stdlib.h>

enum { BESIDE = 10 }; /* calls that are worth a group beside another */

struct groups {
    const struct frame *frame;
    size_t most;
    struct lane lane[GROUP_LANES];

    struct task *seats[SEATS]; /* all that were ever taken */
    size_t seat_count;
    struct task *free[SEATS];
    size_t free_count;
    struct task *waiting[SEATS];
    size_t waiting_count;
    struct over over;
};

struct groups *group_open(const struct frame *frame, size_t most,
                          void (*foretell)(struct seat *seat))
{
    struct groups *group = calloc(1, sizeof *group);

    if (!group)
        abort();
    group->frame = frame;
    group->most = most;
    for (size_t i = 0; i < GROUP_LANES; i++)
        lane_open(&group->lane[i], frame, &group->over, foretell);
    return group;
}

void group_close(struct groups **group)
{
    if (!*group)
        return;
    for (size_t i = 0; i < GROUP_LANES; i++)
        lane_close(&(*group)->lane[i]);
    for (size_t i = 0; i < (*group)->seat_count; i++) {
        task_reset((*group)->seats[i]);
        arena_destroy(&(*group)->seats[i]->arena);
        free((*group)->seats[i]);
    }
    free(*group);
    *group = NULL;
}

/* -------------------------------------------------------------------- seats */

static struct task *task_of(struct seat *seat)
{
    return (struct task *)(void *)seat;
}

static struct task *new_task(struct groups *group)
{
    struct task *task = calloc(1, sizeof *task);

    if (!task)
        abort();
    task->arena = arena_new();
    group->seats[group->seat_count++] = task;
    return task;
}

struct seat *group_seat(struct groups *group)
{
    struct task *task = NULL;

    if (group->free_count)
        task = group->free[--group->free_count];
    else if (group->seat_count < SEATS)
        task = new_task(group);
    if (!task)
        return NULL;
    task->seat.errand =
        (struct errand){ .call = call_new(group->frame, NULL, task->arena) };
    task->seat.errand.call.task = task;
    task->seat.ticket = NULL;
    return &task->seat;
}

static uint64_t hash(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

void group_join(struct groups *group, struct seat *seat)
{
    const struct command *command = seat->errand.command;
    const struct field *subject = shape_find(command->body, command->subject);
    struct task *task = task_of(seat);

    task->id = hash(seat->errand.call.id.text);
    task->subject =
        hash(((const struct id *)(const void *)((const char *)seat->errand.body
                                                + subject->offset))
                 ->text);
    group->waiting[group->waiting_count++] = task;
}

void group_leave(struct groups *group, struct seat *seat)
{
    struct task *task = task_of(seat);

    task_reset(task);
    arena_reset(task->arena);
    group->free[group->free_count++] = task;
}

bool group_is_empty(const struct groups *group)
{
    return group->free_count == group->seat_count;
}

bool group_is_open(const struct groups *group)
{
    for (size_t i = 0; i < GROUP_LANES; i++)
        if (group->lane[i].open)
            return true;
    return false;
}

bool group_wants_time(const struct groups *group)
{
    for (size_t i = 0; i < GROUP_LANES; i++)
        if (!group->lane[i].open || group->lane[i].stage != IDLE)
            return true;
    return false;
}

void group_polls(struct groups *group, struct pollfd place[GROUP_LANES])
{
    for (size_t i = 0; i < GROUP_LANES; i++) {
        struct db *db = group->lane[i].db;
        place[i] = (struct pollfd){ .fd = trip_socket(db) };
        if (place[i].fd >= 0)
            place[i].events = trip_events(db);
    }
}

void group_wake(struct groups *group, size_t lane)
{
    group->lane[lane].awake = true;
}

/* ----------------------------------------------------------------- a group */

static bool is_like(const struct task *a, const struct task *b)
{
    return a->id == b->id || a->subject == b->subject;
}

static bool clashes(struct task *const *tasks, size_t count,
                    const struct task *task)
{
    for (size_t i = 0; i < count; i++)
        if (is_like(tasks[i], task))
            return true;
    return false;
}

/* Behind whom it has to wait: the groups under way, those left behind, and
 * whoever is about to be done alone. */
static bool must_wait(const struct groups *group, size_t stay,
                      const struct task *task)
{
    for (size_t i = 0; i < GROUP_LANES; i++)
        if (clashes(group->lane[i].task, group->lane[i].count, task))
            return true;
    for (size_t i = 0; i < group->over.count; i++)
        if (group->over.task[i]->seat.alone
            && is_like(group->over.task[i], task))
            return true;
    return clashes(group->waiting, stay, task);
}

/* From those that wait, a group, in the order of their arrival.  Who finds a
 * call of his own subject or id before him, under way or left behind, waits
 * for the next one: calls of one subject never overtake each other. */
static void gather(struct groups *group, struct lane *lane)
{
    size_t stay = 0;

    for (size_t i = 0; i < group->waiting_count; i++) {
        struct task *task = group->waiting[i];
        task->seat.err = call_in_time(&task->seat.errand);
        if (task->seat.err.code)
            over_add(&group->over, task);
        else if (lane->count < group->most && !must_wait(group, stay, task))
            lane->task[lane->count++] = task;
        else
            group->waiting[stay++] = task;
    }
    group->waiting_count = stay;
}

/* Nobody waits for a store that is away: a worker will say so. */
static void send_away(struct groups *group)
{
    for (; group->waiting_count; group->waiting_count--) {
        struct task *task = group->waiting[group->waiting_count - 1];
        task->seat.alone = true;
        over_add(&group->over, task);
    }
}

/* A group goes beside another when it is large enough to be cheap; beside one
 * that has only its commit left, when it is as large as that one: a crowd parts
 * into halves, and none is left with its last one. */
static bool is_worth(const struct groups *group)
{
    for (size_t i = 0; i < GROUP_LANES; i++)
        if (group->lane[i].stage == COMMITTING)
            return group->waiting_count >= group->lane[i].count;
        else if (group->lane[i].stage != IDLE)
            return group->waiting_count >= BESIDE;
    return true;
}

static void advance(struct groups *group)
{
    for (size_t i = 0; i < GROUP_LANES; i++)
        if (group->lane[i].stage != IDLE)
            lane_go_on(&group->lane[i]);
    for (size_t i = 0; i < GROUP_LANES; i++) {
        struct lane *lane = &group->lane[i];
        if (lane->stage != IDLE || !lane_ready(lane) || !is_worth(group))
            continue;
        gather(group, lane);
        if (lane->count)
            lane_start(lane);
    }
    if (!group_is_open(group))
        send_away(group);
}

struct seat *group_work(struct groups *group)
{
    struct over *over = &group->over;

    if (over->told == over->count) {
        over->told = over->count = 0;
        advance(group);
    }
    return over->told < over->count ? &over->task[over->told++]->seat : NULL;
}
