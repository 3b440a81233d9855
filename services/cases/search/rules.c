#include "services/cases/search/rules.h"

#include "common/base/text.h"

#include <stdbool.h>
#include <string.h>

static void capitals(char *text)
{
    for (; *text; text++)
        if (*text == 'x')
            *text = 'X';
}

static void digits_alone(char *text)
{
    char *to = text;

    for (const char *from = text; *from; from++)
        if (*from >= '0' && *from <= '9')
            *to++ = *from;
    *to = '\0';
}

/* A number in China is given its country in one of two ways, or in none. */
static const char *without_country(const char *text)
{
    static const char *const countries[] = { "+86", "0086" };

    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        size_t size = strlen(countries[i]);
        if (strncmp(text, countries[i], size) == 0)
            return text + size;
    }
    return text;
}

const char *search_key(enum search_way way, const char *text,
                       struct arena *arena)
{
    if (!text)
        return NULL;
    char *key = text_squeeze(arena_text(arena, text));

    if (way == SEARCH_ID_NUMBER)
        capitals(key);
    if (way == SEARCH_PHONE) {
        key = arena_text(arena, without_country(key));
        digits_alone(key);
    }
    return *key ? key : NULL;
}

struct spelling spelling_of(const char *name, struct arena *arena)
{
    const char *at = search_key(SEARCH_NAME, name, arena);
    struct spelling spelling = { .count = 0 };

    if (!at || text_length(at) < SPELLING_LEAST
        || text_length(at) > SPELLING_MAX)
        return spelling;
    while (*at)
        spelling.at[spelling.count++] = text_next(&at);
    return spelling;
}

/* Past the first difference, what is left of the longer must be the shorter's;
 * of two that are as long, both go one on. */
int spellings_apart(const struct spelling *a, const struct spelling *b)
{
    if (a->count < b->count)
        return spellings_apart(b, a);
    size_t longer = a->count - b->count, same = 0;
    if (b->count == 0 || longer > 1)
        return 2;
    while (same < b->count && a->at[same] == b->at[same])
        same++;
    if (same == a->count)
        return 0;

    size_t rest = a->count - same - 1;
    bool fits = memcmp(&a->at[same + 1], &b->at[same + 1 - longer],
                       rest * sizeof *a->at)
                == 0;
    return fits ? 1 : 2;
}
