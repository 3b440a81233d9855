#include "services/redkite/import/cell.h"

#include "common/base/calendar.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MINUTES = 24 * 60,
    LATE_BY = 1462,       /* days from 1900's count to 1904's               */
    NO_LEAP = 60,         /* 29 February 1900, which 1900's count has       */
    SERIAL_MAX = 2958465, /* 9999-12-31 */
    SURE_DIGITS = 15,     /* of a number that a sheet keeps                 */
};

/* -------------------------------------------------------------- references */

bool cell_ref_parse(const char *text, int *column, int64_t *row)
{
    *column = 0;
    *row = 0;
    for (; *text >= 'A' && *text <= 'Z' && *column <= CELL_COLUMNS; text++)
        *column = *column * 26 + (*text - 'A' + 1);
    for (; *text >= '0' && *text <= '9' && *row <= CELL_ROWS; text++)
        *row = *row * 10 + (*text - '0');
    return *text == '\0' && *column >= 1 && *column <= CELL_COLUMNS && *row >= 1
           && *row <= CELL_ROWS;
}

void cell_ref_format(int column, int64_t row, char text[static CELL_REF_MAX])
{
    char letters[4];
    char *at = letters + sizeof letters - 1;

    *at = '\0';
    for (; column > 0 && at > letters; column = (column - 1) / 26)
        *--at = (char)('A' + (column - 1) % 26);
    (void)snprintf(text, CELL_REF_MAX, "%s%d", at, (int)row);
}

/* ------------------------------------------------------------------ styles */

bool cell_style_is_day(int number)
{
    /* ECMA-376 18.8.30, and those that are days in Chinese. */
    static const struct {
        int first, last;
    } days[] = { { 14, 22 }, { 27, 36 }, { 45, 47 }, { 50, 58 } };

    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (number >= days[i].first && number <= days[i].last)
            return true;
    return false;
}

/* What stands for itself in a code: quoted, escaped, in brackets (a colour, a
 * locale); the bytes that it takes, or 0. */
static size_t literal(const char *code)
{
    const char *end = NULL;

    if (*code == '"')
        end = strchr(code + 1, '"');
    else if (*code == '[')
        end = strchr(code, ']');
    else if (*code && strchr("\\_*", *code))
        return code[1] ? 2 : 1;
    else
        return 0;
    return end ? (size_t)(end - code) + 1 : strlen(code);
}

bool cell_code_is_day(const char *code)
{
    if (strncmp(code, "General", 7) == 0)
        return false;
    while (*code) {
        size_t skip = literal(code);
        if (!skip && strchr("yYmMdDhHsS", *code))
            return true;
        code += skip ? skip : 1;
    }
    return false;
}

/* ----------------------------------------------------------------- numbers */

static bool parse(const char *raw, double *number)
{
    char *end;

    if (raw[strspn(raw, "0123456789.+-eE")] != '\0' || !*raw)
        return false;
    *number = strtod(raw, &end);
    return *end == '\0' && isfinite(*number);
}

bool cell_number(const char *raw, char text[static CELL_NUMBER_MAX])
{
    double number;

    if (!parse(raw, &number))
        return false;
    if (raw[strspn(raw, "0123456789")] == '\0' && strlen(raw) < CELL_NUMBER_MAX)
        (void)snprintf(text, CELL_NUMBER_MAX, "%s", raw);
    else
        (void)snprintf(text, CELL_NUMBER_MAX, "%.*g", SURE_DIGITS, number);
    return true;
}

static void day_text(int serial, char text[static CELL_NUMBER_MAX])
{
    /* 1900's count has a 29 February that was none: before it all days are one
     * further from its beginning. */
    struct day from = day_from(1899, 12, serial < NO_LEAP ? 31 : 30);

    if (serial == NO_LEAP)
        (void)snprintf(text, CELL_NUMBER_MAX, "1900-02-29");
    else
        day_format(days_after(from, serial), text);
}

bool cell_day(const char *raw, bool late, char text[static CELL_NUMBER_MAX])
{
    double number;

    if (!parse(raw, &number) || number < 0 || number > SERIAL_MAX)
        return false;
    int64_t minutes = (int64_t)(number * MINUTES + 0.5);
    int serial = (int)(minutes / MINUTES) + (late ? LATE_BY : 0);
    int minute = (int)(minutes % MINUTES);
    if (serial < 1 || serial > SERIAL_MAX)
        return false;
    day_text(serial, text);
    size_t size = strlen(text);
    if (minute)
        (void)snprintf(text + size, CELL_NUMBER_MAX - size, " %02d:%02d",
                       minute / 60, minute % 60);
    return true;
}

/* ------------------------------------------------------------------ texts */

static bool is_escape(const char *text)
{
    if (strncmp(text, "_x", 2) != 0)
        return false;
    for (int i = 2; i < 6; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    return text[6] == '_';
}

/* The characters that need it are ASCII; what else is written so stays. */
void cell_unescape(char *text)
{
    char *to = text;

    while (*text) {
        long code =
            is_escape(text) ? strtol(
                (char[]){ text[2], text[3], text[4], text[5], '\0' }, NULL, 16)
                            : 0;
        if (code > 0 && code < 0x80) {
            *to++ = (char)code;
            text += 7;
        } else {
            *to++ = *text++;
        }
    }
    *to = '\0';
}
