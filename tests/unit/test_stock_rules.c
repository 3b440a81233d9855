#include "services/cases/stock/rules.h"
#include "tests/check.h"

static const struct flat a_flat = {
    .building = "1号楼",
    .unit = "2单元",
    .door = "301",
    .floor = 3,
    .area = { 8550 },
    .rooms = "两室一厅",
    .price = { 1200000 },
};

static void a_line_out_of_bounds_names_its_member(void **unused)
{
    static const struct {
        int64_t floor, centi, fen;
        const char *field;
    } rows[] = {
        { 3, 8550, 1200000, NULL },      { -3, 1000, 1, NULL },
        { 99, 100000, 100000000, NULL }, { 0, 8550, 1, "floor" },
        { -4, 8550, 1, "floor" },        { 100, 8550, 1, "floor" },
        { 3, 999, 1, "area" },           { 3, 100001, 1, "area" },
        { 3, 8550, 0, "price" },         { 3, 8550, 100000001, "price" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct flat flat = a_flat;

        flat.floor = rows[i].floor;
        flat.area.centi = rows[i].centi;
        flat.price.fen = rows[i].fen;
        struct err err = flat_check(&flat);
        if (rows[i].field)
            assert_string_equal(err.field, rows[i].field);
        else
            assert_int_equal(err.code, CODE_OK);
    }
}

static void a_line_that_says_otherwise_is_another(void **unused)
{
    struct flat other = a_flat;

    (void)unused;
    assert_true(flat_same(&a_flat, &other));
    other.facing = "";
    assert_true(flat_same(&a_flat, &other)); /* nothing said, either way */
    other.price.fen++;
    assert_false(flat_same(&a_flat, &other));
    other = a_flat;
    other.area.centi++;
    assert_false(flat_same(&a_flat, &other));
    other = a_flat;
    other.site = OFF_SITE;
    assert_false(flat_same(&a_flat, &other));
    other = a_flat;
    other.rooms = "三室";
    assert_false(flat_same(&a_flat, &other));
    other = a_flat;
    other.facing = "南";
    assert_false(flat_same(&a_flat, &other));
}

RUN(cmocka_unit_test(a_line_out_of_bounds_names_its_member),
    cmocka_unit_test(a_line_that_says_otherwise_is_another))
