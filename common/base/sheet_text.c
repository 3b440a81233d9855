#include "common/base/sheet_text.h"

#include <errno.h>
#include <string.h>

const char *const sheet_encodings[SHEET_ENCODINGS] = {
    [SHEET_UTF8] = "UTF-8",
    [SHEET_UTF16LE] = "UTF-16LE",
    [SHEET_UTF16BE] = "UTF-16BE",
    [SHEET_GB18030] = "GB18030",
};

static struct err unreadable(void)
{
    return fail(CODE_FAULT, "the file cannot be read");
}

static struct err fill_raw(struct sheet_text *t)
{
    while (!t->raw_end && t->raw_size < SHEET_RAW_MAX) {
        size_t room = SHEET_RAW_MAX - t->raw_size;
        long got = t->source.read(t->source.from, t->raw + t->raw_size, room);
        if (got < 0 || (size_t)got > room)
            return unreadable();
        t->raw_end = got == 0;
        t->raw_size += (size_t)got;
    }
    return OK;
}

static void drop_raw(struct sheet_text *t, size_t size)
{
    t->raw_size -= size;
    t->raw_from += (int64_t)size;
    memmove(t->raw, t->raw + size, t->raw_size);
}

struct err sheet_text_look(struct sheet_text *t)
{
    t->raw_size = t->at = t->size = 0;
    t->raw_from = 0;
    t->raw_end = false;
    t->fault = OK;
    if (!t->source.rewind(t->source.from))
        return unreadable();
    return fill_raw(t);
}

void sheet_text_close(struct sheet_text *t)
{
    if (t->coding)
        iconv_close(t->codec);
    t->coding = false;
}

struct err sheet_text_open(struct sheet_text *t, enum sheet_encoding encoding,
                           unsigned mark)
{
    if (t->encoding != encoding)
        sheet_text_close(t);
    t->encoding = encoding;
    if (!t->coding)
        t->codec = iconv_open("UTF-8", sheet_encodings[encoding]);
    t->coding = (intptr_t)t->codec != -1;
    if (!t->coding)
        return fail(CODE_FAULT, "this machine cannot read that encoding");
    iconv(t->codec, NULL, NULL, NULL, NULL);
    TRY(sheet_text_look(t));
    drop_raw(t, mark < t->raw_size ? mark : t->raw_size);
    return OK;
}

/* The next stretch of text; what hinders it is kept until that is used up. */
static void fill_text(struct sheet_text *t)
{
    t->fault = fill_raw(t);
    if (t->fault.code || !t->raw_size)
        return;

    char *from = (char *)t->raw, *to = t->text;
    size_t from_left = t->raw_size, to_left = sizeof t->text;
    size_t bad = iconv(t->codec, &from, &from_left, &to, &to_left);
    int cause = errno;

    drop_raw(t, t->raw_size - from_left);
    t->size = sizeof t->text - to_left;
    if (bad == (size_t)-1 && (cause == EILSEQ || t->raw_end))
        t->fault = fail(CODE_BAD_REQUEST, "bytes that are no character");
}

int sheet_text_fill(struct sheet_text *t)
{
    t->at = t->size = 0;
    if (!t->fault.code)
        fill_text(t);
    if (t->size)
        return (unsigned char)t->text[t->at++];
    return t->fault.code ? SHEET_FAULT : SHEET_END;
}
