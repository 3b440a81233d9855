#include "services/cases/attachment/rules.h"

#include "tests/check.h"

#include <string.h>

#define SOI        "\xff\xd8"
#define APP        "\xff\xe0\0\x04hi"
#define FRAME      "\xff\xc0\0\x05\x08\0\x01"
#define SCAN       "\xff\xda\0\4ab"
#define EOI        "\xff\xd9"
#define SIGN       "\x89PNG\r\n\x1a\n"
#define IHDR       "\0\0\0\x0dIHDR0123456789abcCRC!"
#define IDAT       "\0\0\0\x02IDATxyCRC!"
#define IEND       "\0\0\0\0IENDCRC!"
#define TEXT(text) text, sizeof(text) - 1

/* In portions of one to three bytes, then whole: the verdict is the same. */
static const char *judge(enum media media, const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes;
    struct media_check whole, small;

    media_begin(&whole, media);
    media_add(&whole, at, size);
    media_begin(&small, media);
    for (size_t n = 0, take = 1; n < size; n += take) {
        take = 1 + n % 3;
        take = take < size - n ? take : size - n;
        media_add(&small, at + n, take);
    }
    const char *why = media_end(&whole), *other = media_end(&small);
    if (!why || !other)
        assert_true(!why && !other);
    else
        assert_string_equal(why, other);
    return why;
}

static void content_is_what_it_says_or_it_is_told_why_not(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        enum media media;
        const char *bytes;
        size_t size;
        const char *why; /* NULL: it is */
    } rows[] = {
    { MEDIA_JPEG, TEXT(SOI APP FRAME SCAN "p\xff\0p\xff\xd3p" EOI), NULL },
    { MEDIA_JPEG, TEXT(SOI "\xff\xff\xe0\0\x02" FRAME SCAN "p" EOI), NULL },
    { MEDIA_JPEG, TEXT(SOI "\xff\x01" FRAME SCAN "p\xff\xff\xc4\0\x04\xff\xd9"
                       SCAN "p" EOI "what a telephone adds"), NULL },
    { MEDIA_JPEG, TEXT(SOI APP SCAN "p" EOI),        "no frame" },
    { MEDIA_JPEG, TEXT(SOI "\xff\xc4\0\x02" SCAN "p" EOI), "no frame" },
    { MEDIA_JPEG, TEXT(SOI "<script>"),              "hang together" },
    { MEDIA_JPEG, TEXT(SOI "\xff\xe0\0\1" FRAME),    "no length" },
    { MEDIA_JPEG, TEXT(SOI FRAME SCAN "p"),          "cut off" },
    { MEDIA_JPEG, TEXT(SOI APP EOI),                 "no picture" },
    { MEDIA_PNG,  TEXT(SIGN IHDR IDAT IEND),         NULL },
    { MEDIA_PNG,  TEXT(SIGN IHDR IDAT IEND "PK"),    "follows its end" },
    { MEDIA_PNG,  TEXT(SIGN IHDR IDAT "\0\0\0\0IENDCRC"), "cut off" },
    { MEDIA_PNG,  TEXT(SIGN IHDR IEND),              "no picture" },
    { MEDIA_PNG,  TEXT(SIGN IDAT IEND),              "without its header" },
    { MEDIA_PNG,  TEXT(SIGN IHDR IHDR IEND),         "without its header" },
    { MEDIA_PNG,  TEXT(SIGN IHDR "\x7f\0\0\0IDAT"),  "hang together" },
    { MEDIA_WEBP, TEXT("RIFF\x0e\0\0\0WEBPVP8 \2\0\0\0xy"), NULL },
    { MEDIA_WEBP, TEXT("RIFF\x0e\0\0\0WEBPVP8L\1\0\0\0x\0"), NULL },
    { MEDIA_WEBP, TEXT("RIFF\x0e\0\0\0WEBPVP8 \2\0\0\0xyz"), "cut off" },
    { MEDIA_WEBP, TEXT("RIFF\x0e\0\0\0WEBPdata\2\0\0\0xy"), "no picture" },
    { MEDIA_PDF,  TEXT("%PDF-1.7\nx\nstartxref\n9\n%%EOF\n"), NULL },
    { MEDIA_PDF,  TEXT("%PDF-1.7\nx\nstartxref\n9\n"), "cut off" },
    { MEDIA_PDF,  TEXT("%PDF-1.7\nx\n%%EOF\n"),      "cut off" },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = judge(rows[i].media, rows[i].bytes, rows[i].size);
        if (!rows[i].why != !why || (why && !strstr(why, rows[i].why)))
            fail_msg("row %zu: %s", i, why ? why : "it is taken");
    }
}

/* The end of a PDF is looked for in its last KiB alone. */
static void a_pdf_must_end_near_its_end(void **unused)
{
    (void)unused;
    char text[4096];

    for (size_t after = 900; after <= 1100; after += 200) {
        memset(text, 'x', sizeof text);
        memcpy(text, "%PDF-1.4", 8);
        memcpy(text + 2000, "startxref 1 %%EOF", 17);
        const char *why = judge(MEDIA_PDF, text, 2017 + after);
        assert_true(after < 1000 ? !why : why != NULL);
    }
}

static void the_first_bytes_tell_the_kinds_apart(void **unused)
{
    (void)unused;
    static const char *const firsts[MEDIAS] = {
        [MEDIA_JPEG] = "\xff\xd8\xff\xe0........",
        [MEDIA_PNG] = SIGN "....",
        [MEDIA_WEBP] = "RIFF....WEBP",
        [MEDIA_PDF] = "%PDF-2.0....",
    };

    for (enum media m = 0; m < MEDIAS; m++)
        for (enum media n = 0; n < MEDIAS; n++) {
            const unsigned char *at = (const unsigned char *)firsts[n];
            assert_int_equal(media_begins(m, at, 12), m == n);
            assert_false(media_begins(m, at, 11));
        }
    assert_false(media_begins(MEDIAS, (const unsigned char *)firsts[0], 12));
}

static void parts_add_up_to_the_size(void **unused)
{
    (void)unused;
    static const int64_t sizes[] = { 1, ATTACHMENT_PART - 1, ATTACHMENT_PART,
                                     ATTACHMENT_PART + 1, ATTACHMENT_MAX };

    for (size_t i = 0; i < COUNT(sizes); i++) {
        int64_t sum = 0, parts = attachment_parts(sizes[i]);
        for (int64_t n = 0; n < parts; n++)
            sum += attachment_part_size(sizes[i], n);
        assert_int_equal(sum, sizes[i]);
        assert_true(parts <= 512);
    }
}

RUN(cmocka_unit_test(content_is_what_it_says_or_it_is_told_why_not),
    cmocka_unit_test(a_pdf_must_end_near_its_end),
    cmocka_unit_test(the_first_bytes_tell_the_kinds_apart),
    cmocka_unit_test(parts_add_up_to_the_size))
