/* rules.h — the words in which people are told (R-LANG, R-LEAK).
 *
 * Three texts for each piece of news and each kind of reader: a subject, the
 * text in the inbox, and the much shorter one that leaves by mail.  They say
 * what a person may do and where, never what happens "otherwise"; none bears a
 * name, an address, a number of a document or an amount. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/shape.h"
#include "common/base/value.h"
#include "services/notifications/message/rules.h"

enum audience { TO_HOUSEHOLD, TO_MEMBER };

/* What the events of cases and scheduling say, all of them together: a topic
 * brings some of it, and a text may use only what its topic brings. */
struct news {
    struct id household;
    struct ids visitors; /* the members who come                      */
    struct moment start; /* of the visit                              */
    struct moment was;   /* where a moved visit stood before          */
    int64_t minutes;     /* how long it is to last                    */
    const char *topic;   /* signing, survey, service, statutory       */
    const char *outcome; /* met, not_home, not_now, refused           */
    struct moment started;
    struct moment ended;
    struct moment sign_from;     /* the reading period ends (G-READ)   */
    struct moment cooling_until; /* free withdrawal ends (G-COOL)      */
    struct moment until;         /* a turn to choose ends (R-ORDER)    */
    const char *tell;            /* the roles that are called, by commas */
    const char *flow;            /* the kind of case whose deadline it is */
    struct moment due_at;        /* that deadline                        */
};

/* One row of the table of texts; placeholders stand as {start}. */
struct template
{
    const char *topic;
    enum audience to;
    enum mail_class class;
    const char *subject;
    const char *text;
    const char *mail;
};
extern const struct template templates[]; /* ends with a null topic */

struct letter {
    enum mail_class class;
    struct moment due; /* the appointment spoken of, or 0; an earlier one if
                          two are spoken of                              */
    const char *subject;
    const char *text;
    const char *mail;
};

/* Writes what a reader of that kind is told.  CODE_FAULT when there is no such
 * text or the news lacks what the text speaks of. */
struct err letter_write(const char *topic, enum audience to,
                        const struct news *news, struct arena *arena,
                        struct letter *letter);
