#include "common/service/bulk.h"

#include "common/service/bind.h"
#include "common/service/column.h"

#include <string.h>

enum { MOST = 1000, SLOTS = 2048 };

struct bulk {
    struct db *db;
    struct arena *arena;
    struct id subject;
    const struct statement *sql; /* of what is gathered */
    const char *const *values[MOST];
    size_t count;
    struct id seen[SLOTS]; /* the subjects of it, by their hash */
};

struct bulk *bulk_new(struct db *db, struct arena *arena)
{
    struct bulk *bulk = arena_alloc(arena, sizeof *bulk);

    bulk->db = db;
    bulk->arena = arena;
    return bulk;
}

void bulk_about(struct bulk *bulk, struct id subject)
{
    bulk->subject = subject;
}

/* True when the subject is among those gathered; it is from now on. */
static bool is_seen(struct bulk *bulk)
{
    uint32_t at = 2166136261U; /* FNV-1a */

    for (const char *c = bulk->subject.text; *c; c++)
        at = (at ^ (unsigned char)*c) * 16777619U;
    for (; id_given(bulk->seen[at % SLOTS]); at++)
        if (id_same(bulk->seen[at % SLOTS], bulk->subject))
            return true;
    bulk->seen[at % SLOTS] = bulk->subject;
    return false;
}

struct err bulk_end(struct bulk *bulk)
{
    if (!bulk || bulk->count == 0)
        return OK;

    const struct statement *sql = bulk->sql;
    const char *const *values = bulk->values[0];
    if (bulk->count > 1) {
        values =
            columns_bind(sql->set, sql, bulk->values, bulk->count, bulk->arena);
        sql = sql->set;
    }
    bulk->count = 0;
    memset(bulk->seen, 0, sizeof bulk->seen);
    return db_run_texts(bulk->db, sql, values);
}

struct err bulk_store(struct bulk *bulk, const struct statement *sql,
                      struct view given)
{
    const char **values = arena_alloc(bulk->arena, (size_t)(bind_count(sql) + 1)
                                                       * sizeof *values);

    if (sql != bulk->sql || bulk->count == MOST || is_seen(bulk)) {
        TRY(bulk_end(bulk));
        (void)is_seen(bulk);
    }
    bulk->sql = sql;
    TRY(bind_view(sql, given, bulk->arena, values));
    bulk->values[bulk->count++] = values;
    return sql->set ? OK : bulk_end(bulk);
}
