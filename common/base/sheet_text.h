/* sheet_text.h — the bytes of a sheet as UTF-8; private to sheet_csv.c.
 *
 * Reads a source through one encoding, a few KiB at a time.  What cannot be
 * read on is told only when all text before it has been taken, so that a
 * refusal has the right place. */
#pragma once

#include "common/base/sheet_csv.h"

#include <iconv.h>

enum { SHEET_RAW_MAX = 8192 };

enum sheet_encoding {
    SHEET_UTF8,
    SHEET_UTF16LE,
    SHEET_UTF16BE,
    SHEET_GB18030,
    SHEET_ENCODINGS,
};
extern const char *const sheet_encodings[SHEET_ENCODINGS];

struct sheet_text {
    struct sheet_source source;
    enum sheet_encoding encoding;
    iconv_t codec;
    bool coding; /* the codec is open */

    unsigned char raw[SHEET_RAW_MAX];
    size_t raw_size;
    int64_t raw_from; /* the place of raw[0] in the file */
    bool raw_end;

    char text[4 * SHEET_RAW_MAX]; /* a byte becomes three at most */
    size_t at, size;
    struct err fault; /* CODE_BAD_REQUEST: bytes that are no character, at
                         raw_from; CODE_FAULT: the source failed          */
};

/* Reads the first bytes into `raw`, all of a small file. */
struct err sheet_text_look(struct sheet_text *t);

/* From the first byte of the file, after `mark` bytes, in that encoding. */
struct err sheet_text_open(struct sheet_text *t, enum sheet_encoding encoding,
                           unsigned mark);
void sheet_text_close(struct sheet_text *t);

enum { SHEET_END = -1, SHEET_FAULT = -2 };

/* The next byte, SHEET_END or SHEET_FAULT (see fault): the slow half. */
int sheet_text_fill(struct sheet_text *t);

static inline int sheet_text_next(struct sheet_text *t)
{
    if (t->at < t->size)
        return (unsigned char)t->text[t->at++];
    return sheet_text_fill(t);
}

/* Takes back what the last sheet_text_next() gave. */
static inline void sheet_text_back(struct sheet_text *t, int byte)
{
    if (byte >= 0)
        t->at--;
}
