#include "common/service/holidays.h"

#include "common/base/calendar.h"
#include "common/service/frame_sql.h"
#include "common/service/log.h"

#include <inttypes.h>
#include <pthread.h>

struct newest {
    int64_t version; /* 0: none came in */
};
static const struct field newest_fields[] = {
    FIELD(newest, version),
};
static const struct shape newest_shape = SHAPE(newest);

struct day_row {
    int64_t year;
    struct day day;
    bool off;
    const char *name;
};
static const struct field day_row_fields[] = {
    FIELD(day_row, year),
    FIELD(day_row, day),
    FIELD(day_row, off),
    FIELD(day_row, name),
};
static const struct shape day_row_shape = SHAPE(day_row);

static pthread_mutex_t learning = PTHREAD_MUTEX_INITIALIZER;
static int64_t known;

static void announce(struct rows rows, struct arena *arena)
{
    const struct day_row *row = rows.at;
    struct holiday *days = arena_alloc(arena, (rows.count + 1) * sizeof *days);
    bool years[YEARS_MOST] = { false };
    int first, last;

    announced_years(&first, &last);
    for (size_t i = 0; i < rows.count; i++) {
        int64_t year = row[i].year - first;

        days[i] = (struct holiday){ row[i].day, row[i].off, row[i].name };
        if (year >= 0 && year < YEARS_MOST)
            years[year] = true;
    }
    calendar_announce(days, rows.count, years);
}

static struct err take(struct db *db, struct arena *arena)
{
    struct newest newest;
    struct rows rows;

    TRY(db_get(db, &SQL_holidays_newest, (struct view){ 0 },
               INTO(newest, &newest)));
    if (newest.version == known)
        return OK;
    TRY(db_list(db, &SQL_holidays_now, (struct view){ 0 }, &day_row_shape,
                &rows));
    announce(rows, arena);
    known = newest.version;
    log_info("holidays taken over", "version",
             arena_format(arena, "%" PRId64, known), NULL);
    return OK;
}

static struct err take_alone(struct db *db, struct arena *arena)
{
    struct err err;

    pthread_mutex_lock(&learning);
    err = take(db, arena);
    pthread_mutex_unlock(&learning);
    return err;
}

struct err holidays_look(struct db *db, struct arena *arena)
{
    TRY(db_begin(db));
    struct err err = take_alone(db, arena);
    if (err.code) {
        db_rollback(db);
        return err;
    }
    return db_commit(db);
}

struct err holidays_learn(struct call *call)
{
    return take_alone(call->db, call->arena);
}
