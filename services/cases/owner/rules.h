/* rules.h — whose a household's house is, and who signs for it (G-ALLOWNERS,
 * G-CAPACITY).
 *
 * Shares are whole millionths and make one together.  A household without
 * shares on record counts as one owner, who signs by being there. */
#pragma once

#include "common/base/shape.h"

#include <stdbool.h>

enum { SHARES_WHOLE = 1000000, OWNERS_MAX = 50 };

enum capacity { CAPACITY_FULL, CAPACITY_LIMITED };
extern const char *const capacity_names[];

/* How an owner signs: in person, by a notarised power, or by a guardian. */
enum signing { SIGNING_SELF, SIGNING_POWER, SIGNING_GUARDIAN };
extern const char *const signing_names[];

struct owner {
    struct id id;
    struct rate share; /* of the whole, in millionths */
    unsigned capacity;
};

/* One owner's signature; the paper is the power's or the witness's. */
struct owner_signature {
    struct id owner;
    unsigned how;
    const char *document;
};

/* One to OWNERS_MAX owners, whose shares are the whole. */
struct err shares_check(const struct owner *owners, size_t count);

/* How many owners have not signed, and how many of limited capacity have
 * without guardian and witness.  CODE_BAD_REQUEST for who is no owner, signs
 * twice, or brings no paper for a power or a guardian. */
struct err signatures_count(const struct owner *owners, size_t count,
                            const struct owner_signature *given,
                            size_t given_count, int64_t *missing,
                            int64_t *alone);

/* The witnesses of the office at a signature: enough, not too many, and no
 * one twice. */
struct err signers_check(struct ids signers);
