#include "common/base/text.h"
#include "tests/check.h"

#include <string.h>

static void texts_are_trimmed_folded_and_squeezed(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *text, *trimmed, *folded, *squeezed;
    } rows[] = {
        { "",               "",             "",           "" },
        { " \t　\xc2\xa0",  "",             "",           "" },
        { "张三",           "张三",         "张三",       "张三" },
        { " 张　 三 ",      "张 三",        "张 三",      "张三" },
        { "１６０．２３",   "１６０．２３", "160.23",     "160.23" },
        { "ＱＨ－０００１", "ＱＨ－０００１", "QH-0001",  "QH-0001" },
        { "139—5754–0539",  "139—5754–0539", "139-5754-0539",
                                                          "139-5754-0539" },
        { "a\r\nb",         "a b",          "a b",        "ab" },
        { "\xef\xbb\xbf" "a\xe2\x80\x8b" "b", "ab", "ab", "ab" },
        { "𠮷 㛃",          "𠮷 㛃",        "𠮷 㛃",      "𠮷㛃" },
        { "\xff" "a ",      "\xff" "a",     "\xff" "a",   "\xff" "a" },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[64];
        assert_string_equal(text_trim(strcpy(text, rows[i].text)),
                            rows[i].trimmed);
        assert_string_equal(text_fold(strcpy(text, rows[i].text)),
                            rows[i].folded);
        assert_string_equal(text_squeeze(strcpy(text, rows[i].text)),
                            rows[i].squeezed);
    }
}

static void code_points_are_read_one_by_one(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *text;
        uint32_t first;
        int size;
    } rows[] = {
        { "a", 'a', 1 },                    { "é", 0xe9, 2 },
        { "㛃", 0x36c3, 3 },                { "𠮷", 0x20bb7, 4 },
        { "", 0, 0 },                       { "\x80", 0xfffd, 1 },
        { "\xc0\x80", 0xfffd, 1 },          { "\xe5\xa5", 0xfffd, 1 },
        { "\xed\xa0\x80", 0xfffd, 1 },      { "\xf4\x90\x80\x80", 0xfffd, 1 },
        { "\xf0\x82\x82\xac", 0xfffd, 1 },  { "\xff", 0xfffd, 1 },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = rows[i].text;
        assert_int_equal(text_next(&at), rows[i].first);
        assert_int_equal(at - rows[i].text, rows[i].size);
    }
}

static void texts_are_known_for_what_they_hold(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        const char *text;
        bool blank, controls;
        size_t length;
    } rows[] = {
        { NULL,                    true,  false, 0 },
        { "",                      true,  false, 0 },
        { " 　\r\n\t",             true,  false, 5 },
        { "\xe2\x80\x8b",          true,  false, 1 },
        { "一 二",                 false, false, 3 },
        { "a\001",                 false, true,  2 },
        { "a\x7f",                 false, true,  2 },
        { "\xe2\x80\xae" "123",    false, true,  4 },
        { "\xc2\x9b",              false, true,  1 },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(text_is_blank(rows[i].text), rows[i].blank);
        if (!rows[i].text)
            continue;
        assert_int_equal(text_has_controls(rows[i].text), rows[i].controls);
        assert_int_equal(text_length(rows[i].text), rows[i].length);
    }
}

RUN(cmocka_unit_test(texts_are_trimmed_folded_and_squeezed),
    cmocka_unit_test(code_points_are_read_one_by_one),
    cmocka_unit_test(texts_are_known_for_what_they_hold))
