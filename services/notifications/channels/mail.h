/* mail.h — one mail over SMTP, by libcurl. */
#pragma once

#include "common/base/shape.h"

/* Filled by the frame before any thread starts, then only read. */
struct mail_settings {
    const char *REDKITE_SMTP_URL;  /* smtp:// or smtps://; NULL: no mail */
    const char *REDKITE_MAIL_FROM; /* the sender's address               */
};
extern struct mail_settings mail_settings;
extern const struct shape mail_settings_shape;

struct mail {
    struct id delivery; /* names the mail: a repeat bears the same Message-ID */
    struct moment at;
    const char *to;
    const char *subject;
    const char *body;
};

/* False while no mail server is set: then no mail is even planned. */
bool mail_is_set_up(void);

/* Sends a `struct mail`, within 30 seconds; the answer is smtp_outcome()'s. */
struct err mail_send(struct arena *arena, const void *prepared);
