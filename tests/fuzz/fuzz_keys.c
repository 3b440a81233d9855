/* Any text as a key file: what is taken of it stands in it between quotes, the
 * two halves belong together, and what is written is read as the same; a secret
 * one is never taken for a public one.  The same text as what a key may say:
 * granted is what is written there, and no more. */
#include "tests/fuzz/fuzz.h"

#include "common/service/grant.h"

#include <string.h>
#include <strings.h>
#include <zmq.h>

static void stands_in(const char *text, const char *value, struct arena *arena)
{
    must(!*value || strstr(text, arena_format(arena, "\"%s\"", value)));
}

static void check_halves(const struct key_file *file, bool secret)
{
    char public[KEY_SIZE + 1];

    must(strlen(file->pair.public.text) == KEY_SIZE);
    if (secret)
        must(zmq_curve_public(public, file->pair.secret.text) == 0
             && strcmp(public, file->pair.public.text) == 0);
    else
        must(!*file->pair.secret.text);
}

static const char *print(const struct key_file *file, bool secret,
                         struct arena *arena)
{
    char *heap = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&heap, &size);

    must(to != NULL);
    key_print(to, file, secret);
    must(fclose(to) == 0);
    const char *text = arena_slice(arena, heap, size);
    free(heap);
    return text;
}

static void check_round_trip(const struct key_file *file, bool secret,
                             struct arena *arena)
{
    struct key_file again, half = *file;

    must(!key_parse(print(file, secret, arena), secret, &again).code);
    must(memcmp(file, &again, sizeof again) == 0);

    memset(&half.pair.secret, 0, sizeof half.pair.secret);
    must(!key_parse(print(file, false, arena), false, &again).code);
    must(memcmp(&half, &again, sizeof again) == 0);
}

static void check_grant(const struct key_file *file)
{
    struct grant grant;
    struct err err = grant_from("somebody", file, &grant);
    role_set roles;

    if (err.code) {
        must(err.code == CODE_BAD_REQUEST && err.field && err.why);
        return;
    }
    must(strcmp(grant_kinds[grant.kind], file->kind) == 0);
    must(roles_parse(file->roles, &roles) && roles == grant.roles);
    must(!*file->actor || strcasecmp(grant.actor.text, file->actor) == 0);
    must(strcmp(grant.commands, file->commands) == 0);
    must(id_given(grant.actor) && key_same(&grant.key, &file->pair.public));
}

static void check(const char *text, bool secret, struct arena *arena)
{
    struct key_file file;
    struct err err = key_parse(text, secret, &file);

    if (err.code) {
        must(err.code == CODE_DENIED && err.why);
        return;
    }
    stands_in(text, file.pair.public.text, arena);
    stands_in(text, file.pair.secret.text, arena);
    stands_in(text, file.kind, arena);
    stands_in(text, file.actor, arena);
    stands_in(text, file.roles, arena);
    stands_in(text, file.commands, arena);
    check_halves(&file, secret);
    check_round_trip(&file, secret, arena);
    check_grant(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_slice(arena, (const char *)data, size);

    check(text, true, arena);
    check(text, false, arena);
    arena_destroy(&arena);
    return 0;
}
