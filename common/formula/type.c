#include "common/formula/type.h"

#include <string.h>

/* clang-format off */
static const struct {
    const char *word;
    enum form form;
    bool counts; /* something, of the unit beside it */
    enum base_unit unit;
    unsigned places;
} words[] = {
    { "money",  FORM_NUMBER, true,  UNIT_YUAN,  2 },
    { "area",   FORM_NUMBER, true,  UNIT_AREA,  2 },
    { "months", FORM_NUMBER, true,  UNIT_MONTH, 0 },
    { "rate",   FORM_NUMBER, false, 0,          6 },
    { "number", FORM_NUMBER, false, 0,          6 },
    { "day",    FORM_DAY,    false, 0,          0 },
    { "bool",   FORM_BOOL,   false, 0,          0 },
    { "choice", FORM_CHOICE, false, 0,          0 },
};
/* clang-format on */

bool type_of_word(const char *word, struct type *type, unsigned *places)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, word) != 0)
            continue;
        *type = (struct type){ .form = words[i].form };
        if (words[i].counts)
            type->unit = unit_of(words[i].unit);
        *places = words[i].places;
        return true;
    }
    return false;
}

bool type_same(struct type a, struct type b)
{
    if (a.form != b.form)
        return false;
    if (a.form == FORM_CHOICE)
        return a.choices == b.choices;
    return a.form != FORM_NUMBER || a.any_unit || b.any_unit
           || unit_same(a.unit, b.unit);
}

const char *type_name(struct type type, char text[static UNIT_TEXT_MAX])
{
    switch (type.form) {
    case FORM_DAY:
        return "a day";
    case FORM_BOOL:
        return "yes or no";
    case FORM_CHOICE:
        return "a choice";
    default:
        unit_format(type.unit, text);
        return text[0] ? text : "a number without unit";
    }
}

unsigned type_places(struct type type)
{
    if (type.form != FORM_NUMBER)
        return 0;
    return type.unit.power[UNIT_YUAN] > 0
                   || unit_same(type.unit, unit_of(UNIT_AREA))
               ? 2
               : 0;
}
