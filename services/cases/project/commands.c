#include "services/cases/project/commands.h"

#include "services/cases/project/rules.h"
#include "services/cases/project/store_sql.h"

enum { PROJECTS_MAX = 1000, COMMUNITIES_MAX = 1000, DOCUMENTS_MAX = 1000 };

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
    FIELD(project, track, .names = household_tracks),
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
    FIELD(project_opened, track, .names = household_tracks),
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

/* -------------------------------------------------------- project.document */

struct project_document {
    struct id project;
    unsigned kind;
    const char *number;
    struct day day;
    /* DOCUMENT_GIVEN by the register: */
    struct id id;
    unsigned track;
    struct id recorded_by;
    struct moment recorded_at;
};
enum { DOCUMENT_GIVEN = 4 };

static const struct field project_document_fields[] = {
    FIELD(project_document, project),
    FIELD(project_document, kind, .names = project_kinds),
    FIELD(project_document, number, .max = 100),
    FIELD(project_document, day),
    FIELD(project_document, id),
    FIELD(project_document, track, .names = household_tracks),
    FIELD(project_document, recorded_by),
    FIELD(project_document, recorded_at),
};
static const struct shape document_row_shape = SHAPE(project_document);
const struct shape project_document_shape =
    SHAPE_PART("project_document", project_document, DOCUMENT_GIVEN);

struct project_documented {
    struct id project;
    struct id document;
    unsigned kind;
    const char *number;
    struct day day;
};

static const struct field project_documented_fields[] = {
    FIELD(project_documented, project),
    FIELD(project_documented, document),
    FIELD(project_documented, kind, .names = project_kinds),
    FIELD(project_documented, number),
    FIELD(project_documented, day),
};
const struct shape project_documented_shape = SHAPE(project_documented);

struct project_key {
    struct id project;
};

static const struct field project_key_fields[] = {
    FIELD(project_key, project),
};
const struct shape project_key_shape = SHAPE(project_key);

struct project_track {
    unsigned track;
};

static const struct field project_track_fields[] = {
    FIELD(project_track, track, .names = household_tracks),
};
static const struct shape project_track_shape = SHAPE(project_track);

struct err cmd_project_document(struct call *call, const void *body)
{
    struct project_document row = *(const struct project_document *)body;
    struct project_key key = { row.project };
    struct project_track of;

    TRY(fetch(call, &SQL_project_track, FROM(project_key, &key),
              INTO(project_track, &of)));
    TRY(basis_check(of.track, row.kind, row.day, day_of(call->now),
                    call->arena));
    row.id = id_new(call->now);
    row.track = of.track;
    row.recorded_by = call->actor;
    row.recorded_at = call->now;
    TRY(store(call, &SQL_document_add,
              (struct view){ &document_row_shape, &row }));
    struct project_documented event = { row.project, row.id, row.kind,
                                        row.number, row.day };
    TRY(emit(call, "project.documented", row.project,
             FROM(project_documented, &event)));
    about(call, row.project);
    struct project_answer answer = { row.id };
    return reply(call, FROM(project_answer, &answer));
}

/* ------------------------------------------------------- project.documents */

struct document_shown {
    unsigned kind;
    const char *number;
    struct day day;
    struct moment recorded_at;
    bool counts;
};

static const struct field document_shown_fields[] = {
    FIELD(document_shown, kind, .names = project_kinds),
    FIELD(document_shown, number),
    FIELD(document_shown, day),
    FIELD(document_shown, recorded_at),
    FIELD(document_shown, counts),
};
static const struct shape document_shown_shape = SHAPE(document_shown);

struct document_list {
    struct rows documents;
};

static const struct field document_list_fields[] = {
    FIELD(document_list, documents, .shape = &document_shown_shape,
          .max = DOCUMENTS_MAX),
};
const struct shape document_list_shape = SHAPE(document_list);

struct err cmd_project_documents(struct call *call, const void *body)
{
    const struct project_key *ask = body;
    struct document_list answer;

    TRY(list(call, then(call, &SQL_document_all), FROM(project_key, ask),
             &document_shown_shape, &answer.documents));
    return reply(call, FROM(document_list, &answer));
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
