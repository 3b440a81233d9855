/* shift.c — preloaded, it moves a program's wall clock by SHIFT seconds.
 *
 * libfaketime does so too, and much more: it masks the signals, by two system
 * calls, for each look at the clock.  That is no matter for a test, but a bench
 * would measure it. */
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

typedef int clock_reader(clockid_t id, struct timespec *at);

static clock_reader *real;
static time_t shift;

__attribute__((constructor)) static void begin(void)
{
    const char *seconds = getenv("SHIFT");

    shift = seconds ? strtol(seconds, NULL, 10) : 0;
    *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
}

/* The C library's own names for what it is given are reserved. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
int clock_gettime(clockid_t id, struct timespec *at)
{
    int said;

    if (!real) /* a library's constructor that ran before ours */
        begin();
    said = real(id, at);
    if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
        at->tv_sec += shift;
    return said;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *at = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
