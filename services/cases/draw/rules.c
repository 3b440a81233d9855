#include "services/cases/draw/rules.h"

#include "common/formula/sha256.h"

#include <inttypes.h>
#include <string.h>

enum { BLOCK = 64, DIGEST = 32, WORD = 8 };

struct digest {
    unsigned char at[DIGEST];
};

static struct digest digest_of(const void *bytes, size_t size)
{
    char text[SHA256_TEXT];
    struct digest digest;

    sha256_text(bytes, size, text);
    for (size_t i = 0; i < DIGEST; i++) {
        unsigned byte = 0;
        for (size_t d = 2 * i; d < 2 * i + 2; d++)
            byte = byte << 4
                   | (unsigned)(text[d] <= '9' ? text[d] - '0'
                                               : text[d] - 'a' + 10);
        digest.at[i] = (unsigned char)byte;
    }
    return digest;
}

/* FIPS 198-1; a key longer than a block is hashed first. */
static struct digest hmac(const void *key, size_t key_size, const char *text,
                          struct arena *arena)
{
    size_t size = strlen(text);
    unsigned char *inner = arena_alloc(arena, BLOCK + size + 1);
    unsigned char outer[BLOCK + DIGEST] = { 0 };

    if (key_size > BLOCK) {
        struct digest short_key = digest_of(key, key_size);
        memcpy(outer, short_key.at, DIGEST);
    } else {
        memcpy(outer, key, key_size);
    }
    for (size_t i = 0; i < BLOCK; i++) {
        inner[i] = outer[i] ^ 0x36;
        outer[i] ^= 0x5c;
    }
    memcpy(inner + BLOCK, text, size + 1);
    struct digest digest = digest_of(inner, BLOCK + size);
    memcpy(outer + BLOCK, digest.at, DIGEST);
    return digest_of(outer, sizeof outer);
}

void draw_hash(const char *text, char hash[static DRAW_HASH])
{
    sha256_text(text, strlen(text), hash);
}

void draw_roster_hash(const char *const *numbers, size_t count,
                      char hash[static DRAW_HASH], struct arena *arena)
{
    size_t size = 0, end = 0;

    for (size_t i = 0; i < count; i++)
        size += strlen(numbers[i]) + 1;
    char *lines = arena_alloc(arena, size + 1);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(numbers[i]);
        memcpy(lines + end, numbers[i], length);
        lines[end + length] = '\n';
        end += length + 1;
    }
    sha256_text(lines, size, hash);
}

/* The words of a seed, one after another. */
struct words {
    struct digest seed;
    uint64_t next;
};

static uint64_t next_word(struct words *words, struct arena *arena)
{
    const char *number = arena_format(arena, "%" PRIu64, words->next++);
    struct digest digest = hmac(words->seed.at, DIGEST, number, arena);
    uint64_t word = 0;

    for (size_t i = 0; i < WORD; i++)
        word = word << 8 | digest.at[i];
    return word;
}

/* Each of 0 ... places - 1 with the same chance. */
static size_t chosen(struct words *words, uint64_t places, struct arena *arena)
{
    uint64_t over = (UINT64_MAX % places + 1) % places; /* 2^64 % places */
    uint64_t word;

    do
        word = next_word(words, arena);
    while (word > UINT64_MAX - over);
    return (size_t)(word % places);
}

void draw_order(const char *roster_hash, const char *secret, const char *value,
                size_t count, size_t *order, struct arena *arena)
{
    const char *said = arena_format(arena, "%s:%s", roster_hash, value);
    struct words words = { hmac(secret, strlen(secret), said, arena), 0 };

    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t last = count; last-- > 1;) {
        size_t other = chosen(&words, last + 1, arena);
        size_t held = order[last];
        order[last] = order[other];
        order[other] = held;
    }
}

struct err draw_may_commit(struct day today, struct day drawn_on,
                           size_t households)
{
    if (drawn_on.number <= today.number)
        return fail_at("drawn_on", "has to be still to come: nobody may know "
                                   "the value when the draw is committed");
    if (households < 2)
        return fail(CODE_CONFLICT, "fewer than two households wait for a new "
                                   "home and stand in no draw");
    if (households > DRAW_MOST)
        return fail(CODE_CONFLICT, "more than 5000 households; draw community "
                                   "by community");
    return OK;
}

struct err draw_may_reveal(const struct draw_standing *draw, struct id actor,
                           struct day today)
{
    if (draw->voided)
        return fail(CODE_CONFLICT, "this draw is void");
    if (draw->revealed)
        return fail(CODE_CONFLICT, "this draw was revealed before, and its "
                                   "order stands");
    if (today.number < draw->drawn_on.number)
        return fail(CODE_CONFLICT, "the source speaks on a day that is still "
                                   "to come");
    if (id_same(actor, draw->committed_by))
        return fail(CODE_CONFLICT, "who committed the draw cannot reveal it; "
                                   "another person has to");
    return OK;
}
