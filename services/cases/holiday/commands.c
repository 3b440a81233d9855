#include "services/cases/holiday/commands.h"

#include "common/formula/sha256.h"
#include "common/service/holidays.h"
#include "services/cases/clock/clock.h"
#include "services/cases/holiday/rules.h"
#include "services/cases/holiday/store_sql.h"

#include <string.h>

/* Every service looks for news each ten seconds: nothing is counted again
 * before all of them know. */
enum { TEXT_MOST = 100000, FILES_LISTED = 100, ALL_KNOW_US = 15 * 1000000 };

struct holidays_import {
    const char *file; /* what its author calls it, for refusals */
    const char *text;
};
static const struct field holidays_import_fields[] = {
    FIELD(holidays_import, file, .max = 200),
    FIELD(holidays_import, text, .max = TEXT_MOST),
};
const struct shape holidays_import_shape = SHAPE(holidays_import);

struct holiday_file {
    int64_t year;
    const char *sha256;
    const char *text;
    struct id imported_by;
    struct moment imported_at;
};
static const struct field holiday_file_fields[] = {
    FIELD(holiday_file, year),        FIELD(holiday_file, sha256),
    FIELD(holiday_file, text),        FIELD(holiday_file, imported_by),
    FIELD(holiday_file, imported_at),
};
static const struct shape holiday_file_shape = SHAPE(holiday_file);

struct holidays_imported {
    int64_t year;
    const char *sha256;
};
static const struct field holidays_imported_fields[] = {
    FIELD(holidays_imported, year),
    FIELD(holidays_imported, sha256),
};
const struct shape holidays_imported_shape = SHAPE(holidays_imported);

struct holidays_news {
    int64_t year;
};
static const struct field holidays_news_fields[] = {
    FIELD(holidays_news, year),
};
const struct shape holidays_news_shape = SHAPE(holidays_news);

struct holidays_alarm {
    struct id import; /* the call that brought the file */
    struct id after;  /* the last period of the page before */
};
static const struct field holidays_alarm_fields[] = {
    FIELD(holidays_alarm, import),
    OPTIONAL(holidays_alarm, after),
};
const struct shape holidays_alarm_shape = SHAPE(holidays_alarm);

static struct err go_on(struct call *call, struct id import, struct id after,
                        int64_t in_us)
{
    struct holidays_alarm alarm = { import, after };

    return alarm_set(call, "holidays.recount", import,
                     (struct moment){ call->now.us + in_us },
                     FROM(holidays_alarm, &alarm));
}

struct err cmd_holidays_import(struct call *call, const void *body)
{
    const struct holidays_import *ask = body;
    struct source source = { ask->file, ask->text, strlen(ask->text) };
    char *hash = arena_alloc(call->arena, SHA256_TEXT);
    int first, last, year;

    TRY(holidays_learn(call));
    announced_years(&first, &last);
    TRY(holiday_file_read(source, first, last, call->arena, &year));
    sha256_text(source.text, source.size, hash);
    struct holiday_file row = {
        .year = year,
        .sha256 = hash,
        .text = ask->text,
        .imported_by = call->actor,
        .imported_at = call->now,
    };
    TRY(store(call, &SQL_holiday_file_add, FROM(holiday_file, &row)));
    TRY(go_on(call, call->id, (struct id){ 0 }, ALL_KNOW_US));
    struct holidays_news news = { year };
    TRY(emit(call, "holidays.announced", call->id, FROM(holidays_news, &news)));
    struct holidays_imported answer = { year, hash };
    return reply(call, FROM(holidays_imported, &answer));
}

struct err on_holidays_recount(struct call *call, const void *body)
{
    const struct holidays_alarm *alarm = body;
    struct id next;

    TRY(holidays_learn(call));
    TRY(clock_recount(call, alarm->after, &next));
    return id_given(next) ? go_on(call, alarm->import, next, 0) : OK;
}

/* ---------------------------------------------------------- holidays.list */

struct file_row {
    int64_t version;
    int64_t year;
    const char *sha256;
    struct id imported_by;
    struct moment imported_at;
};
static const struct field file_row_fields[] = {
    FIELD(file_row, version),     FIELD(file_row, year),
    FIELD(file_row, sha256),      FIELD(file_row, imported_by),
    FIELD(file_row, imported_at),
};
static const struct shape file_row_shape = SHAPE(file_row);

struct holidays_page {
    struct rows files;
};
static const struct field holidays_page_fields[] = {
    FIELD(holidays_page, files, .shape = &file_row_shape, .max = FILES_LISTED),
};
const struct shape holidays_page_shape = SHAPE(holidays_page);

struct err cmd_holidays_list(struct call *call, const void *body)
{
    struct holidays_page page;

    (void)body;
    TRY(list(call, then(call, &SQL_holiday_files), (struct view){ 0 },
             &file_row_shape, &page.files));
    return reply(call, FROM(holidays_page, &page));
}
