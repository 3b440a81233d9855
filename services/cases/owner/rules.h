/* rules.h — whose a household's house is, and who signs for it (G-ALLOWNERS,
 * G-CAPACITY), and how what is paid for it is split among them (R-GENDER).
 *
 * Shares are whole millionths and make one together.  A household without
 * shares on record counts as one owner, who signs by being there.
 *
 * The tenant of public housing is a party and no owner: on record with a share
 * of nothing, and signs beside the owner (domain.md 1.5; Qingdao's regulations
 * on expropriation, articles 25 and 35). */
#pragma once

#include "common/base/shape.h"

#include <stdbool.h>

enum { SHARES_WHOLE = 1000000, OWNERS_MAX = 50 };

enum capacity { CAPACITY_FULL, CAPACITY_LIMITED };
extern const char *const capacity_names[];

/* How an owner signs: in person, by a notarised power, or by a guardian. */
enum signing { SIGNING_SELF, SIGNING_POWER, SIGNING_GUARDIAN };
extern const char *const signing_names[];

/* Why somebody is entitled: by the deed, as a spouse who is not on it, as a
 * daughter who has married out, by another paper, or as the tenant of public
 * housing. */
enum owner_title {
    TITLE_DEED,
    TITLE_SPOUSE,
    TITLE_MARRIED_OUT,
    TITLE_OTHER,
    TITLE_TENANT
};
extern const char *const owner_title_names[];

struct owner {
    struct id id;
    struct rate share; /* of the whole, in millionths */
    unsigned capacity;
    unsigned title;
};

/* One owner's signature; the paper is the power's or the witness's. */
struct owner_signature {
    struct id owner;
    unsigned how;
    const char *document;
};

/* One to OWNERS_MAX owners, whose shares are the whole; tenants, and nobody
 * else, have a share of nothing. */
struct err shares_check(const struct owner *owners, size_t count);

/* Whether one of them is a tenant. */
bool tenant_among(const struct owner *owners, size_t count);

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

/* ---- What is paid goes to several accounts (R-GENDER). ---- */

/* The part of what is paid that the owners agreed on for one of them. */
struct owner_part {
    struct id owner;
    struct rate share; /* of the whole, in millionths; may be nothing */
};

/* Takes the parts that were agreed in place of the owners' shares on record; no
 * parts leave them.  CODE_BAD_REQUEST when they are not each owner's once, and
 * the whole together. */
struct err parts_agree(struct owner *owners, size_t count,
                       const struct owner_part *parts, size_t part_count);

/* Whether a split may stand that these have signed.  One owner may ask for the
 * shares on record, once; `agreed` parts, any other split after the first, and
 * one beside a tenant, whose share is nothing, want the word of all.
 * CODE_CONFLICT for that, CODE_BAD_REQUEST for a signature that is none. */
struct err split_may(const struct owner *owners, size_t count,
                     const struct owner_signature *given, size_t given_count,
                     bool agreed, bool first);

/* Whether `whose` part may go to the account of `holder`: to the owner's own by
 * the owner, by a notarised power or a guardian; to another owner's by the
 * owner's own signed word alone. */
struct err account_may(const struct owner *owners, size_t count,
                       struct id whose, struct id holder, unsigned how);

/* `sum`, at or above nothing, by the shares in whole fen: what is left over
 * goes fen by fen to the largest remainders, of equal ones to the first, so
 * that the parts are exactly the sum. */
void sum_split(struct money sum, const struct owner *owners, size_t count,
               struct money *parts);
