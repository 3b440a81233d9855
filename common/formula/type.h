/* type.h — what a value of a formula is: a number with its unit, a day, yes or
 * no, or one of some named choices.
 *
 * Facts, parameters and lines say their type by a word: money (元, fen), area
 * (㎡, hundredths), months (月, whole), rate (no unit, millionths), number (of
 * the unit given, millionths), day, bool, choice. */
#pragma once

#include "common/formula/number.h"
#include "common/formula/unit.h"

enum form { FORM_NUMBER, FORM_DAY, FORM_BOOL, FORM_CHOICE };

struct choice {
    const char *name, *label;
};

struct choices {
    const char *name;
    struct choice *at;
    size_t count;
};

struct type {
    enum form form;
    bool any_unit; /* the literal 0, which is as much of anything */
    struct unit unit;
    const struct choices *choices;
};

/* All forms in one: a day is its number, yes is 1, a choice its place. */
struct value {
    struct number number;
};

/* The type of a word, and how many decimals its text may have; false for an
 * unknown one.  The unit of a "number" and choices are the caller's. */
bool type_of_word(const char *word, struct type *type, unsigned *places);

/* The same form and unit, or choices. */
bool type_same(struct type a, struct type b);

/* "元/㎡", "a day", ...: for people. */
const char *type_name(struct type type, char text[static UNIT_TEXT_MAX]);

/* Decimals that a value of the type is shown with at least: two for yuan and
 * for square metres. */
unsigned type_places(struct type type);
