#include "common/formula/sha256.h"

#include <stdint.h>
#include <string.h>

enum { BLOCK = 64, ROUNDS = 64, STATE = 8 };

static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, int by)
{
    return x >> by | x << (32 - by);
}

static void widen(uint32_t w[ROUNDS], const unsigned char *block)
{
    for (int i = 0; i < 16; i++, block += 4)
        w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16
               | (uint32_t)block[2] << 8 | block[3];
    for (int i = 16; i < ROUNDS; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[i - 7]
               + (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
    }
}

/* A round changes two of the eight words, and all of them change their names:
 * eight rounds, each with the names one further, leave every word in a register
 * of its own, where moving them took half of the time. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                       \
    do {                                                                       \
        (h) += (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25))                        \
               + ((g) ^ ((e) & ((f) ^ (g)))) + constants[i] + w[i];            \
        (d) += (h);                                                            \
        (h) += (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22))                        \
               + (((a) & (b)) | ((c) & ((a) | (b))));                          \
    } while (0)

static void mix(uint32_t state[STATE], const unsigned char *block)
{
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    uint32_t w[ROUNDS];

    widen(w, block);
    for (int i = 0; i < ROUNDS; i += STATE) {
        ROUND(a, b, c, d, e, f, g, h, i);
        ROUND(h, a, b, c, d, e, f, g, i + 1);
        ROUND(g, h, a, b, c, d, e, f, i + 2);
        ROUND(f, g, h, a, b, c, d, e, i + 3);
        ROUND(e, f, g, h, a, b, c, d, i + 4);
        ROUND(d, e, f, g, h, a, b, c, i + 5);
        ROUND(c, d, e, f, g, h, a, b, i + 6);
        ROUND(b, c, d, e, f, g, h, a, i + 7);
    }
    const uint32_t mixed[STATE] = { a, b, c, d, e, f, g, h };
    for (int i = 0; i < STATE; i++)
        state[i] += mixed[i];
}

void sha256_text(const char *bytes, size_t size, char text[static SHA256_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    uint32_t state[STATE] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                              0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    unsigned char last[2 * BLOCK] = { 0 }; /* what is over, and the size */
    size_t done = size / BLOCK * BLOCK, rest = size - done;
    size_t end = rest + 9 > BLOCK ? 2 * BLOCK : BLOCK;

    for (size_t at = 0; at < done; at += BLOCK)
        mix(state, (const unsigned char *)bytes + at);
    if (rest)
        memcpy(last, bytes + done, rest);
    last[rest] = 0x80;
    for (size_t i = 0; i < 8; i++)
        last[end - 1 - i] = (unsigned char)((uint64_t)size * 8 >> (8 * i));
    for (size_t at = 0; at < end; at += BLOCK)
        mix(state, last + at);
    for (int i = 0; i < SHA256_TEXT - 1; i++)
        text[i] = digits[state[i / 8] >> (28 - 4 * (i % 8)) & 0xf];
    text[SHA256_TEXT - 1] = '\0';
}
