#include "common/formula/number.h"

#include <string.h>

const char *const rounding_mode_names[] = {
    "half_up", "half_down", "half_even", "down", "up", NULL,
};

enum { PLACES_MAX = 18, DIGITS_MAX = 30 };

__extension__ typedef unsigned __int128 uwide;

static uwide magnitude(wide value)
{
    return value < 0 ? 0 - (uwide)value : (uwide)value;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
    if (a == 0 || b == 0)
        return a | b;
    int shift = __builtin_ctzll(a | b);
    a >>= __builtin_ctzll(a);
    while (b != 0) {
        b >>= __builtin_ctzll(b);
        uint64_t less = a < b ? a : b;
        b = a < b ? b - a : a - b;
        a = less;
    }
    return a << shift;
}

/* The part that a numerator and a denominator share. */
static int64_t shared(wide num, int64_t den)
{
    if (den == 1)
        return 1;
    return (int64_t)gcd((uint64_t)(magnitude(num) % (uint64_t)den),
                        (uint64_t)den);
}

struct number number_of(int64_t whole)
{
    return (struct number){ whole, 1 };
}

/* ------------------------------------------------------------ arithmetic */

bool number_add(struct number a, struct number b, struct number *sum)
{
    int64_t common = shared(a.den, b.den);
    wide left, right, num, den;

    if (__builtin_mul_overflow(a.num, (wide)(b.den / common), &left)
        || __builtin_mul_overflow(b.num, (wide)(a.den / common), &right)
        || __builtin_add_overflow(left, right, &num))
        return false;
    int64_t again = shared(num, common);
    den = (wide)(a.den / common) * (b.den / again);
    if (den > INT64_MAX)
        return false;
    *sum = (struct number){ num / again, (int64_t)den };
    return true;
}

static bool negate(struct number *number)
{
    return !__builtin_sub_overflow((wide)0, number->num, &number->num);
}

bool number_subtract(struct number a, struct number b, struct number *rest)
{
    return negate(&b) && number_add(a, b, rest);
}

/* Crosswise in lowest terms, so that nothing overflows that would fit. */
bool number_multiply(struct number a, struct number b, struct number *product)
{
    int64_t one = shared(a.num, b.den), other = shared(b.num, a.den);
    wide den = (wide)(a.den / other) * (b.den / one);
    wide num;

    if (den > INT64_MAX
        || __builtin_mul_overflow(a.num / one, b.num / other, &num))
        return false;
    *product = (struct number){ num, (int64_t)den };
    return true;
}

bool number_divide(struct number a, struct number b, struct number *quotient)
{
    if (b.num == 0 || magnitude(b.num) > INT64_MAX)
        return false;
    struct number inverse = { b.num < 0 ? -(wide)b.den : b.den,
                              (int64_t)magnitude(b.num) };
    return number_multiply(a, inverse, quotient);
}

/* Rounds towards minus infinity; the rest is at least 0 and below den. */
static wide whole_below(struct number number, int64_t *rest)
{
    wide whole = number.num / number.den;

    *rest = (int64_t)(number.num % number.den);
    if (*rest < 0) {
        *rest += number.den;
        whole--;
    }
    return whole;
}

int number_compare(struct number a, struct number b)
{
    int64_t a_rest, b_rest;

    if (a.den == b.den)
        return (a.num > b.num) - (a.num < b.num);
    wide a_whole = whole_below(a, &a_rest), b_whole = whole_below(b, &b_rest);
    if (a_whole != b_whole)
        return a_whole > b_whole ? 1 : -1;
    wide left = (wide)a_rest * b.den, right = (wide)b_rest * a.den;
    return (left > right) - (left < right);
}

/* Whether what was cut off, `rest` of `of`, lifts the number it stood at. */
static bool lifts(enum rounding_mode mode, uwide rest, uwide of, bool odd)
{
    switch (mode) {
    case ROUND_HALF_UP:
        return rest * 2 >= of;
    case ROUND_HALF_DOWN:
        return rest * 2 > of;
    case ROUND_HALF_EVEN:
        return rest * 2 > of || (rest * 2 == of && odd);
    case ROUND_UP:
        return rest > 0;
    default:
        return false;
    }
}

bool number_round(struct number number, struct number step,
                  enum rounding_mode mode, struct number *rounded)
{
    struct number steps;

    if (!number_divide(number, step, &steps))
        return false;
    wide whole = steps.num / steps.den;
    uwide rest = magnitude(steps.num % steps.den);
    if (lifts(mode, rest, (uwide)steps.den, whole % 2 != 0))
        whole += number.num < 0 ? -1 : 1;
    return number_multiply((struct number){ whole, 1 }, step, rounded);
}

bool number_is_bounded(struct number number)
{
    return magnitude(number.num) <= (uwide)NUMBER_BOUND * (uwide)number.den;
}

/* ------------------------------------------------------------------ text */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const int64_t powers[PLACES_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

static struct err not_a_number(void)
{
    return fail(CODE_BAD_REQUEST, "is not a decimal number such as \"12.34\"");
}

/* The places after the point, or SIZE_MAX when the digits are malformed. */
static size_t decimals(const char *text, size_t size)
{
    size_t at = 0;

    while (at < size && is_digit(text[at]))
        at++;
    if (at == 0 || (text[0] == '0' && at > 1))
        return SIZE_MAX;
    if (at == size)
        return 0;
    size_t places = size - at - 1;
    if (text[at] != '.' || places == 0)
        return SIZE_MAX;
    while (++at < size)
        if (!is_digit(text[at]))
            return SIZE_MAX;
    return places;
}

struct err number_parse(const char *text, size_t size, unsigned places,
                        struct number *number)
{
    bool minus = size > 0 && text[0] == '-';
    size_t count = decimals(text + minus, size - minus);
    wide num = 0;

    if (count == SIZE_MAX)
        return not_a_number();
    if (count > places || count > PLACES_MAX)
        return fail(CODE_BAD_REQUEST, "has too many decimals");
    if (size > DIGITS_MAX)
        return fail(CODE_BAD_REQUEST, "is past the bound of 10^13");
    for (size_t i = minus; i < size; i++)
        if (text[i] != '.')
            num = num * 10 + (text[i] - '0');
    int64_t common = shared(num, powers[count]);
    *number = (struct number){ (minus ? -num : num) / common,
                               powers[count] / common };
    if (!number_is_bounded(*number))
        return fail(CODE_BAD_REQUEST, "is past the bound of 10^13");
    return OK;
}

/* The decimals that a denominator needs, or more than there may be. */
static unsigned places_of(int64_t den)
{
    unsigned twos = 0, fives = 0;

    for (; den % 2 == 0; den /= 2)
        twos++;
    for (; den % 5 == 0; den /= 5)
        fives++;
    if (den != 1)
        return PLACES_MAX + 1;
    return twos > fives ? twos : fives;
}

/* The digits of a number, a point before the last `places`; ends at `end`,
 * gives where it begins. */
static char *digits_before(char *end, uwide value, unsigned places)
{
    unsigned done = 0;

    do {
        if (done == places && done > 0)
            *--end = '.';
        if (value >> 64) {
            *--end = (char)('0' + (int)(value % 10));
            value /= 10;
        } else {
            *--end = (char)('0' + (int)((uint64_t)value % 10));
            value = (uint64_t)value / 10;
        }
        done++;
    } while (value > 0 || done <= places);
    return end;
}

static size_t copy_text(const char *from, const char *end, char *text)
{
    size_t size = (size_t)(end - from);

    memcpy(text, from, size);
    text[size] = '\0';
    return size;
}

size_t number_format(struct number number, unsigned places,
                     char text[static NUMBER_TEXT_MAX])
{
    char digits[NUMBER_TEXT_MAX], *end = digits + sizeof digits, *from;
    unsigned need = places_of(number.den);
    uwide value = magnitude(number.num);

    need = need < places ? places : need;
    if (need > PLACES_MAX
        || __builtin_mul_overflow(value, (uwide)(powers[need] / number.den),
                                  &value)) {
        from = digits_before(end, (uwide)number.den, 0);
        *--from = '/';
        from = digits_before(from, magnitude(number.num), 0);
    } else {
        from = digits_before(end, value, need);
    }
    if (number.num < 0)
        *--from = '-';
    return copy_text(from, end, text);
}
