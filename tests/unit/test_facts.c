/* Some of the facts of a pack, each checked by itself. */
#include "common/formula/facts.h"
#include "tests/check.h"

#include <string.h>

static const char pack_text[] =
    "{\"format\":\"redkite-pack-1\",\"name\":\"p\",\"title\":\"示例\","
    "\"version\":1,\"document\":\"示例 1号\",\"published_from\":\"2026-01-01\","
    "\"choices\":[],\"facts\":["
    "{\"name\":\"area\",\"type\":\"area\",\"label\":\"面积\",\"max\":\"1000\"},"
    "{\"name\":\"parts\",\"type\":\"list\",\"label\":\"部分\",\"fields\":["
    "{\"name\":\"cost\",\"type\":\"money\",\"label\":\"造价\",\"max\":\"9\"}]}],"
    "\"parameters\":[],\"lines\":[{\"name\":\"cost\",\"code\":\"HOUSE_VALUE\","
    "\"label\":\"造价\",\"formula\":\"sum(parts, parts.cost)\","
    "\"counts\":\"add\",\"citation\":\"示例 1号\",\"evidence\":\"清单\","
    "\"rounding\":{\"unit\":\"fen\",\"mode\":\"half_up\",\"stage\":\"line\"}}],"
    "\"total\":{\"unit\":\"fen\",\"mode\":\"half_up\",\"stage\":\"total\"}}";

static void each_fact_is_checked_and_none_is_missed(void **unused)
{
    static const struct {
        const char *facts, *refusal;
    } cases[] = {
        { "{}", NULL },
        { "{\"area\":\"52.30\"}", NULL },
        { "{\"parts\":[{\"cost\":\"9.00\"}]}", NULL },
        { "{\"area\":\"1000.01\"}", "\"area\" is out of its bounds" },
        { "{\"parts\":[{\"cost\":\"9.01\"}]}",
          "\"cost\" is out of its bounds" },
        { "{\"parts\":[{}]}", "\"cost\" is missing" },
        { "{\"aera\":\"1\"}", "no fact \"aera\"" },
        { "[]", "an object of facts" },
    };
    struct arena *arena = arena_new();
    struct rule_pack *pack;
    struct node *root;

    (void)unused;
    assert_ok(pack_read((struct source){ "p", pack_text, strlen(pack_text) },
                        arena, &pack));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct source source = { "facts", cases[i].facts,
                                 strlen(cases[i].facts) };
        assert_ok(tree_read(source, arena, &root));
        struct err err = facts_check(pack, source, root, arena);
        print_message("           %s\n", cases[i].facts);
        assert_int_equal(!err.code, !cases[i].refusal);
        if (cases[i].refusal)
            assert_non_null(strstr(err.why, cases[i].refusal));
    }
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(each_fact_is_checked_and_none_is_missed))
