#include "common/formula/unit.h"

#include <string.h>

static const char *const names[] = {
    "元", "㎡", "月", "年", "天", "人", "户", "个", "亩",
};

static const char dot[] = "·";

enum { POWER_MAX = 4 };

struct unit unit_of(enum base_unit base)
{
    struct unit unit = { { 0 } };

    unit.power[base] = 1;
    return unit;
}

/* The base unit at *at, which is moved past it; BASE_UNITS when there is none.
 */
static unsigned take_base(const char **at, const char *end)
{
    for (unsigned i = 0; i < BASE_UNITS; i++) {
        size_t size = strlen(names[i]);
        if ((size_t)(end - *at) >= size && memcmp(*at, names[i], size) == 0) {
            *at += size;
            return i;
        }
    }
    return BASE_UNITS;
}

static bool take(const char **at, const char *end, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(end - *at) < size || memcmp(*at, word, size) != 0)
        return false;
    *at += size;
    return true;
}

bool unit_parse(const char *text, size_t size, struct unit *unit)
{
    const char *at = text, *end = text + size;
    int sign = 1;

    *unit = (struct unit){ { 0 } };
    if (size == 0)
        return true;
    if (take(&at, end, "1/"))
        sign = -1;
    for (;;) {
        unsigned base = take_base(&at, end);
        if (base == BASE_UNITS || unit->power[base] == POWER_MAX
            || unit->power[base] == -POWER_MAX)
            return false;
        unit->power[base] = (int8_t)(unit->power[base] + sign);
        if (at == end)
            return true;
        if (sign == 1 && take(&at, end, "/"))
            sign = -1;
        else if (!take(&at, end, dot))
            return false;
    }
}

/* The names whose power has the sign, parted by dots. */
static void side(struct unit unit, int sign, char text[static UNIT_TEXT_MAX])
{
    const char *between = "";

    text[0] = '\0';
    for (unsigned i = 0; i < BASE_UNITS; i++)
        for (int power = unit.power[i] * sign; power > 0; power--) {
            size_t used = strlen(text);
            if (used + sizeof dot + strlen(names[i]) >= UNIT_TEXT_MAX / 2)
                return;
            memcpy(text + used, between, strlen(between) + 1);
            used += strlen(between);
            memcpy(text + used, names[i], strlen(names[i]) + 1);
            between = dot;
        }
}

void unit_format(struct unit unit, char text[static UNIT_TEXT_MAX])
{
    char below[UNIT_TEXT_MAX];

    side(unit, 1, text);
    side(unit, -1, below);
    if (!below[0])
        return;
    if (!text[0])
        memcpy(text, "1", 2);
    size_t used = strlen(text);
    text[used] = '/';
    memcpy(text + used + 1, below, strlen(below) + 1);
}

bool unit_same(struct unit a, struct unit b)
{
    return memcmp(a.power, b.power, sizeof a.power) == 0;
}

bool unit_combine(struct unit a, struct unit b, int sign, struct unit *unit)
{
    for (unsigned i = 0; i < BASE_UNITS; i++) {
        int power = a.power[i] + sign * b.power[i];
        if (power > POWER_MAX || power < -POWER_MAX)
            return false;
        unit->power[i] = (int8_t)power;
    }
    return true;
}
