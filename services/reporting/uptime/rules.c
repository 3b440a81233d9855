#include "services/reporting/uptime/rules.h"

int64_t uptime_lost_us(struct moment seen, struct moment now, int64_t steady_us,
                       bool answers)
{
    int64_t gone = steady_us >= 0 ? steady_us : now.us - seen.us;

    int64_t least = answers ? LATE_S : TELL_S;

    return seen.us && gone > least * MICROSECONDS ? gone : 0;
}
