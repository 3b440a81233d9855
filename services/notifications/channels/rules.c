#include "services/notifications/channels/rules.h"

#include "common/base/calendar.h"

#include <assert.h>
#include <string.h>

/* ------------------------------------------------------- the way of a mail */

void delivery_begin(struct delivery *d, struct moment now,
                    struct history earlier, const struct contact_policy *policy)
{
    const struct moment at =
        delivery_time(d->class, d->due, now, earlier, policy);

    if (at.us > now.us) {
        d->not_before = at;
        return;
    }
    d->state = DELIVERY_SENDING;
    d->started_at = now;
    d->attempts++;
}

/* The pause after the first attempt, the second ... in minutes. */
static const int64_t pauses[] = { 1, 5, 30, 120 };

static_assert(sizeof pauses / sizeof *pauses == DELIVERY_ATTEMPTS - 1,
              "a pause between any two attempts");

void delivery_settle(struct delivery *d, struct err acted, struct moment now,
                     const struct contact_policy *policy)
{
    const bool again = acted.code == CODE_BUSY;

    d->cause = acted.why;
    if (acted.code == CODE_OK) {
        d->state = DELIVERY_SENT;
        d->sent_at = d->started_at;
    } else if (acted.code == CODE_CONFLICT
               || (again && d->attempts >= DELIVERY_ATTEMPTS)) {
        d->state = DELIVERY_FAILED;
    } else if (!again) {
        d->state = DELIVERY_UNKNOWN;
    } else {
        const int64_t pause = pauses[d->attempts - 1] * 60 * MICROSECONDS;
        d->state = DELIVERY_WAITING;
        d->not_before =
            delivery_time(d->class, d->due, (struct moment){ now.us + pause },
                          (struct history){ 0 }, policy);
    }
}

struct err smtp_outcome(bool accepted, bool begun, int code,
                        struct arena *arena)
{
    if (accepted)
        return OK;
    if (code >= 500)
        return fail(CODE_CONFLICT, arena_format(arena, "refused %d", code));
    if (code >= 400)
        return fail(CODE_BUSY, arena_format(arena, "put off %d", code));
    if (begun)
        return fail(CODE_FAULT, "no answer to the text");
    return fail(CODE_BUSY, "unreachable");
}

/* ------------------------------------------------------------- its headers */

static void base64(const char *text, size_t size, char *to)
{
    enum { PADDING = 64 };
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    const unsigned char *from = (const unsigned char *)text;

    for (size_t i = 0; i < size; i += 3) {
        const unsigned second = i + 1 < size ? from[i + 1] : 0;
        const unsigned third = i + 2 < size ? from[i + 2] : 0;
        const unsigned bits = (unsigned)from[i] << 16 | second << 8 | third;

        *to++ = digits[bits >> 18];
        *to++ = digits[bits >> 12 & 63];
        *to++ = digits[i + 1 < size ? bits >> 6 & 63 : PADDING];
        *to++ = digits[i + 2 < size ? bits & 63 : PADDING];
    }
    *to = '\0';
}

const char *mail_words(const char *text, struct arena *arena)
{
    /* 45 bytes become 60 digits: with "=?UTF-8?B?" and "?=" that is 72 of the
     * 75 that RFC 2047 allows.  A character is never cut in two. */
    enum { PIECE = 45 };
    const char *done = "";

    for (size_t left = strlen(text), piece; left; left -= piece) {
        char word[PIECE / 3 * 4 + 1];

        piece = left < PIECE ? left : PIECE;
        while (piece < left && piece > 1 && (text[piece] & 0xC0) == 0x80)
            piece--;
        base64(text, piece, word);
        done = arena_format(arena, "%s%s=?UTF-8?B?%s?=", done,
                            *done ? "\r\n " : "", word);
        text += piece;
    }
    return done;
}

const char *mail_date(struct moment moment, struct arena *arena)
{
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu",
                                        "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
                                          "May", "Jun", "Jul", "Aug",
                                          "Sep", "Oct", "Nov", "Dec" };
    const struct day day = day_of(moment);
    const int minute = minute_of_day(moment);
    const int64_t second = moment.us / MICROSECONDS % 60;
    int year, month, date;

    day_split(day, &year, &month, &date);
    return arena_format(arena, "%s, %d %s %d %02d:%02d:%02d +0800",
                        days[weekday(day) - 1], date, months[month - 1], year,
                        minute / 60, minute % 60, (int)second);
}
