/* json.h — the strict gate that foreign JSON passes before cJSON sees it.
 *
 * cJSON takes doubled members, trailing garbage, U+0000, invalid UTF-8 and
 * numbers that no double holds (reliability.md §4).  json_check() is one pass
 * without allocation that takes RFC 8259 and refuses those. */
#pragma once

#include "common/base/err.h"

#include <stddef.h>

enum {
    JSON_DEPTH_MAX = 32,    /* arrays and objects inside one another   */
    JSON_BODY_MAX = 65536,  /* bytes of one body on the wire           */
    JSON_MEMBERS_MAX = 256, /* members of one object                   */
};

/* The text is one JSON value, valid UTF-8, no member twice in an object, no
 * U+0000, depth and members bounded, numbers that a double holds (integers up
 * to 2^53, at most 63 bytes), member names without escapes, nothing after it.
 * A refusal says why and at which byte, from 1 (`field` is "byte 17"; its text
 * is good until the thread's next call).  Takes 33 KiB of stack. */
struct err json_check(const char *text, size_t size);

/* True when the bytes are well-formed UTF-8 (RFC 3629). */
_Bool utf8_check(const char *text, size_t size);
