#include "services/cases/search/rules.h"

#include "tests/check.h"

static void what_is_typed_in_any_way_has_one_key(void **unused)
{
    static const struct {
        enum search_way way;
        const char *text, *key;
    } cases[] = {
        { SEARCH_NAME, "沈　言", "沈言" },
        { SEARCH_NAME, " 沈言 ", "沈言" },
        { SEARCH_NAME, "　", NULL },
        { SEARCH_NAME, NULL, NULL },
        { SEARCH_ID_NUMBER, "３７０２１４１９８９０２０１００１x",
          "37021419890201001X" },
        { SEARCH_ID_NUMBER, "370214 19890201 001X", "37021419890201001X" },
        { SEARCH_PHONE, "+86 159-0000-0001", "15900000001" },
        { SEARCH_PHONE, "0086(159)00000001", "15900000001" },
        { SEARCH_PHONE, "0532-87801234", "053287801234" },
        { SEARCH_PHONE, "无", NULL },
        { SEARCH_ADDRESS, "青禾社区 １号楼1单元101", "青禾社区1号楼1单元101" },
        { SEARCH_ADDRESS, "a座x室", "a座x室" },
    };
    struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *key = search_key(cases[i].way, cases[i].text, arena);
        if (!cases[i].key)
            assert_null(key);
        else
            assert_string_equal(key, cases[i].key);
    }
    arena_destroy(&arena);
}

/* Fifty-one characters. */
#define TEN  "一二三四五六七八九十"
#define LONG TEN TEN TEN TEN TEN "一"

static void names_are_apart_by_characters(void **unused)
{
    static const struct {
        const char *a, *b;
        int apart;
    } cases[] = {
        { "王小明", "王小明", 0 },   { "王小明", "王　小明", 0 },
        { "王小明", "王晓明", 1 },   { "王小明", "汪小明", 1 },
        { "王小明", "王小鸣", 1 },   { "欧阳小明", "欧阳明", 1 },
        { "欧阳小明", "欧阳小", 1 }, { "阳小明", "欧阳小明", 1 },
        { "王小明", "王明小", 2 },   { "王小明", "汪晓明", 2 },
        { "欧阳小明", "欧小阳", 2 }, { "欧阳小明明", "欧阳小", 2 },
        { "王明", "王小明", 2 },     { "王明", "王明", 2 },
        { NULL, "王小明", 2 },       { NULL, NULL, 2 },
        { LONG, LONG, 2 },
    };
    struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spelling a = spelling_of(cases[i].a, arena);
        struct spelling b = spelling_of(cases[i].b, arena);
        assert_int_equal(spellings_apart(&a, &b), cases[i].apart);
        assert_int_equal(spellings_apart(&b, &a), cases[i].apart);
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(what_is_typed_in_any_way_has_one_key),
    cmocka_unit_test(names_are_apart_by_characters))
