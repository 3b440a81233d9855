/* request.h — the four frames of a request, and those of its answer
 * (design.md "Wire"). */
#pragma once

#include "common/service/parcel.h"
#include "common/service/service.h"

/* What stands in the body of an answer that is not ok. */
extern const struct shape problem_shape;

/* Behind the client's own frame: [RK1][command][meta][body]. */
struct request {
    const char *command;
    const char *meta;
    const char *body;
};

/* Reads the texts of [client][RK1][command][meta][body] into the arena;
 * the parcel stays as it is.  What is not there is "". */
struct err request_read(struct parcel *parcel, struct request *request,
                        struct arena *arena);

/* True when one of these commands that has a subject is asked. */
bool request_has_subject(struct parcel *parcel, const struct command *commands);

/* Lays the answer beside the request. */
void request_answer(struct parcel *parcel, struct err err,
                    const struct call *call);

/* Counts a call that is over, and writes a line about it. */
void request_log(const struct request *request, const struct call *call,
                 struct err err, int64_t took_us);
