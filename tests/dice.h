/* dice.h — chance for tests that can be thrown again.
 *
 * The seed is new in every run and printed; SEED=... in the environment throws
 * the same dice once more. */
#pragma once

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct dice {
    uint64_t state;
};

/* New dice, with their seed printed. */
static inline struct dice dice_new(void)
{
    const char *given = getenv("SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed =
        given ? strtoull(given, NULL, 10)
              : (uint64_t)now.tv_sec * 1000000007U + (uint64_t)now.tv_nsec;
    printf("[   SEED   ] %" PRIu64 "\n", seed);
    return (struct dice){ seed };
}

/* 64 random bits (splitmix64). */
static inline uint64_t dice_next(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/* 0 .. limit - 1. */
static inline uint64_t dice_below(struct dice *dice, uint64_t limit)
{
    return dice_next(dice) % limit;
}
