#include "services/cases/fact/rules.h"
#include "tests/check.h"

#include <string.h>

static const struct surveyed whole = {
    .registration = REGISTRATION_YES,
    .use = USE_BUSINESS,
    .structure = STRUCTURE_FRAME,
    .registered_area = { 12000 },
    .measured_area = { 12150 },
};

/* The fact of that name, or one without a value. */
static struct surveyed_fact fact_of(struct surveyed of, const char *name)
{
    static struct arena *arena;
    struct surveyed_fact facts[SURVEYED_FACTS];

    if (!arena)
        arena = arena_new();
    size_t count = surveyed_facts(&of, facts, arena);
    for (size_t i = 0; i < count; i++)
        if (strcmp(facts[i].name, name) == 0)
            return facts[i];
    return (struct surveyed_fact){ 0 };
}

static void what_the_survey_knows_is_a_fact(void **unused)
{
    static const struct {
        const char *name, *value;
    } rows[] = {
        { "area", "\"120.00\"" },          { "registered_area", "\"120.00\"" },
        { "measured_area", "\"121.50\"" }, { "registration", "\"registered\"" },
        { "use", "\"business\"" },         { "structure", "\"frame\"" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(fact_of(whole, rows[i].name).value, rows[i].value);
}

static void what_it_does_not_know_is_none(void **unused)
{
    static const char *const names[] = { "area",          "registered_area",
                                         "measured_area", "registration",
                                         "use",           "structure" };

    (void)unused;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_null(fact_of((struct surveyed){ 0 }, names[i]).name);
}

static void the_register_wins_when_the_house_is_registered(void **unused)
{
    static const struct {
        unsigned registration;
        int64_t registered, measured;
        const char *value, *evidence;
    } rows[] = {
        { REGISTRATION_YES, 10000, 9000, "\"100.00\"",
          "已登记，以登记面积为准" },
        { REGISTRATION_YES, 0, 9000, "\"90.00\"",
          "已登记但登记面积不详，以实测面积计算" },
        { REGISTRATION_NO, 10000, 9000, "\"90.00\"", "未登记，以实测面积计算" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct surveyed of = whole;

        of.registration = rows[i].registration;
        of.registered_area.centi = rows[i].registered;
        of.measured_area.centi = rows[i].measured;
        assert_string_equal(fact_of(of, "area").value, rows[i].value);
        assert_string_equal(fact_of(of, "area").evidence, rows[i].evidence);
    }
    struct surveyed bare = { .registration = REGISTRATION_NO,
                             .registered_area = { 10000 } };
    assert_null(fact_of(bare, "area").name);
    bare = (struct surveyed){ .measured_area = { 9000 } };
    assert_null(fact_of(bare, "area").name);
}

RUN(cmocka_unit_test(what_the_survey_knows_is_a_fact),
    cmocka_unit_test(what_it_does_not_know_is_none),
    cmocka_unit_test(the_register_wins_when_the_house_is_registered))
