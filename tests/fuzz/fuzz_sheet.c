/* fuzz_sheet — any file as a survey sheet: whatever its bytes and the portions
 * they come in, it is refused with a place, or its records are the same, within
 * the limits and UTF-8; and each of them can be read by the rules. */
#include "tests/fuzz/survey.h"

#include "common/base/sheet_csv.h"

#include <string.h>

struct portions {
    const unsigned char *data;
    size_t size, at, most;
};

static long read_portion(void *from, unsigned char *into, size_t size)
{
    struct portions *p = from;
    size_t left = p->size - p->at, take = p->most;

    take = take < size ? take : size;
    take = take < left ? take : left;
    memcpy(into, p->data + p->at, take);
    p->at += take;
    return (long)take;
}

static bool rewind_portions(void *from)
{
    ((struct portions *)from)->at = 0;
    return true;
}

static const char *records(struct portions p, struct arena *arena)
{
    struct sheet_source source = { read_portion, rewind_portions, &p };

    return survey_records(sheet_csv(source, arena), arena);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct arena *arena = arena_new();
    struct portions whole = { data, size, 0, 65536 };
    struct portions small = { data, size, 0, 1 + size % 5 };

    must(strcmp(records(whole, arena), records(small, arena)) == 0);
    arena_destroy(&arena);
    return 0;
}
