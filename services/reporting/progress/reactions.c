#include "services/reporting/progress/reactions.h"

#include "services/reporting/progress/rules.h"
#include "services/reporting/progress/store_sql.h"

/* ------------------------------------------------- cases says: project.opened
 */

struct opened {
    struct id project;
    const char *name;
    const char *track;
    int64_t seq;
    struct moment at;
};

static const struct field opened_fields[] = {
    FIELD(opened, project), FIELD(opened, name),  FIELD(opened, track),
    OPTIONAL(opened, seq),  OPTIONAL(opened, at),
};
const struct shape opened_shape = SHAPE(opened);

struct err on_project_opened(struct call *call, const void *body)
{
    struct opened event = *(const struct opened *)body;

    event.seq = call->seq;
    event.at = call->now;
    return store_any(call, &SQL_progress_project, FROM(opened, &event));
}

/* -------------------------------------------- cases says: project.documented
 */

struct documented {
    struct id project;
    struct id document;
    const char *kind;
    const char *number;
    struct day day;
    int64_t seq;
    struct moment at;
};

static const struct field documented_fields[] = {
    FIELD(documented, project), FIELD(documented, document),
    FIELD(documented, kind),    FIELD(documented, number),
    FIELD(documented, day),     OPTIONAL(documented, seq),
    OPTIONAL(documented, at),
};
const struct shape documented_shape = SHAPE(documented);

struct err on_project_documented(struct call *call, const void *body)
{
    struct documented event = *(const struct documented *)body;

    event.seq = call->seq;
    event.at = call->now;
    return store_any(call, &SQL_progress_document, FROM(documented, &event));
}

/* ----------------------------------------------- cases says: community.added
 */

struct added {
    struct id community;
    struct id project;
    const char *code;
    const char *name;
    int64_t position;
    int64_t seq;
    struct moment at;
};

static const struct field added_fields[] = {
    FIELD(added, community), FIELD(added, project),  FIELD(added, code),
    FIELD(added, name),      FIELD(added, position), OPTIONAL(added, seq),
    OPTIONAL(added, at),
};
const struct shape added_shape = SHAPE(added);

struct err on_community_added(struct call *call, const void *body)
{
    struct added event = *(const struct added *)body;

    event.seq = call->seq;
    event.at = call->now;
    return store_any(call, &SQL_progress_community, FROM(added, &event));
}

/* --------------------- cases says: household.registered, offered, and so on */

struct moved {
    struct id household;
    struct id project;
    struct id community;
    const char *state; /* NULL: as before */
    int64_t seq;
    struct moment at;
};

static const struct field moved_fields[] = {
    FIELD(moved, household), FIELD(moved, project), FIELD(moved, community),
    OPTIONAL(moved, state),  OPTIONAL(moved, seq),  OPTIONAL(moved, at),
};
const struct shape moved_shape = SHAPE(moved);

struct err on_household_moved(struct call *call, const void *body)
{
    struct moved event = *(const struct moved *)body;

    event.state = progress_state(event.state);
    event.seq = call->seq;
    event.at = call->now;
    return store_any(call, &SQL_progress_move, FROM(moved, &event));
}
