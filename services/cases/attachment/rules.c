#include "services/cases/attachment/rules.h"

#include <string.h>

const char *const media_names[MEDIAS + 1] = {
    [MEDIA_JPEG] = "image/jpeg",
    [MEDIA_PNG] = "image/png",
    [MEDIA_WEBP] = "image/webp",
    [MEDIA_PDF] = "application/pdf",
};

int64_t attachment_parts(int64_t size)
{
    return (size + ATTACHMENT_PART - 1) / ATTACHMENT_PART;
}

int64_t attachment_part_size(int64_t size, int64_t position)
{
    int64_t left = size - position * ATTACHMENT_PART;

    return left < ATTACHMENT_PART ? left : ATTACHMENT_PART;
}

/* ------------------------------------------------------ the first bytes */

static bool same(const unsigned char *bytes, const char *text, size_t size)
{
    return memcmp(bytes, text, size) == 0;
}

bool media_begins(enum media media, const unsigned char *bytes, size_t size)
{
    if (size < 12)
        return false;
    switch (media) {
    case MEDIA_JPEG:
        return same(bytes, "\xff\xd8\xff", 3);
    case MEDIA_PNG:
        return same(bytes, "\x89PNG\r\n\x1a\n", 8);
    case MEDIA_WEBP:
        return same(bytes, "RIFF", 4) && same(bytes + 8, "WEBP", 4);
    case MEDIA_PDF:
        return same(bytes, "%PDF-1.", 7) || same(bytes, "%PDF-2.", 7);
    case MEDIAS:
        break;
    }
    return false;
}

/* ---------------------------------------------------------- going through */

enum { BEGIN, MARKER, LENGTH, SCAN_LENGTH, SCAN, SCAN_MARKER, CHUNK };

static void await(struct media_check *c, int stage, unsigned want)
{
    c->stage = stage;
    c->want = want;
    c->have = 0;
}

static void wrong(struct media_check *c, const char *why)
{
    if (!c->why)
        c->why = why;
}

static int64_t big_endian(const unsigned char *bytes, int size)
{
    int64_t value = 0;

    for (int i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

static int64_t little_endian(const unsigned char *bytes)
{
    return (int64_t)bytes[0] | (int64_t)bytes[1] << 8 | (int64_t)bytes[2] << 16
           | (int64_t)bytes[3] << 24;
}

/* SOF0 .. SOF15, among which stand three markers that are no frame. */
static bool is_frame(unsigned char marker)
{
    return (marker & 0xf0) == 0xc0 && marker != 0xc4 && marker != 0xc8
           && marker != 0xcc;
}

static void jpeg_marker(struct media_check *c, unsigned char marker)
{
    if (marker == 0xff) { /* a byte that fills */
        c->have = 1;
    } else if (marker == 0xd9) {
        c->ended = true;
    } else if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
        await(c, MARKER, 2);
    } else if (marker == 0xda) {
        if (!c->picture)
            wrong(c, "a JPEG whose picture has no frame");
        await(c, SCAN_LENGTH, 2);
    } else {
        c->picture = c->picture || is_frame(marker);
        await(c, LENGTH, 2);
    }
}

/* Within the picture's data 0xff is followed by 0 or by a restart, or it is
 * the next marker. */
static void jpeg_scan(struct media_check *c)
{
    unsigned char marker = c->head[0];

    if (c->stage == SCAN) {
        await(c, marker == 0xff ? SCAN_MARKER : SCAN, 1);
    } else if (marker == 0 || (marker >= 0xd0 && marker <= 0xd7)) {
        await(c, SCAN, 1);
    } else if (marker == 0xff) {
        await(c, SCAN_MARKER, 1);
    } else {
        await(c, MARKER, 2);
        jpeg_marker(c, marker);
    }
}

static void jpeg_step(struct media_check *c)
{
    int64_t length = big_endian(c->head, 2);

    switch (c->stage) {
    case BEGIN:
        await(c, MARKER, 2);
        break;
    case MARKER:
        if (c->head[0] != 0xff)
            wrong(c, "a JPEG that does not hang together");
        jpeg_marker(c, c->head[1]);
        break;
    case LENGTH:
    case SCAN_LENGTH:
        if (length < 2)
            wrong(c, "a JPEG with a segment that has no length");
        c->skip = length - 2;
        await(c, c->stage == LENGTH ? MARKER : SCAN,
              c->stage == LENGTH ? 2 : 1);
        break;
    default:
        jpeg_scan(c);
        break;
    }
}

static void png_step(struct media_check *c)
{
    int64_t length = big_endian(c->head, 4);
    bool first = c->at == 16;

    if (c->stage == BEGIN) {
        await(c, CHUNK, 8);
        return;
    }
    if (first != (same(c->head + 4, "IHDR", 4) && length == 13))
        wrong(c, "a PNG without its header");
    if (length > ATTACHMENT_MAX)
        wrong(c, "a PNG that does not hang together");
    c->picture = c->picture || same(c->head + 4, "IDAT", 4);
    if (same(c->head + 4, "IEND", 4))
        c->told = c->at + length + 4;
    c->skip = length + 4; /* and its checksum */
    await(c, CHUNK, 8);
}

static void webp_step(struct media_check *c)
{
    int64_t length = little_endian(c->head + 4);

    if (c->stage == BEGIN) {
        c->told = length + 8;
        await(c, CHUNK, 8);
        return;
    }
    if (c->at == 20 && !same(c->head, "VP8", 3))
        wrong(c, "a RIFF that is no picture");
    c->picture = true;
    c->skip = length + (length & 1);
    await(c, CHUNK, 8);
}

static void pdf_step(struct media_check *c)
{
    c->picture = true;
    c->skip = INT64_MAX;
}

static void step(struct media_check *c)
{
    static void (*const steps[MEDIAS])(struct media_check *) = {
        [MEDIA_JPEG] = jpeg_step,
        [MEDIA_PNG] = png_step,
        [MEDIA_WEBP] = webp_step,
        [MEDIA_PDF] = pdf_step,
    };

    steps[c->media](c);
}

/* The last bytes, in which a PDF says where it ends. */
static void keep_tail(struct media_check *c, const unsigned char *bytes,
                      size_t size)
{
    size_t take = size < MEDIA_TAIL ? size : MEDIA_TAIL;
    size_t keep = MEDIA_TAIL - take;

    keep = keep < c->tail_size ? keep : c->tail_size;
    memmove(c->tail, c->tail + c->tail_size - keep, keep);
    memcpy(c->tail + keep, bytes + size - take, take);
    c->tail_size = keep + take;
}

/* ---------------------------------------------------------------- the face */

void media_begin(struct media_check *check, enum media media)
{
    static const unsigned wants[MEDIAS] = { 2, 8, 12, 8 };

    *check = (struct media_check){ .media = media };
    await(check, BEGIN, wants[media]);
}

void media_add(struct media_check *c, const unsigned char *bytes, size_t size)
{
    keep_tail(c, bytes, size);
    while (size > 0 && !c->why && !c->ended) {
        int64_t pass = c->skip < (int64_t)size ? c->skip : (int64_t)size;
        if (pass > 0) {
            c->skip -= pass;
        } else {
            pass = 1;
            c->head[c->have++] = *bytes;
        }
        c->at += pass;
        bytes += pass;
        size -= (size_t)pass;
        if (c->have == c->want)
            step(c);
        if (c->told && c->media == MEDIA_PNG && c->at == c->told)
            c->ended = true;
    }
    /* A telephone appends to its JPEG what only it understands. */
    if (size > 0 && c->ended && c->media != MEDIA_JPEG)
        wrong(c, "something follows its end");
}

static bool has(const struct media_check *c, const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i + length <= c->tail_size; i++)
        if (memcmp(c->tail + i, text, length) == 0)
            return true;
    return false;
}

static bool is_whole(const struct media_check *c)
{
    if (c->media == MEDIA_WEBP)
        return c->at == c->told && c->skip == 0 && c->have == 0;
    if (c->media == MEDIA_PDF)
        return has(c, "startxref") && has(c, "%%EOF");
    return c->ended;
}

const char *media_end(const struct media_check *c)
{
    if (c->why)
        return c->why;
    if (!is_whole(c))
        return "it is cut off, or broken: its end is not where it says";
    return c->picture ? NULL : "there is no picture in it";
}
