/* The calendar stands twice: as common/base/calendar for the rules, and as rows
 * of scheduling.day_off for the triggers.  Every announced day is in both. */
#include "common/base/calendar.h"
#include "tests/check.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

enum { DAYS_MAX = 4000 };

struct row {
    struct day day;
    bool off;
    char name[64];
};

static struct row rows[DAYS_MAX];
static size_t count;

/* ('2026-01-01', true, '元旦'), */
static void read_row(const char *line)
{
    char day[11], off[6];
    struct row *row = &rows[count];

    if (sscanf(line, " ('%10[0-9-]', %5[a-z], '%63[^']')", day, off, row->name)
        != 3)
        return;
    assert_true(count < DAYS_MAX - 1);
    assert_true(day_parse(day, &row->day));
    row->off = strcmp(off, "true") == 0;
    count++;
}

static int read_migrations(void **unused)
{
    (void)unused;
    glob_t found;
    char line[256];

    if (glob("services/scheduling/schema/00*_day_off*.sql", 0, NULL, &found))
        return -1;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        FILE *file = fopen(found.gl_pathv[i], "re");
        if (!file)
            return -1;
        while (fgets(line, sizeof line, file))
            read_row(line);
        fclose(file);
    }
    globfree(&found);
    return 0;
}

static const struct row *row_of(struct day day)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].day.number == day.number)
            return &rows[i];
    return NULL;
}

static void the_table_and_the_calendar_agree_on_every_day(void **unused)
{
    (void)unused;
    struct day day = day_from(2015, 1, 1), end = day_from(2035, 1, 1);
    size_t named = 0;

    for (; day.number < end.number; day = days_after(day, 1)) {
        const struct row *row = row_of(day);
        const char *name = holiday_name(day);
        char text[VALUE_TEXT_MAX];
        day_format(day, text);
        if (!row != !name)
            fail_msg("%s is announced in one of the two", text);
        if (!row)
            continue;
        named++;
        assert_string_equal(row->name, name);
        if (row->off != is_public_holiday(day) || row->off != is_day_off(day))
            fail_msg("%s is free in one of the two", text);
    }
    assert_int_equal(named, count);
    assert_true(named > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_and_the_calendar_agree_on_every_day),
    };
    return cmocka_run_group_tests(tests, read_migrations, NULL);
}
