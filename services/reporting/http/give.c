#include "services/reporting/http/give.h"

#include "common/base/json.h"

#include <inttypes.h>
#include <string.h>

/* clang-format off */
static const struct header always[] = {
    { "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; "
      "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
      "base-uri 'none'; frame-ancestors 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { 0 },
};
/* clang-format on */

static void add_headers(struct MHD_Response *response,
                        const struct header *headers)
{
    for (; headers && headers->name; headers++)
        MHD_add_response_header(response, headers->name, headers->value);
}

enum MHD_Result give_response(struct ask *ask, unsigned status,
                              struct MHD_Response *response)
{
    if (!response)
        return MHD_NO;
    add_headers(response, always);
    /* What was sent after the headers may not have been read to its end: it
     * must not be taken for the next request. */
    if (ask->guest->has_body)
        MHD_add_response_header(response, "Connection", "close");
    ask->guest->status = status;
    enum MHD_Result queued =
        MHD_queue_response(ask->connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

/* FNV-1a.  A tag tells two states of one address apart; it guards nothing. */
static const char *tag_of(const struct body *body, struct arena *arena)
{
    const unsigned char *bytes = body->at;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < body->size; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return arena_format(arena, "\"%016" PRIx64 "\"", hash);
}

/* If-None-Match: a list of tags, or "*" for any. */
static bool is_known(struct ask *ask, const char *tag)
{
    const char *known = MHD_lookup_connection_value(
        ask->connection, MHD_HEADER_KIND, "If-None-Match");

    return known && (strcmp(known, "*") == 0 || strstr(known, tag));
}

enum MHD_Result give_body(struct ask *ask, const struct body *body)
{
    const char *tag = tag_of(body, ask->arena);
    bool known = is_known(ask, tag);
    union {
        const void *in;
        void *out;
    } bytes = { body->at }; /* copied, not written: the library lacks const */
    struct MHD_Response *response = MHD_create_response_from_buffer(
        known ? 0 : body->size, bytes.out, MHD_RESPMEM_MUST_COPY);
    const struct header headers[] = {
        { "ETag", tag },
        { "Cache-Control", "no-cache" },
        { known ? NULL : "Content-Type", body->type },
        { 0 },
    };

    if (!response)
        return MHD_NO;
    add_headers(response, headers);
    add_headers(response, body->more);
    return give_response(ask, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK,
                         response);
}

/* -------------------------------------------------------------- a refusal */

struct fault {
    const char *parameter;
    const char *code;
    const char *detail;
};

static const struct field fault_fields[] = {
    FIELD(fault, parameter),
    FIELD(fault, code),
    FIELD(fault, detail),
};
static const struct shape fault_shape = SHAPE(fault);

struct refusal {
    const char *type;
    const char *title;
    int64_t status;
    const char *detail;
    const char *instance;
    struct json errors;
};

static const struct field refusal_fields[] = {
    FIELD(refusal, type),   FIELD(refusal, title),    FIELD(refusal, status),
    FIELD(refusal, detail), FIELD(refusal, instance), OPTIONAL(refusal, errors),
};
static const struct shape refusal_shape = SHAPE(refusal);

static const char *fault_json(const struct problem *problem, const char *detail,
                              const char *parameter, struct arena *arena)
{
    const struct fault fault = {
        utf8_check(parameter, strlen(parameter)) ? parameter : "?",
        problem->name,
        detail,
    };

    return arena_format(arena, "[%s]",
                        shape_to_json(FROM(fault, &fault), arena));
}

enum MHD_Result give_problem(struct ask *ask, enum problem_kind kind,
                             const char *detail, const char *parameter)
{
    const struct problem *problem = &problems[kind];
    struct refusal refusal = {
        .type = arena_format(ask->arena, "/problems/%s", problem->name),
        .title = problem->title,
        .status = problem->status,
        .detail = detail ? detail : problem->advice,
        .instance =
            arena_format(ask->arena, "urn:uuid:%s", id_new(moment_now()).text),
    };

    if (parameter)
        refusal.errors.text =
            fault_json(problem, refusal.detail, parameter, ask->arena);
    char *text = arena_text(ask->arena,
                            shape_to_json(FROM(refusal, &refusal), ask->arena));
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(text), text, MHD_RESPMEM_MUST_COPY);
    const struct header headers[] = {
        { "Content-Type", "application/problem+json" },
        { "Cache-Control", "no-store" },
        { "Content-Language", "zh-CN" },
        { kind == PROBLEM_METHOD ? "Allow" : NULL, "GET, HEAD" },
        { 0 },
    };

    if (!response)
        return MHD_NO;
    add_headers(response, headers);
    if (problem->status == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(response, "Retry-After", "5");
    return give_response(ask, problem->status, response);
}
