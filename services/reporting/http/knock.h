/* knock.h — whether our own public door answers, asked as anybody would. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"

#include <stdint.h>

/* Asks for the board at HOST:PORT and takes 200 alone; waits for some seconds
 * at most. */
struct err knock(const char *place, struct arena *arena);

/* Microseconds of a clock that nobody sets and that goes on while the machine
 * sleeps. */
int64_t knock_us(void);
