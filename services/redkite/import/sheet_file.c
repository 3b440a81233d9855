#include "services/redkite/import/sheet_file.h"

#include "common/base/sheet_csv.h"

#include "services/redkite/import/xlsx.h"

#include <sodium.h>
#include <string.h>

enum { BUFFER = 65536, HASH_TEXT = crypto_hash_sha256_BYTES * 2 + 1 };

static long source_read(void *from, unsigned char *into, size_t size)
{
    size_t got = fread(into, 1, size, from);

    return got == 0 && ferror((FILE *)from) ? -1 : (long)got;
}

static bool source_rewind(void *from)
{
    return fseek(from, 0, SEEK_SET) == 0;
}

/* What cannot be read twice is copied to a file that has no name. */
static FILE *spool(FILE *from)
{
    unsigned char buffer[BUFFER];
    FILE *copy = tmpfile();
    size_t got;

    while (copy && (got = fread(buffer, 1, sizeof buffer, from)) > 0)
        if (fwrite(buffer, 1, got, copy) != got)
            break;
    if (copy)
        rewind(copy);
    return copy;
}

FILE *sheet_file_open(const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (!file || fseek(file, 0, SEEK_CUR) == 0)
        return file;
    FILE *copy = spool(file);
    (void)fclose(file);
    return copy;
}

const char *sheet_file_hash(FILE *file, struct arena *arena)
{
    char *text = arena_alloc(arena, HASH_TEXT);
    unsigned char buffer[BUFFER], hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    size_t got;

    crypto_hash_sha256_init(&state);
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
        crypto_hash_sha256_update(&state, buffer, got);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(text, HASH_TEXT, hash, sizeof hash);
    bool good = !ferror(file);
    rewind(file);
    return good ? text : NULL;
}

const char *sheet_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (strcmp(path, "-") == 0)
        return "stdin";
    return slash ? slash + 1 : path;
}

struct sheet_rows *sheet_file_rows(const struct run *run, FILE *file,
                                   struct arena *arena)
{
    struct sheet_source source = { source_read, source_rewind, file };

    return xlsx_is_it(file) ? xlsx_rows(file, given(run, "--sheet"), arena)
                            : sheet_csv(source, arena);
}
