#include "services/reporting/http/accept.h"
#include "services/reporting/http/give.h"
#include "services/reporting/http/stream.h"
#include "services/reporting/web.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct web_file *web_file_named(const char *name)
{
    for (size_t i = 0; i < sizeof web_files / sizeof *web_files; i++)
        if (strcmp(web_files[i].name, name) == 0)
            return &web_files[i];
    return NULL;
}

static const char *parameter(const struct ask *ask, const char *name)
{
    return MHD_lookup_connection_value(ask->connection, MHD_GET_ARGUMENT_KIND,
                                       name);
}

static const char *field_of(const struct ask *ask, const char *name)
{
    return MHD_lookup_connection_value(ask->connection, MHD_HEADER_KIND, name);
}

/* ------------------------------------------------------------------ the page
 */

static enum MHD_Result give_file(struct ask *ask)
{
    const struct web_file *file =
        web_file_named(ask->path[1] ? ask->path + 1 : "index.html");

    if (!file)
        return give_problem(ask, PROBLEM_FAULT, NULL, NULL);
    return give_body(ask, &(struct body){ .type = file->type,
                                          .at = file->at,
                                          .size = file->size });
}

static enum MHD_Result give_problem_page(struct ask *ask)
{
    const struct web_file *model = web_file_named("problem.html");
    const struct problem *problem = problem_named(strrchr(ask->path, '/') + 1);

    if (!problem || !model)
        return give_problem(ask, PROBLEM_NOT_FOUND, NULL, NULL);
    const char *page = problem_page(
        problem, arena_slice(ask->arena, (const char *)model->at, model->size),
        ask->arena);
    return give_body(ask, &(struct body){ .type = model->type,
                                          .at = page,
                                          .size = strlen(page) });
}

/* ------------------------------------------------------------- the progress */

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);

    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static enum form form_asked(const struct ask *ask)
{
    if (ends_with(ask->path, ".csv"))
        return FORM_CSV;
    if (ends_with(ask->path, ".json"))
        return FORM_JSON;
    return accept_form(field_of(ask, "Accept"));
}

static enum MHD_Result give_sheet(struct ask *ask, const struct board *board,
                                  bool mark, const char *sequence)
{
    const struct header headers[] = {
        { "Content-Disposition",
          "attachment; filename=\"progress.csv\"; filename*=UTF-8''"
          "%E6%94%B9%E9%80%A0%E8%BF%9B%E5%BA%A6.csv" },
        { "Vary", "Accept" },
        { "X-As-Of-Sequence", sequence },
        { 0 },
    };
    const char *text =
        arena_format(ask->arena, "%s%s", mark ? "\xef\xbb\xbf" : "",
                     board_sheet(board, ask->arena));

    return give_body(ask, &(struct body){ .type = "text/csv; charset=utf-8",
                                          .at = text,
                                          .size = strlen(text),
                                          .more = headers });
}

static enum MHD_Result give_json(struct ask *ask, const char *text,
                                 const char *sequence)
{
    const struct header headers[] = {
        { "Vary", "Accept" },
        { "X-As-Of-Sequence", sequence },
        { 0 },
    };

    return give_body(ask, &(struct body){ .type = "application/json",
                                          .at = text,
                                          .size = strlen(text),
                                          .more = headers });
}

static enum MHD_Result give_board(struct ask *ask, enum form form,
                                  struct id project, bool mark)
{
    const struct desk *desk = ask->hall->desk;

    if (desk_look(ask->hall->desk, steady_ms()).code)
        return give_problem(ask, PROBLEM_AWAY, NULL, NULL);
    struct board board = *desk_board(desk);
    if (board_only(&board, project).code)
        return give_problem(ask, PROBLEM_NOT_FOUND, "没有这个编号的项目",
                            "project");
    const char *sequence = arena_format(ask->arena, "%" PRId64, board.sequence);
    if (form == FORM_CSV)
        return give_sheet(ask, &board, mark, sequence);
    return give_json(ask,
                     id_given(project)
                         ? shape_to_json(FROM(board, &board), ask->arena)
                         : desk_json(desk),
                     sequence);
}

static enum MHD_Result give_progress(struct ask *ask)
{
    const char *project = parameter(ask, "project");
    const char *bom = parameter(ask, "bom");
    enum form form = form_asked(ask);
    struct id id = { "" };

    if (project && !id_parse(project, &id))
        return give_problem(ask, PROBLEM_PARAMETER, "project 不是项目编号",
                            "project");
    if (bom && strcmp(bom, "0") != 0 && strcmp(bom, "1") != 0)
        return give_problem(ask, PROBLEM_PARAMETER, "bom 只能是 0 或 1", "bom");
    if (form == FORM_NONE)
        return give_problem(ask, PROBLEM_NOT_OFFERED, NULL, NULL);
    return give_board(ask, form, id, !bom || *bom == '1');
}

static enum MHD_Result give_events(struct ask *ask)
{
    if (desk_look(ask->hall->desk, steady_ms()).code)
        return give_problem(ask, PROBLEM_AWAY, NULL, NULL);
    return stream_begin(ask, field_of(ask, "Last-Event-ID"));
}

/* ---------------------------------------------------------------- the table */

static const char *const none[] = { NULL };
static const char *const of_progress[] = { "project", "bom", NULL };

/* A path that ends with a slash stands for all one step below it. */
/* clang-format off */
static const struct route {
    const char *path;
    const char *const *parameters;
    enum MHD_Result (*give)(struct ask *ask);
} routes[] = {
    { "/",                     none,        give_file },
    { "/kite.css",             none,        give_file },
    { "/kite.svg",             none,        give_file },
    { "/progress.js",          none,        give_file },
    { "/api/v1/progress",      of_progress, give_progress },
    { "/api/v1/progress.json", of_progress, give_progress },
    { "/api/v1/progress.csv",  of_progress, give_progress },
    { "/api/v1/events",        none,        give_events },
    { "/problems/",            none,        give_problem_page },
};
/* clang-format on */

const char *route_nth(size_t n)
{
    return n < sizeof routes / sizeof *routes ? routes[n].path : NULL;
}

static bool leads_to(const struct route *route, const char *path)
{
    size_t size = strlen(route->path);

    if (size > 1 && route->path[size - 1] == '/')
        return strncmp(route->path, path, size) == 0
               && !strchr(path + size, '/');
    return strcmp(route->path, path) == 0;
}

static const struct route *find(const char *path)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (leads_to(&routes[i], path))
            return &routes[i];
    return NULL;
}

/* ------------------------------------------------- what no route should see */

/* What a pass over fields or parameters found. */
struct tour {
    const struct route *route;
    const char *stranger; /* a parameter that the route does not know */
    size_t fields;
    size_t hosts, lengths, codings;
};

static enum MHD_Result meet_parameter(void *closure, enum MHD_ValueKind kind,
                                      const char *name, const char *value)
{
    struct tour *tour = closure;

    (void)kind;
    (void)value;
    for (const char *const *known = tour->route->parameters; *known; known++)
        if (strcmp(*known, name) == 0)
            return MHD_YES;
    tour->stranger = name;
    return MHD_NO;
}

static enum MHD_Result meet_field(void *closure, enum MHD_ValueKind kind,
                                  const char *name, const char *value)
{
    struct tour *tour = closure;

    (void)kind;
    (void)value;
    tour->fields++;
    tour->hosts += strcasecmp(name, "Host") == 0;
    tour->lengths += strcasecmp(name, "Content-Length") == 0;
    tour->codings += strcasecmp(name, "Transfer-Encoding") == 0;
    return MHD_YES;
}

static size_t header_size(const struct ask *ask)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        ask->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    return info ? info->header_size : 0;
}

/* What two programs could understand differently is refused (reliability.md
 * §4): request smuggling lives there. */
static bool is_ambiguous(const struct tour *tour)
{
    return tour->lengths + tour->codings > 1 || tour->hosts > 1;
}

static bool is_too_long(const struct ask *ask)
{
    const char *length = field_of(ask, "Content-Length");

    return length
           && (strlen(length) > 7 || strtoul(length, NULL, 10) > BODY_MAX);
}

enum MHD_Result route_refuse(struct ask *ask)
{
    struct tour tour = { 0 };

    MHD_get_connection_values(ask->connection, MHD_HEADER_KIND, meet_field,
                              &tour);
    ask->guest->has_body = tour.lengths || tour.codings;
    if (is_ambiguous(&tour)) {
        ask->guest->has_body = true;
        return give_problem(ask, PROBLEM_MALFORMED, NULL, NULL);
    }
    if (ask->guest->address_size > ADDRESS_MAX)
        return give_problem(ask, PROBLEM_ADDRESS_TOO_LONG, NULL, NULL);
    if (tour.fields > FIELDS_MAX || header_size(ask) > HEADER_MAX)
        return give_problem(ask, PROBLEM_HEADER_TOO_LARGE, NULL, NULL);
    if (is_too_long(ask))
        return give_problem(ask, PROBLEM_BODY_TOO_LARGE, NULL, NULL);
    return MHD_YES;
}

enum MHD_Result route_answer(struct ask *ask)
{
    struct tour tour = { .route = find(ask->path) };

    if (!tour.route)
        return give_problem(ask, PROBLEM_NOT_FOUND, NULL, NULL);
    ask->guest->route = tour.route->path;
    if (strcmp(ask->method, "GET") != 0 && strcmp(ask->method, "HEAD") != 0)
        return give_problem(ask, PROBLEM_METHOD, NULL, NULL);
    MHD_get_connection_values(ask->connection, MHD_GET_ARGUMENT_KIND,
                              meet_parameter, &tour);
    if (tour.stranger)
        return give_problem(ask, PROBLEM_PARAMETER, "这个地址没有这个参数",
                            tour.stranger);
    return tour.route->give(ask);
}
