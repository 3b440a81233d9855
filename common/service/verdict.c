#include "common/service/verdict.h"

#include "common/service/log.h"

#include <string.h>

/* clang-format off */
static const struct {
    const char *state;
    const char *why;
    enum code code;
    bool retry;
} verdicts[] = {
    { "23505", "it already exists",                        CODE_CONFLICT, false },
    { "23503", "it refers to something that is not there", CODE_NOT_FOUND, false },
    { "23P01", "it overlaps with something else",          CODE_CONFLICT, false },
    { "40001", "lost a race",                              CODE_BUSY,     true },
    { "40P01", "lost a race",                              CODE_BUSY,     true },
    { "55P03", "it is locked",                             CODE_BUSY,     true },
    { "57014", "it took too long",                         CODE_BUSY,     false },
    { "53100", "the store's disk is full",                 CODE_BUSY,     true },
    { "25006", "the store is read-only now",               CODE_BUSY,     true },
    { "25P03", "we were stopped, and passed by",           CODE_BUSY,     true },
    { "53",    "the store is at its limit",                CODE_BUSY,     true },
    { "57P",   "the store is away",                        CODE_BUSY,     true },
    { "08",    "the store is away",                        CODE_BUSY,     true },
};
/* clang-format on */

/* A rule that the schema holds speaks for itself: a trigger by its message, a
 * constraint by its name. */
static struct err ruled(const PGresult *result, const char *state,
                        struct arena *arena)
{
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

    if (strcmp(state, "P0001") == 0)
        return fail(CODE_CONFLICT, arena_text(arena, text));
    return fail(CODE_CONFLICT,
                arena_format(arena, "a rule of the store forbids it (%s)",
                             name ? name : "check"));
}

struct err verdict(const PGresult *result, const struct statement *sql,
                   bool *retry, struct arena *arena)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (strcmp(state, "P0001") == 0 || strcmp(state, "23514") == 0)
        return ruled(result, state, arena);
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        if (strncmp(verdicts[i].state, state, strlen(verdicts[i].state)) == 0) {
            *retry = verdicts[i].retry;
            return fail(verdicts[i].code, verdicts[i].why);
        }
    }
    /* The primary message may quote a value: only its state and place go
     * into the log. */
    log_error("store refused a statement", "statement", sql->name, "err", state,
              "hint", "run the statement test: is every migration applied?",
              NULL);
    return fail(CODE_FAULT, "the store refused the statement");
}
