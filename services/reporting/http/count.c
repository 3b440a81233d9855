#include "services/reporting/http/count.h"

#include "common/service/metric.h"

#include <string.h>

/* What is not named here counts as "other", and a request that nobody waited
 * for the answer of as "none". */
static const struct {
    unsigned status;
    const char *text;
} codes[] = {
    { 200, "200" }, { 304, "304" }, { 400, "400" }, { 404, "404" },
    { 405, "405" }, { 406, "406" }, { 413, "413" }, { 414, "414" },
    { 431, "431" }, { 500, "500" }, { 503, "503" }, { 0, "none" },
    { 1, "other" },
};
static const char *const methods[] = { "GET", "HEAD", "other" };

enum {
    CODES = sizeof codes / sizeof *codes,
    METHODS = sizeof methods / sizeof *methods,
    ENDS = CODES * METHODS,
};

static struct column ends[ENDS];
static struct tally requests = {
    .counter = "redkite_http_requests_total",
    .counter_help = "Requests at the public door, by how they ended.",
    .duration = "redkite_http_request_duration_seconds",
    .duration_help = "Time from a request's headers to its end; a live "
                     "stream's is its life.",
    .row_label = "route",
    .column_labels = { "method", "code" },
    .columns = ends,
    .column_count = ENDS,
};
_Static_assert((size_t)ENDS <= (size_t)TALLY_COLUMNS, "raise TALLY_COLUMNS");

void count_open(void)
{
    const char *route;

    for (size_t i = 0; i < ENDS; i++)
        ends[i] =
            (struct column){ { methods[i / CODES], codes[i % CODES].text } };
    for (size_t n = 0; (route = route_nth(n)); n++)
        tally_row(&requests, route);
    tally_row(&requests, "(none)");
    tally_open(&requests);
}

void count_request(const struct guest *guest, int64_t now_ms)
{
    size_t method = 0, code = 0;

    while (method < METHODS - 1 && strcmp(methods[method], guest->method) != 0)
        method++;
    while (code < CODES - 1 && codes[code].status != guest->status)
        code++;
    tally_count(&requests, guest->route, method * CODES + code,
                (now_ms - guest->began_ms) * 1000);
}
