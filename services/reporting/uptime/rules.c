#include "services/reporting/uptime/rules.h"

int64_t uptime_lost_us(struct moment seen, struct moment now, int64_t steady_us)
{
    int64_t gone = steady_us >= 0 ? steady_us : now.us - seen.us;

    return seen.us && gone > LATE_S * MICROSECONDS ? gone : 0;
}
