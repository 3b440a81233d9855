/* redkite keys: make a key, and see what each key may say. */
#include "services/redkite/print.h"
#include "services/redkite/settings.h"

#include "common/service/grant.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FOLDER_MODE = 0755, SECRETS_MODE = 0700 };

/* --------------------------------------------------------------------- make */

static bool note(const struct run *run, const char *name,
                 char into[static KEY_NOTE_MAX])
{
    const char *text = given(run, name);

    if (text && (strlen(text) >= KEY_NOTE_MAX || strpbrk(text, "\"\n\r")))
        return false;
    (void)snprintf(into, KEY_NOTE_MAX, "%s", text ? text : "");
    return true;
}

/* What the key is to say of itself; it must make sense to a service. */
static enum status fill(const struct run *run, const char *name,
                        struct key_file *file)
{
    struct grant grant;

    memset(file, 0, sizeof *file);
    if (!note(run, "--kind", file->kind) || !note(run, "--for", file->actor)
        || !note(run, "--may-be", file->roles)
        || !note(run, "--commands", file->commands))
        return say_usage(run, "a text is too long, or has a quotation mark");
    struct err err = grant_from(name, file, &grant);
    if (err.code)
        return say_usage(run, "%s %s", err.field, err.why);
    err = key_make(file);
    if (!err.code)
        return DONE;
    say("%s", err.why);
    return FAILED;
}

static bool make_folder(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0 || errno == EEXIST)
        return true;
    say("%s: %s", path, strerror(errno));
    return false;
}

static bool write_half(const char *path, const struct key_file *file,
                       bool secret)
{
    struct err err = key_write(path, file, secret);

    if (err.code)
        say("%s: %s", path, err.why);
    return !err.code;
}

/* The secret half first: should we end between the two, nobody is let in by a
 * key that nobody has. */
enum status act_keys_make(struct run *run)
{
    const char *name = given(run, "NAME"), *into = given(run, "--into");
    const char *secrets = arena_format(run->arena, "%s/secret", into);
    const char *publics = arena_format(run->arena, "%s/public", into);
    struct key_file file;

    enum status status = fill(run, name, &file);
    if (status != DONE)
        return status;
    const char *secret = arena_format(run->arena, "%s/%s", secrets, name);
    const char *public = arena_format(run->arena, "%s/%s", publics, name);
    if (!make_folder(into, FOLDER_MODE) || !make_folder(secrets, SECRETS_MODE)
        || !make_folder(publics, FOLDER_MODE)
        || !write_half(secret, &file, true)
        || !write_half(public, &file, false))
        return FAILED;
    say("%s stays with its owner (REDKITE_KEY_FILE)", secret);
    say("%s goes into the services' folder of public keys (REDKITE_KEYS)",
        public);
    return DONE;
}

/* --------------------------------------------------------------------- list */

static cJSON *row_of(const char *folder, const char *name)
{
    cJSON *row = cJSON_CreateObject();
    struct key_file file;
    struct grant grant;

    struct err err = key_public_read(folder, name, &file);
    if (!err.code)
        err = grant_from(name, &file, &grant);
    cJSON_AddStringToObject(row, "name", name);
    cJSON_AddStringToObject(row, "kind", file.kind);
    cJSON_AddStringToObject(row, "actor", file.actor);
    cJSON_AddStringToObject(row, "roles", file.roles);
    cJSON_AddStringToObject(row, "commands", file.commands);
    cJSON_AddStringToObject(row, "public_key", file.pair.public.text);
    cJSON_AddBoolToObject(row, "admitted", !err.code);
    cJSON_AddStringToObject(row, "why", err.code ? err.why : "");
    return row;
}

static bool same_key(const cJSON *a, const cJSON *b)
{
    const char *x =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(a, "public_key"));
    const char *y =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(b, "public_key"));

    return *x && strcmp(x, y) == 0;
}

/* As the services do: one key in two files is admitted by neither. */
static void mark_doubles(cJSON *rows)
{
    cJSON *row, *other;

    cJSON_ArrayForEach(row, rows) {
        cJSON_ArrayForEach(other, rows) {
            if (row == other || !same_key(row, other))
                continue;
            cJSON_ReplaceItemInObjectCaseSensitive(row, "admitted",
                                                   cJSON_CreateFalse());
            cJSON_ReplaceItemInObjectCaseSensitive(
                row, "why", cJSON_CreateString("it is in another file too"));
        }
    }
}

static int rising(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The files of a folder by name, NULL-ended; NULL after it was said why not. */
static const char **names_in(const struct run *run, const char *folder)
{
    DIR *files = opendir(folder);
    const struct dirent *file;
    size_t room = 1, count = 0;

    if (!files) {
        say("%s: %s", folder, strerror(errno));
        return NULL;
    }
    while (readdir(files))
        room++;
    rewinddir(files);
    const char **names = arena_alloc(run->arena, room * sizeof *names);
    while (count + 1 < room && (file = readdir(files)))
        if (*file->d_name != '.')
            names[count++] = arena_text(run->arena, file->d_name);
    closedir(files);
    qsort(names, count, sizeof *names, rising);
    return names;
}

enum status act_keys_list(struct run *run)
{
    const char *folder = given(run, "FOLDER");

    if (!folder)
        folder = setting("REDKITE_KEYS");
    if (!folder)
        return say_usage(run, "which folder? name it, or set REDKITE_KEYS");
    const char **names = names_in(run, folder);
    if (!names)
        return FAILED;
    cJSON *answer = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(answer, "keys");
    for (size_t i = 0; names[i]; i++)
        cJSON_AddItemToArray(rows, row_of(folder, names[i]));
    mark_doubles(rows);
    char *text = cJSON_PrintUnformatted(answer);
    print_answer(run, text);
    cJSON_free(text);
    cJSON_Delete(answer);
    return DONE;
}
