#include "services/cases/fact/rules.h"

/* clang-format off */
const char *const registration_names[] = {
    "unknown", "registered", "unregistered", NULL,
};
const char *const use_names[] = {
    "unknown", "residential", "business", "converted", NULL,
};
const char *const structure_names[] = {
    "unknown", "brick_concrete", "frame", "brick_wood", "earth_wood",
    "brick_fibre", "simple", NULL,
};
/* clang-format on */

static const char sheet[] = "入户调查表";

/* A list that is still being filled. */
struct filling {
    struct surveyed_fact *facts;
    size_t count;
    struct arena *arena;
};

static void add(struct filling *to, const char *name, const char *value,
                const char *evidence)
{
    to->facts[to->count++] = (struct surveyed_fact){
        .name = name,
        .value = arena_format(to->arena, "\"%s\"", value),
        .evidence = evidence,
    };
}

static void add_area(struct filling *to, const char *name, struct area area,
                     const char *evidence)
{
    char text[VALUE_TEXT_MAX];

    area_format(area, text);
    if (area.centi > 0)
        add(to, name, text, evidence);
}

static void add_counted_area(struct filling *to, const struct surveyed *of)
{
    bool registered = of->registration == REGISTRATION_YES;

    if (of->registration == REGISTRATION_UNKNOWN)
        return;
    if (registered && of->registered_area.centi > 0)
        add_area(to, "area", of->registered_area, "已登记，以登记面积为准");
    else
        add_area(to, "area", of->measured_area,
                 registered ? "已登记但登记面积不详，以实测面积计算"
                            : "未登记，以实测面积计算");
}

size_t surveyed_facts(const struct surveyed *surveyed,
                      struct surveyed_fact facts[static SURVEYED_FACTS],
                      struct arena *arena)
{
    struct filling to = { .facts = facts, .arena = arena };

    add_counted_area(&to, surveyed);
    add_area(&to, "registered_area", surveyed->registered_area, sheet);
    add_area(&to, "measured_area", surveyed->measured_area, sheet);
    if (surveyed->registration)
        add(&to, "registration", registration_names[surveyed->registration],
            sheet);
    if (surveyed->use)
        add(&to, "use", use_names[surveyed->use], sheet);
    if (surveyed->structure)
        add(&to, "structure", structure_names[surveyed->structure], sheet);
    return to.count;
}
