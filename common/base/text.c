#include "common/base/text.h"

#include <string.h>

struct range {
    uint32_t first, last;
};

/* clang-format off */
static const struct range blanks[] = {
    { 0x09, 0x0d },     { 0x20, 0x20 },     { 0x85, 0x85 },
    { 0xa0, 0xa0 },     { 0x1680, 0x1680 }, { 0x2000, 0x200a },
    { 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x205f },
    { 0x3000, 0x3000 }, { 0, 0 },
};
static const struct range invisible[] = {
    { 0xad, 0xad }, { 0x200b, 0x200b }, { 0x2060, 0x2060 },
    { 0xfeff, 0xfeff }, { 0, 0 },
};
static const struct range controls[] = {
    { 0x01, 0x1f },     { 0x7f, 0x9f },     { 0x200e, 0x200f },
    { 0x202a, 0x202e }, { 0x2066, 0x2069 }, { 0, 0 },
};
static const struct range dashes[] = {
    { 0x2010, 0x2015 }, { 0x2212, 0x2212 }, { 0xfe63, 0xfe63 }, { 0, 0 },
};
/* clang-format on */

enum { WIDE_FIRST = 0xff01, WIDE_LAST = 0xff5e, WIDE_SHIFT = 0xfee0 };

enum {
    FOLD = 1 << 0,    /* full-width to half-width, dashes to '-' */
    SQUEEZE = 1 << 1, /* no blanks at all                        */
};

static bool in(uint32_t c, const struct range *ranges)
{
    for (; ranges->last; ranges++)
        if (c >= ranges->first && c <= ranges->last)
            return true;
    return false;
}

static bool is_blank(uint32_t c)
{
    return c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r') : in(c, blanks);
}

static bool is_invisible(uint32_t c)
{
    return c >= 0x80 && in(c, invisible);
}

uint32_t text_next(const char **at)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *byte = (const unsigned char *)*at;
    unsigned lead = *byte;

    if (lead < 0x80) {
        *at += lead != 0;
        return lead;
    }
    unsigned size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    uint32_t c = lead & (0xffU >> (size + 1));
    unsigned have = 1;
    while (have < size && (byte[have] & 0xc0) == 0x80)
        c = c << 6 | (byte[have++] & 0x3f);

    bool good = lead >= 0xc2 && lead <= 0xf4 && have == size && c >= least[size]
                && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
    *at += good ? size : 1;
    return good ? c : 0xfffd;
}

static uint32_t half_width(uint32_t c)
{
    if (c < 0x80)
        return c;
    if (c >= WIDE_FIRST && c <= WIDE_LAST)
        return c - WIDE_SHIFT;
    return in(c, dashes) ? '-' : c;
}

/* What is written is ASCII in place of something at least as long, or the
 * bytes as they were; so `to` never overtakes `from`. */
static char *rewrite(char *text, unsigned how)
{
    const char *from = text;
    char *to = text;
    bool gap = false;

    for (;;) {
        const char *start = from;
        uint32_t c = text_next(&from);
        if (!c)
            break;
        if (is_invisible(c))
            continue;
        if (is_blank(c)) {
            gap = to > text && !(how & SQUEEZE);
            continue;
        }
        if (gap)
            *to++ = ' ';
        gap = false;
        uint32_t folded = how & FOLD ? half_width(c) : c;
        if (folded < 0x80) {
            *to++ = (char)folded;
        } else {
            size_t size = (size_t)(from - start);
            memmove(to, start, size);
            to += size;
        }
    }
    *to = '\0';
    return text;
}

char *text_trim(char *text)
{
    return rewrite(text, 0);
}

char *text_fold(char *text)
{
    return rewrite(text, FOLD);
}

char *text_squeeze(char *text)
{
    return rewrite(text, FOLD | SQUEEZE);
}

bool text_is_blank(const char *text)
{
    if (!text)
        return true;
    for (;;) {
        uint32_t c = text_next(&text);
        if (!c)
            return true;
        if (!is_blank(c) && !is_invisible(c))
            return false;
    }
}

bool text_has_controls(const char *text)
{
    for (uint32_t c = text_next(&text); c; c = text_next(&text))
        if (!is_blank(c) && in(c, controls))
            return true;
    return false;
}

size_t text_length(const char *text)
{
    size_t length = 0;

    while (text_next(&text))
        length++;
    return length;
}
