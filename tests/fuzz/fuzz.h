/* fuzz.h — what every fuzzer has. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* libFuzzer calls it with any bytes; it returns 0, or does not return. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A finding, unless it held. */
static inline void must(bool held)
{
    if (!held)
        abort();
}
