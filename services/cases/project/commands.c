#include "services/cases/project/commands.h"

#include "services/cases/project/store_sql.h"

enum { PROJECTS_MAX = 1000, COMMUNITIES_MAX = 1000 };

const char *const track_names[] = {
    "state_land", "collective_land", "agreed", "public_housing", NULL,
};

/* ----------------------------------------------------------- project.open */

struct project {
    struct id id;
    const char *name;
    unsigned track;
    const char *district_code;
    struct day plan_published_on;
    struct moment opened_at; /* given by the register */
};

static const struct field project_fields[] = {
    FIELD(project, id),
    FIELD(project, name, .max = 100),
    FIELD(project, track, .names = track_names),
    FIELD(project, district_code, .max = 12),
    FIELD(project, plan_published_on),
    FIELD(project, opened_at),
};
static const struct shape project_shape = SHAPE(project);

/* All but the last, which nobody may claim. */
const struct shape project_open_shape = SHAPE_PART("project_open", project, 1);

/* The answer of what makes a thing. */
struct project_answer {
    struct id id;
};

static const struct field project_answer_fields[] = {
    FIELD(project_answer, id),
};
const struct shape project_answer_shape = SHAPE(project_answer);

struct project_opened {
    struct id project;
    const char *name;
    unsigned track;
};

static const struct field project_opened_fields[] = {
    FIELD(project_opened, project),
    FIELD(project_opened, name),
    FIELD(project_opened, track, .names = track_names),
};
const struct shape project_opened_shape = SHAPE(project_opened);

struct err cmd_project_open(struct call *call, const void *body)
{
    struct project project = *(const struct project *)body;
    struct project_opened event = { project.id, project.name, project.track };
    struct project_answer answer = { project.id };

    project.opened_at = call->now;
    TRY(store(call, &SQL_project_add, FROM(project, &project)));
    TRY(emit(call, "project.opened", project.id, FROM(project_opened, &event)));
    return reply(call, FROM(project_answer, &answer));
}

/* ----------------------------------------------------------- project.list */

struct project_list {
    struct rows projects;
};

static const struct field project_list_fields[] = {
    FIELD(project_list, projects, .shape = &project_shape, .max = PROJECTS_MAX),
};
const struct shape project_list_shape = SHAPE(project_list);

struct err cmd_project_list(struct call *call, const void *body)
{
    struct project_list answer;

    TRY(list(call, then(call, &SQL_project_all), FROM(nothing, body),
             &project_shape, &answer.projects));
    return reply(call, FROM(project_list, &answer));
}

/* ---------------------------------------------------------- community.add */

struct community_add {
    struct id id;
    struct id project;
    const char *code;
    const char *name;
    int64_t position;
};

static const struct field community_add_fields[] = {
    FIELD(community_add, id),
    FIELD(community_add, project),
    FIELD(community_add, code, .max = 8),
    FIELD(community_add, name, .max = 40),
    FIELD(community_add, position, .least = 0, .most = 9999),
};
const struct shape community_add_shape = SHAPE(community_add);

struct community_added {
    struct id community;
    struct id project;
    const char *code;
    const char *name;
    int64_t position;
};

static const struct field community_added_fields[] = {
    FIELD(community_added, community), FIELD(community_added, project),
    FIELD(community_added, code),      FIELD(community_added, name),
    FIELD(community_added, position),
};
const struct shape community_added_shape = SHAPE(community_added);

struct err cmd_community_add(struct call *call, const void *body)
{
    const struct community_add *ask = body;
    struct project_answer answer = { ask->id };
    struct community_added event = {
        .community = ask->id,
        .project = ask->project,
        .code = ask->code,
        .name = ask->name,
        .position = ask->position,
    };

    TRY(store(call, &SQL_community_add, FROM(community_add, ask)));
    TRY(emit(call, "community.added", ask->id, FROM(community_added, &event)));
    return reply(call, FROM(project_answer, &answer));
}

/* --------------------------------------------------------- community.list */

struct community_ask {
    struct id project;
};

static const struct field community_ask_fields[] = {
    FIELD(community_ask, project),
};
const struct shape community_ask_shape = SHAPE(community_ask);

struct community {
    struct id id;
    const char *code;
    const char *name;
    int64_t position;
    int64_t households;
};

static const struct field community_fields[] = {
    FIELD(community, id),         FIELD(community, code),
    FIELD(community, name),       FIELD(community, position),
    FIELD(community, households),
};
static const struct shape community_shape = SHAPE(community);

struct community_list {
    struct rows communities;
};

static const struct field community_list_fields[] = {
    FIELD(community_list, communities, .shape = &community_shape,
          .max = COMMUNITIES_MAX),
};
const struct shape community_list_shape = SHAPE(community_list);

struct err cmd_community_list(struct call *call, const void *body)
{
    const struct community_ask *ask = body;
    struct community_list answer;

    TRY(list(call, then(call, &SQL_community_all), FROM(community_ask, ask),
             &community_shape, &answer.communities));
    return reply(call, FROM(community_list, &answer));
}
