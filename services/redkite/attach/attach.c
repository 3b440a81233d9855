/* redkite attach: photos and papers of a household or a case, there and back.
 *
 * A file goes over in parts and counts only when the last has come and the
 * service has looked at the whole; it comes back into a file that was not there
 * before, or not at all. */
#include "services/redkite/print.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    FILE_MAX = 10 << 20,
    HASH = crypto_hash_sha256_BYTES,
    HASH_TEXT = HASH * 2 + 1,
};

struct content {
    unsigned char *bytes;
    size_t size;
    char hash[HASH_TEXT];
};

/* ------------------------------------------------------------------- there */

/* clang-format off */
static const struct {
    const char *ending, *media;
} medias[] = {
    { ".jpg",  "image/jpeg" }, { ".jpeg", "image/jpeg" },
    { ".png",  "image/png" },  { ".webp", "image/webp" },
    { ".pdf",  "application/pdf" },
};
/* clang-format on */

/* What the file says to be, by its name. */
static const char *media_of(const char *path)
{
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < sizeof medias / sizeof *medias; i++)
        if (strcasecmp(dot, medias[i].ending) == 0)
            return medias[i].media;
    say("%s: an attachment is a .jpg, .png, .webp or .pdf", path);
    return NULL;
}

static void hash_of(struct content *content)
{
    unsigned char hash[HASH];

    crypto_hash_sha256(hash, content->bytes, content->size);
    sodium_bin2hex(content->hash, HASH_TEXT, hash, HASH);
}

static bool read_content(const char *path, struct content *content,
                         struct arena *arena)
{
    FILE *file = fopen(path, "re");

    if (!file) {
        say("%s cannot be read", path);
        return false;
    }
    content->bytes = arena_alloc(arena, FILE_MAX + 1);
    content->size = fread(content->bytes, 1, FILE_MAX + 1, file);
    bool good = !ferror(file);
    (void)fclose(file);
    if (!good)
        say("%s cannot be read", path);
    else if (!content->size || content->size > FILE_MAX)
        say("%s: %s", path,
            content->size ? "is larger than 10 MiB" : "is empty");
    hash_of(content);
    return good && content->size && content->size <= FILE_MAX;
}

/* The body of attachment.begin: what was said, and what the file is. */
static const char *begin_body(struct run *run, const char *path,
                              const struct content *content, const char *media)
{
    const char *said = args_body(run), *slash = strrchr(path, '/');
    cJSON *body = said ? cJSON_Parse(said) : NULL;

    if (!body)
        return NULL;
    cJSON_AddStringToObject(body, "name", slash ? slash + 1 : path);
    cJSON_AddStringToObject(body, "media", media);
    cJSON_AddNumberToObject(body, "size", (double)content->size);
    cJSON_AddStringToObject(body, "hash", content->hash);
    char *heap = cJSON_PrintUnformatted(body);
    const char *text = arena_text(run->arena, heap);
    cJSON_free(heap);
    cJSON_Delete(body);
    return text;
}

/* An upload on its way. */
struct upload {
    struct run *run;
    struct client *client;
    const struct content *content;
    const char *id;
    size_t part; /* bytes of each part but the last */
};

static struct answer send_part(const struct upload *up, size_t n,
                               struct arena *scratch)
{
    size_t from = n * up->part, left = up->content->size - from;
    size_t size = left < up->part ? left : up->part;
    char *hex = arena_alloc(scratch, size * 2 + 1);

    sodium_bin2hex(hex, size * 2 + 1, up->content->bytes + from, size);
    return client_ask(up->client, "attachment.part",
                      arena_format(scratch,
                                   "{\"id\":\"%s\",\"position\":%zu,"
                                   "\"data\":\"%s\"}",
                                   up->id, n, hex),
                      up->run->timeout_ms, scratch);
}

static enum status send_parts(const struct upload *up)
{
    struct arena *scratch = arena_new();
    enum status status = DONE;

    for (size_t n = 0; status == DONE && n * up->part < up->content->size;
         n++) {
        struct answer answer = send_part(up, n, scratch);
        if (answer.code)
            status = say_problem(up->run, "attachment.part", answer);
        arena_reset(scratch);
    }
    arena_destroy(&scratch);
    return status;
}

static enum status send_content(struct run *run, struct client *client,
                                const char *body, const struct content *content)
{
    struct answer answer = client_ask(client, "attachment.begin", body,
                                      run->timeout_ms, run->arena);
    if (answer.code)
        return say_problem(run, "attachment.begin", answer);

    cJSON *begun = cJSON_Parse(answer.body);
    const char *id = arena_text(
        run->arena,
        value_text(cJSON_GetObjectItemCaseSensitive(begun, "id"), run->arena));
    double part = cJSON_GetNumberValue(
        cJSON_GetObjectItemCaseSensitive(begun, "part_size"));
    bool there = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(begun, "there"));
    cJSON_Delete(begun);
    if (!there) {
        struct upload up = { run, client, content, id, (size_t)part };
        enum status status = part >= 1 ? send_parts(&up) : FAILED;
        if (status != DONE)
            return status;
        answer = client_ask(client, "attachment.end",
                            arena_format(run->arena, "{\"id\":\"%s\"}", id),
                            run->timeout_ms, run->arena);
        if (answer.code)
            return say_problem(run, "attachment.end", answer);
    }
    print_answer(run,
                 arena_format(run->arena, "{\"id\":\"%s\",\"hash\":\"%s\"}", id,
                              content->hash));
    return DONE;
}

enum status act_attach_add(struct run *run)
{
    const char *path = given(run, "FILE"), *media = media_of(path);
    struct content content;

    if (!media || !read_content(path, &content, run->arena))
        return FAILED;
    const char *body = begin_body(run, path, &content, media);
    struct client *client = body ? client_of(run, "cases") : NULL;
    if (!client)
        return FAILED;
    enum status status = send_content(run, client, body, &content);
    client_close(&client);
    return status;
}

/* -------------------------------------------------------------------- back */

struct fetched {
    struct run *run;
    struct client *client;
    const char *id;
    FILE *into;
    crypto_hash_sha256_state state;
    char hash[HASH_TEXT]; /* as the service knows it */
    double parts;
};

static bool keep_part(struct fetched *f, const cJSON *got)
{
    const char *hex =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(got, "data"));
    const char *hash =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(got, "hash"));
    size_t length = hex ? strlen(hex) : 0, size = 0;
    unsigned char *bytes = arena_alloc(f->run->arena, length / 2 + 1);

    f->parts =
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(got, "parts"));
    (void)snprintf(f->hash, sizeof f->hash, "%s", hash ? hash : "");
    if (!length
        || sodium_hex2bin(bytes, length / 2, hex, length, NULL, &size, NULL)
               != 0)
        return false;
    crypto_hash_sha256_update(&f->state, bytes, size);
    return fwrite(bytes, 1, size, f->into) == size;
}

static enum status fetch_part(struct fetched *f, int part)
{
    struct answer answer = client_ask(
        f->client, "attachment.get",
        arena_format(f->run->arena, "{\"id\":\"%s\",\"part\":%d}", f->id, part),
        f->run->timeout_ms, f->run->arena);
    if (answer.code)
        return say_problem(f->run, "attachment.get", answer);

    cJSON *got = cJSON_Parse(answer.body);
    bool good = keep_part(f, got);
    cJSON_Delete(got);
    if (!good)
        say("the file could not be written to its end");
    return good ? DONE : FAILED;
}

static enum status fetch_all(struct fetched *f)
{
    unsigned char hash[HASH];
    char text[HASH_TEXT];
    enum status status = DONE;

    crypto_hash_sha256_init(&f->state);
    f->parts = 1;
    for (int part = 0; status == DONE && part < f->parts; part++)
        status = fetch_part(f, part);
    if (status != DONE)
        return status;
    crypto_hash_sha256_final(&f->state, hash);
    sodium_bin2hex(text, sizeof text, hash, HASH);
    if (strcmp(text, f->hash) == 0)
        return DONE;
    say("what came is not what was stored");
    return FAILED;
}

enum status act_attach_get(struct run *run)
{
    const char *path = given(run, "--into");
    struct fetched f = { .run = run, .id = given(run, "ATTACHMENT") };
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    f.into = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!f.into) {
        say("%s cannot be made, or is there already", path);
        return FAILED;
    }
    f.client = client_of(run, "cases");
    enum status status = f.client ? fetch_all(&f) : FAILED;
    client_close(&f.client);
    if (fclose(f.into) != 0 && status == DONE) {
        say("%s could not be written to its end", path);
        status = FAILED;
    }
    if (status != DONE)
        (void)unlink(path);
    return status;
}
