#include "common/service/lane.h"

#include "common/service/bind.h"
#include "common/service/column.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"
#include "common/service/trip.h"

#include <stdlib.h>

enum { REPLAN_MS = 60000, SILENCE_MS = 6000 };

/* One read for many tasks: number n of them is member[n - 1]. */
struct set {
    struct set *next;
    PGresult *result;
    struct want **member;
    size_t count;
    bool shared_out;
};

void lane_open(struct lane *lane, const struct frame *frame, struct over *over,
               void (*foretell)(struct seat *seat))
{
    lane->foretell = foretell;
    lane->over = over;
    lane->place = frame->place;
    lane->place.manner = DB_GROUP;
    lane->arena = arena_new();
    lane->db = db_open(&lane->place, lane->arena);
}

static void drop_results(struct lane *lane)
{
    PQclear(lane->seen);
    lane->seen = NULL;
    for (; lane->sets; lane->sets = lane->sets->next)
        PQclear(lane->sets->result);
}

void lane_close(struct lane *lane)
{
    drop_results(lane);
    db_close(&lane->db);
    arena_destroy(&lane->arena);
}

/* -------------------------------------------------------------- what is read
 */

static bool wants(const struct task *task)
{
    return !task->over && task->stopped;
}

/* The reads of one statement, by all tasks from `first` on that want it now. */
static struct err ask_set(struct lane *lane, size_t first)
{
    const struct statement *sql =
        lane->task[first]->wants[lane->task[first]->known].sql;
    struct set *set = arena_alloc(lane->arena, sizeof *set);
    const char *const **values =
        arena_alloc(lane->arena, lane->count * sizeof *values);

    set->member = arena_alloc(lane->arena, lane->count * sizeof(struct want *));
    for (size_t i = first; i < lane->count; i++) {
        struct task *task = lane->task[i];
        struct want *want = &task->wants[task->known];
        if (!wants(task) || want->sql != sql || want->shared)
            continue;
        want->shared = true;
        values[set->count] = want->values;
        set->member[set->count++] = want;
    }
    set->next = lane->sets;
    lane->sets = set;
    return trip_read(
        lane->db, sql->set,
        columns_bind(sql->set, sql, values, set->count, lane->arena),
        &set->result);
}

static bool is_set(const struct lane *lane, size_t first)
{
    const struct want *want =
        &lane->task[first]->wants[lane->task[first]->known];

    if (!want->single || !want->sql->set)
        return false;
    for (size_t i = first + 1; i < lane->count; i++) {
        const struct task *task = lane->task[i];
        if (wants(task) && task->wants[task->known].sql == want->sql)
            return true;
    }
    return false;
}

static struct err ask(struct lane *lane)
{
    for (size_t i = 0; i < lane->count; i++) {
        struct task *task = lane->task[i];
        struct want *want = &task->wants[task->known];
        if (!wants(task) || want->shared)
            continue;
        if (is_set(lane, i))
            TRY(ask_set(lane, i));
        else
            TRY(trip_read(lane->db, want->sql, want->values, &want->result));
    }
    return trip_depart(lane->db);
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

static void receive(struct lane *lane)
{
    for (struct set *set = lane->sets; set && !set->shared_out; set = set->next)
        share_out(set);
    for (size_t i = 0; i < lane->count; i++)
        if (wants(lane->task[i]))
            lane->task[i]->known++;
}

/* ----------------------------------------------------- who was answered before
 */

/* Asked twice: before a handler's word counts, and once more with the writes if
 * one was refused: while it waited for a lock its twin, run elsewhere, may have
 * taken effect, and that was why. */
static struct err ask_seen(struct lane *lane)
{
    const struct statement *sql = SQL_handled_find.set;
    const char *const **values =
        arena_alloc(lane->arena, lane->count * sizeof *values);

    for (size_t i = 0; i < lane->count; i++) {
        const struct handled *mark = &lane->task[i]->seat.errand.mark;
        const char **pair = arena_alloc(lane->arena, 2 * sizeof *pair);
        TRY(bind_view(&SQL_handled_find, FROM(handled, mark), lane->arena,
                      pair));
        values[i] = pair;
    }
    PQclear(lane->seen);
    lane->seen = NULL;
    if (lane->count == 1)
        return trip_read(lane->db, &SQL_handled_find, values[0], &lane->seen);
    return trip_read(
        lane->db, sql,
        columns_bind(sql, &SQL_handled_find, values, lane->count, lane->arena),
        &lane->seen);
}

static void answer_again(struct lane *lane)
{
    int column = PQfnumber(lane->seen, "n");

    /* PQntuples() of no result is 0. */
    for (int row = 0; row < PQntuples(lane->seen); row++) {
        long n = owner(lane->seen, row, column);
        struct handled before;
        if (n < 1 || (size_t)n > lane->count)
            continue;
        struct task *task = lane->task[n - 1];
        task->over = true;
        task->deeds = NULL;
        task->seat.foretold = false;
        task->seat.err =
            row_read(lane->seen, row, "n", INTO(handled, &before), task->arena);
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
static struct err do_next(struct lane *lane, size_t first)
{
    const struct deed *deed = lane->task[first]->deeds;
    const char *const **values =
        arena_alloc(lane->arena, lane->count * sizeof *values);
    size_t count = 0;

    lane->check = lane->check || deed->must;
    if (deed->many || !deed->sql->set) {
        lane->task[first]->deeds = deed->next;
        return trip_write(lane->db, deed->sql, deed->values, deed->must);
    }
    for (size_t i = first; i < lane->count; i++) {
        struct task *task = lane->task[i];
        if (!goes_with(task, deed))
            continue;
        values[count++] = task->deeds->values;
        task->deeds = task->deeds->next;
    }
    if (count == 1)
        return trip_write(lane->db, deed->sql, deed->values, deed->must);
    return trip_write(
        lane->db, deed->sql->set,
        columns_bind(deed->sql->set, deed->sql, values, count, lane->arena),
        deed->must ? (int64_t)count : 0);
}

static struct err do_all(struct lane *lane)
{
    lane->check = false;
    for (size_t first = 0; first < lane->count;)
        if (lane->task[first]->deeds)
            TRY(do_next(lane, first));
        else
            first++;
    return OK;
}

/* ------------------------------------------------------------- stage by stage
 */

/* Of a group that was not committed nobody is answered, the refused neither:
 * their second look for the call id may not have come back. */
static void disband(struct lane *lane, bool done)
{
    for (size_t i = 0; i < lane->count; i++) {
        struct task *task = lane->task[i];
        task->seat.alone = task->seat.alone || !done;
        over_add(lane->over, task);
    }
    lane->count = 0;
    lane->stage = IDLE;
    drop_results(lane);
}

/* What has failed is undone, and each call is done alone. */
static void give_up(struct lane *lane, struct err err)
{
    const struct statement *culprit = db_culprit(lane->db);

    log_warn("group is done one by one", "calls",
             arena_format(lane->arena, "%zu", lane->count), "statement",
             culprit ? culprit->name : NULL, "err", err.why, NULL);
    disband(lane, false);
    if (trip_ready(lane->db, false) && !trip_rollback(lane->db).code
        && !trip_depart(lane->db).code)
        lane->stage = ROLLING_BACK;
}

static void foretell(const struct lane *lane)
{
    for (size_t i = 0; lane->foretell && i < lane->count; i++) {
        struct seat *seat = &lane->task[i]->seat;
        seat->foretold = !seat->err.code && !seat->alone;
        if (seat->foretold)
            lane->foretell(seat);
    }
}

static struct err commit(struct lane *lane)
{
    TRY(trip_commit(lane->db));
    TRY(trip_depart(lane->db));
    lane->stage = COMMITTING;
    foretell(lane);
    return OK;
}

/* Every handler goes as far as it can; then what they want is asked for, or,
 * when all are over, done. */
static struct err run_all(struct lane *lane)
{
    bool waits = false, refused = false;

    for (size_t i = 0; i < lane->count; i++) {
        struct task *task = lane->task[i];
        if (!task->over)
            task_run(task);
        waits = waits || wants(task);
        refused = refused || task->seat.err.code;
    }
    if (waits || lane->first)
        return ask(lane);
    if (refused)
        TRY(ask_seen(lane));
    TRY(do_all(lane));
    if (!lane->check)
        return commit(lane);
    lane->stage = CHECKING;
    return trip_depart(lane->db);
}

/* A plan made while a table was small may walk through it when it is large:
 * plans are made anew, often at first and once a minute later on. */
static struct err replan(struct lane *lane)
{
    static const char *const none[] = { NULL };
    static const struct statement discard = { .name = "group_replan",
                                              .text = "discard plans",
                                              .params = none };

    if (zclock_mono() < lane->replan_ms)
        return OK;
    lane->replan_pause_ms = lane->replan_pause_ms < REPLAN_MS / 2
                                ? 2 * lane->replan_pause_ms + 500
                                : REPLAN_MS;
    lane->replan_ms = zclock_mono() + lane->replan_pause_ms;
    return trip_write(lane->db, &discard, NULL, 0);
}

static struct err begin(struct lane *lane)
{
    arena_reset(lane->arena);
    lane->stage = ASKING;
    lane->first = true;
    TRY(replan(lane));
    TRY(trip_begin(lane->db));
    TRY(ask_seen(lane));
    return run_all(lane);
}

static struct err go_on(struct lane *lane)
{
    switch (lane->stage) {
    case ASKING:
        receive(lane);
        if (lane->first)
            answer_again(lane);
        lane->first = false;
        return run_all(lane);
    case CHECKING:
        return commit(lane);
    case COMMITTING:
        answer_again(lane);
        disband(lane, true);
        return OK;
    default:
        lane->stage = IDLE;
        return OK;
    }
}

static void settle(struct lane *lane, struct err err)
{
    if (err.code && lane->stage == ROLLING_BACK)
        lane->stage = IDLE;
    else if (err.code)
        give_up(lane, err);
}

bool lane_ready(struct lane *lane)
{
    lane->open = trip_ready(lane->db, lane->awake)
                 && (!lane->awake || trip_idle(lane->db));
    lane->awake = false;
    return lane->open;
}

void lane_start(struct lane *lane)
{
    lane->heard_ms = zclock_mono();
    for (size_t i = 0; i < lane->count; i++)
        lane->task[i]->seat.errand.call.db = lane->db;
    settle(lane, begin(lane));
}

void lane_go_on(struct lane *lane)
{
    struct err err = OK;

    if (lane->awake)
        lane->heard_ms = zclock_mono();
    else if (zclock_mono() - lane->heard_ms > SILENCE_MS)
        trip_cut(lane->db);
    if (lane->awake && trip_arrived(lane->db, &err))
        settle(lane, err.code ? err : go_on(lane));
    lane->awake = false;
}
