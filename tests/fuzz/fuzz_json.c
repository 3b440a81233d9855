/* What json_check() takes, cJSON reads whole and prints, and the print passes
 * the same gate.  What it refuses hurts nobody. */
#include "tests/fuzz/fuzz.h"

#include "common/base/json.h"

#include <cjson/cJSON.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *end = NULL;
    struct err err = json_check(text, size);

    if (err.code) {
        must(err.why && err.field && strncmp(err.field, "byte ", 5) == 0);
        size_t byte = strtoul(err.field + 5, NULL, 10);
        must(byte >= 1 && byte <= size + 1);
        return 0;
    }
    must(utf8_check(text, size));

    cJSON *json = cJSON_ParseWithLengthOpts(text, size, &end, 0);
    must(json != NULL);
    while (end < text + size && strchr(" \t\r\n", *end))
        end++;
    must(end == text + size);

    char *print = cJSON_PrintUnformatted(json);
    must(print != NULL);
    must(json_check(print, strlen(print)).code == CODE_OK);

    cJSON *again = cJSON_Parse(print);
    must(again != NULL && cJSON_Compare(json, again, 1));
    cJSON_Delete(again);
    cJSON_Delete(json);
    free(print);
    return 0;
}
