#include "services/notifications/channels/mail.h"

#include "common/service/service.h"
#include "services/notifications/channels/rules.h"
#include "services/notifications/contact/rules.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* The talk is cut from here at 30 seconds; libcurl's own limit would then wait
 * for the answer to a QUIT, and is for a talk that cannot be cut. */
enum { CONNECT_SECONDS = 10, TALK_SECONDS = 30, LAST_SECONDS = 35 };

static const struct field mail_settings_fields[] = {
    OPTIONAL(mail_settings, REDKITE_SMTP_URL),
    OPTIONAL(mail_settings, REDKITE_MAIL_FROM, .fallback = "redkite@localhost"),
};
const struct shape mail_settings_shape = SHAPE(mail_settings);
struct mail_settings mail_settings;

bool mail_is_set_up(void)
{
    return mail_settings.REDKITE_SMTP_URL != NULL;
}

/* What the server has said so far, and how to end it. */
struct talk {
    int code;   /* of its last reply                    */
    bool begun; /* it said 354: the text is on its way  */
    curl_socket_t socket;
    time_t ends; /* on the monotonic clock */
};

static time_t seconds_up(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static curl_socket_t dial(void *to, curlsocktype purpose,
                          struct curl_sockaddr *address)
{
    struct talk *talk = to;

    (void)purpose;
    talk->socket = socket(address->family, address->socktype | SOCK_CLOEXEC,
                          address->protocol);
    return talk->socket;
}

/* Asked about once a second: a talk that lasts too long, or into the service's
 * end, is cut off. */
static int watch(void *to, curl_off_t a, curl_off_t b, curl_off_t c,
                 curl_off_t d)
{
    const struct talk *talk = to;

    (void)a, (void)b, (void)c, (void)d;
    if (talk->socket != CURL_SOCKET_BAD
        && (service_is_stopping() || seconds_up() >= talk->ends))
        shutdown(talk->socket, SHUT_RDWR);
    return 0;
}

/* libcurl gives each line of the server's replies as a header. */
static size_t hear(char *line, size_t size, size_t count, void *to)
{
    struct talk *talk = to;

    if (size * count >= 3) {
        char digits[4] = "";
        memcpy(digits, line, 3);
        talk->code = (int)strtol(digits, NULL, 10);
        talk->begun = talk->begun || talk->code == 354;
    }
    return size * count;
}

/* What one talk needs of libcurl, given back together. */
struct post {
    CURL *curl;
    curl_mime *mime;
    struct curl_slist *to, *headers;
};

static void post_drop(struct post *post)
{
    curl_slist_free_all(post->headers);
    curl_slist_free_all(post->to);
    curl_mime_free(post->mime);
    curl_easy_cleanup(post->curl);
}

static void add_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);

    if (!longer)
        abort();
    *list = longer;
}

static void add_headers(struct post *post, const struct mail *mail,
                        struct arena *arena)
{
    const char *from = mail_settings.REDKITE_MAIL_FROM;
    const char *const lines[] = {
        arena_format(arena, "Date: %s", mail_date(mail->at, arena)),
        arena_format(arena, "From: %s <%s>", mail_words("红风筝", arena), from),
        arena_format(arena, "To: <%s>", mail->to),
        arena_format(arena, "Subject: %s", mail_words(mail->subject, arena)),
        arena_format(arena, "Message-ID: <%s%s>", mail->delivery.text,
                     strchr(from, '@')),
        "Auto-Submitted: auto-generated",
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        add_line(&post->headers, lines[i]);
    add_line(&post->to, arena_format(arena, "<%s>", mail->to));
}

static void write_post(struct post *post, const struct mail *mail,
                       struct arena *arena)
{
    post->curl = curl_easy_init();
    post->mime = curl_mime_init(post->curl);
    curl_mimepart *part = curl_mime_addpart(post->mime);

    if (curl_mime_data(part, mail->body, CURL_ZERO_TERMINATED)
        || curl_mime_type(part, "text/plain; charset=utf-8")
        || curl_mime_encoder(part, "base64"))
        abort();
    add_headers(post, mail, arena);
}

static void set_options(const struct post *post, struct talk *talk,
                        struct arena *arena)
{
    CURL *curl = post->curl;

    curl_easy_setopt(curl, CURLOPT_URL, mail_settings.REDKITE_SMTP_URL);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)LAST_SECONDS);
    curl_easy_setopt(
        curl, CURLOPT_MAIL_FROM,
        arena_format(arena, "<%s>", mail_settings.REDKITE_MAIL_FROM));
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, post->to);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, post->headers);
    curl_easy_setopt(curl, CURLOPT_MIMEPOST, post->mime);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, talk);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, dial);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, talk);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, talk);
}

struct err mail_send(struct arena *arena, const void *prepared)
{
    const struct mail *mail = prepared;
    __attribute__((cleanup(post_drop))) struct post post = { 0 };
    struct talk talk = { .socket = CURL_SOCKET_BAD,
                         .ends = seconds_up() + TALK_SECONDS };

    if (!mail_is_set_up())
        return fail(CODE_BUSY, "no mail server is set");
    if (email_check(mail_settings.REDKITE_MAIL_FROM).code)
        return fail(CODE_BUSY, "the sender is no address");
    if (email_check(mail->to).code)
        return fail(CODE_CONFLICT, "the recipient is no address");

    write_post(&post, mail, arena);
    set_options(&post, &talk, arena);
    CURLcode ended = curl_easy_perform(post.curl);
    if (ended == CURLE_LOGIN_DENIED)
        return fail(CODE_BUSY, "the login was refused");
    return smtp_outcome(ended == CURLE_OK, talk.begun, talk.code, arena);
}
