#include "common/base/value.h"
#include "common/base/calendar.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EPOCH_DAY = 719163 }; /* 1970-01-01 as a day number */

struct moment moment_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (struct moment){ (int64_t)t.tv_sec * MICROSECONDS
                            + t.tv_nsec / 1000 };
}

/* ------------------------------------------------------------------- ids */

/* Ten random bytes, from a stock of the thread's own: a call of the kernel
 * for every 25th id only.  256 is the most that getentropy() gives at once. */
static const unsigned char *random_ten(void)
{
    static _Thread_local unsigned char stock[250];
    static _Thread_local size_t left;

    if (left == 0) {
        if (getentropy(stock, sizeof stock) != 0)
            abort();
        left = sizeof stock;
    }
    left -= 10;
    return stock + left;
}

struct id id_new(struct moment now)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t millisecond = (uint64_t)(now.us / 1000);
    unsigned char b[16];
    struct id id = { "" };

    for (int i = 0; i < 6; i++)
        b[i] = (unsigned char)(millisecond >> (40 - 8 * i));
    memcpy(b + 6, random_ten(), 10);
    b[6] = (unsigned char)(0x70 | (b[6] & 0x0f));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));

    char *at = id.text;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[b[i] >> 4];
        *at++ = digits[b[i] & 0x0f];
    }
    *at = '\0';
    return id;
}

bool id_same(struct id a, struct id b)
{
    return strcmp(a.text, b.text) == 0;
}

bool id_given(struct id id)
{
    return id.text[0] != '\0';
}

const struct id nobody = { "00000000-0000-0000-0000-000000000000" };

bool is_nobody(struct id id)
{
    return !id_given(id) || id_same(id, nobody);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What an id is made of, in lower case; 0 for what is not.  Ids are read by the
 * million. */
static const char id_letter[UCHAR_MAX + 1] = {
    ['-'] = '-', ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3',
    ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8',
    ['9'] = '9', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd',
    ['e'] = 'e', ['f'] = 'f', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c',
    ['D'] = 'd', ['E'] = 'e', ['F'] = 'f',
};

bool id_parse(const char *text, struct id *id)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    struct id read = { "" };

    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; i < sizeof form - 1; i++) {
        read.text[i] = id_letter[(unsigned char)text[i]];
        if (!read.text[i] || (read.text[i] == '-') != (form[i] == '-'))
            return false;
    }
    *id = read;
    return true;
}

/* ------------------------------------------------- money, areas and rates */

static bool push_digit(uint64_t *number, char digit)
{
    return !__builtin_mul_overflow(*number, 10, number)
           && !__builtin_add_overflow(*number, (uint64_t)(digit - '0'), number);
}

/* Digits without sign, with at most `places` decimals, as an integer of the
 * last place's unit. */
static bool digits_parse(const char *text, int places, uint64_t *number)
{
    *number = 0;
    if (!is_digit(*text))
        return false;
    for (; is_digit(*text); text++)
        if (!push_digit(number, *text))
            return false;
    if (*text == '.' && is_digit(text[1]))
        for (text++; is_digit(*text) && places > 0; text++, places--)
            if (!push_digit(number, *text))
                return false;
    for (; places > 0; places--)
        if (!push_digit(number, '0'))
            return false;
    return *text == '\0';
}

static bool decimal_parse(const char *text, int places, int64_t *value)
{
    bool minus = *text == '-';
    uint64_t number;

    if (!digits_parse(text + minus, places, &number)
        || number > (uint64_t)INT64_MAX + minus)
        return false;
    *value = minus ? (int64_t)(0 - number) : (int64_t)number;
    return true;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static void hundredths_format(int64_t value, char text[static VALUE_TEXT_MAX])
{
    uint64_t number = magnitude(value);
    snprintf(text, VALUE_TEXT_MAX, "%s%" PRIu64 ".%02u", value < 0 ? "-" : "",
             number / 100, (unsigned)(number % 100));
}

bool money_parse(const char *text, struct money *money)
{
    return decimal_parse(text, 2, &money->fen);
}

void money_format(struct money money, char text[static VALUE_TEXT_MAX])
{
    hundredths_format(money.fen, text);
}

bool area_parse(const char *text, struct area *area)
{
    return *text != '-' && decimal_parse(text, 2, &area->centi);
}

void area_format(struct area area, char text[static VALUE_TEXT_MAX])
{
    hundredths_format(area.centi, text);
}

bool rate_parse(const char *text, struct rate *rate)
{
    return decimal_parse(text, 6, &rate->millionths);
}

/* No more decimals than needed: "0.05", "1". */
void rate_format(struct rate rate, char text[static VALUE_TEXT_MAX])
{
    uint64_t number = magnitude(rate.millionths);
    int length = snprintf(text, VALUE_TEXT_MAX, "%s%" PRIu64 ".%06u",
                          rate.millionths < 0 ? "-" : "", number / 1000000,
                          (unsigned)(number % 1000000));

    while (text[length - 1] == '0')
        text[--length] = '\0';
    if (text[length - 1] == '.')
        text[--length] = '\0';
}

/* ------------------------------------------------------- days and moments */

/* Exactly `count` digits, then `*text` stands behind them. */
static bool take_number(const char **text, int count, int *number)
{
    *number = 0;
    for (; count > 0; count--, (*text)++) {
        if (!is_digit(**text))
            return false;
        *number = *number * 10 + (**text - '0');
    }
    return true;
}

static bool take(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

static bool take_day(const char **text, struct day *day)
{
    int year, month, date;

    if (!take_number(text, 4, &year) || !take(text, '-')
        || !take_number(text, 2, &month) || !take(text, '-')
        || !take_number(text, 2, &date))
        return false;
    *day = day_from(year, month, date);
    return day->number != 0;
}

/* "09:05"; any hour of a day, or of an offset. */
static bool take_minutes(const char **text, bool alone, int *minutes)
{
    int hour, minute = 0;

    if (!take_number(text, 2, &hour) || hour > 23)
        return false;
    if ((!alone || **text == ':')
        && (!take(text, ':') || !take_number(text, 2, &minute) || minute > 59))
        return false;
    *minutes = hour * 60 + minute;
    return true;
}

/* ".123": one to six digits, or nothing. */
static bool take_fraction(const char **text, int64_t *us)
{
    *us = 0;
    if (!take(text, '.'))
        return true;
    if (!is_digit(**text))
        return false;
    for (int64_t unit = MICROSECONDS / 10; unit && is_digit(**text); unit /= 10)
        *us += unit * (*(*text)++ - '0');
    return true;
}

/* "Z", "+08:00" or PostgreSQL's "+08". */
static bool take_offset(const char **text, int *minutes)
{
    bool west = **text == '-';

    *minutes = 0;
    if (take(text, 'Z'))
        return true;
    if (!take(text, '+') && !take(text, '-'))
        return false;
    if (!take_minutes(text, true, minutes))
        return false;
    *minutes = west ? -*minutes : *minutes;
    return true;
}

bool day_parse(const char *text, struct day *day)
{
    struct day read;

    if (!take_day(&text, &read) || *text)
        return false;
    *day = read;
    return true;
}

/* They write where `to` points and say where they stopped.  Several moments are
 * written for each call: with snprintf() that took a fourteenth of the door's
 * own time. */
static char *put_digits(char *to, int number, int count)
{
    for (int i = count; i-- > 0; number /= 10)
        to[i] = (char)('0' + number % 10);
    return to + count;
}

static char *put_after(char *to, char before, int number, int count)
{
    *to = before;
    return put_digits(to + 1, number, count);
}

static char *put_day(char *to, struct day day)
{
    int year, month, date;

    day_split(day, &year, &month, &date);
    to = put_digits(to, year, 4);
    to = put_after(to, '-', month, 2);
    return put_after(to, '-', date, 2);
}

void day_format(struct day day, char text[static VALUE_TEXT_MAX])
{
    *put_day(text, day) = '\0';
}

/* The midnight in UTC at which a day begins. */
static int64_t day_us(int number)
{
    return (number - EPOCH_DAY) * DAY_US;
}

bool moment_parse(const char *text, struct moment *moment)
{
    struct day day;
    int minutes, seconds, offset;
    int64_t us;

    if (!take_day(&text, &day) || (!take(&text, 'T') && !take(&text, ' ')))
        return false;
    if (!take_minutes(&text, false, &minutes) || !take(&text, ':')
        || !take_number(&text, 2, &seconds) || seconds > 59)
        return false;
    if (!take_fraction(&text, &us) || !take_offset(&text, &offset) || *text)
        return false;

    us += day_us(day.number)
          + ((minutes - offset) * INT64_C(60) + seconds) * MICROSECONDS;
    if (us < day_us(1) || us >= day_us(day_from(9999, 12, 31).number + 1))
        return false; /* the offset leads out of the four-digit years */
    moment->us = us;
    return true;
}

/* "2026-11-23T09:05:00" of microseconds since 1970, whose rest is left. */
static char *put_seconds(char *to, int64_t us, int *rest)
{
    int64_t days = us / DAY_US - (us % DAY_US < 0);
    int64_t of_day = us - days * DAY_US;
    int seconds = (int)(of_day / MICROSECONDS);

    *rest = (int)(of_day % MICROSECONDS);
    to = put_day(to, (struct day){ (int32_t)(days + EPOCH_DAY) });
    to = put_after(to, 'T', seconds / 3600, 2);
    to = put_after(to, ':', seconds / 60 % 60, 2);
    return put_after(to, ':', seconds % 60, 2);
}

void moment_format(struct moment moment, char text[static VALUE_TEXT_MAX])
{
    int rest;
    char *to = put_seconds(text, moment.us, &rest);

    memcpy(put_after(to, '.', rest, 6), "Z", sizeof "Z");
}

void moment_format_local(struct moment moment, char text[static VALUE_TEXT_MAX])
{
    int rest;
    char *to = put_seconds(text, moment.us + DISTRICT_OFFSET_US, &rest);

    memcpy(to, "+08:00", sizeof "+08:00");
}
