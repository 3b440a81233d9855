#include "common/service/audit.h"

#include "common/service/audit_sql.h"

#include <string.h>

enum { HASH_TEXT = 64 };

/* -------------------------------------------------------------- audit.head */

struct audit_head {
    const char *head; /* "NO:HASH" in hex; "0:" when nothing is linked yet */
    struct moment at; /* when the store last looked for what has no link   */
};

static const struct field audit_head_fields[] = {
    FIELD(audit_head, head),
    OPTIONAL(audit_head, at),
};
const struct shape audit_head_shape = SHAPE(audit_head);

struct err cmd_audit_head(struct call *call, const void *body)
{
    struct audit_head head;

    (void)body;
    TRY(fetch(call, &SQL_audit_head, FROM(nothing, &(struct nothing){ 0 }),
              INTO(audit_head, &head)));
    return reply(call, FROM(audit_head, &head));
}

/* ------------------------------------------------------------ audit.verify */

struct audit_look {
    int64_t no;       /* the last link that is known to hold */
    const char *hash; /* of it                               */
    int64_t entry;    /* up to which rows were looked at     */
    int64_t upto;     /* the link to end at; 0: the last     */
};

static const struct field audit_look_fields[] = {
    FIELD(audit_look, no, .least = 0, .most = INT64_MAX),
    FIELD(audit_look, hash, .max = HASH_TEXT),
    FIELD(audit_look, entry, .least = 0, .most = INT64_MAX),
    FIELD(audit_look, upto, .least = 0, .most = INT64_MAX),
};
const struct shape audit_look_shape = SHAPE(audit_look);

struct audit_found {
    int64_t no;
    const char *hash;
    int64_t entry;
    const char *wrong; /* NULL: all of it holds */
    bool ended;
};

static const struct field audit_found_fields[] = {
    FIELD(audit_found, no),       FIELD(audit_found, hash),
    FIELD(audit_found, entry),    OPTIONAL(audit_found, wrong),
    OPTIONAL(audit_found, ended),
};
const struct shape audit_found_shape = SHAPE(audit_found);

static bool is_hex(const char *text)
{
    size_t size = strspn(text, "0123456789abcdef");

    return !text[size] && (size == 0 || size == HASH_TEXT);
}

struct err cmd_audit_verify(struct call *call, const void *body)
{
    const struct audit_look *look = body;
    struct audit_found found;

    if (!is_hex(look->hash))
        return fail_at("hash", "a hash has 64 digits of 0-9 and a-f");
    TRY(fetch(call, &SQL_audit_verify, FROM(audit_look, look),
              INTO(audit_found, &found)));
    return reply(call, FROM(audit_found, &found));
}
