#include "services/cases/pack/rules.h"
#include "tests/check.h"

#include <string.h>

/* clang-format off */
#define NOBODY { "" }
#define MAKER  { "01890000-0000-7000-8000-00000000000a" }
#define OTHER  { "01890000-0000-7000-8000-00000000000b" }
/* clang-format on */

static void another_person_approves_and_releases(void **unused)
{
    static const struct {
        struct pack_hands hands;
        struct id actor;
        const char *approve, *release; /* part of the refusal, or NULL */
    } cases[] = {
        { { MAKER, NOBODY, NOBODY }, OTHER, NULL, "nobody has approved" },
        { { MAKER, NOBODY, NOBODY },
          MAKER,
          "another person",
          "nobody has approved" },
        { { MAKER, OTHER, NOBODY }, OTHER, "approved before", NULL },
        { { MAKER, OTHER, NOBODY },
          MAKER,
          "approved before",
          "another person" },
        { { MAKER, OTHER, OTHER },
          OTHER,
          "approved before",
          "released before" },
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err approve = pack_may_approve(&cases[i].hands, cases[i].actor);
        struct err release = pack_may_release(&cases[i].hands, cases[i].actor);
        print_message("           case %zu\n", i);
        assert_int_equal(!approve.code, !cases[i].approve);
        assert_int_equal(!release.code, !cases[i].release);
        if (cases[i].approve)
            assert_non_null(strstr(approve.why, cases[i].approve));
        if (cases[i].release)
            assert_non_null(strstr(release.why, cases[i].release));
    }
}

static const char text[] =
    "{\"format\":\"redkite-pack-1\",\"name\":\"p\",\"title\":\"示例\","
    "\"version\":%d,%s\"document\":\"示例 1号\","
    "\"published_from\":\"2026-01-01\",\"choices\":[],\"facts\":[{\"name\":"
    "\"area\",\"type\":\"area\",\"label\":\"面积\",\"max\":\"1000\"}],"
    "\"parameters\":[{\"name\":\"price\",\"type\":\"number\",\"label\":\"单价"
    "\",\"unit\":\"元/㎡\",\"citation\":\"示例 1号\",\"value\":%s}],"
    "\"lines\":[{\"name\":\"house\",\"code\":\"HOUSE_VALUE\",\"label\":"
    "\"房屋价值\",\"formula\":\"area * price\",\"counts\":\"add\","
    "\"citation\":\"示例 1号\",\"evidence\":\"登记簿\",\"rounding\":{\"unit\":"
    "\"fen\",\"mode\":\"half_up\",\"stage\":\"line\"}}],\"total\":{\"unit\":"
    "\"fen\",\"mode\":\"half_up\",\"stage\":\"total\"}}";

static struct rule_pack *pack_of(int version, const char *supersedes,
                                 const char *price, struct arena *arena)
{
    const char *json = arena_format(arena, text, version, supersedes, price);
    struct rule_pack *pack;

    struct err err =
        pack_read((struct source){ "p", json, strlen(json) }, arena, &pack);
    if (err.code)
        fail_msg("%s", err.why);
    return pack;
}

static void
a_version_follows_the_one_in_force_and_pays_nobody_less(void **unused)
{
    struct arena *arena = arena_new();
    struct rule_pack *first = pack_of(2, "", "\"680\"", arena);
    const char *right =
        arena_format(arena, "\"supersedes\":{\"version\":2,\"sha256\":\"%s\"},",
                     first->hash);
    const char *wrong = "\"supersedes\":{\"version\":2,\"sha256\":\"00\"},";
    const struct {
        bool is_first;
        int version;
        const char *supersedes, *price, *refusal;
    } cases[] = {
        { true, 1, "", "\"680\"", NULL },
        { true, 1, "", "null", "the first is price (单价)" },
        { true, 1, wrong, "\"680\"", "supersedes none" },
        { false, 3, right, "\"680\"", NULL },
        { false, 3, right, "\"700.5\"", NULL },
        { false, 2, right, "\"700\"", "must be above 2" },
        { false, 3, "", "\"700\"", "must name version 2" },
        { false, 3, wrong, "\"700\"", "must name version 2" },
        { false, 3, right, "\"679.99\"", "less" },
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err =
            pack_may_follow(cases[i].is_first ? NULL : first,
                            pack_of(cases[i].version, cases[i].supersedes,
                                    cases[i].price, arena),
                            arena);
        print_message("           case %zu: %s\n", i,
                      err.why ? err.why : "may");
        assert_int_equal(!err.code, !cases[i].refusal);
        if (cases[i].refusal)
            assert_non_null(strstr(err.why, cases[i].refusal));
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(another_person_approves_and_releases),
    cmocka_unit_test(a_version_follows_the_one_in_force_and_pays_nobody_less))
