#include "common/base/json.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMBER_MAX = 63, /* cJSON reads no more of a number than these bytes */
};

/* cJSON prints numbers nearer to DBL_MAX (1.797...e308) as ones that no double
 * holds any more. */
#define NUMBER_LIMIT 1e308

/* 2^53: from here on a double has no room for all digits of an integer. */
#define EXACT_LIMIT 9007199254740992.0

/* An object or array that is not closed yet.  The names of its members so far
 * are the reader's from `first` on. */
struct level {
    bool object;
    size_t first;
};

struct reader {
    const char *start, *at, *end;
    const char *why;
    size_t depth, named;
    struct level levels[JSON_DEPTH_MAX];
    uint32_t *names; /* where each name of the open objects stands */
};

/* What the grammar expects next. */
enum step {
    A_VALUE,
    FIRST_OR_CLOSE,
    A_NAME,
    MORE_OR_CLOSE,
    THE_END,
    WRONG,
};

static bool refuse(struct reader *r, const char *why)
{
    r->why = why;
    return false;
}

/* The next byte; 0 at the end, which is no token either. */
static char peek(const struct reader *r)
{
    if (r->at == r->end)
        return '\0';
    return *r->at;
}

static bool skip(struct reader *r, char c)
{
    if (peek(r) != c)
        return false;
    r->at++;
    return true;
}

static void skip_space(struct reader *r)
{
    while (r->at < r->end
           && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t'
               || *r->at == '\r'))
        r->at++;
}

/* ----------------------------------------------------------------- UTF-8 */

/* The well-formed sequences (RFC 3629 section 4), by their first two bytes;
 * all later bytes are 80..bf. */
/* clang-format off */
static const struct sequence {
    unsigned char first_from, first_to, second_from, second_to;
    size_t length;
} sequences[] = {
    { 0xc2, 0xdf, 0x80, 0xbf, 2 },
    { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
    { 0xe1, 0xec, 0x80, 0xbf, 3 },
    { 0xed, 0xed, 0x80, 0x9f, 3 },
    { 0xee, 0xef, 0x80, 0xbf, 3 },
    { 0xf0, 0xf0, 0x90, 0xbf, 4 },
    { 0xf1, 0xf3, 0x80, 0xbf, 4 },
    { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};
/* clang-format on */

static bool within(char byte, unsigned char from, unsigned char to)
{
    return (unsigned char)byte >= from && (unsigned char)byte <= to;
}

/* The length of the sequence at `at`, or 0 when it is malformed. */
static size_t sequence_length(const char *at, const char *end)
{
    const struct sequence *s = sequences;
    const struct sequence *none =
        sequences + sizeof sequences / sizeof *sequences;

    if (within(*at, 0x00, 0x7f))
        return 1;
    while (s < none && !within(*at, s->first_from, s->first_to))
        s++;
    if (s == none || (size_t)(end - at) < s->length
        || !within(at[1], s->second_from, s->second_to))
        return 0;
    for (size_t i = 2; i < s->length; i++)
        if (!within(at[i], 0x80, 0xbf))
            return 0;
    return s->length;
}

bool utf8_check(const char *text, size_t size)
{
    const char *end = text + size;

    while (text < end) {
        size_t length = sequence_length(text, end);
        if (length == 0)
            return false;
        text += length;
    }
    return true;
}

/* --------------------------------------------------------------- strings */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits of \uXXXX; -1 when they are not there. */
static int read_unit(struct reader *r)
{
    int unit = 0;

    for (int i = 0; i < 4; i++) {
        int digit = hex_value(peek(r));
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
        r->at++;
    }
    return unit;
}

/* What follows "\u": a character, or both halves of a surrogate pair. */
static bool read_character(struct reader *r)
{
    int unit = read_unit(r);

    if (unit < 0)
        return refuse(r, "an escape \\u lacks its four digits");
    if (unit == 0)
        return refuse(r, "U+0000 is not taken");
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    if (unit < 0xdc00 && skip(r, '\\') && skip(r, 'u')) {
        int low = read_unit(r);
        if (low >= 0xdc00 && low <= 0xdfff)
            return true;
    }
    return refuse(r, "a surrogate stands without its other half");
}

static bool read_escape(struct reader *r)
{
    char c = peek(r);

    if (c == '\0' || !strchr("\"\\/bfnrtu", c))
        return refuse(r, "an escape is not one of JSON's");
    r->at++;
    return c != 'u' || read_character(r);
}

/* Whatever follows the opening quote, and the closing one. */
static bool read_string(struct reader *r, bool escapes)
{
    while (r->at < r->end) {
        size_t length = sequence_length(r->at, r->end);
        char c = *r->at;

        if (length == 0)
            return refuse(r, "the text is not UTF-8");
        if (within(c, 0x00, 0x1f))
            return refuse(r, "a control character stands in a string");
        if (c == '\\' && !escapes)
            return refuse(r, "the name of a member holds an escape");
        r->at += length;
        if (c == '"')
            return true;
        if (c == '\\' && !read_escape(r))
            return false;
    }
    return refuse(r, "a string does not end");
}

/* --------------------------------------------------------------- numbers */

static size_t skip_digits(struct reader *r)
{
    const char *from = r->at;

    while (within(peek(r), '0', '9'))
        r->at++;
    return (size_t)(r->at - from);
}

/* Every integer up to 2^53 is exact in a double; the next one is not. */
static bool integer_is_exact(const char *digits, size_t count)
{
    static const char most[] = "9007199254740992";

    return count < sizeof most - 1
           || (count == sizeof most - 1 && memcmp(digits, most, count) <= 0);
}

static double number_value(const char *from, size_t length)
{
    char text[NUMBER_MAX + 1];

    memcpy(text, from, length);
    text[length] = '\0';
    return fabs(strtod(text, NULL));
}

static bool read_exponent(struct reader *r)
{
    if (!skip(r, 'e') && !skip(r, 'E'))
        return true;
    if (!skip(r, '+'))
        skip(r, '-');
    return skip_digits(r) > 0
           || refuse(r, "a number lacks the digits of its exponent");
}

static bool read_number(struct reader *r)
{
    const char *from = r->at;

    skip(r, '-');
    const char *whole = r->at;
    size_t digits = skip_digits(r), decimals = 0;
    if (digits == 0 || (*whole == '0' && digits > 1))
        return refuse(r, "a value is not one of JSON's");
    if (skip(r, '.') && (decimals = skip_digits(r)) == 0)
        return refuse(r, "a number lacks the digits after its point");
    if (!read_exponent(r))
        return false;

    size_t length = (size_t)(r->at - from);
    if (length > NUMBER_MAX)
        return refuse(r, "a number is longer than 63 bytes");
    double value = number_value(from, length);
    if (value > NUMBER_LIMIT)
        return refuse(r, "a number is beyond 1e308");
    bool exact = r->at == whole + digits
                     ? integer_is_exact(whole, digits)
                     : digits + decimals <= DBL_DIG || value < EXACT_LIMIT;
    return exact || refuse(r, "a number is beyond 2^53: send it as a string");
}

/* ---------------------------------------------------- objects and arrays */

static bool read_word(struct reader *r, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
        return refuse(r, "a value is not one of JSON's");
    r->at += length;
    return true;
}

static bool read_scalar(struct reader *r)
{
    switch (peek(r)) {
    case '"':
        r->at++;
        return read_string(r, true);
    case 't':
        return read_word(r, "true");
    case 'f':
        return read_word(r, "false");
    case 'n':
        return read_word(r, "null");
    default:
        return read_number(r);
    }
}

static struct level *innermost(struct reader *r)
{
    return &r->levels[r->depth - 1];
}

static enum step open_level(struct reader *r)
{
    bool object = *r->at == '{';

    if (r->depth == JSON_DEPTH_MAX) {
        refuse(r, "it is nested deeper than 32");
        return WRONG;
    }
    r->at++;
    r->depth++;
    *innermost(r) = (struct level){ object, r->named };
    return FIRST_OR_CLOSE;
}

static enum step value_step(struct reader *r)
{
    if (peek(r) == '{' || peek(r) == '[')
        return open_level(r);
    return read_scalar(r) ? MORE_OR_CLOSE : WRONG;
}

/* Closes the innermost level when its bracket stands here. */
static bool close_level(struct reader *r)
{
    if (!skip(r, innermost(r)->object ? '}' : ']'))
        return false;
    r->named = innermost(r)->first;
    r->depth--;
    return true;
}

static enum step next_of_level(struct reader *r)
{
    return innermost(r)->object ? A_NAME : A_VALUE;
}

static enum step first_step(struct reader *r)
{
    return close_level(r) ? MORE_OR_CLOSE : next_of_level(r);
}

static enum step more_step(struct reader *r)
{
    if (r->depth == 0) {
        if (r->at == r->end)
            return THE_END;
        refuse(r, "something follows the value");
        return WRONG;
    }
    if (skip(r, ','))
        return next_of_level(r);
    if (close_level(r))
        return MORE_OR_CLOSE;
    refuse(r, innermost(r)->object ? "a comma or } is missing"
                                   : "a comma or ] is missing");
    return WRONG;
}

/* Remembers the name at `name`, whose closing quote was just read.  Names hold
 * no escapes, so the same bytes up to that quote are the same name. */
static bool name_is_new(struct reader *r, const char *name)
{
    size_t first = innermost(r)->first, size = (size_t)(r->at - name);

    if (r->named - first == JSON_MEMBERS_MAX)
        return refuse(r, "an object has more than 256 members");
    for (size_t i = first; i < r->named; i++)
        if (memcmp(r->start + r->names[i], name, size) == 0)
            return refuse(r, "a member stands twice in its object");
    r->names[r->named++] = (uint32_t)(name - r->start);
    return true;
}

static enum step name_step(struct reader *r)
{
    const char *name = r->at + 1;

    if (!skip(r, '"')) {
        refuse(r, "the name of a member is missing");
        return WRONG;
    }
    if (!read_string(r, false) || !name_is_new(r, name))
        return WRONG;
    skip_space(r);
    if (skip(r, ':'))
        return A_VALUE;
    refuse(r, "a colon is missing");
    return WRONG;
}

struct err json_check(const char *text, size_t size)
{
    static enum step (*const steps[])(struct reader *) = {
        [A_VALUE] = value_step,
        [FIRST_OR_CLOSE] = first_step,
        [A_NAME] = name_step,
        [MORE_OR_CLOSE] = more_step,
    };
    static _Thread_local char field[32];
    uint32_t names[JSON_DEPTH_MAX * JSON_MEMBERS_MAX];
    struct reader r = {
        .start = text, .at = text, .end = text + size, .names = names
    };
    enum step step = A_VALUE;

    if (size > UINT32_MAX)
        return fail(CODE_BAD_REQUEST, "the text is too long");
    while (step < THE_END) {
        skip_space(&r);
        step = steps[step](&r);
    }
    if (step == THE_END)
        return OK;
    snprintf(field, sizeof field, "byte %zu", (size_t)(r.at - text) + 1);
    return fail_at(field, r.why);
}
