/* give.h — how an answer leaves the house.
 *
 * Every answer, whatever it says, bears the security headers (reliability.md
 * 5.5) and goes through here. */
#pragma once

#include "services/reporting/http/hall.h"

struct header {
    const char *name, *value;
};

struct body {
    const char *type; /* its media type                                   */
    const void *at;   /* copied                                           */
    size_t size;
    const struct header *more; /* ends with a null name; may be NULL      */
};

/* A representation that a client may keep and ask about again: strong ETag,
 * 304 when the client has it. */
enum MHD_Result give_body(struct ask *ask, const struct body *body);

/* A refusal: `detail` says what is wrong with this very request (zh-CN, may be
 * NULL), `parameter` names the one at fault, if it is one. */
enum MHD_Result give_problem(struct ask *ask, enum problem_kind kind,
                             const char *detail, const char *parameter);

/* A response made elsewhere (a stream); takes it over. */
enum MHD_Result give_response(struct ask *ask, unsigned status,
                              struct MHD_Response *response);
