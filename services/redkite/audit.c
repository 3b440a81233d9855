/* redkite audit verify: link by link, from the first.  A head that was noted is
 * held against the link of its number: then not even who wrote the whole chain
 * anew goes unnoticed. */
#include "services/redkite/print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TELL_EVERY = 50 };

/* How far it is known to hold. */
struct trail {
    int64_t no;
    const char *hash;
    int64_t entry;
    bool ended;
};

static int64_t number(const cJSON *said, const char *name)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(said, name);

    return cJSON_IsString(value) ? strtoll(value->valuestring, NULL, 10)
                                 : (int64_t)cJSON_GetNumberValue(value);
}

static const char *text(const struct run *run, const cJSON *said,
                        const char *name)
{
    const char *value =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(said, name));

    return value ? arena_format(run->arena, "%s", value) : NULL;
}

/* One stretch further. */
static enum status look(struct run *run, struct trail *trail, int64_t upto)
{
    struct answer answer = ask(
        run, "cases", "audit.verify",
        arena_format(run->arena,
                     "{\"no\":%" PRId64 ",\"hash\":\"%s\",\"entry\":%" PRId64
                     ",\"upto\":%" PRId64 "}",
                     trail->no, trail->hash, trail->entry, upto));

    if (answer.code)
        return say_problem(run, "audit.verify", answer);
    cJSON *said = cJSON_Parse(answer.body);
    const char *wrong = text(run, said, "wrong");
    trail->no = number(said, "no");
    trail->hash = text(run, said, "hash");
    trail->entry = number(said, "entry");
    trail->ended =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(said, "ended"));
    cJSON_Delete(said);
    if (!wrong)
        return DONE;
    say("%s", wrong);
    say("the audit does not hold after link %" PRId64
        "; keep the database as it is and tell the security auditor",
        trail->no);
    return FAILED;
}

static enum status look_up_to(struct run *run, struct trail *trail,
                              int64_t upto)
{
    unsigned looks = 0;

    trail->ended = false;
    while (!trail->ended) {
        enum status status = look(run, trail, upto);
        if (status)
            return status;
        if (++looks % TELL_EVERY == 0)
            say("%" PRId64 " links hold so far", trail->no);
    }
    return DONE;
}

/* "NO:HASH" */
static bool read_head(const char *noted, int64_t *no, const char **hash)
{
    char *end;

    *no = strtoll(noted, &end, 10);
    *hash = end + 1;
    return *no > 0 && *end == ':' && strlen(*hash) == 64;
}

static enum status hold_against(struct run *run, struct trail *trail,
                                const char *noted)
{
    const char *hash;
    int64_t no;

    if (!read_head(noted, &no, &hash))
        return say_usage(run, "--head wants NO:HASH, as redkite audit head "
                              "shows it");
    if (no < trail->no)
        return say_usage(run, "give the heads in the order of their numbers");
    enum status status = no > trail->no ? look_up_to(run, trail, no) : DONE;
    if (status || (trail->no == no && strcmp(trail->hash, hash) == 0))
        return status;
    say("the head that was noted is not in the chain: link %" PRId64
        " is not %.12s...; the chain was cut or written anew",
        no, hash);
    return FAILED;
}

enum status act_audit_verify(struct run *run)
{
    struct trail trail = { .hash = "" };
    const char *noted;

    for (size_t n = 0; (noted = given_nth(run, "--head", n)); n++) {
        enum status status = hold_against(run, &trail, noted);
        if (status)
            return status;
    }
    enum status status = look_up_to(run, &trail, 0);
    if (status)
        return status;
    print_answer(run, arena_format(run->arena, "{\"head\":\"%" PRId64 ":%s\"}",
                                   trail.no, trail.hash));
    return DONE;
}
