#include "services/notifications/contact/rules.h"

#include <stdbool.h>
#include <string.h>

enum { EMAIL_MAX = 254, LOCAL_MAX = 64 };

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* Made of these characters alone, in parts between dots of which none is
 * empty. */
static bool is_dotted(const char *text, size_t size, const char *allowed)
{
    bool empty = true;

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '.' ? empty : !strchr(allowed, text[i]))
            return false;
        empty = text[i] == '.';
    }
    return !empty;
}

struct err email_check(const char *email)
{
    const size_t size = strlen(email);
    const char *at = strchr(email, '@');

    if (size > EMAIL_MAX)
        return fail_at("email", "is longer than 254 bytes");
    if (!at || strchr(at + 1, '@'))
        return fail_at("email", "must have one @");

    const size_t local = (size_t)(at - email);
    if (local > LOCAL_MAX
        || !is_dotted(email, local, LETTERS "!#$%&'*+-/=?^_`{|}~"))
        return fail_at("email", "has a part before the @ that is not usual");
    if (!is_dotted(at + 1, size - local - 1, LETTERS "-"))
        return fail_at("email", "has a part after the @ that is no domain");
    return OK;
}
