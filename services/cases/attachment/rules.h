/* rules.h — whether an attachment is what it says to be.
 *
 * By its content alone: the first bytes must be those of the kind, and what
 * follows must hang together to its end as that kind does (ISO/IEC 10918-1,
 * ISO/IEC 15948, the RIFF container of WebP, ISO 32000).  The content comes in
 * portions of any size; nothing of it is kept. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ATTACHMENT_MAX = 10 << 20,  /* bytes                              */
    ATTACHMENT_PART = 24 << 10, /* bytes of each part but the last    */
    UPLOADS_MAX = 20,           /* of one member, unfinished          */
    UPLOAD_HOURS = 24,          /* after which an unfinished one goes */
};

enum media { MEDIA_JPEG, MEDIA_PNG, MEDIA_WEBP, MEDIA_PDF, MEDIAS };

/* Their names on the wire ("image/jpeg"), NULL-ended. */
extern const char *const media_names[MEDIAS + 1];

enum { MEDIA_TAIL = 1024 };

struct media_check {
    enum media media;
    const char *why; /* what was wrong first */
    int64_t at;      /* bytes so far         */
    int64_t skip;    /* bytes to pass over   */
    unsigned char head[12];
    unsigned have, want; /* bytes of head */
    int stage;
    bool picture; /* what makes it one has come */
    bool ended;   /* its own end has come       */
    int64_t told; /* how long it says to be     */
    char tail[MEDIA_TAIL + 1];
    size_t tail_size;
};

void media_begin(struct media_check *check, enum media media);
void media_add(struct media_check *check, const unsigned char *bytes,
               size_t size);

/* After the last byte: NULL, or why it is not what it says. */
const char *media_end(const struct media_check *check);

/* Whether the first bytes are those of the kind; at least 12 of them. */
bool media_begins(enum media media, const unsigned char *bytes, size_t size);

/* How many parts so many bytes are, and how long each must be. */
int64_t attachment_parts(int64_t size);
int64_t attachment_part_size(int64_t size, int64_t position);
