/* emit() says only what the service's table of events says. */
#include "tests/check.h"

#include "common/service/service.h"

struct paid {
    int64_t amount;
};

static const struct field paid_fields[] = {
    FIELD(paid, amount),
};
static const struct shape paid_shape = SHAPE(paid);

static const struct tiding events[] = {
    { "trial.paid", &paid_shape },
    { "trial.closed", &nothing_shape },
    { 0 },
};

/* Each is refused before the store is asked: there is none. */
static void what_is_not_in_the_table_is_a_fault(void **state)
{
    static const struct {
        const char *topic;
        const struct shape *body;
        const struct tiding *table;
    } rows[] = {
        { "trial.pai", &paid_shape, events },
        { "trial.paid.", &paid_shape, events },
        { "trial.paid", &nothing_shape, events },
        { "trial.closed", &paid_shape, events },
        { "trial.paid", &paid_shape, NULL },
    };
    struct paid paid = { 1 };
    const struct id subject = { "01890000-0000-7000-8000-000000000001" };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call call = { .service = "cases",
                             .arena = arena,
                             .events = rows[i].table };
        struct view body = { rows[i].body, &paid };
        struct err one = emit(&call, rows[i].topic, subject, body);
        struct err many =
            emit_rows(&call, rows[i].topic, (struct ids){ &subject, 1 },
                      rows[i].body, (struct rows){ &paid, 1 });
        assert_int_equal(one.code, CODE_FAULT);
        assert_int_equal(many.code, CODE_FAULT);
        assert_false(call.told);
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(what_is_not_in_the_table_is_a_fault))
