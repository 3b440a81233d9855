#include "common/service/task.h"

#include "common/service/bind.h"

#include <string.h>

/* While a row is on its way every verb says this; nobody else hears it. */
static struct err later(void)
{
    return fail(CODE_BUSY, "waits for a row");
}

/* What the group cannot do for it, a worker can. */
static struct err alone(struct task *task)
{
    task->seat.alone = true;
    return fail(CODE_BUSY, "is done alone");
}

static bool is_idle(const struct task *task)
{
    return task->stopped || task->seat.alone;
}

/* ------------------------------------------------------------------ reading */

static bool same_values(const char *const *a, const char *const *b, int count)
{
    for (int i = 0; i < count; i++)
        if (!a[i] != !b[i] || (a[i] && strcmp(a[i], b[i]) != 0))
            return false;
    return true;
}

/* The next read of this run: the one that it made the last time at this place,
 * or a new one, which stops the handler here.  A read that follows a write must
 * see it, and one that differs from the last time cannot be answered. */
static struct err want(struct task *task, const struct statement *sql,
                       struct view given, bool single, struct want **found)
{
    const char *values[PARAMS_MAX];
    struct want *next = &task->wants[task->asked];
    int count = bind_count(sql);

    if (is_idle(task))
        return later();
    if (task->deeds || task->asked == WANTS_MAX)
        return alone(task);
    TRY(bind_view(sql, given, task->arena, values));
    if (task->asked++ < task->known) {
        *found = next;
        return next->sql == sql && same_values(values, next->values, count)
                   ? OK
                   : alone(task);
    }
    *next = (struct want){ .sql = sql, .single = single, .row = -1 };
    next->values =
        arena_alloc(task->arena, (size_t)(count + 1) * sizeof *values);
    memcpy(next->values, values, (size_t)count * sizeof *values);
    task->stopped = true;
    return later();
}

struct err task_fetch(struct task *task, const struct statement *sql,
                      struct view given, struct slot into)
{
    struct want *found = NULL;

    TRY(want(task, sql, given, true, &found));
    int row = found->shared                  ? found->row
              : PQntuples(found->result) > 0 ? 0
                                             : -1;
    if (row < 0)
        return fail(CODE_NOT_FOUND, "there is no such thing");
    return row_read(found->result, row, found->shared ? "n" : NULL, into,
                    task->arena);
}

struct err task_list(struct task *task, const struct statement *sql,
                     struct view given, const struct shape *row,
                     struct rows *rows)
{
    struct want *found = NULL;

    TRY(want(task, sql, given, false, &found));
    return rows_read(found->result, row, rows, task->arena);
}

/* ------------------------------------------------------------------ writing */

static struct deed *do_later(struct task *task, const struct statement *sql)
{
    struct deed *deed = arena_alloc(task->arena, sizeof *deed);
    size_t count = (size_t)bind_count(sql) + 1;

    deed->sql = sql;
    deed->values = arena_alloc(task->arena, count * sizeof *deed->values);
    *task->last = deed;
    task->last = &deed->next;
    return deed;
}

struct err task_store(struct task *task, const struct statement *sql,
                      struct view given, bool must)
{
    if (is_idle(task))
        return later();
    struct deed *deed = do_later(task, sql);
    deed->must = must && sql->may_miss;
    return bind_view(sql, given, task->arena, deed->values);
}

struct err task_store_rows(struct task *task, const struct statement *sql,
                           const struct shape *row, struct rows rows)
{
    if (is_idle(task))
        return later();
    struct deed *deed = do_later(task, sql);
    deed->many = true;
    return bind_rows(sql, row, rows, task->arena, deed->values);
}

/* ------------------------------------------------------------------ running */

void task_run(struct task *task)
{
    task->asked = 0;
    task->stopped = false;
    task->deeds = NULL;
    task->last = &task->deeds;

    struct err err = call_handle(&task->seat.errand);
    task->over = task->seat.alone || !task->stopped;
    task->seat.err = err;
    if (task->over && err.code)
        task->deeds = NULL; /* it was refused: nothing has happened */
}

void task_reset(struct task *task)
{
    for (size_t i = 0; i < WANTS_MAX; i++)
        if (!task->wants[i].shared)
            PQclear(task->wants[i].result);
    memset(task->wants, 0, sizeof task->wants);
    task->known = 0;
    task->over = false;
    task->deeds = NULL;
    task->seat.alone = task->seat.foretold = false;
    task->seat.err = OK;
}
