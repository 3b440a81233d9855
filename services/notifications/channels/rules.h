/* rules.h — the way of one mail, and what an SMTP talk's end means.
 *
 * A mail cannot be sent in the transaction that records it.  So the intent is
 * recorded first (`sending`), the mail goes out with a Message-ID that is the
 * delivery's own, and what came of it is recorded after.  When nobody can know
 * whether it was taken, it is `unknown` and stays so: it is shown to people and
 * never sent a second time (reliability.md 3.2). */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/shape.h"
#include "common/base/value.h"
#include "services/notifications/message/rules.h"

enum delivery_state {
    DELIVERY_WAITING, /* until not_before                          */
    DELIVERY_SENDING, /* the talk with the mail server is going on */
    DELIVERY_SENT,    /* the mail server took it                   */
    DELIVERY_FAILED,  /* it was refused, or nobody took it         */
    DELIVERY_UNKNOWN, /* it may have been taken                    */
};

struct delivery {
    struct id id;
    struct id message;
    struct id person;
    enum mail_class class;
    enum delivery_state state;
    int64_t attempts;
    struct moment due;
    struct moment not_before;
    struct moment started_at;
    struct moment sent_at;
    const char *cause;
};

enum { DELIVERY_ATTEMPTS = 5 };

/* A mail that stands in `sending` for so long is not being sent any more. */
#define DELIVERY_LOST_US (INT64_C(600) * MICROSECONDS)

/* Begins an attempt, or moves not_before on: look at the state. */
void delivery_begin(struct delivery *delivery, struct moment now,
                    struct history earlier,
                    const struct contact_policy *policy);

/* Ends the attempt that was begun: `acted` is as smtp_outcome() gives it. */
void delivery_settle(struct delivery *delivery, struct err acted,
                     struct moment now, const struct contact_policy *policy);

/* Says what became of an SMTP talk: OK, CODE_CONFLICT (refused for good),
 * CODE_BUSY (not taken; try again) or CODE_FAULT (it may have been taken).
 * `accepted`: the whole talk ended well.  `begun`: the server let the text
 * come (354).  `code`: of the server's last reply, 0 for none.  `why` is a
 * word without anything that the server or a person wrote. */
struct err smtp_outcome(bool accepted, bool begun, int code,
                        struct arena *arena);

/* A header's value as RFC 2047 encoded words, folded; any UTF-8 goes in and
 * nothing that ends a line comes out. */
const char *mail_words(const char *text, struct arena *arena);

/* "Fri, 27 Nov 2026 14:00:00 +0800" (RFC 5322 3.3). */
const char *mail_date(struct moment moment, struct arena *arena);
