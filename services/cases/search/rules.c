#include "services/cases/search/rules.h"

#include "common/base/text.h"

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
