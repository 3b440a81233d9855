#include "services/cases/owner/rules.h"

#include "services/cases/household/policy.h"

/* clang-format off */
const char *const capacity_names[] = { "full", "limited", NULL };
const char *const signing_names[]  = { "self", "power", "guardian", NULL };
/* clang-format on */

struct err shares_check(const struct owner *owners, size_t count)
{
    int64_t sum = 0;

    if (count < 1 || count > OWNERS_MAX)
        return fail_at("owners", "one to fifty people own a house");
    for (size_t i = 0; i < count; i++)
        sum += owners[i].share.millionths;
    return sum == SHARES_WHOLE
               ? OK
               : fail_at("owners", "the shares are not the whole together");
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
