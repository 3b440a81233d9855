/* digest.h — the SHA-256 of content that comes in portions. */
#pragma once

#include "common/base/shape.h"

enum { DIGEST_SIZE = 32 };

struct digest;

/* In the arena; digest_end() gives its 32 bytes and may be called once. */
struct digest *digest_new(struct arena *arena);
void digest_add(struct digest *digest, struct bytes bytes);
struct bytes digest_end(struct digest *digest, struct arena *arena);
