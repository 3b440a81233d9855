/* cell.h — what is written in a workbook's cell, as the sheet shows it.
 *
 * Pure functions.  A number has no kind of its own there: what makes 46209 a
 * day is the style of its cell, and from which day it counts is a property of
 * the workbook. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CELL_NUMBER_MAX = 40, /* bytes of a number's or a day's text      */
    CELL_REF_MAX = 16,    /* bytes of a reference                     */
    CELL_COLUMNS = 16384, /* that a sheet can have                    */
    CELL_ROWS = 1048576,
};

/* "B7": column 2, row 7.  False when it is no reference. */
bool cell_ref_parse(const char *text, int *column, int64_t *row);
void cell_ref_format(int column, int64_t row, char text[static CELL_REF_MAX]);

/* Whether a style shows a number as a day: one of those that every workbook
 * has, by its number, or one of its own, by its code ("yyyy\"年\"m\"月\""). */
bool cell_style_is_day(int number);
bool cell_code_is_day(const char *code);

/* A number as the sheet shows it: without the noise of binary fractions
 * ("120.23999999999999" is 120.24), an integer whole.  False when it is none.
 */
bool cell_number(const char *raw, char text[static CELL_NUMBER_MAX]);

/* A number as a day, "2026-07-06" or, with a time, "2026-07-06 08:30"; `late`
 * when the workbook counts from 1904.  False when it can be none. */
bool cell_day(const char *raw, bool late, char text[static CELL_NUMBER_MAX]);

/* "_x000D_" is how a workbook writes a character that XML cannot; in place. */
void cell_unescape(char *text);
