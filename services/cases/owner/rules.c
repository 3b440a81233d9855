#include "services/cases/owner/rules.h"

#include "services/cases/household/policy.h"

/* clang-format off */
const char *const capacity_names[] = { "full", "limited", NULL };
const char *const signing_names[]  = { "self", "power", "guardian", NULL };
const char *const owner_title_names[] = { "deed", "spouse", "married_out",
                                          "other", "tenant", NULL };
/* clang-format on */

struct err shares_check(const struct owner *owners, size_t count)
{
    int64_t sum = 0;

    if (count < 1 || count > OWNERS_MAX)
        return fail_at("owners", "one to fifty people own a house");
    for (size_t i = 0; i < count; i++) {
        bool tenant = owners[i].title == TITLE_TENANT;
        if (tenant != (owners[i].share.millionths == 0))
            return fail_at("owners", tenant ? "a tenant has a share of nothing"
                                            : "only a tenant has a share of "
                                              "nothing");
        sum += owners[i].share.millionths;
    }
    return sum == SHARES_WHOLE
               ? OK
               : fail_at("owners", "the shares are not the whole together");
}

bool tenant_among(const struct owner *owners, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (owners[i].title == TITLE_TENANT)
            return true;
    return false;
}

static const struct owner_signature *
signature_of(struct id owner, const struct owner_signature *given, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (id_same(given[i].owner, owner))
            return &given[i];
    return NULL;
}

static struct err signature_check(const struct owner *owners, size_t count,
                                  const struct owner_signature *given,
                                  size_t which)
{
    const struct owner_signature *one = &given[which];

    if (signature_of(one->owner, given, which))
        return fail_at("owners", "an owner signs once");
    if (one->how != SIGNING_SELF && !one->document)
        return fail_at("owners", "a power or a guardian has its document");
    for (size_t i = 0; i < count; i++)
        if (id_same(owners[i].id, one->owner))
            return OK;
    return fail_at("owners", "names somebody who is no owner on record");
}

struct err signatures_count(const struct owner *owners, size_t count,
                            const struct owner_signature *given,
                            size_t given_count, int64_t *missing,
                            int64_t *alone)
{
    *missing = *alone = 0;
    for (size_t i = 0; i < given_count; i++)
        TRY(signature_check(owners, count, given, i));
    for (size_t i = 0; i < count; i++) {
        const struct owner_signature *one =
            signature_of(owners[i].id, given, given_count);
        if (!one)
            ++*missing;
        else if (owners[i].capacity == CAPACITY_LIMITED
                 && one->how != SIGNING_GUARDIAN)
            ++*alone;
    }
    return OK;
}

struct err signers_check(struct ids signers)
{
    if (signers.count < SIGNERS_MIN || signers.count > SIGNERS_MAX)
        return fail_at("signers", "one to five of the office witness it");
    for (size_t i = 0; i < signers.count; i++)
        for (size_t j = i + 1; j < signers.count; j++)
            if (id_same(signers.at[i], signers.at[j]))
                return fail_at("signers", "names somebody twice");
    return OK;
}

static const struct owner *owner_of(const struct owner *owners, size_t count,
                                    struct id id)
{
    for (size_t i = 0; i < count; i++)
        if (id_same(owners[i].id, id))
            return &owners[i];
    return NULL;
}

static const struct owner_part *
part_of(struct id owner, const struct owner_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (id_same(parts[i].owner, owner))
            return &parts[i];
    return NULL;
}

struct err parts_agree(struct owner *owners, size_t count,
                       const struct owner_part *parts, size_t part_count)
{
    int64_t sum = 0;

    if (!part_count)
        return OK;
    if (part_count != count)
        return fail_at("parts", "name each owner once, who gets nothing too");
    for (size_t i = 0; i < count; i++) {
        const struct owner_part *part =
            part_of(owners[i].id, parts, part_count);
        if (!part)
            return fail_at("parts", "name each owner once, who gets nothing "
                                    "too");
        if (part->share.millionths < 0)
            return fail_at("parts", "a part is not below nothing");
        owners[i].share = part->share;
        sum += part->share.millionths;
    }
    return sum == SHARES_WHOLE
               ? OK
               : fail_at("parts", "the parts are not the whole together");
}

struct err split_may(const struct owner *owners, size_t count,
                     const struct owner_signature *given, size_t given_count,
                     bool agreed, bool first)
{
    int64_t missing, alone;

    TRY(signatures_count(owners, count, given, given_count, &missing, &alone));
    if (!given_count)
        return fail_at("owners", "an owner asks for it, and signs");
    if (alone)
        return fail_at("owners", "an owner of limited capacity signs by a "
                                 "guardian");
    if (missing && agreed)
        return fail(CODE_CONFLICT,
                    "R-GENDER: other parts than the shares on record are "
                    "signed by all owners; without parts one may ask");
    if (missing && tenant_among(owners, count))
        return fail(CODE_CONFLICT,
                    "R-GENDER: by the shares on record the tenant would get "
                    "nothing; what each gets is signed by all (parts)");
    if (missing && !first)
        return fail(CODE_CONFLICT, "R-GENDER: it goes split already; another "
                                   "split is signed by all owners");
    return OK;
}

struct err account_may(const struct owner *owners, size_t count,
                       struct id whose, struct id holder, unsigned how)
{
    const struct owner *owner = owner_of(owners, count, whose);

    if (!owner)
        return fail_at("owner", "is no owner on record (owner.list)");
    if (!owner_of(owners, count, holder))
        return fail_at("holder", "is no owner on record (owner.list)");
    if (owner->capacity == CAPACITY_LIMITED && how != SIGNING_GUARDIAN)
        return fail_at("how", "an owner of limited capacity signs by a "
                              "guardian");
    if (!id_same(whose, holder) && how != SIGNING_SELF)
        return fail(CODE_CONFLICT,
                    "R-GENDER: an owner's part goes to another one's account "
                    "by the owner's own signed word alone");
    return OK;
}

/* What is left of an owner's part under a whole fen, in millionths. */
static int64_t rest_of(struct money sum, struct rate share)
{
    return sum.fen % SHARES_WHOLE * share.millionths % SHARES_WHOLE;
}

/* How many come before `which` when fen are left over. */
static int64_t place_of(struct money sum, const struct owner *owners,
                        size_t count, size_t which)
{
    int64_t rest = rest_of(sum, owners[which].share), before = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t other = rest_of(sum, owners[i].share);
        if (other > rest || (other == rest && i < which))
            before++;
    }
    return before;
}

void sum_split(struct money sum, const struct owner *owners, size_t count,
               struct money *parts)
{
    int64_t left = sum.fen;

    for (size_t i = 0; i < count; i++) {
        int64_t share = owners[i].share.millionths;
        /* in two steps: sum x share is more than 63 bits hold */
        parts[i].fen = sum.fen / SHARES_WHOLE * share
                       + sum.fen % SHARES_WHOLE * share / SHARES_WHOLE;
        left -= parts[i].fen;
    }
    for (size_t i = 0; i < count; i++)
        if (place_of(sum, owners, count, i) < left)
            parts[i].fen++;
}
