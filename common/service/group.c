#include "common/service/group.h"

#include "common/service/bind.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"
#include "common/service/task.h"
#include "common/service/trip.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SEATS = 512, REPLAN_MS = 60000, SILENCE_MS = 6000 };

enum stage {
    IDLE,
    ASKING,   /* what the handlers want to read is on its way    */
    CHECKING, /* what they write, to see that all of it was there */
    COMMITTING,
    ROLLING_BACK,
};

struct groups {
    const struct frame *frame;
    struct db_place place;
    struct db *db;
    struct arena *arena; /* of this group's sets */
    size_t most;
    enum stage stage;
    bool open;
    bool first; /* the first trip: it has brought who was answered before */
    bool check; /* a write may turn out to have written nothing           */
    int64_t replan_ms, replan_pause_ms;
    int64_t heard_ms; /* the store said something, or a trip departed */

    struct task *seats[SEATS]; /* all that were ever taken */
    size_t seat_count;
    struct task *free[SEATS];
    size_t free_count;
    struct task *waiting[SEATS];
    size_t waiting_count;
    struct task *task[GROUP_MAX]; /* this group */
    size_t count;
    struct task *over[SEATS]; /* to be told by group_work() */
    size_t over_count, over_told;

    PGresult *seen;   /* the answers given before  */
    struct set *sets; /* what was read for many at once, the last one first */
};

/* One read for many tasks: number n of them is member[n - 1]. */
struct set {
    struct set *next;
    PGresult *result;
    struct want **member;
    size_t count;
    bool shared_out;
};

struct groups *group_open(const struct frame *frame, size_t most)
{
    struct groups *group = calloc(1, sizeof *group);

    if (!group)
        abort();
    group->frame = frame;
    group->most = most;
    group->place = frame->place;
    group->place.manner = DB_GROUP;
    group->arena = arena_new();
    group->db = db_open(&group->place, group->arena);
    return group;
}

static void drop_results(struct groups *group)
{
    PQclear(group->seen);
    group->seen = NULL;
    for (; group->sets; group->sets = group->sets->next)
        PQclear(group->sets->result);
}

void group_close(struct groups **group)
{
    if (!*group)
        return;
    drop_results(*group);
    for (size_t i = 0; i < (*group)->seat_count; i++) {
        task_reset((*group)->seats[i]);
        arena_destroy(&(*group)->seats[i]->arena);
        free((*group)->seats[i]);
    }
    db_close(&(*group)->db);
    arena_destroy(&(*group)->arena);
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
        (struct errand){ .call =
                             call_new(group->frame, group->db, task->arena) };
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
    return group->open;
}

bool group_wants_time(const struct groups *group)
{
    return !group->open || group->stage != IDLE;
}

int group_socket(const struct groups *group)
{
    return trip_socket(group->db);
}

short group_events(struct groups *group)
{
    return trip_events(group->db);
}

/* ----------------------------------------------------------------- a group */

static void end(struct groups *group, struct task *task)
{
    group->over[group->over_count++] = task;
}

static bool clashes(struct task *const *tasks, size_t count,
                    const struct task *task)
{
    for (size_t i = 0; i < count; i++)
        if (tasks[i]->id == task->id || tasks[i]->subject == task->subject)
            return true;
    return false;
}

/* From those that wait, a group, in the order of their arrival.  Who finds a
 * call of his own subject or id before him, in the group or left behind, waits
 * for the next one: calls of one subject never overtake each other. */
static void gather(struct groups *group)
{
    size_t stay = 0;

    group->count = 0;
    for (size_t i = 0; i < group->waiting_count; i++) {
        struct task *task = group->waiting[i];
        task->seat.err = call_in_time(&task->seat.errand);
        if (task->seat.err.code)
            end(group, task);
        else if (group->count < group->most
                 && !clashes(group->task, group->count, task)
                 && !clashes(group->waiting, stay, task))
            group->task[group->count++] = task;
        else
            group->waiting[stay++] = task;
    }
    group->waiting_count = stay;
}

/* -------------------------------------------------------------- what is read
 */

static bool wants(const struct task *task)
{
    return !task->over && task->stopped;
}

/* The reads of one statement, by all tasks from `first` on that want it now. */
static struct err ask_set(struct groups *group, size_t first)
{
    const struct statement *sql =
        group->task[first]->wants[group->task[first]->known].sql;
    struct set *set = arena_alloc(group->arena, sizeof *set);
    const char *const **values =
        arena_alloc(group->arena, group->count * sizeof *values);

    set->member =
        arena_alloc(group->arena, group->count * sizeof(struct want *));
    for (size_t i = first; i < group->count; i++) {
        struct task *task = group->task[i];
        struct want *want = &task->wants[task->known];
        if (!wants(task) || want->sql != sql || want->shared)
            continue;
        want->shared = true;
        values[set->count] = want->values;
        set->member[set->count++] = want;
    }
    set->next = group->sets;
    group->sets = set;
    return trip_read(
        group->db, sql->set,
        bind_columns(sql->set, sql, values, set->count, group->arena),
        &set->result);
}

static bool is_set(const struct groups *group, size_t first)
{
    const struct want *want =
        &group->task[first]->wants[group->task[first]->known];

    if (!want->single || !want->sql->set)
        return false;
    for (size_t i = first + 1; i < group->count; i++) {
        const struct task *task = group->task[i];
        if (wants(task) && task->wants[task->known].sql == want->sql)
            return true;
    }
    return false;
}

static struct err ask(struct groups *group)
{
    for (size_t i = 0; i < group->count; i++) {
        struct task *task = group->task[i];
        struct want *want = &task->wants[task->known];
        if (!wants(task) || want->shared)
            continue;
        if (is_set(group, i))
            TRY(ask_set(group, i));
        else
            TRY(trip_read(group->db, want->sql, want->values, &want->result));
    }
    return trip_depart(group->db);
}

/* Whose the row is, counted from 1; a lone call's says nothing. */
static long owner(const PGresult *rows, int row, int column)
{
    return column < 0 ? 1 : strtol(PQgetvalue(rows, row, column), NULL, 10);
}

/* Column n says whose a row is. */
static void share_out(struct set *set)
{
    int column = PQfnumber(set->result, "n");

    for (size_t i = 0; i < set->count; i++)
        set->member[i]->result = set->result;
    for (int row = 0; row < PQntuples(set->result); row++) {
        long n = owner(set->result, row, column);
        if (n >= 1 && (size_t)n <= set->count)
            set->member[n - 1]->row = row;
    }
    set->shared_out = true;
}

static void receive(struct groups *group)
{
    for (struct set *set = group->sets; set && !set->shared_out;
         set = set->next)
        share_out(set);
    for (size_t i = 0; i < group->count; i++)
        if (wants(group->task[i]))
            group->task[i]->known++;
}

/* ----------------------------------------------------- who was answered before
 */

/* Asked twice: before a handler's word counts, and once more with the writes if
 * one was refused: while it waited for a lock its twin, run elsewhere, may have
 * taken effect, and that was why. */
static struct err ask_seen(struct groups *group)
{
    const struct statement *sql = SQL_handled_find.set;
    const char *const **values =
        arena_alloc(group->arena, group->count * sizeof *values);

    for (size_t i = 0; i < group->count; i++) {
        const struct handled *mark = &group->task[i]->seat.errand.mark;
        const char **pair = arena_alloc(group->arena, 2 * sizeof *pair);
        TRY(bind_view(&SQL_handled_find, FROM(handled, mark), group->arena,
                      pair));
        values[i] = pair;
    }
    PQclear(group->seen);
    group->seen = NULL;
    if (group->count == 1)
        return trip_read(group->db, &SQL_handled_find, values[0], &group->seen);
    return trip_read(group->db, sql,
                     bind_columns(sql, &SQL_handled_find, values, group->count,
                                  group->arena),
                     &group->seen);
}

static void answer_again(struct groups *group)
{
    int column = PQfnumber(group->seen, "n");

    /* PQntuples() of no result is 0. */
    for (int row = 0; row < PQntuples(group->seen); row++) {
        long n = owner(group->seen, row, column);
        struct handled before;
        if (n < 1 || (size_t)n > group->count)
            continue;
        struct task *task = group->task[n - 1];
        task->over = true;
        task->deeds = NULL;
        task->seat.err = row_read(group->seen, row, "n", INTO(handled, &before),
                                  task->arena);
        if (!task->seat.err.code)
            task->seat.err = call_again(&task->seat.errand, &before);
    }
}

/* ----------------------------------------------------------- what is written
 */

static bool goes_with(const struct task *task, const struct deed *first)
{
    return task->deeds && task->deeds->sql == first->sql && !task->deeds->many
           && task->deeds->must == first->must;
}

/* The next write of one task, and of all others whose next is of its kind:
 * their subjects differ, so that only the order within a task matters. */
static struct err do_next(struct groups *group, size_t first)
{
    const struct deed *deed = group->task[first]->deeds;
    const char *const **values =
        arena_alloc(group->arena, group->count * sizeof *values);
    size_t count = 0;

    group->check = group->check || deed->must;
    if (deed->many || !deed->sql->set) {
        group->task[first]->deeds = deed->next;
        return trip_write(group->db, deed->sql, deed->values, deed->must);
    }
    for (size_t i = first; i < group->count; i++) {
        struct task *task = group->task[i];
        if (!goes_with(task, deed))
            continue;
        values[count++] = task->deeds->values;
        task->deeds = task->deeds->next;
    }
    if (count == 1)
        return trip_write(group->db, deed->sql, deed->values, deed->must);
    return trip_write(
        group->db, deed->sql->set,
        bind_columns(deed->sql->set, deed->sql, values, count, group->arena),
        deed->must ? (int64_t)count : 0);
}

static struct err do_all(struct groups *group)
{
    group->check = false;
    for (size_t first = 0; first < group->count;)
        if (group->task[first]->deeds)
            TRY(do_next(group, first));
        else
            first++;
    return OK;
}

/* ------------------------------------------------------------- stage by stage
 */

/* Of a group that was not committed nobody is answered, the refused neither:
 * their second look for the call id may not have come back. */
static void disband(struct groups *group, bool done)
{
    for (size_t i = 0; i < group->count; i++) {
        struct task *task = group->task[i];
        task->seat.alone = task->seat.alone || !done;
        end(group, task);
    }
    group->count = 0;
    group->stage = IDLE;
    drop_results(group);
}

/* What has failed is undone, and each call is done alone. */
static void give_up(struct groups *group, struct err err)
{
    const struct statement *culprit = db_culprit(group->db);

    log_warn("group is done one by one", "calls",
             arena_format(group->arena, "%zu", group->count), "statement",
             culprit ? culprit->name : NULL, "err", err.why, NULL);
    disband(group, false);
    if (trip_ready(group->db, false) && !trip_rollback(group->db).code
        && !trip_depart(group->db).code)
        group->stage = ROLLING_BACK;
}

static struct err commit(struct groups *group)
{
    TRY(trip_commit(group->db));
    TRY(trip_depart(group->db));
    group->stage = COMMITTING;
    return OK;
}

/* Every handler goes as far as it can; then what they want is asked for, or,
 * when all are over, done. */
static struct err run_all(struct groups *group)
{
    bool waits = false, refused = false;

    for (size_t i = 0; i < group->count; i++) {
        struct task *task = group->task[i];
        if (!task->over)
            task_run(task);
        waits = waits || wants(task);
        refused = refused || task->seat.err.code;
    }
    if (waits || group->first)
        return ask(group);
    if (refused)
        TRY(ask_seen(group));
    TRY(do_all(group));
    if (!group->check)
        return commit(group);
    group->stage = CHECKING;
    return trip_depart(group->db);
}

/* A plan made while a table was small may walk through it when it is large:
 * plans are made anew, often at first and once a minute later on. */
static struct err replan(struct groups *group)
{
    static const char *const none[] = { NULL };
    static const struct statement discard = { .name = "group_replan",
                                              .text = "discard plans",
                                              .params = none };

    if (zclock_mono() < group->replan_ms)
        return OK;
    group->replan_pause_ms = group->replan_pause_ms < REPLAN_MS / 2
                                 ? 2 * group->replan_pause_ms + 500
                                 : REPLAN_MS;
    group->replan_ms = zclock_mono() + group->replan_pause_ms;
    return trip_write(group->db, &discard, NULL, 0);
}

static struct err begin(struct groups *group)
{
    arena_reset(group->arena);
    group->stage = ASKING;
    group->first = true;
    TRY(replan(group));
    TRY(trip_begin(group->db));
    TRY(ask_seen(group));
    return run_all(group);
}

static struct err go_on(struct groups *group)
{
    switch (group->stage) {
    case ASKING:
        receive(group);
        if (group->first)
            answer_again(group);
        group->first = false;
        return run_all(group);
    case CHECKING:
        return commit(group);
    case COMMITTING:
        answer_again(group);
        disband(group, true);
        return OK;
    default:
        group->stage = IDLE;
        return OK;
    }
}

/* Nobody waits for a store that is away: a worker will say so. */
static void send_away(struct groups *group)
{
    for (; group->waiting_count; group->waiting_count--) {
        struct task *task = group->waiting[group->waiting_count - 1];
        task->seat.alone = true;
        end(group, task);
    }
}

static struct err start(struct groups *group, bool awake)
{
    group->open =
        trip_ready(group->db, awake) && (!awake || trip_idle(group->db));
    if (!group->open)
        send_away(group);
    else
        gather(group);
    return group->count ? begin(group) : OK;
}

static void mind_silence(struct groups *group, bool awake)
{
    if (awake || group->stage == IDLE)
        group->heard_ms = zclock_mono();
    else if (zclock_mono() - group->heard_ms > SILENCE_MS)
        trip_cut(group->db);
}

static void advance(struct groups *group, bool awake)
{
    struct err err = OK;

    mind_silence(group, awake);
    if (group->stage == IDLE)
        err = start(group, awake);
    else if (awake && trip_arrived(group->db, &err) && !err.code)
        err = go_on(group);
    if (err.code && group->stage == ROLLING_BACK)
        group->stage = IDLE;
    else if (err.code)
        give_up(group, err);
}

struct seat *group_work(struct groups *group, bool awake)
{
    if (group->over_told == group->over_count) {
        group->over_told = group->over_count = 0;
        advance(group, awake);
    }
    if (group->over_count == 0 && group->stage == IDLE && group->waiting_count)
        advance(group, false);
    return group->over_told < group->over_count
               ? &group->over[group->over_told++]->seat
               : NULL;
}
