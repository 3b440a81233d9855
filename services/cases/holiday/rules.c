#include "services/cases/holiday/rules.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MOST = 40, DAYS_MOST = 366 };

/* A file that is being read. */
struct reading {
    struct source source;
    struct arena *arena;
    int year;
    struct day seen[DAYS_MOST];
    size_t count;
};

static struct err refuse(const struct reading *r, const struct node *node,
                         const char *why)
{
    return tree_refuse(r->source, node, why, r->arena);
}

static struct err member(const struct reading *r, const struct node *object,
                         const char *name, const struct node **found)
{
    *found = tree_member(object, name);
    return *found ? OK
                  : refuse(r, object,
                           arena_format(r->arena, "\"%s\" is missing", name));
}

static struct err read_year(struct reading *r, const struct node *root,
                            int first, int last)
{
    const struct node *year;

    TRY(member(r, root, "year", &year));
    if (year->kind != NODE_NUMBER)
        return refuse(r, year, "the year is a number");
    r->year = (int)strtol(year->text, NULL, 10);
    if (r->year < first || r->year > last + 1)
        return refuse(r, year,
                      arena_format(r->arena,
                                   "the years %d to %d are known: this can be "
                                   "one of them, or %d",
                                   first, last, last + 1));
    return OK;
}

static struct err read_date(struct reading *r, const struct node *date)
{
    int year, month, day;
    struct day at;

    if (date->kind != NODE_TEXT || !day_parse(date->text, &at))
        return refuse(r, date, "a date is \"2027-01-01\"");
    day_split(at, &year, &month, &day);
    if (year != r->year && !(year == r->year - 1 && month == 12))
        return refuse(r, date,
                      "this is no day of the file's year, nor of the December "
                      "before it");
    for (size_t i = 0; i < r->count; i++)
        if (r->seen[i].number == at.number)
            return refuse(r, date, "this day was announced before");
    if (r->count == DAYS_MOST)
        return refuse(r, date, "a year has no more days");
    r->seen[r->count++] = at;
    return OK;
}

static struct err read_day(struct reading *r, const struct node *node)
{
    const struct node *name, *date, *off;

    if (node->kind != NODE_OBJECT)
        return refuse(r, node, "a day is an object");
    TRY(member(r, node, "name", &name));
    TRY(member(r, node, "date", &date));
    TRY(member(r, node, "isOffDay", &off));
    if (name->kind != NODE_TEXT || !*name->text
        || strlen(name->text) > NAME_MOST)
        return refuse(r, name, "the name of a holiday has 1 to 40 bytes");
    if (off->kind != NODE_TRUE && off->kind != NODE_FALSE)
        return refuse(r, off, "\"isOffDay\" is true or false");
    return read_date(r, date);
}

struct err holiday_file_read(struct source source, int first, int last,
                             struct arena *arena, int *year)
{
    struct reading *r = arena_alloc(arena, sizeof *r);
    const struct node *days;
    struct node *root;

    *r = (struct reading){ .source = source, .arena = arena };
    TRY(tree_read(source, arena, &root));
    if (root->kind != NODE_OBJECT)
        return refuse(r, root, "a holiday file is an object");
    TRY(read_year(r, root, first, last));
    TRY(member(r, root, "days", &days));
    if (days->kind != NODE_ARRAY || !days->first)
        return refuse(r, days, "the file announces no day");
    for (const struct node *node = days->first; node; node = node->next)
        TRY(read_day(r, node));
    *year = r->year;
    return OK;
}
