#include "common/service/digest.h"

#include <sodium.h>

struct digest {
    crypto_hash_sha256_state state;
};

struct digest *digest_new(struct arena *arena)
{
    struct digest *digest = arena_alloc(arena, sizeof *digest);

    crypto_hash_sha256_init(&digest->state);
    return digest;
}

void digest_add(struct digest *digest, struct bytes bytes)
{
    crypto_hash_sha256_update(&digest->state, bytes.at, bytes.size);
}

struct bytes digest_end(struct digest *digest, struct arena *arena)
{
    unsigned char *hash = arena_alloc(arena, DIGEST_SIZE);

    crypto_hash_sha256_final(&digest->state, hash);
    return (struct bytes){ hash, DIGEST_SIZE };
}
