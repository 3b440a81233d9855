#include "common/service/seal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One file key makes two, so that what is sealed and what is hashed share none:
 * bytes 0-31 seal, bytes 32-63 hash. */
enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    HEX = 64,
    VERSION = 1,
    BLIND = 16,
    PLACE_MAX = 128,
    SECRET_GROUP = 6, /* with its dash */
    SECRET_LETTERS = 4 * SECRET_GROUP - 1,
};

struct seal {
    unsigned char seal_key[KEY];
    unsigned char hash_key[KEY];
};

static bool read_key(const char *path, unsigned char key[static KEY])
{
    char line[HEX] = "";
    FILE *file = fopen(path, "re");
    size_t size = 0;

    if (!file)
        return false;
    size_t read = fread(line, 1, sizeof line, file);
    fclose(file);
    bool fits = read == sizeof line
                && sodium_hex2bin(key, KEY, line, read, NULL, &size, NULL) == 0
                && size == KEY;
    sodium_memzero(line, sizeof line);
    return fits;
}

struct seal *seal_open(const char *path, const char **why)
{
    unsigned char key[KEY];

    if (sodium_init() < 0) {
        *why = "libsodium does not start";
        return NULL;
    }
    if (!read_key(path, key)) {
        *why = "the key file cannot be read or is not 64 hex digits";
        return NULL;
    }
    struct seal *seal = sodium_malloc(sizeof *seal);
    if (!seal)
        abort();
    crypto_kdf_derive_from_key(seal->seal_key, KEY, 1, "rk-field", key);
    crypto_kdf_derive_from_key(seal->hash_key, KEY, 2, "rk-field", key);
    sodium_memzero(key, sizeof key);
    return seal;
}

void seal_destroy(struct seal **seal)
{
    sodium_free(*seal);
    *seal = NULL;
}

/* What a sealed text is bound to: moved to another row or column it no longer
 * opens. */
static size_t bound_to(char to[static PLACE_MAX], const char *place,
                       struct id row)
{
    int size = snprintf(to, PLACE_MAX, "%s|%s", place, row.text);

    return size < PLACE_MAX ? (size_t)size : PLACE_MAX - 1;
}

struct bytes seal_bytes(const struct seal *seal, const char *place,
                        struct id row, struct bytes bytes, struct arena *arena)
{
    char bound[PLACE_MAX];

    if (!bytes.at)
        return (struct bytes){ NULL, 0 };
    size_t length = bytes.size;
    unsigned char *to = arena_alloc(arena, 1 + NONCE + length + TAG);

    to[0] = VERSION;
    randombytes_buf(to + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        to + 1 + NONCE, NULL, bytes.at, length, (const unsigned char *)bound,
        bound_to(bound, place, row), NULL, to + 1, seal->seal_key);
    return (struct bytes){ to, 1 + NONCE + length + TAG };
}

struct bytes seal_text(const struct seal *seal, const char *place,
                       struct id row, const char *text, struct arena *arena)
{
    struct bytes bytes = { (const unsigned char *)text,
                           text ? strlen(text) : 0 };

    return seal_bytes(seal, place, row, bytes, arena);
}

/* Ended by a NUL that is not counted. */
struct bytes seal_open_bytes(const struct seal *seal, const char *place,
                             struct id row, struct bytes sealed,
                             struct arena *arena)
{
    static const struct bytes none = { NULL, 0 };
    char bound[PLACE_MAX];

    if (!sealed.at || sealed.size < 1 + NONCE + TAG || sealed.at[0] != VERSION)
        return none;
    size_t length = sealed.size - 1 - NONCE;
    unsigned char *to = arena_alloc(arena, length - TAG + 1);

    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            to, NULL, NULL, sealed.at + 1 + NONCE, length,
            (const unsigned char *)bound, bound_to(bound, place, row),
            sealed.at + 1, seal->seal_key)
        != 0)
        return none;
    return (struct bytes){ to, length - TAG };
}

const char *seal_open_text(const struct seal *seal, const char *place,
                           struct id row, struct bytes sealed,
                           struct arena *arena)
{
    return (const char *)seal_open_bytes(seal, place, row, sealed, arena).at;
}

const char *seal_secret(struct arena *arena)
{
    static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    char *secret = arena_alloc(arena, SECRET_LETTERS + 1);

    for (unsigned i = 0; i < SECRET_LETTERS; i++)
        secret[i] = letters[randombytes_uniform(sizeof letters - 1)];
    for (unsigned i = SECRET_GROUP - 1; i < SECRET_LETTERS; i += SECRET_GROUP)
        secret[i] = '-';
    secret[SECRET_LETTERS] = '\0';
    return secret;
}

struct bytes seal_blind(const struct seal *seal, const char *place,
                        const char *text, struct arena *arena)
{
    crypto_generichash_state state;

    if (!text)
        return (struct bytes){ NULL, 0 };
    unsigned char *to = arena_alloc(arena, BLIND);
    crypto_generichash_init(&state, seal->hash_key, KEY, BLIND);
    crypto_generichash_update(&state, (const unsigned char *)place,
                              strlen(place) + 1);
    crypto_generichash_update(&state, (const unsigned char *)text,
                              strlen(text));
    crypto_generichash_final(&state, to, BLIND);
    return (struct bytes){ to, BLIND };
}
