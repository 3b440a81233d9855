#include "common/formula/function.h"

#include <string.h>

const char *const month_mode_names[] = { "actual", "whole", "half", NULL };

/* clang-format off */
static const struct function functions[] = {
    { "min",         "ns",   FN_MIN,         "取小" },
    { "max",         "ns",   FN_MAX,         "取大" },
    { "clamp",       "nss",  FN_CLAMP,       "限于" },
    { "if",          "bns",  FN_IF,          NULL },
    { "round",       "nsR",  FN_ROUND,       "取整" },
    { "tier",        "nT",   FN_TIER,        NULL },
    { "marginal",    "nT",   FN_MARGINAL,    NULL },
    { "pick",        "cK",   FN_PICK,        NULL },
    { "at",          "Pd",   FN_AT,          NULL },
    { "sum",         "Le",   FN_SUM,         NULL },
    { "most",        "Le",   FN_MOST,        "取大" },
    { "before",      "Le",   FN_BEFORE,      NULL },
    { "days",        "dd",   FN_DAYS,        NULL },
    { "months",      "dd",   FN_MONTHS,      NULL },
    { "months_over", "ddM",  FN_MONTHS_OVER, NULL },
    { "monthly",     "PddM", FN_MONTHLY,     NULL },
    { "add_months",  "dm",   FN_ADD_MONTHS,  NULL },
    { "add_days",    "dy",   FN_ADD_DAYS,    NULL },
    { "month_start", "d",    FN_MONTH_START, NULL },
    { "month_end",   "d",    FN_MONTH_END,   NULL },
};
/* clang-format on */

const struct function *function_find(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}
