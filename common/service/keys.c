#include "common/service/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

enum { FILE_MAX = 8192, SECRET_MODE = 0600, PUBLIC_MODE = 0644 };

bool key_same(const struct key *a, const struct key *b)
{
    return memcmp(a->text, b->text, sizeof a->text) == 0;
}

bool key_name_fits(const char *name)
{
    size_t size = strlen(name);

    return size >= 1 && size <= KEY_NAME_MAX && *name != '.'
           && strspn(name, "abcdefghijklmnopqrstuvwxyz"
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
                  == size;
}

/* ------------------------------------------------------------------ reading */

static struct err check_mode(int fd, bool secret)
{
    struct stat file;

    if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))
        return fail(CODE_DENIED, "the key file is not a file");
    if (secret && (file.st_mode & (S_IRWXG | S_IRWXO)))
        return fail(CODE_DENIED,
                    "the secret key file is open to others than its owner: "
                    "chmod 600, and make a new key if others have read it");
    return OK;
}

static struct err read_text(const char *path, bool secret,
                            char text[static FILE_MAX])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t size = -1;

    if (fd < 0)
        return fail(CODE_DENIED, "the key file cannot be opened");
    struct err err = check_mode(fd, secret);
    if (!err.code)
        size = read(fd, text, FILE_MAX - 1);
    close(fd);
    TRY(err);
    if (size < 0 || size == FILE_MAX - 1)
        return fail(CODE_DENIED, "the key file is not a key file");
    text[size] = '\0';
    return strlen(text) == (size_t)size
               ? OK
               : fail(CODE_DENIED, "the key file is not a key file");
}

/* clang-format off */
static const struct {
    const char *name;
    size_t offset, size;
} lines[] = {
    { "public-key", offsetof(struct key_file, pair.public), KEY_SIZE + 1 },
    { "secret-key", offsetof(struct key_file, pair.secret), KEY_SIZE + 1 },
    { "kind",       offsetof(struct key_file, kind),        KEY_NOTE_MAX },
    { "actor",      offsetof(struct key_file, actor),       KEY_NOTE_MAX },
    { "roles",      offsetof(struct key_file, roles),       KEY_NOTE_MAX },
    { "commands",   offsetof(struct key_file, commands),    KEY_NOTE_MAX },
};
/* clang-format on */

/* `name = "text"`; sections, remarks and names that are not ours are passed
 * over; a name of ours stands there once, or it would be for the reader to
 * choose what the key may say.  By hand, since zconfig prints what it does not
 * understand, and that may be a secret. */
static bool take_line(const char *line, size_t size, struct key_file *into)
{
    const char *name = line + strspn(line, " \t");
    size_t name_size = strcspn(name, " \t=\"\n");
    const char *open = memchr(line, '"', size);
    const char *shut =
        open ? memchr(open + 1, '"', (size_t)(line + size - open - 1)) : NULL;

    if (*name == '#' || !shut)
        return true;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (strlen(lines[i].name) != name_size
            || memcmp(lines[i].name, name, name_size) != 0)
            continue;
        char *to = (char *)into + lines[i].offset;
        if ((size_t)(shut - open) > lines[i].size || *to)
            return false;
        memcpy(to, open + 1, (size_t)(shut - open) - 1);
    }
    return true;
}

static bool take_lines(const char *text, struct key_file *into)
{
    while (*text) {
        size_t size = strcspn(text, "\n");
        if (!take_line(text, size, into))
            return false;
        text += size + (text[size] == '\n');
    }
    return true;
}

static bool is_key(const struct key *key)
{
    uint8_t bytes[KEY_SIZE];

    return strlen(key->text) == KEY_SIZE && zmq_z85_decode(bytes, key->text);
}

static bool is_pair(const struct key_pair *pair)
{
    char secret[KEY_SIZE + 1], public[KEY_SIZE + 1];

    memcpy(secret, pair->secret.text, sizeof secret);
    return zmq_curve_public(public, secret) == 0
           && memcmp(public, pair->public.text, KEY_SIZE) == 0;
}

struct err key_parse(const char *text, bool secret, struct key_file *into)
{
    memset(into, 0, sizeof *into);
    if (!take_lines(text, into))
        return fail(CODE_DENIED, "the key file has a line that is too long, "
                                 "or two of the same name");
    if (!is_key(&into->pair.public))
        return fail(CODE_DENIED, "the key file has no public-key");
    if (secret && !is_key(&into->pair.secret))
        return fail(CODE_DENIED, "the key file has no secret-key");
    if (secret && !is_pair(&into->pair))
        return fail(CODE_DENIED, "the two halves in the key file do not "
                                 "belong together");
    if (!secret && *into->pair.secret.text)
        return fail(CODE_DENIED,
                    "a secret key is no business of anybody else: take it "
                    "away, and make a new one");
    return OK;
}

static struct err read_file(const char *path, bool secret,
                            struct key_file *into)
{
    char text[FILE_MAX];

    TRY(read_text(path, secret, text));
    return key_parse(text, secret, into);
}

struct err key_secret_read(const char *file, struct key_file *into)
{
    if (!file)
        return fail(CODE_DENIED, "no key is given: set REDKITE_KEY_FILE");
    return read_file(file, true, into);
}

struct err key_public_read(const char *folder, const char *name,
                           struct key_file *into)
{
    char path[4096];

    if (!folder)
        return fail(CODE_DENIED,
                    "no folder of public keys is given: set REDKITE_KEYS");
    if (!key_name_fits(name))
        return fail(CODE_DENIED, "that is no name for a key");
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return fail(CODE_DENIED, "the folder of public keys has a long name");
    return read_file(path, false, into);
}

/* ------------------------------------------------------------------- making */

struct err key_make(struct key_file *file)
{
    struct key_pair *pair = &file->pair;

    return zmq_curve_keypair(pair->public.text, pair->secret.text) == 0
               ? OK
               : fail(CODE_FAULT, "libzmq makes no CURVE keys here");
}

static void print_note(FILE *to, const char *name, const char *text)
{
    if (*text)
        (void)fprintf(to, "    %s = \"%s\"\n", name, text);
}

void key_print(FILE *to, const struct key_file *file, bool secret)
{
    (void)fputs(secret ? "#   Secret key of Red Kite: never give it away\n"
                       : "#   Public key of Red Kite\n",
                to);
    (void)fputs("metadata\n", to);
    print_note(to, "kind", file->kind);
    print_note(to, "actor", file->actor);
    print_note(to, "roles", file->roles);
    print_note(to, "commands", file->commands);
    (void)fputs("curve\n", to);
    print_note(to, "public-key", file->pair.public.text);
    if (secret)
        print_note(to, "secret-key", file->pair.secret.text);
}

/* The mode is set by its descriptor: the umask has no say in who may read. */
struct err key_write(const char *path, const struct key_file *file, bool secret)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, SECRET_MODE);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "w");

    if (!to)
        return errno == EEXIST ? fail(CODE_CONFLICT, "it is there already")
                               : fail(CODE_FAULT, "it cannot be written");
    key_print(to, file, secret);
    bool good = fchmod(fd, secret ? SECRET_MODE : PUBLIC_MODE) == 0
                && fflush(to) == 0 && fsync(fd) == 0;
    return fclose(to) == 0 && good ? OK
                                   : fail(CODE_FAULT, "it cannot be written");
}
